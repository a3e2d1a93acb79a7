import type { Architecture } from '../architecture.ts';
import { checkQuestions } from '../checks/batch.ts';
import type { Examples, Questions } from '../examples.ts';
import type { Learner, Lesson, Limits, Schedule, Snapshot, Sums } from '../learner.ts';
import { Tally } from '../tally.ts';
import type { KernelCode } from './kernel.ts';
import type { CrewOptions } from './leader.ts';
import { type Ready, Replica } from './replica.ts';
import { ALONE } from './sharing.ts';
import { answersIn, checkBatch, learnt, lessonOf, lossOf, outputsOf, rightOf, teach } from './teaching.ts';
import { Together } from './together.ts';

export { forecast } from './replica.ts';

/**
 * A model that learns in a WebAssembly kernel. Alone, or with a crew that shares memory, a batch is learnt when `learn`
 * returns; with a crew that shares none, batches wait in line, and what returns a promise waits for them.
 */
class WasmLearner implements Learner {
  readonly engine = 'wasm';
  readonly architecture: Architecture;
  #replica: Replica | undefined;
  readonly #together: Together | undefined;
  readonly #tally = new Tally();
  /** Batches handed over. */
  #step = 0;
  /** The last of the batches that wait; undefined where none does. */
  #line: Promise<void> | undefined;
  /** What went wrong in the line, until somebody has been told. */
  #fault: unknown;

  constructor(replica: Replica, together: Together | undefined) {
    this.architecture = replica.architecture;
    this.#replica = replica;
    this.#together = together;
  }

  get step(): number {
    return this.#step;
  }

  /** How many workers learn at present. */
  get workers(): number {
    return this.#together?.workers ?? 1;
  }

  learn(batch: Examples): Promise<void> | undefined {
    const replica = this.#alive();
    checkBatch(replica, batch);
    this.#step++;
    if (this.#line === undefined) {
      const learning = this.#learn(replica, batch);
      if (learning !== undefined) this.#wait(learning);
    } else {
      // The caller may fill its arrays anew before it is this batch's turn.
      const copy = structuredClone(batch);
      this.#wait(this.#line.then(() => this.#learn(replica, copy)));
    }
    return this.#line;
  }

  async sums(): Promise<Sums> {
    await this.#settled();
    return this.#tally.take();
  }

  async lesson(batch: Examples): Promise<Lesson> {
    const replica = await this.#settled();
    checkBatch(replica, batch);
    return lessonOf(replica, batch);
  }

  async outputs(questions: Questions): Promise<Float32Array> {
    const replica = await this.#settled();
    checkQuestions(replica.architecture, questions, replica.limits);
    return outputsOf(replica, questions);
  }

  restore(snapshot: Snapshot): void {
    const replica = this.#alive();
    replica.check(snapshot);
    this.#step = snapshot.step;
    const put = (): void => {
      replica.restore(snapshot);
      this.#together?.changed();
    };
    if (this.#line === undefined) put();
    else this.#wait(this.#line.then(put));
  }

  async snapshot(): Promise<Required<Snapshot>> {
    return (await this.#settled()).snapshot();
  }

  /** Drops the kernel, and with it its memory; ends the other workers. */
  dispose(): void {
    this.#replica = undefined;
    this.#together?.end();
  }

  /** Learns a batch with whoever is there. @returns a promise where they are asked by message */
  #learn(replica: Replica, batch: Examples): Promise<void> | undefined {
    const begun = performance.now();
    const finish = (ready: Ready | undefined): void => {
      // None: a worker failed before anything was changed. Its part is done here, and from now on.
      if (ready === undefined) this.#together?.end();
      const complete = ready ?? teach(replica, batch, ALONE);
      learnt(replica, complete);
      const answers = answersIn(replica, batch);
      this.#tally.add(lossOf(complete), rightOf(complete), answers, replica.norm);
      if (ready !== undefined) this.#together?.timed(batch, performance.now() - begun);
    };
    const crew = this.#together?.leader();
    const ready = crew === undefined ? teach(replica, batch, ALONE) : crew.learn(batch);
    if (ready instanceof Promise) return ready.then(finish);
    finish(ready);
    return undefined;
  }

  /** Lets what comes wait for this. */
  #wait(learning: Promise<void>): void {
    const line = learning
      .catch((fault: unknown) => {
        this.#fault ??= fault;
      })
      .then(() => {
        if (this.#line === line) this.#line = undefined;
      });
    this.#line = line;
  }

  async #settled(): Promise<Replica> {
    while (this.#line !== undefined) await this.#line;
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault;
    return this.#alive();
  }

  #alive(): Replica {
    if (this.#replica === undefined) throw new Error('this learner was disposed; build a new one.');
    return this.#replica;
  }
}

/**
 * Builds a model on the WebAssembly engine.
 *
 * @param code the kernel (`loadKernel`); one serves any number of learners
 * @param crew other workers, which are taken in once it has been found that they make it faster
 * @throws Error that names what can't be had, before anything is allocated
 */
export function buildWasmLearner(
  code: KernelCode,
  architecture: Architecture,
  schedule: Schedule,
  limits: Limits,
  crew?: CrewOptions,
): Learner {
  const replica = new Replica(code, architecture, schedule, limits);
  return new WasmLearner(replica, crew && new Together(replica, code, crew));
}
