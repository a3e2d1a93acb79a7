import { type Architecture, variablesOf } from '../architecture.ts';
import { checkLabels, checkQuestions } from '../checks/batch.ts';
import { checkModel, checkSchedule } from '../checks/model.ts';
import { checkState } from '../checks/state.ts';
import type { Examples, Questions } from '../examples.ts';
import type { Learner, Lesson, Limits, Schedule, Snapshot, Sums } from '../learner.ts';
import { Tally } from '../tally.ts';
import type { Device } from './device.ts';
import { entryOf, LINES } from './ledger.ts';
import { type Model, modelIn } from './model.ts';
import { pickUp } from './numbers.ts';
import type { Pass } from './part.ts';
import { checkContext, readLater } from './readback.ts';
import { buildCell } from './recurrent.ts';
import { type DeviceRoom, emptyRoom, roomOn } from './room.ts';
import { whole } from './rows.ts';
import { readGradients, readState, writeState } from './state.ts';

/** A batch whose figures are still on the device. */
interface Owed {
  readonly line: number;
  readonly answers: number;
}

/** A model that learns on a graphics chip: `learn` asks for a batch's draws and doesn't wait for them. */
class WebglLearner implements Learner {
  readonly engine = 'webgl';
  readonly architecture: Architecture;
  readonly #schedule: Schedule;
  readonly #limits: Limits;
  readonly #model: Model;
  #room: DeviceRoom | undefined;
  #step = 0;
  #line = 0;
  #owed: Owed[] = [];
  /** Lines on their way to the host. */
  readonly #paying: Promise<void>[] = [];
  #tally = new Tally();

  constructor(
    architecture: Architecture,
    schedule: Schedule,
    limits: Limits,
    room: DeviceRoom,
    model: Model,
  ) {
    this.architecture = architecture;
    this.#schedule = schedule;
    this.#limits = limits;
    this.#room = room;
    this.#model = model;
  }

  get step(): number {
    return this.#step;
  }

