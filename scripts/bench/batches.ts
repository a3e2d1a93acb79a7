import { writeFileSync } from 'node:fs';
import { browserRunner, openBrowser } from './browser.ts';
import { BROWSER_ENGINES, casesOf, spelled } from './cases.ts';
import { busyWarning, describeMachine, type Machine } from './machine.ts';
import { measure, type Ratio, type Row, ratiosOf } from './measure.ts';
import type { Options } from './options.ts';
import { pytorchRunner, startPyTorch } from './pytorch.ts';
import { terminalTable } from './table.ts';

/** What `--json` writes. */
export interface Figures {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
}

/**
 * Times every engine on every case, in turn, in one Chromium; PyTorch in a process beside it.
 * @returns whether every engine could do every case
 */
export async function timeBatches({ grid, engines, rounds = 7, python, json }: Options): Promise<boolean> {
  // Before the browser: a Python without torch is said at once.
  const pytorch = python === undefined ? undefined : await startPyTorch(python);
  progress('The page is bundled and opened.');
  const browser = await openBrowser();
  try {
    const machine = describeMachine(browser, pytorch);
    const warning = busyWarning(machine);
    if (warning !== undefined) progress(warning);
    const runners = [
      ...BROWSER_ENGINES.filter((engine) => engines.includes(engine)).map((engine) =>
        browserRunner(browser, engine),
      ),
      ...(pytorch !== undefined && engines.includes('pytorch-cpu') ? [pytorchRunner(pytorch)] : []),
    ];
    const cases = casesOf(grid);
    const rows: Row[] = [];
    for (const [k, of] of cases.entries()) {
      const title = `[${k + 1}/${cases.length}] ${spelled(of)}`;
      const measured = await measure(of, runners, rounds, (words) => progress(`${title}: ${words}`));
      rows.push(...measured);
      console.log(`\n${terminalTable(of, measured, ratiosOf(measured))}\n`);
      // After each case, so that what was measured is not lost with what comes after it.
      const figures: Figures = { machine, rows, ratios: ratiosOf(rows) };
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 1)}\n`);
    }
    return rows.length === cases.length * runners.length;
  } finally {
    await browser.close();
    pytorch?.end();
  }
}

/** Beside the figures, so that those can be piped away. */
function progress(words: string): void {
  console.error(words);
}
