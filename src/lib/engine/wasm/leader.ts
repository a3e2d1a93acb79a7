import type { Examples } from '../examples.ts';
import {
  arrive,
  type CrewMemory,
  command,
  crewMemory,
  dismiss,
  failure,
  shareBatch,
  shareContributions,
  takeContributions,
  waitFor,
  wordAt,
} from './crew-memory.ts';
import type { FromWorker, OpenedWorker, OpenWorker } from './crew-protocol.ts';
import type { KernelCode } from './kernel.ts';
import { Posting } from './posting.ts';
import type { Ready, Replica } from './replica.ts';
import type { Crew } from './sharing.ts';
import { teach } from './teaching.ts';

/** How long the others may take, in ms, and besides how many times as long as the leader took for its own part. */
const PATIENCE = 10_000;
const PATIENCE_FACTOR = 50;
const SILENT = 'a worker has not answered in time';

/** What a crew is made of. */
export interface CrewOptions {
  readonly open: OpenWorker;
  /** The leader counted. */
  readonly workers: number;
  /** Whether memory can be shared: in a browser, where the page is cross-origin isolated. */
  readonly shared: boolean;
  /** Whether they are to be taken in at once and whatever their speed, rather than timed against one worker. */
  readonly settled?: boolean;
  /** How long the others may take, in ms; 10 seconds where it isn't said. */
  readonly patience?: number;
}

/**
 * The training worker's side of a crew: it opens the other workers, learns its own shards of every batch, and sees to
 * it that all contributions come together. Every worker then moves its own copy of the model, by the same numbers.
 */
export class Leader {
  readonly #replica: Replica;
  readonly #crew: Crew;
  readonly #patience: number;
  readonly #workers: readonly OpenedWorker[];
  readonly #memory: CrewMemory | undefined;
  readonly #posting = new Posting();
  #built = 0;
  /** Batches since the workers were last given a state, and how often anybody had arrived then. */
  #round = 0;
  #served = 0;
  /** Whether the workers go by the shared memory's words. */
  #isServed = false;
  #failure: string | undefined;
  /** Called when a worker has something to say. */
  #wake: () => void = () => undefined;

  constructor(
    replica: Replica,
    code: KernelCode,
    { open, workers, shared, patience = PATIENCE }: CrewOptions,
  ) {
    const { architecture, schedule, limits } = replica;
    this.#replica = replica;
    this.#crew = { own: 0, of: workers };
    this.#patience = patience;
    this.#memory = shared ? crewMemory(architecture, limits, workers) : undefined;
    this.#workers = Array.from({ length: workers - 1 }, (_, k) => {
      const worker = open();
      worker.listen((message) => this.#hear(k, message));
      const crew = { own: k + 1, of: workers };
      worker.send({
        kind: 'build',
        code,
        architecture,
        schedule,
        limits,
        crew,
        shared: this.#memory?.buffer,
      });
      return worker;
    });
  }

  /** Whether all workers have built their copy of the model. */
  get isBuilt(): boolean {
    return this.#built === this.#workers.length;
  }

  /** Why the crew can't go on; undefined where it can. */
  get failure(): string | undefined {
    return this.#failure ?? (this.#memory && failure(this.#memory));
  }

  /** Gives all workers the leader's own state. To be called before the first batch, and whenever that was changed. */
  begin(): void {
    const { step, weights, moments } = this.#replica.snapshot();
    if (this.#memory !== undefined && this.#isServed) dismiss(this.#memory);
    for (const worker of this.#workers)
      worker.send({ kind: 'restore', snapshot: { step, weights, moments } });
    if (this.#memory === undefined) return;
    const { words } = this.#memory;
    this.#isServed = true;
    this.#round = 0;
    this.#served = Atomics.load(words, wordAt('arrived'));
    const state = {
      era: Atomics.load(words, wordAt('era')),
      command: Atomics.load(words, wordAt('command')),
      arrived: this.#served,
    };
    for (const worker of this.#workers) worker.send({ kind: 'serve', ...state });
  }

  /**
   * Learns a batch up to all contributions being in place; `learnt` does the rest.
   * @returns the tape to go on with; undefined where a worker failed: then nothing has changed, and the leader can
   * learn the batch alone. A promise where memory isn't shared
   */
  learn(batch: Examples): Ready | undefined | Promise<Ready | undefined> {
    return this.#memory === undefined ? this.#byMessage(batch) : this.#byMemory(this.#memory, batch);
  }

  #byMemory(memory: CrewMemory, batch: Examples): Ready | undefined {
    const round = ++this.#round;
    shareBatch(memory, batch);
    command(memory);
    const begun = performance.now();
    const ready = teach(this.#replica, batch, this.#crew);
    shareContributions(memory, ready, round & 1);
    arrive(memory);
    const until = this.#deadline(begun);
    if (!waitFor(memory, 'arrived', this.#served + this.#crew.of * round, until)) {
      this.#failure ??= failure(memory) ?? SILENT;
      return undefined;
    }
    takeContributions(memory, ready, round & 1);
    return ready;
  }

  async #byMessage(batch: Examples): Promise<Ready | undefined> {
    for (const worker of this.#workers) worker.send({ kind: 'learn', batch });
    const begun = performance.now();
    this.#posting.begin(teach(this.#replica, batch, this.#crew));
    this.#posting.post((message, transfer) => {
      for (const worker of this.#workers.slice(1)) worker.send({ ...message, row: message.row.slice() });
      this.#workers[0]?.send(message, transfer);
    });
    const until = this.#deadline(begun);
    for (;;) {
      if (this.failure !== undefined) return undefined;
      const ready = this.#posting.complete();
      if (ready !== undefined) return ready;
      const left = until - performance.now();
      if (left <= 0) this.#failure = SILENT;
      else await this.#somethingHeard(left);
    }
  }

  /** When the others are given up, where the leader began its own part then and has just done it. */
  #deadline(begun: number): number {
    const now = performance.now();
    return now + this.#patience + PATIENCE_FACTOR * (now - begun);
  }

  #somethingHeard(within: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, within);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #hear(from: number, message: FromWorker): void {
    if (message.kind === 'built') this.#built++;
    else if (message.kind === 'failed') this.#failure ??= message.why;
    else {
      for (const [k, worker] of this.#workers.entries())
        if (k !== from) worker.send({ ...message, row: message.row.slice() });
      this.#posting.take(message);
    }
    this.#wake();
  }

  /** Ends the other workers. */
  close(): void {
    for (const worker of this.#workers) worker.close();
  }
}
