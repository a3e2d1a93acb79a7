import { backend, enableProdMode, env, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import type { EngineName, EngineProblem } from '../protocol.ts';
import { mendSlices } from './wasm-slices.ts';

/** Why a backend doesn't start here. */
export interface Refusal {
  readonly reason: EngineProblem;
  readonly detail: string;
}

const refuse = (reason: EngineProblem, detail: string): Refusal => ({ reason, detail });

/** The smallest WebAssembly module: the magic number and version 1. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** tfjs keeps a backend that has started, so each is prepared once. */
let wasmIsMended = false;
let webglIsWatched = false;

async function startWasm(): Promise<Refusal | undefined> {
  if (typeof WebAssembly === 'undefined')
    return refuse('no-webassembly', 'WebAssembly is not defined in this browser');
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch (fault) {
    return refuse('wasm-refused', messageOf(fault));
  }
  const [{ setWasmPaths }, plain, simd] = await Promise.all([
    import('@tensorflow/tfjs-backend-wasm'),
    import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'),
    import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'),
  ]);
  if (!wasmIsMended) {
    mendSlices();
    wasmIsMended = true;
    // Threads would need a cross-origin isolated page, which a static host can't promise, and a script made at run time.
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain.default,
      'tfjs-backend-wasm-simd.wasm': simd.default,
      'tfjs-backend-wasm-threaded-simd.wasm': simd.default,
    });
  }
  return (await setBackend('wasm'))
    ? undefined
    : refuse('wasm-refused', 'the WebAssembly engine could not be loaded');
}

async function startWebgl(asked: boolean): Promise<Refusal | undefined> {
  const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
  // tfjs keeps Safari from drawing off screen, but a worker has no other canvas, and Safari has been able to since 17.
  if (typeof document === 'undefined') env().set('IS_SAFARI', false);
  // Sizes as uniforms: else each new shape (the last, smaller batch; a single review) compiles its own programs.
  env().set('WEBGL_USE_SHAPES_UNIFORMS', true);
  try {
    if (env().getNumber('WEBGL_VERSION') !== 2)
      return refuse('no-webgl2', 'there is no WebGL 2 context here');
    if (!env().getBool('WEBGL_RENDER_FLOAT32_CAPABLE'))
      return refuse('float16-only', 'this graphics chip draws to 16-bit floats only');
  } catch (fault) {
    return refuse('no-webgl2', messageOf(fault));
  }
  const renderer = rendererName();
  if (!asked && SOFTWARE.test(renderer)) return refuse('software-renderer', renderer);
  if (!(await setBackend('webgl'))) return refuse('webgl-refused', 'the WebGL engine could not be started');
  if (!webglIsWatched) {
    webglIsWatched = true;
    const running = backend();
    if (running instanceof MathBackendWebGL) dieWithContext(running.gpgpu.gl.canvas);
  }
  return undefined;
}

/**
 * Renderers that emulate a graphics chip on the processor: SwiftShader took three times as long as WebAssembly for a
 * batch of the quick run, and ten seconds to compile its programs. Not worth a trial; a reader may ask for it.
 */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/** What draws, in the browser's words; empty where it keeps that to itself. */
function rendererName(): string {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null) return '';
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  const name: unknown = gl.getParameter(unmasked ?? gl.RENDERER);
  // Browsers grant few contexts at a time.
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' ? name : '';
}

/**
 * A lost context leaves promises that never settle, and nothing of it can be used again. Thrown outside of any
 * promise, the error reaches the page as the worker's own, and the page starts a fresh worker.
 */
function dieWithContext(canvas: EventTarget): void {
  canvas.addEventListener('webglcontextlost', () => {
    setTimeout(() => {
      throw new Error('The browser took the graphics context away.');
    });
  });
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}

const STARTERS: Readonly<Record<EngineName, (asked: boolean) => Promise<Refusal | undefined>>> = {
  wasm: startWasm,
  webgl: startWebgl,
};

/**
 * Makes an engine tfjs's present backend; or says why it can't be. Loads its code on first use.
 *
 * @param asked whether a reader wants this very engine, be it slow
 */
export async function startEngine(engine: EngineName, asked: boolean): Promise<Refusal | undefined> {
  enableProdMode();
  try {
    return await STARTERS[engine](asked);
  } catch (fault) {
    return refuse(engine === 'wasm' ? 'wasm-refused' : 'webgl-refused', messageOf(fault));
  }
}
