/**
 * `node scripts/endurance/injuries.ts [COUNT]`: kills workers and takes graphics contexts away, COUNT times each (100),
 * at moments drawn from a seed, and compares how each run ends with the run that nothing befell.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { lstm } from '../../src/lib/cells/lstm.ts';
import { type Configuration, quickRun } from '../../src/lib/engine/configuration.ts';
import type { EngineName } from '../../src/lib/engine/protocol.ts';
import { launch } from '../../tests/browser/chromium.ts';
import { openEnginePage } from '../../tests/browser/engine-page.ts';
import {
  HAND,
  type Injury,
  injuredRun,
  type PlannedInjury,
  prepareInjuries,
} from '../../tests/browser/injuries.ts';

const random = xoroshiro128plus(20_261_124);
const draw = (least: number, most: number) => uniformInt(random, least, most);

interface Plan {
  readonly title: string;
  readonly engine: EngineName;
  readonly configuration: Configuration;
  readonly injuries: readonly Injury[];
  /** Milliseconds after a state was kept, or the run began or went on. */
  readonly within: number;
  /** Milliseconds after which a worker counts as gone. */
  readonly silence: number;
  /** In one run. */
  readonly atOnce: number;
  readonly tolerance: number;
}

const SMALL: Configuration = { ...quickRun(lstm), units: 8, embedding: 8, tokens: 30, dropout: 0.2 };
const PLANS: readonly Plan[] = [
  {
    title: 'workers killed (WebAssembly)',
    engine: 'wasm',
    configuration: { ...SMALL, epochs: 20 },
    injuries: ['terminate', 'throw', 'close'],
    within: 300,
    silence: 700,
    atOnce: 5,
    tolerance: 1e-6,
  },
  {
    title: 'contexts lost (WebGL)',
    engine: 'webgl',
    configuration: { ...SMALL, tokens: 8, epochs: 6 },
    injuries: ['context'],
    within: 1_500,
    silence: 30_000,
    atOnce: 5,
    tolerance: 1e-4,
  },
];

const count = Number(process.argv[2] ?? 100);
const browser = await launch();
let failed = false;
try {
  for (const { title, engine, configuration, injuries, within, silence, atOnce, tolerance } of PLANS) {
    const { page, close } = await openEnginePage(browser, HAND);
    await prepareInjuries(page, configuration, engine);
    let done = 0;
    let right = 0;
    let worst = 0;
    let late = 0;
    while (done < count) {
      const planned = Array.from(
        { length: Math.min(atOnce, count - done) },
        (_, k): PlannedInjury => ({
          injury: injuries[draw(0, injuries.length - 1)] as Injury,
          // One in five before anything new was kept; more in a row would be given up on, as they should be.
          since: k === 0 ? 'batch' : 'checkpoint',
          after: draw(0, within),
        }),
      );
      const run = await injuredRun(page, configuration, engine, planned, silence);
      const ended = run.outcome.kind === 'finished' && run.restarts.length === run.injuries;
      const equal = run.difference <= tolerance;
      done += run.injuries;
      late += run.restarts.filter(({ from }) => from > 0).length;
      if (ended && equal) right += run.injuries;
      else console.log(`  ${JSON.stringify({ planned, ...run })}`);
      worst = Math.max(worst, run.difference);
    }
    console.log(
      `${title}: ${right} of ${done} runs went on and ended as they would have, ${late} of them from a later state than the beginning; largest difference ${worst.toExponential(1)} (${tolerance} allowed).`,
    );
    failed ||= right < done;
    await close();
  }
} finally {
  await browser.close();
}
process.exit(failed ? 1 : 0);
