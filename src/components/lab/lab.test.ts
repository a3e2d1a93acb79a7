import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cells } from '../../lib/cells/index.ts';
import { lstm } from '../../lib/cells/lstm.ts';
import { architectureOf } from '../../lib/engine/classifier-architecture.ts';
import { QUICK, quickRun } from '../../lib/engine/configuration.ts';
import { initialWeights } from '../../lib/engine/initial-weights.ts';
import type { Checkpoint, Frame } from '../../lib/engine/protocol.ts';
import { parse } from '../../lib/equations/parse.ts';
import type { KeptRun } from '../../lib/runs/run.ts';
import * as en from '../../messages/en.ts';
import { type FakeTrainer, fakeTrainer } from './fake-trainer.ts';
import Lab from './Lab.svelte';
import type { ReviewShelf } from './review-shelf.ts';

const listed = cells.map((cell) => ({
  ...cell,
  shapes: parse(cell.equations).parameters.map(({ shape }) => shape),
}));
/** Batches of an epoch and of the whole quick run. */
const EACH = Math.ceil(QUICK.reviews / QUICK.batch);
const ALL = EACH * QUICK.epochs;
const score = { accuracy: 0.8, loss: 0.45, reviews: 3000 };
const batch: Frame = {
  kind: 'batch',
  step: EACH,
  steps: ALL,
  epoch: 1,
  loss: 0.6,
  accuracy: 0.66,
  gradientNorm: 1,
  millisecondsABatch: 4.2,
};

/** happy-dom has no layout, so nothing has a width and no chart is drawn: the charts have tests of their own. */
async function open(
  trainer: FakeTrainer = fakeTrainer(),
  {
    shelve,
  }: { shelve?: (pack: URL, tell: (bytes: number, of: number) => void) => Promise<ReviewShelf> } = {},
) {
  render(Lab, {
    cells: listed,
    pack: '/imdb/manifest.json',
    typeset: '/lab/typeset.json',
    connect: async () => trainer,
    ...(shelve === undefined ? {} : { shelve }),
  });
  await settle();
  return trainer;
}
const settle = () => new Promise((resolve) => setTimeout(resolve));
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const current = (trainer: FakeTrainer) => {
  const run = trainer.runs.at(-1);
  if (run === undefined) throw new Error('nothing is being trained');
  return run;
};
/** Trains to the end. */
async function finish(trainer: FakeTrainer) {
  await press('Train');
  await settle();
  current(trainer).end({ kind: 'finished', step: ALL, test: score });
  await settle();
  await settle();
}

beforeEach(() => history.replaceState(null, '', '/lab/'));
afterEach(cleanup);

describe('before a run', () => {
  test('there are all cells with their weights, the plan, and what a run is', async () => {
    await open();
    expect(screen.getAllByRole('radio', { name: /weights/ })).toHaveLength(cells.length);
    expect(screen.getByRole('radio', { name: /^LSTM , 8,320 weights/ })).toBeTruthy();
    expect(screen.getByText(en.lab.status.idle(ALL))).toBeTruthy();
    expect(screen.getByText(en.lab.what)).toBeTruthy();
    expect(screen.getByText(en.lab.charts.empty.loss)).toBeTruthy();
    expect(screen.getByText(en.lab.review.untrained)).toBeTruthy();
  });

  test('weights are counted at the units chosen', async () => {
    await open();
    await fireEvent.input(screen.getByLabelText('Units'), { target: { value: '16' } });
    // 4 (16 · 32 + 16 · 16 + 16).
    expect(screen.getByRole('radio', { name: /^LSTM , 3,136 weights/ })).toBeTruthy();
  });

  test('nonsense beside a knob is said there, and what the run would use', async () => {
    const trainer = await open();
    const field = screen.getByLabelText('Units');
    await fireEvent.input(field, { target: { value: 'many' } });
    expect(screen.getByRole('alert').textContent).toContain(en.lab.invalid(1, 256));
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await press('Train');
    await settle();
    expect(current(trainer).configuration.units).toBe(QUICK.units);
  });

  test('the address follows the settings, and a reset can be undone', async () => {
    history.replaceState(null, '', '/lab/?word=3');
    await open();
    await fireEvent.input(screen.getByLabelText('Epochs'), { target: { value: '9' } });
    await settle();
    expect(location.search).toBe('?word=3&epochs=9');
    await press(en.lab.reset);
    await settle();
    expect(location.search).toBe('?word=3');
    await press(en.lab.undo);
    await settle();
    expect(location.search).toBe('?word=3&epochs=9');
  });

  test('an address brings its settings; nonsense in it is said and replaced', async () => {
    history.replaceState(null, '', '/lab/?cell=elman&units=%3Cimg%3E&epochs=2');
    const trainer = await open();
    const said = screen.getByRole('alert');
    expect(said.textContent).toContain('“<img>”');
    expect(said.querySelector('img')).toBeNull();
    await press('Train');
    await settle();
    const elman = listed.find(({ id }) => id === 'elman');
    expect(current(trainer).configuration).toMatchObject({
      equations: elman?.equations,
      units: QUICK.units,
      epochs: 2,
    });
  });
});

