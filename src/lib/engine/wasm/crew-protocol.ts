/** What the leader of a crew, the training worker, and the workers that it opened say to each other. */
import type { Architecture } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { Limits, Schedule, Snapshot } from '../learner.ts';
import type { KernelCode } from './kernel.ts';
import type { Crew } from './sharing.ts';

export type ToWorker =
  | {
      readonly kind: 'build';
      readonly code: KernelCode;
      readonly architecture: Architecture;
      readonly schedule: Schedule;
      readonly limits: Limits;
      readonly crew: Crew;
      /** Where the page may share memory. */
      readonly shared: SharedArrayBuffer | undefined;
    }
  | { readonly kind: 'restore'; readonly snapshot: Snapshot }
  /** Go by the words of the shared memory from now on; these are what they said when this was sent. */
  | { readonly kind: 'serve'; readonly era: number; readonly command: number; readonly arrived: number }
  /** Without shared memory: learn your shards of this batch. */
  | { readonly kind: 'learn'; readonly batch: Examples }
  | Posted;

/** Without shared memory: a group's contribution, as `parcel.ts` packs it. The row changes hands. */
export interface Posted {
  readonly kind: 'contribution';
  readonly group: number;
  readonly row: Float32Array<ArrayBuffer>;
}

export type FromWorker =
  | { readonly kind: 'built' }
  | { readonly kind: 'failed'; readonly why: string }
  | Posted;

/** One end of the line to a worker. */
export interface Line<Sent, Received> {
  send(message: Sent, transfer?: readonly ArrayBuffer[]): void;
  listen(listener: (message: Received) => void): void;
}

/** A worker that was opened. Its end is heard as a `failed`. */
export interface OpenedWorker extends Line<ToWorker, FromWorker> {
  close(): void;
}

export type OpenWorker = () => OpenedWorker;
