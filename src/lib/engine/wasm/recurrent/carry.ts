import type { PlanId, PlanState } from '../../plan/plan.ts';
import { type Block, isSame } from '../block.ts';
import type { Tape } from '../tape.ts';
import type { Lodging } from './passes.ts';
import type { Rooms } from './rooms.ts';

/** One state's adjoint on its way from step to step. */
interface Carried {
  readonly state: PlanState;
  /** What arrives at the state's next value. */
  readonly arriving: Lodging;
  /** The same where the step counts, zero where it is padding; what the step's adjoints read. */
  readonly seed: Lodging;
  /** Whether the seed's place may be written to once nothing in the step reads it. */
  readonly isYielding: boolean;
  /** What the step before receives. */
  readonly leaving: Lodging;
}

/**
 * Adjoints of states through the reverse loop. Two places a state take turns, so that a step may write what leaves it
 * while what arrived is still read.
 */
export class Carry {
  readonly carried: readonly Carried[];
  readonly #steps: number;
  readonly #mask: Lodging | undefined;
  readonly #zero: Block;

  constructor(
    states: readonly PlanState[],
    rooms: Rooms,
    {
      steps,
      units,
      mask,
      zero,
      isKept,
    }: {
      readonly steps: number;
      readonly units: number;
      readonly mask: Lodging | undefined;
      readonly zero: Block;
      /** Whether the seeds of all steps are read after the loop. */
      readonly isKept: (state: PlanState) => boolean;
    },
  ) {
    this.#steps = steps;
    this.#mask = mask;
    this.#zero = zero;
    this.carried = states
      .filter(({ seed }) => seed !== undefined)
      .map((state) => {
        const two = [0, 1].map((k) => rooms.step(`towards ${state.name}, ${k}`, units));
        const turn = (offset: number): Lodging => ({
          at: (step) => (two[(step + offset) % 2] as Lodging).at(step),
          all: undefined,
        });
        const arriving = turn(1);
        const name = `seed of ${state.name}`;
        const own = isKept(state) ? rooms.whole(name, units) : rooms.step(name, units);
        const hasOwn = isKept(state) || mask !== undefined;
        const seed = hasOwn ? own : arriving;
        return { state, arriving, seed, isYielding: !isKept(state), leaving: turn(0) };
      });
  }

  /** Seeds whose places a step may write to when it has read them. */
  get yielding(): ReadonlySet<PlanId> {
    const leaving = new Set(this.carried.map(({ state }) => state.adjoint));
    return new Set(
      this.carried.flatMap(({ state: { seed }, isYielding }) =>
        isYielding && seed !== undefined && !leaving.has(seed) ? seed : [],
      ),
    );
  }

  /** Before a step's adjoints: adds what the loss says about its output. `first`: nothing arrives from later. */
  begin(tape: Tape, step: number, output: string, loss: Block | undefined): void {
    const mask = this.#mask?.at(step);
    for (const { state, arriving, seed } of this.carried) {
      const place = arriving.at(step);
      const said = state.name === output ? loss : undefined;
      const isNew = step === this.#steps - 1 || !this.#isCarried(state);
      if (isNew) {
        if (said === undefined) tape.fill(place, 0);
        else tape.map('copy', place, said);
      } else if (said !== undefined) tape.map('copy', place, said, { accumulate: true });
      if (mask !== undefined) tape.select(seed.at(step), mask, place, this.#zero);
      else if (seed !== arriving) tape.map('copy', seed.at(step), place);
    }
  }

  /** After a step's adjoints: hands on to the step before. */
  end(tape: Tape, step: number, lodgingOf: (id: number) => Lodging): void {
    const mask = this.#mask?.at(step);
    for (const { state, arriving, leaving } of this.carried) {
      if (!this.#isCarried(state)) continue;
      const out = leaving.at(step);
      const made = state.adjoint === undefined ? this.#zero : lodgingOf(state.adjoint).at(step);
      if (mask !== undefined) tape.select(out, mask, made, arriving.at(step));
      else if (!isSame(made, out)) tape.map('copy', out, made);
    }
  }

  /** Where a step is padding, what arrives goes on, whatever the state's own adjoint is. */
  #isCarried({ adjoint }: PlanState): boolean {
    return adjoint !== undefined || this.#mask !== undefined;
  }
}