describe('a run', () => {
  test('says its steps in the engine line and its place above', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    const { tell } = current(trainer);
    expect(screen.getByText(en.lab.engine.starting)).toBeTruthy();
    tell({ kind: 'loading', progress: { bytes: 100_000, of: 400_000 } });
    await settle();
    expect(screen.getByText('Loading the reviews: 100 of 400 kB.')).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('value')).toBe('100000');
    tell({ kind: 'retrying', attempt: 2, seconds: 4, reason: 'The connection failed' });
    await settle();
    expect(screen.getByText(/The connection failed\. Trying again in 4 s/)).toBeTruthy();
    tell({ kind: 'loading', progress: { bytes: 400_000, of: 400_000 } });
    tell({
      kind: 'engine',
      report: {
        chosen: 'wasm',
        asked: false,
        trying: undefined,
        trials: [
          { engine: 'wasm', ok: true, millisecondsABatch: 4 },
          { engine: 'webgl', ok: true, millisecondsABatch: 144 },
        ],
      },
    });
    tell(batch);
    await settle();
    expect(screen.getByText('WebAssembly', { selector: 'strong' })).toBeTruthy();
    expect(screen.getByText(/4\.2 ms a batch/)).toBeTruthy();
    expect(screen.getByText(/WebGL takes 144 ms/)).toBeTruthy();
    expect(screen.getByText(en.lab.status.training(1, QUICK.epochs, EACH, EACH, 0.6))).toBeTruthy();
    tell({ kind: 'epoch', epoch: 1, training: score, validation: score });
    await settle();
    expect(screen.getByText(en.lab.live.epoch(1, QUICK.epochs, 0.45, 0.8))).toBeTruthy();
    expect(screen.getByRole('row', { name: /^1 0\.450/ })).toBeTruthy();
  });

  test('holds the settings, and frees them at its end with the held-out figures', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    expect(screen.getByLabelText('Units').hasAttribute('disabled')).toBe(true);
    await press('Train');
    expect(trainer.runs).toHaveLength(1);
    current(trainer).end({ kind: 'finished', step: ALL, test: score });
    await settle();
    expect(screen.getByText('80.0 %')).toBeTruthy();
    // Wilson, 2,400 of 3,000.
    expect(screen.getByText(/95 % interval 78\.5 to 81\.4 %/)).toBeTruthy();
    expect(screen.getByLabelText('Units').hasAttribute('disabled')).toBe(false);
    expect(screen.getByRole('button', { name: 'Train again' })).toBeTruthy();
  });

  test('that is over, and other settings: that Train takes those is said', async () => {
    const trainer = await open();
    await finish(trainer);
    await fireEvent.input(screen.getByLabelText('Units'), { target: { value: '16' } });
    expect(screen.getByText(new RegExp(en.lab.status.changed))).toBeTruthy();
    await press('Train');
    await settle();
    expect(current(trainer).configuration.units).toBe(16);
    expect(screen.queryByText(new RegExp(en.lab.status.changed))).toBeNull();
  });

  test('makes Stop the main button while it can be stopped', async () => {
    const trainer = await open();
    const main = () => screen.getAllByRole('button').filter((button) => button.classList.contains('main'));
    expect(main().map(({ textContent }) => textContent?.trim())).toEqual(['Train']);
    await press('Train');
    await settle();
    expect(main().map(({ textContent }) => textContent?.trim())).toEqual(['Stop']);
    await press('Stop');
    expect(main()).toEqual([]);
    current(trainer).end({ kind: 'stopped', step: 80, test: score });
    await settle();
    expect(main().map(({ textContent }) => textContent?.trim())).toEqual(['Train again']);
  });

  test('stops by a press and keeps what was learnt', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    current(trainer).tell(batch);
    await press('Stop');
    await settle();
    expect(trainer.stops).toBe(1);
    expect(screen.getByText(en.lab.status.stopping)).toBeTruthy();
    current(trainer).end({ kind: 'stopped', step: 80, test: score });
    await settle();
    expect(screen.getByText(en.lab.status.stopped(80, ALL))).toBeTruthy();
  });

  test('stopped while it loads, stands as it stood before', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    await press('Stop');
    current(trainer).end({ kind: 'cancelled', step: 0 });
    await settle();
    expect(screen.getByText(en.lab.live.cancelled)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Train' })).toBeTruthy();
    expect(screen.getByLabelText('Units').hasAttribute('disabled')).toBe(false);
  });

  test('says a restart, from which batch', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    current(trainer).tell({ kind: 'restarted', at: 118, from: 100, why: 'silent' });
    await settle();
    expect(screen.getAllByText(en.lab.engine.restarted('silent', 118, 100)).length).toBeGreaterThan(0);
  });

  test('that failed says why, and a press tries again', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    current(trainer).fail('Neither engine works here.');
    await settle();
    expect(screen.getAllByText('Neither engine works here.').length).toBeGreaterThan(0);
    await press(en.lab.engine.tryAgain);
    await settle();
    expect(trainer.runs).toHaveLength(2);
  });

  const diverged: Frame = {
    kind: 'diverged',
    step: 221,
    lastLoss: 8.8e34,
    good: 200,
    culprit: {
      where: 'value',
      name: 'g',
      statement: 'g = exp(a)',
      review: 11,
      word: 3,
      value: -1.3e52,
    },
  };

  test('that diverged says where, reads nothing and offers another seed', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    current(trainer).tell(diverged);
    current(trainer).end({ kind: 'diverged', step: 221 });
    await settle();
    const said = screen.getByText(/\(NaN\) at batch 221; before that it was 8\.8 × 10³⁴/).closest('p');
    expect(said?.textContent).toMatch(/g in “g = exp\(a\)”, at word 3 of review 12: −1\.3 × 10⁵²/);
    expect(screen.getByText(en.lab.result.dropped)).toBeTruthy();
    await press(en.lab.engine.otherSeed);
    await settle();
    expect(current(trainer).configuration.seed).toBe(QUICK.seed + 1);
  });

  test('that diverged goes on from its last good state at a tenth of the rate', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    const good: Checkpoint = {
      configuration: current(trainer).configuration,
      step: 200,
      epoch: { loss: 0, right: 0, reviews: 0 },
      weights: new Map(),
      moments: new Map(),
    };
    current(trainer).tell({ ...batch, step: 200, epoch: 4 });
    current(trainer).tell({ kind: 'checkpoint', checkpoint: good });
    current(trainer).tell({ ...batch, step: 220, epoch: 4 });
    current(trainer).tell(diverged);
    current(trainer).end({ kind: 'diverged', step: 221 });
    await settle();
    await press('Go on from batch 200 at rate 0.0001');
    await settle();
    expect(current(trainer).configuration.rate).toBe(QUICK.rate / 10);
    expect(current(trainer).from).toMatchObject({ step: 200, configuration: { rate: QUICK.rate / 10 } });
    expect(screen.queryByText(/\(NaN\)/)).toBeNull();
  });

  test('moves to the engine that is chosen, and the next one begins with it', async () => {
    const trainer = await open();
    await press('Train');
    await settle();
    expect(current(trainer).engine).toBeUndefined();
    await fireEvent.change(screen.getByLabelText(en.lab.engine.choose), { target: { value: 'webgl' } });
    await settle();
    expect(trainer.chosen).toEqual(['webgl']);
    current(trainer).end({ kind: 'finished', step: ALL, test: score });
    await settle();
    await press('Train again');
    await settle();
    expect(current(trainer).engine).toBe('webgl');
    expect(trainer.chosen).toHaveLength(1);
  });

  test('says beforehand what it will take, as soon as the engine is there', async () => {
    await open();
    expect(screen.queryByText(/MB of memory/)).toBeNull();
    await fireEvent.pointerEnter(screen.getByRole('button', { name: 'Train' }));
    await settle();
    expect(screen.getByText(en.lab.engine.memory(15e6))).toBeTruthy();
  });
});

