import type { Configuration } from '../../lib/engine/configuration.ts';
import type {
  Diverged,
  Ended,
  EngineReport,
  Frame,
  LoadProgress,
  Restart,
} from '../../lib/engine/protocol.ts';
import type { KeptRun } from '../../lib/runs/run.ts';
import type { Curves } from '../plots/curves.ts';

type BatchFrame = Extract<Frame, { kind: 'batch' }>;
type EpochFrame = Extract<Frame, { kind: 'epoch' }>;

/** What the lab shows of a run, all of it: a fold over what the worker reports. */
export interface RunView {
  readonly configuration: Configuration;
  readonly phase: 'loading' | 'retrying' | 'choosing' | 'training' | 'stopping' | 'ended' | 'failed';
  readonly loading: LoadProgress | undefined;
  readonly retry: Extract<Frame, { kind: 'retrying' }> | undefined;
  readonly engine: EngineReport | undefined;
  /** Batches done, and those of the whole plan (0 until the first report). */
  readonly step: number;
  readonly steps: number;
  readonly batches: readonly Pick<BatchFrame, 'step' | 'loss'>[];
  readonly scores: readonly EpochFrame[];
  /** The latest report's; undefined before it. */
  readonly millisecondsABatch: number | undefined;
  /** Batches done in the last kept state; undefined before the first. */
  readonly kept: number | undefined;
  readonly restart: Restart | undefined;
  readonly diverged: Diverged | undefined;
  readonly outcome: Ended | undefined;
  /** Why it failed, in words that the engine gave. */
  readonly failure: string | undefined;
}

/** A run that was just started. */
export function begin(configuration: Configuration): RunView {
  return {
    configuration,
    phase: 'loading',
    loading: undefined,
    retry: undefined,
    engine: undefined,
    step: 0,
    steps: 0,
    batches: [],
    scores: [],
    millisecondsABatch: undefined,
    kept: undefined,
    restart: undefined,
    diverged: undefined,
    outcome: undefined,
    failure: undefined,
  };
}

/** A kept run as it stands: its curve up to the state that was kept, and its end if that was its end. */
export function reopen({ record, checkpoint }: KeptRun): RunView {
  const { outcome } = record;
  const ended = outcome?.kind !== 'diverged' && outcome?.step === checkpoint.step ? outcome : undefined;
  return { ...upToState({ record, checkpoint }), phase: 'ended', outcome: ended };
}

/** A kept run that goes on from its state. */
export function goOn(kept: Pick<KeptRun, 'record' | 'checkpoint'>): RunView {
  return { ...upToState(kept), phase: 'loading', engine: undefined, restart: undefined };
}

/** A run that diverged and goes on, more carefully, from its last good state. */
export function goBackTo(view: RunView, step: number, configuration: Configuration): RunView {
  return { ...cutTo(view, step), configuration, phase: 'loading', engine: undefined, outcome: undefined };
}

function upToState({ record, checkpoint }: Pick<KeptRun, 'record' | 'checkpoint'>): RunView {
  return cutTo(record.curve.reduce(advance, begin(checkpoint.configuration)), checkpoint.step);
}

function cutTo(whole: RunView, step: number): RunView {
  const each = curvesOf(whole).batchesAnEpoch;
  return {
    ...whole,
    step,
    kept: step,
    batches: upTo(whole.batches, step),
    scores: whole.scores.filter(({ epoch }) => epoch * each <= step),
    diverged: undefined,
  };
}

/** How a run ended: with an outcome, or with an error's message. */
export type Ending =
  | { readonly kind: 'outcome'; readonly outcome: Ended }
  | { readonly kind: 'failed'; readonly message: string };

/** Stop was pressed; the batch under way may still report. */
export interface Stopping {
  readonly kind: 'stopping';
}

/** The view after something was reported. */
export function advance(view: RunView, event: Frame | Ending | Stopping): RunView {
  const phase = view.phase === 'stopping' ? view.phase : undefined;
  switch (event.kind) {
    case 'loading': {
      const whole = event.progress.of > 0 && event.progress.bytes >= event.progress.of;
      return {
        ...view,
        phase: phase ?? (whole ? 'choosing' : 'loading'),
        loading: event.progress,
        retry: undefined,
      };
    }
    case 'retrying':
      return { ...view, phase: phase ?? 'retrying', retry: event };
    case 'engine':
      return { ...view, phase: phase ?? 'training', engine: event.report, retry: undefined };
    case 'batch': {
      const { step, steps, loss, millisecondsABatch } = event;
      // A run that goes on from a kept state does some batches again: what it reports now holds.
      const batches = upTo(view.batches, step - 1);
      return {
        ...view,
        phase: phase ?? 'training',
        step,
        steps,
        millisecondsABatch,
        batches: [...batches, { step, loss }],
        scores: view.scores.filter(({ epoch }) => epoch < event.epoch),
      };
    }
    case 'epoch':
      return { ...view, scores: [...view.scores.filter(({ epoch }) => epoch < event.epoch), event] };
    case 'checkpoint':
      return { ...view, kept: event.checkpoint.step };
    case 'restarted':
      return { ...view, phase: phase ?? 'choosing', restart: event };
    case 'diverged':
      return { ...view, diverged: event };
    case 'stopping':
      return { ...view, phase: 'stopping' };
    case 'outcome':
      return { ...view, phase: 'ended', outcome: event.outcome, step: event.outcome.step };
    case 'failed':
      return { ...view, phase: 'failed', failure: event.message };
  }
}

function upTo<P extends { readonly step: number }>(points: readonly P[], last: number): readonly P[] {
  const end = points.at(-1);
  return end === undefined || end.step <= last ? points : points.filter(({ step }) => step <= last);
}

/** Whether the worker is at work on it. */
export const isRunning = (view: RunView | undefined): view is RunView =>
  view !== undefined && view.phase !== 'ended' && view.phase !== 'failed';

/** What the charts draw of it. */
export function curvesOf(view: RunView): Curves {
  const { configuration, steps, step, batches, scores, outcome } = view;
  const ended = outcome?.kind === 'finished' ? 'finished' : 'stopped';
  return {
    epochs: configuration.epochs,
    batchesAnEpoch:
      steps > 0 ? steps / configuration.epochs : Math.ceil(configuration.reviews / configuration.batch),
    batches,
    scores,
    step,
    state: isRunning(view) ? 'running' : ended,
  };
}
