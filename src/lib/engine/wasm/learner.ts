import type { Architecture } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { Learner, Lesson, Limits, Schedule, Snapshot, Sums } from '../learner.ts';
import {
  answersOf,
  byExample,
  checkLabels,
  checkQuestions,
  isPadded,
  type Questions,
  writeLabels,
  writeQuestions,
} from './batch.ts';
import type { KernelCode } from './kernel.ts';
import { type Ready, Replica } from './replica.ts';
import { ALONE } from './sharing.ts';
import { Tally } from './tally.ts';

export { forecast } from './replica.ts';

/** A model that learns in a WebAssembly kernel: a batch is one call of it, and done when `learn` returns. */
class WasmLearner implements Learner {
  readonly engine = 'wasm';
  readonly architecture: Architecture;
  #replica: Replica | undefined;
  readonly #tally = new Tally();

  constructor(replica: Replica) {
    this.architecture = replica.architecture;
    this.#replica = replica;
  }

  get step(): number {
    return this.#alive().step;
  }

  learn(batch: Examples): void {
    const replica = this.#alive();
    const { ready, answers } = writeBatch(replica, 'learn', batch);
    replica.announce(ready);
    replica.run(ready);
    replica.step++;
    this.#tally.add(summed(ready, 'loss'), summed(ready, 'right'), answers, replica.norm);
  }

  async sums(): Promise<Sums> {
    return this.#tally.take();
  }

  async lesson(batch: Examples): Promise<Lesson> {
    return lessonOf(this.#alive(), batch);
  }

  async outputs(batch: Questions): Promise<Float32Array> {
    return outputsOf(this.#alive(), batch);
  }

  restore(snapshot: Snapshot): void {
    this.#alive().restore(snapshot);
  }

  async snapshot(): Promise<Required<Snapshot>> {
    return this.#alive().snapshot();
  }

  /** Drops the kernel, and with it its memory. */
  dispose(): void {
    this.#replica = undefined;
  }

  #alive(): Replica {
    if (this.#replica === undefined) throw new Error('this learner was disposed; build a new one.');
    return this.#replica;
  }
}

/** Checks a batch and writes this replica's shards of it. */
export function writeBatch(replica: Replica, purpose: 'learn' | 'lesson', batch: Examples, crew = ALONE) {
  const { architecture, limits, last } = replica;
  checkQuestions(architecture, batch, limits);
  const ready = replica.prepare(purpose, batch.size, batch.tokens, isPadded(architecture, batch), crew);
  checkLabels(architecture, last, batch, ready.tape.steps);
  const answers = answersOf(last, batch, ready.tape.steps);
  for (const shard of ready.inputs) {
    writeQuestions(shard, batch);
    writeLabels(shard, last, batch, answers);
  }
  return { ready, answers };
}

/** The batch's mean loss, or how many answers are right: the sum of the shards' parts. */
export function summed({ contributions }: Ready, which: 'loss' | 'right'): number {
  let sum = 0;
  for (const contribution of contributions) sum += contribution[which][0] ?? Number.NaN;
  return sum;
}

export function lessonOf(replica: Replica, batch: Examples): Lesson {
  const { ready } = writeBatch(replica, 'lesson', batch);
  replica.run(ready, 'teach', 'combine');
  const lesson = {
    loss: summed(ready, 'loss'),
    right: summed(ready, 'right'),
    gradients: replica.gradients(),
  };
  replica.run(ready, 'clear', 'clear');
  return lesson;
}

export function outputsOf(replica: Replica, batch: Questions): Float32Array {
  const { architecture, limits } = replica;
  checkQuestions(architecture, batch, limits);
  const { size, tokens } = batch;
  const ready = replica.prepare('outputs', size, tokens, isPadded(architecture, batch));
  for (const shard of ready.inputs) writeQuestions(shard, batch);
  replica.run(ready);
  return byExample(replica.floats(ready.tape.output), size, ready.tape.steps);
}

/**
 * Builds a model on the WebAssembly engine.
 * @param code the kernel (`loadKernel`); one serves any number of learners
 * @throws Error that names what can't be had, before anything is allocated
 */
export function buildWasmLearner(
  code: KernelCode,
  architecture: Architecture,
  schedule: Schedule,
  limits: Limits,
): Learner {
  return new WasmLearner(new Replica(code, architecture, schedule, limits));
}