describe('the reader’s own review', () => {
  test('is read as soon as there is a model, and shows words as text', async () => {
    const trainer = await open();
    await finish(trainer);
    await waitFor(() => expect(screen.getByText('0.81')).toBeTruthy());
    expect(trainer.asked).toEqual([en.lab.review.sample]);
    expect(screen.getByText('<b>wonder</b>')).toBeTruthy();
    expect(screen.getByText(en.lab.review.known(1 / 3, 3))).toBeTruthy();
    await fireEvent.click(screen.getByRole('radio', { name: en.lab.review.ids }));
    expect(screen.getByText('5')).toBeTruthy();
  });

  test.each([
    ['', en.lab.review.empty],
    [' \n ', en.lab.review.empty],
    ['🎬🎬 !!!', en.lab.review.wordless],
    ['<br><hr>', en.lab.review.wordless],
  ])('%j is answered without asking the model', async (text, message) => {
    const trainer = await open();
    await finish(trainer);
    await waitFor(() => expect(screen.getByText('0.81')).toBeTruthy());
    await fireEvent.input(screen.getByLabelText(en.lab.review.label), { target: { value: text } });
    await press(en.lab.review.read);
    await settle();
    expect(screen.getByText(message)).toBeTruthy();
    expect(trainer.asked).toHaveLength(1);
  });
});

