import { readFileSync } from 'node:fs';
import type { Architecture } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { Schedule } from '../learner.ts';
import { type StrangerArchitecture, withEquations } from './stranger-models.ts';

/** A model's way through training. */
export interface Trajectory {
  readonly name: string;
  readonly architecture: Architecture;
  readonly schedule: Schedule;
  readonly initial: ReadonlyMap<string, readonly number[]>;
  readonly batches: readonly Examples[];
  /** Of each batch: its mean loss, and its gradient's norm before it was clipped. */
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly final: ReadonlyMap<string, readonly number[]>;
}

type Numbers = Readonly<Record<string, readonly number[]>>;

const figures: {
  readonly batch: { readonly size: number; readonly tokens: number };
  readonly schedule: Schedule;
  readonly models: Readonly<
    Record<
      string,
      {
        readonly architecture: StrangerArchitecture;
        readonly initial: Numbers;
        readonly batches: readonly { readonly ids: readonly number[]; readonly labels: readonly number[] }[];
        readonly losses: readonly number[];
        readonly norms: readonly number[];
        readonly final: Numbers;
      }
    >
  >;
} = JSON.parse(readFileSync(new URL('./figures/trajectories.json', import.meta.url), 'utf8'));

/** Fifty steps of PyTorch in float64; made by scripts/reference/trajectory.py. For tests, in Node. */
export const TRAJECTORIES: readonly Trajectory[] = Object.entries(figures.models).map(
  ([name, { architecture, initial, batches, losses, norms, final }]) => ({
    name,
    architecture: withEquations(architecture),
    schedule: figures.schedule,
    initial: new Map(Object.entries(initial)),
    batches: batches.map(({ ids, labels }) => ({
      ...figures.batch,
      ids: Int32Array.from(ids),
      labels: Float32Array.from(labels),
    })),
    losses,
    norms,
    final: new Map(Object.entries(final)),
  }),
);
