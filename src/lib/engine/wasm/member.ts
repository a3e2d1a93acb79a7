/** What a worker of a crew does: it learns its shards of every batch and moves its own copy of the model. */
import type { Examples } from '../examples.ts';
import {
  arrive,
  type CrewMemory,
  crewMemory,
  fail,
  shareContributions,
  sharedBatch,
  takeContributions,
  waitFor,
  wordAt,
} from './crew-memory.ts';
import type { FromWorker, Line, ToWorker } from './crew-protocol.ts';
import { Posting } from './posting.ts';
import { Replica } from './replica.ts';
import type { Crew } from './sharing.ts';
import { learnt, teach } from './teaching.ts';

type Message<Kind extends ToWorker['kind']> = Extract<ToWorker, { readonly kind: Kind }>;

/** Serves a leader. What goes wrong is said to it; it decides. */
export function serveCrew(line: Line<FromWorker, ToWorker>): void {
  let member: Member | undefined;
  line.listen((message) => {
    try {
      if (message.kind === 'build') {
        member = new Member(message, line);
        line.send({ kind: 'built' });
      } else if (member === undefined)
        throw new Error(`a worker was asked to ${message.kind} before it had a model.`);
      else member.hear(message);
    } catch (fault) {
      line.send({ kind: 'failed', why: fault instanceof Error ? fault.message : String(fault) });
    }
  });
}

class Member {
  readonly #replica: Replica;
  readonly #crew: Crew;
  readonly #memory: CrewMemory | undefined;
  readonly #line: Line<FromWorker, ToWorker>;
  readonly #posting: Posting;

  constructor(
    { code, architecture, schedule, limits, crew, shared }: Message<'build'>,
    line: Line<FromWorker, ToWorker>,
  ) {
    this.#replica = new Replica(code, architecture, schedule, limits, crew);
    this.#crew = crew;
    this.#memory = shared && crewMemory(architecture, limits, crew.of, shared);
    this.#line = line;
    this.#posting = new Posting();
  }

  hear(message: Exclude<ToWorker, Message<'build'>>): void {
    switch (message.kind) {
      case 'restore':
        this.#replica.restore(message.snapshot);
        return;
      case 'serve':
        if (this.#memory !== undefined) this.#serve(this.#memory, message);
        return;
      case 'learn':
        this.#learn(message.batch);
        return;
      case 'contribution':
        this.#posting.take(message);
        this.#finish();
    }
  }

  /** Lies in wait for the leader's commands until its era is over: then messages are heard again. */
  #serve(memory: CrewMemory, { era, command, arrived }: Message<'serve'>): void {
    try {
      for (let round = 1; ; round++) {
        if (!waitFor(memory, 'command', command + round, Number.POSITIVE_INFINITY)) return;
        if (Atomics.load(memory.words, wordAt('era')) !== era) return;
        const ready = teach(this.#replica, sharedBatch(memory, this.#replica.architecture), this.#crew);
        shareContributions(memory, ready, round & 1);
        arrive(memory);
        if (!waitFor(memory, 'arrived', arrived + this.#crew.of * round, Number.POSITIVE_INFINITY)) return;
        takeContributions(memory, ready, round & 1);
        learnt(this.#replica, ready);
      }
    } catch (fault) {
      fail(memory, fault instanceof Error ? fault.message : String(fault));
      throw fault;
    }
  }

  #learn(batch: Examples): void {
    this.#posting.begin(teach(this.#replica, batch, this.#crew));
    this.#posting.post((message, transfer) => this.#line.send(message, transfer));
    this.#finish();
  }

  #finish(): void {
    const ready = this.#posting.complete();
    if (ready !== undefined) learnt(this.#replica, ready);
  }
}
