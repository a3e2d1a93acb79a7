import type { BrowserEngine } from '../cases.ts';
import type { BuildContestant } from './contestant.ts';

/** How each engine is had; its code is loaded only where it runs. */
export const BUILDERS: Readonly<Record<BrowserEngine, () => Promise<BuildContestant>>> = {
  'unrolled-webgl': async () => (await import('./unrolled.ts')).unrolled('webgl'),
  'unrolled-wasm': async () => (await import('./unrolled.ts')).unrolled('wasm'),
  'tfjs-layers-webgl': async () => (await import('./tfjs-backends.ts')).onWebgl,
  'tfjs-layers-webgl-sparse': async () => (await import('./tfjs-backends.ts')).onWebglSparse,
  'tfjs-layers-wasm': async () => (await import('./tfjs-backends.ts')).onWasm,
};
