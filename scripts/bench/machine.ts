import { cpus, loadavg, totalmem } from 'node:os';
import type { BenchBrowser } from './browser.ts';
import type { PyTorch } from './pytorch.ts';

/** Where figures were measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly chromium: string;
  /** What WebGL draws with, in the browser's words. */
  readonly renderer: string;
  readonly torch: string | null;
  /** Billions of operations a second in matrix products: this site's kernel on one core, PyTorch on its threads. */
  readonly peak: { readonly wasm: number; readonly torch: number | null };
  /** Processes that wanted a core, on the mean of the minute before. */
  readonly load: number;
  readonly date: string;
}

/** Before anything of ours ran. */
const LOAD = Math.round((loadavg()[0] ?? 0) * 100) / 100;

export function describeMachine(
  browser: Pick<BenchBrowser, 'version' | 'renderer' | 'peak'>,
  pytorch: Pick<PyTorch, 'version' | 'peak'> | undefined,
): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    chromium: browser.version,
    renderer: browser.renderer,
    torch: pytorch?.version ?? null,
    peak: { wasm: tenth(browser.peak), torch: pytorch === undefined ? null : tenth(pytorch.peak) },
    load: LOAD,
    date: new Date().toISOString().slice(0, 10),
  };
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}

/** A machine that is at work already gives times that are too long; ratios suffer less. */
export function busyWarning({ load, cores }: Machine): string | undefined {
  return load < 0.25 * cores
    ? undefined
    : `The machine is busy (load ${load} on ${cores} cores): times will be too long, and ratios uncertain.`;
}