describe('a run of an earlier visit', () => {
  const configuration = quickRun(lstm);
  const checkpoint: Checkpoint = {
    configuration,
    step: 80,
    epoch: { loss: 0, right: 0, reviews: 0 },
    weights: initialWeights(architectureOf(configuration), QUICK.seed),
    moments: new Map(),
  };
  const at = new Date('2026-01-02T03:04:00');
  const last: KeptRun = {
    checkpoint,
    at,
    record: {
      id: 'one',
      at,
      configuration,
      status: 'stopped',
      curve: [
        batch,
        { kind: 'epoch', epoch: 1, training: score, validation: score },
        { ...batch, step: 90, epoch: 2 },
      ],
      checkpoint,
      outcome: undefined,
    },
  };

  test('is offered; go on trains from where it was', async () => {
    const trainer = await open(fakeTrainer({ last }));
    expect(screen.getByText(/Your last run: LSTM, kept at batch 80/)).toBeTruthy();
    await press(en.lab.last.goOn);
    await settle();
    expect(current(trainer).from).toBe(checkpoint);
    expect(screen.queryByText(/Your last run/)).toBeNull();
    expect(screen.getByRole('row', { name: /^1 0\.450/ })).toBeTruthy();
  });

  test('opens without training, and says that it is not tested', async () => {
    const trainer = await open(fakeTrainer({ last }));
    await press(en.lab.last.open);
    await waitFor(() => expect(screen.getByText('0.81')).toBeTruthy());
    expect(trainer.runs).toHaveLength(0);
    expect(screen.getByText(en.lab.result.untested)).toBeTruthy();
    expect(screen.getByText(en.lab.status.kept(80))).toBeTruthy();
    expect(screen.getByRole('row', { name: /^1 0\.450/ })).toBeTruthy();
  });

  test('that had finished can be opened with its figures, not gone on with', async () => {
    const done: Checkpoint = { ...checkpoint, step: ALL };
    const outcome = { kind: 'finished' as const, step: ALL, test: score };
    const record = { ...last.record, status: 'finished' as const, checkpoint: done, outcome };
    await open(fakeTrainer({ last: { checkpoint: done, at, record } }));
    expect(screen.queryByRole('button', { name: en.lab.last.goOn })).toBeNull();
    await press(en.lab.last.open);
    await settle();
    expect(screen.getByText('80.0 %')).toBeTruthy();
    expect(screen.getByText(en.lab.status.finished(QUICK.epochs))).toBeTruthy();
  });

  test('is dropped by a press', async () => {
    const trainer = await open(fakeTrainer({ last }));
    await press(en.lab.last.discard);
    await settle();
    expect(trainer.discards).toBe(1);
    expect(screen.queryByText(/Your last run/)).toBeNull();
  });

  test('of an earlier version of the site is dropped with a word', async () => {
    await open(fakeTrainer({ dropped: 1 }));
    expect(screen.getByText(en.lab.engine.dropped)).toBeTruthy();
  });

  test('can’t be kept where storage is refused, which is said', async () => {
    await open(fakeTrainer({ refused: true }));
    expect(screen.getByText(en.lab.engine.storage)).toBeTruthy();
  });
});

