import type { Engine, Refusal } from '../engine.ts';
import { Device, deviceOn } from './device.ts';
import { buildWebglLearner, forecast } from './learner.ts';

/** Renderers that emulate a graphics chip on the processor, where WebAssembly is many times faster. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/** Nothing is ever shown: no antialiasing, depth or alpha to keep room for. */
const ATTRIBUTES: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  stencil: false,
  powerPreference: 'high-performance',
};

interface Opened {
  readonly device: Device;
  /** What draws, in the browser's words; empty where it keeps that to itself. */
  readonly renderer: string;
}

/** Browsers grant few contexts at a time, so all learners share one; after a loss the next one gets another. */
let present: Opened | undefined;

/** A device, in a worker or a page; or why there is none. */
function open(): Opened | Refusal {
  if (present !== undefined && !present.device.gl.isContextLost()) return present;
  present = undefined;
  const gl =
    typeof OffscreenCanvas === 'undefined'
      ? null
      : new OffscreenCanvas(1, 1).getContext('webgl2', ATTRIBUTES);
  if (gl === null) return { reason: 'no-webgl2', detail: 'there is no WebGL 2 context here' };
  const device = deviceOn(gl);
  if (!(device instanceof Device)) {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    return device;
  }
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  const name: unknown = gl.getParameter(unmasked ?? gl.RENDERER);
  present = { device, renderer: typeof name === 'string' ? name : '' };
  return present;
}

/**
 * The engine of this folder; or why it doesn't start here.
 *
 * @param asked whether a reader wants this very engine, be it slow
 */
export function startWebgl(asked: boolean): Engine | Refusal {
  const opened = open();
  if ('reason' in opened) return opened;
  const { device, renderer } = opened;
  if (!asked && SOFTWARE.test(renderer)) return { reason: 'software-renderer', detail: renderer };
  return {
    name: 'webgl',
    build: (architecture, schedule, limits) => buildWebglLearner(device, architecture, schedule, limits),
    forecast: (architecture, limits) => forecast(architecture, limits, device),
  };
}
