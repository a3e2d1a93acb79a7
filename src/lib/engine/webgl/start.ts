import { type Engine, messageOf, type Refusal } from '../engine.ts';
import type { Learner } from '../learner.ts';
import { EngineLost } from '../lost.ts';
import { type Device, deviceOn } from './device.ts';
import { buildWebglLearner, forecast } from './learner.ts';
import { LOST } from './readback.ts';

/** Nothing is ever shown: no antialiasing, depth or alpha to keep room for. */
const ATTRIBUTES: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  stencil: false,
  powerPreference: 'high-performance',
};

/** Browsers grant few contexts at a time, so all learners share one; after a loss the next start makes another. */
let context: WebGL2RenderingContext | null = null;

/**
 * WebGL 2 on a canvas that nobody sees; or why it can't train here.
 *
 * @param asked whether a reader wants it, be it drawn by the processor
 */
export function startWebgl(asked: boolean): Engine | Refusal {
  if (typeof OffscreenCanvas === 'undefined')
    return { reason: 'no-webgl2', detail: 'there is no OffscreenCanvas here' };
  if (context === null || context.isContextLost())
    context = new OffscreenCanvas(1, 1).getContext('webgl2', ATTRIBUTES);
  if (context === null) return { reason: 'no-webgl2', detail: 'there is no WebGL 2 context here' };
  const renderer = rendererOf(context);
  // The context stays: a learner may be on it, from when it was asked for.
  if (!asked && SOFTWARE.test(renderer)) return { reason: 'software-renderer', detail: renderer };
  const device = deviceOn(context);
  if ('reason' in device) {
    context.getExtension('WEBGL_lose_context')?.loseContext();
    return device;
  }
  return {
    name: 'webgl',
    build: (architecture, schedule, limits) =>
      noticingLater(device, async () => {
        const learner = await buildWebglLearner(device, architecture, schedule, limits);
        return noticingAlways(device, learner);
      }),
    forecast: (architecture, limits) => forecast(architecture, limits, device),
  };
}

/**
 * Renderers that emulate a graphics chip on the processor, where WebAssembly computes the same sooner. Not worth a
 * trial; a reader may ask for it.
 */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/** What draws, in the browser's words; empty where it keeps that to itself. */
function rendererOf(gl: WebGL2RenderingContext): string {
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  const name: unknown = gl.getParameter(unmasked ?? gl.RENDERER);
  return typeof name === 'string' ? name : '';
}

/** Whatever fails on a context that is lost, fails because it is lost. */
function noticing<Result>({ gl }: Device, work: () => Result): Result {
  const named = (fault: unknown): unknown =>
    gl.isContextLost() && !(fault instanceof EngineLost)
      ? new EngineLost(`${LOST} (${messageOf(fault)})`, { cause: fault })
      : fault;
  try {
    return work();
  } catch (fault) {
    throw named(fault);
  }
}

async function noticingLater<Result>(device: Device, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (fault) {
    return noticing(device, () => {
      throw fault;
    });
  }
}

function noticingAlways(device: Device, learner: Learner): Learner {
  return {
    engine: learner.engine,
    architecture: learner.architecture,
    get step() {
      return learner.step;
    },
    learn: (batch) => {
      const learning = noticing(device, () => learner.learn(batch));
      return learning && noticingLater(device, () => learning);
    },
    restore: (snapshot) => noticing(device, () => learner.restore(snapshot)),
    sums: () => noticingLater(device, () => learner.sums()),
    lesson: (batch) => noticingLater(device, () => learner.lesson(batch)),
    outputs: (batch) => noticingLater(device, () => learner.outputs(batch)),
    snapshot: () => noticingLater(device, () => learner.snapshot()),
    dispose: () => learner.dispose(),
  };
}