  learn(batch: Examples): void {
    const { rate, clip, seed } = this.#schedule;
    const answers = this.#draw(batch, { seed, step: this.#step }, this.#line);
    this.#step += 1;
    this.#model.update({ rate, clip, step: this.#step, line: this.#line });
    this.#owed.push({ line: this.#line, answers });
    this.#line = (this.#line + 1) % LINES.rows;
    if (this.#line === 0) this.#collect();
  }

  async sums(): Promise<Sums> {
    this.#device();
    this.#collect();
    const tally = this.#tally;
    this.#tally = new Tally();
    await Promise.all(this.#paying.splice(0));
    return tally.take();
  }

  async lesson(batch: Examples): Promise<Lesson> {
    const device = this.#device();
    const answers = this.#draw(batch, undefined, LINES.lesson);
    const [floats, gradients] = await Promise.all([
      this.#read(device, LINES.lesson, 1),
      readGradients(device, this.#model, this.architecture),
    ]);
    const { loss, right } = entryOf(floats);
    return { loss: loss / Math.max(1, answers), right, gradients };
  }

  async outputs(questions: Questions): Promise<Float32Array> {
    const device = this.#device();
    this.#checkSteps(questions);
    const { output, rows } = this.#model.forward(questions, undefined, false);
    const { size } = this.#model.last;
    const part = whole(rows, size);
    const at = { x: output.x, y: output.y, ...part };
    const floats = await readLater(device, this.#model.readable(output.texture), at);
    return pickUp(floats, rows, size, part, floats.length / (part.width * part.height));
  }

  restore(snapshot: Snapshot): void {
    const device = this.#device();
    checkState(variablesOf(this.architecture), snapshot);
    writeState(device, this.#model, snapshot);
    this.#step = snapshot.step;
  }

  async snapshot(): Promise<Required<Snapshot>> {
    const step = this.#step;
    return { step, ...(await readState(this.#device(), this.#model, this.architecture)) };
  }

  /** Frees every texture. The programs stay with the context: the next model of these layers links none. */
  dispose(): void {
    this.#room?.dispose();
    this.#room = undefined;
  }

  /** Forward, loss and backward. @returns how many answers count */
  #draw(batch: Examples, chance: Pass['chance'], line: number): number {
    this.#device();
    const steps = this.#checkSteps(batch);
    checkLabels(this.architecture, this.#model.last, batch, steps);
    const judgement = this.#model.judge(batch, this.#model.forward(batch, chance, true));
    this.#model.backward(judgement, line);
    return judgement.answers;
  }

  /** Checks what goes in. @returns steps that convolutions leave of it */
  #checkSteps(questions: Questions): number {
    checkQuestions(this.architecture, questions, this.#limits);
    const { lost } = this.#model;
    if (questions.tokens <= lost)
      throw new Error(
        `the batch has ${questions.tokens} steps, of which valid convolutions leave none; give it at least ${lost + 1}.`,
      );
    return questions.tokens - lost;
  }

  /** Asks for the lines that are owed, which lie one below the other. */
  #collect(): void {
    const owed = this.#owed;
    this.#owed = [];
    const [first] = owed;
    if (first === undefined) return;
    const tally = this.#tally;
    const paid = this.#read(this.#device(), first.line, owed.length).then((floats) => {
      const each = floats.length / owed.length;
      for (const [k, { answers }] of owed.entries()) {
        const { loss, right, norm } = entryOf(floats.subarray(k * each, (k + 1) * each));
        tally.add(loss / Math.max(1, answers), right, answers, norm);
      }
    });
    // Whoever asks for the sums hears of it; until somebody does, it is no error of anybody's.
    paid.catch(() => undefined);
    this.#paying.push(paid);
  }

  #read(device: Device, line: number, lines: number): Promise<Float32Array> {
    const { target } = this.#model.ledger;
    return readLater(device, target, { x: 0, y: line, width: LINES.columns, height: lines });
  }

  /** @throws Error after `dispose`; EngineLost where the context is gone */
  #device(): Device {
    if (this.#room === undefined) throw new Error('this learner was disposed; build a new one.');
    checkContext(this.#room.device);
    return this.#room.device;
  }
}

/**
 * Bytes of the textures that a learner takes.
 * @throws Error for what this engine can't build
 */
export function forecast(
  architecture: Architecture,
  limits: Limits,
  device?: Pick<Device, 'side' | 'outputs'>,
): number {
  checkModel(architecture, limits);
  const room = emptyRoom(device);
  modelIn(room, architecture, limits, buildCell);
  return room.bytes;
}

/**
 * Builds a model on a device; see `BuildLearner`.
 * @throws Error that names what this engine lacks, or the size that is impossible, before anything is made on the
 * device; Error where it has no memory for that; EngineLost where its context is gone
 */
export async function buildWebglLearner(
  device: Device,
  architecture: Architecture,
  schedule: Schedule,
  limits: Limits,
): Promise<Learner> {
  checkSchedule(schedule);
  const bytes = forecast(architecture, limits, device);
  checkContext(device);
  const room = roomOn(device);
  const { gl } = device;
  // Errors are kept until somebody asks.
  while (gl.getError() !== gl.NO_ERROR && !gl.isContextLost());
  try {
    const model = modelIn(room, architecture, limits, buildCell);
    if (gl.getError() === gl.OUT_OF_MEMORY)
      throw new Error(
        `The graphics chip has no room for the ${Math.ceil(bytes / 2 ** 20)} MiB of textures that batches of ${limits.size} x ${limits.tokens} take. Make them smaller, or take fewer units.`,
      );
    await device.compiled();
    checkContext(device);
    return new WebglLearner(architecture, schedule, limits, room, model);
  } catch (fault) {
    room.dispose();
    throw fault;
  }
}
