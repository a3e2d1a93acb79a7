import { backend, enableProdMode, env, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import { type Engine, messageOf, type Refusal } from '../engine.ts';
import { EngineLost } from '../lost.ts';
import { fetchBinary } from '../wasm/browser.ts';
import { loadKernel } from '../wasm/kernel.ts';
import { withoutWasm } from '../wasm/support.ts';
import { tfjsEngine } from './engine.ts';
import { registerRecurrentOnWasm } from './recurrent/wasm.ts';
import { registerRecurrentOnWebgl } from './recurrent/webgl.ts';

/** A backend that has started, or why it has not, in words. */
type Started = { readonly whenLost?: Promise<never> } | string;

/** tfjs keeps a backend that has started, so each is prepared once. */
let wasmIsReady = false;
let whenContextLost: Promise<never> | undefined;

async function startWasm(): Promise<Started> {
  const without = withoutWasm();
  if (without !== undefined) return without.detail;
  const [{ setWasmPaths }, plain, simd] = await Promise.all([
    import('@tensorflow/tfjs-backend-wasm'),
    import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'),
    import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'),
  ]);
  if (!wasmIsReady) {
    wasmIsReady = true;
    // Threads would need a cross-origin isolated page, which a static host can't promise, and a script made at run time.
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain.default,
      'tfjs-backend-wasm-simd.wasm': simd.default,
      'tfjs-backend-wasm-threaded-simd.wasm': simd.default,
    });
  }
  if (!(await setBackend('wasm'))) return 'its WebAssembly backend could not be loaded';
  registerRecurrentOnWasm(await loadKernel(fetchBinary));
  return {};
}

/** tfjs on WebGL, whatever draws. */
export async function startWebgl(): Promise<Started> {
  const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
  // tfjs keeps Safari from drawing off screen, but a worker has no other canvas, and Safari has been able to since 17.
  if (typeof document === 'undefined') env().set('IS_SAFARI', false);
  // Sizes as uniforms: else each new shape (the last, smaller batch; a single review) compiles its own programs.
  env().set('WEBGL_USE_SHAPES_UNIFORMS', true);
  if (env().getNumber('WEBGL_VERSION') !== 2) return 'there is no WebGL 2 context here';
  if (!env().getBool('WEBGL_RENDER_FLOAT32_CAPABLE')) return 'this graphics chip draws to 16-bit floats only';
  if (!(await setBackend('webgl'))) return 'its WebGL backend could not be started';
  const running = backend();
  if (!(running instanceof MathBackendWebGL)) return 'its WebGL backend is another than expected';
  whenContextLost ??= lossOf(running.gpgpu.gl.canvas);
  const refusal = registerRecurrentOnWebgl(running);
  return refusal ?? { whenLost: whenContextLost };
}

/** Renderers that emulate a graphics chip: SwiftShader takes three times as long as WebAssembly for a batch. */
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

/** A lost context leaves promises that never settle, and nothing of it can be used again. */
function lossOf(canvas: EventTarget): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    canvas.addEventListener('webglcontextlost', () =>
      reject(new EngineLost('The browser took the graphics context away.')),
    );
  });
  // Whoever waits for it hears of it; nobody may be waiting.
  lost.catch(() => undefined);
  return lost;
}

/** Only where a graphics chip draws. */
async function startHardwareWebgl(): Promise<Started> {
  const renderer = rendererName();
  return SOFTWARE.test(renderer) ? `${renderer} draws on the processor` : startWebgl();
}

/** Backends in the order of their speed, where they are there at all. */
const BACKENDS = [startHardwareWebgl, startWasm];

/** Plain tfjs in a browser, on the best of its backends; or why none of them starts. Loads its code on first use. */
export async function startTfjs(): Promise<Engine | Refusal> {
  enableProdMode();
  const refusals: string[] = [];
  for (const start of BACKENDS) {
    const started = await start().catch(messageOf);
    if (typeof started !== 'string') return tfjsEngine(started.whenLost);
    refusals.push(started);
  }
  return { reason: 'tfjs-refused', detail: refusals.join('; ') };
}
