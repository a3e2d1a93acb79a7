import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lstm } from '../../src/lib/cells/lstm.ts';
import { type Configuration, quickRun } from '../../src/lib/engine/configuration.ts';
import { launch } from './chromium.ts';
import { type EnginePage, openEnginePage } from './engine-page.ts';
import { HAND, injuredRun, type PlannedInjury, prepareInjuries } from './injuries.ts';

/** Each epoch of 63 batches leaves a state. `scripts/endurance/injuries.ts` does a hundred of each. */
const RUN: Configuration = { ...quickRun(lstm), units: 8, embedding: 8, tokens: 30, epochs: 6, dropout: 0.2 };

let browser: Browser;
let there: EnginePage;
beforeAll(async () => {
  browser = await launch();
  there = await openEnginePage(browser, HAND);
}, 120_000);
afterAll(async () => {
  await there?.close();
  await browser?.close();
});

describe('a run whose worker is killed', () => {
  it('goes on from its last state, to the numbers of the run that nothing befell', async () => {
    await prepareInjuries(there.page, RUN, 'wasm');
    const kills: readonly PlannedInjury[] = [
      { injury: 'terminate', since: 'batch', after: 5 },
      { injury: 'throw', since: 'checkpoint', after: 20 },
      { injury: 'close', since: 'checkpoint', after: 10 },
      { injury: 'terminate', since: 'checkpoint', after: 0 },
    ];
    const { outcome, restarts, injuries, difference } = await injuredRun(there.page, RUN, 'wasm', kills, 500);
    console.log(`Killed ${injuries} times: ${JSON.stringify(restarts)}.`);
    expect(outcome.kind).toBe('finished');
    expect(restarts.length).toBe(injuries);
    expect(restarts.some(({ from }) => from > 0)).toBe(true);
    expect(difference).toBeLessThan(1e-6);
  }, 60_000);
});

describe('a run whose graphics context is lost', () => {
  it('goes on from its last state, to the numbers of the run that nothing befell', async () => {
    const short: Configuration = { ...RUN, tokens: 8, epochs: 3 };
    await prepareInjuries(there.page, short, 'webgl');
    const losses: readonly PlannedInjury[] = [
      { injury: 'context', since: 'batch', after: 50 },
      { injury: 'context', since: 'checkpoint', after: 100 },
    ];
    const { outcome, restarts, injuries, difference, engines } = await injuredRun(
      there.page,
      short,
      'webgl',
      losses,
      20_000,
    );
    console.log(`Lost ${injuries} contexts: ${JSON.stringify(restarts)} on ${engines}.`);
    expect(outcome.kind).toBe('finished');
    expect(restarts.map(({ why }) => why)).toEqual(new Array(injuries).fill('context'));
    expect(injuries).toBeGreaterThan(0);
    expect(difference).toBeLessThan(1e-4);
  }, 120_000);
});