describe('the held-out reviews', () => {
  const shelf: ReviewShelf = {
    count: 2,
    text: (index) => ['<i>Bad</i> film', 'Good'][index] ?? '',
    isPositive: (index) => index === 1,
    view: (_, { tokens }) => ({
      text: [],
      tokens: [{ word: 'bad', start: 3, end: 6 }],
      ids: Uint16Array.of(7),
      firstKept: 0,
      row: [
        ...Array.from({ length: tokens - 2 }, () => ({ id: 0, kind: 'padding' as const })),
        { id: 1, kind: 'start' },
        { id: 7, kind: 'word', token: 0 },
      ],
      outOfVocabulary: 0,
    }),
  };

  test('are fetched by a press, shown as text, and turned', async () => {
    await open(fakeTrainer(), { shelve: async () => shelf });
    await press(en.lab.explorer.open);
    await settle();
    expect(screen.getByText(/<i>Bad<\/i> film/)).toBeTruthy();
    expect(screen.getByText(en.lab.explorer.padding(78))).toBeTruthy();
    expect(screen.getByText(/Review 1 of 2/).textContent).toContain(en.lab.explorer.label.negative);
    await press(en.lab.explorer.previous);
    expect(screen.getByText(/Review 2 of 2/).textContent).toContain(en.lab.explorer.label.positive);
  });

  test('that can’t be had say why, and a press tries again', async () => {
    let tries = 0;
    const shelve = async () => {
      tries += 1;
      if (tries === 1) throw new Error('The connection failed.');
      return shelf;
    };
    await open(fakeTrainer(), { shelve });
    await press(en.lab.explorer.open);
    await settle();
    expect(screen.getByText('The connection failed.')).toBeTruthy();
    await press(en.lab.explorer.retry);
    await settle();
    expect(screen.getByText(/Review 1 of 2/)).toBeTruthy();
  });
});
