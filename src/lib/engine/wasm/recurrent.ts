import { parse } from '../../equations/parse.ts';
import type { Moment, PlanId } from '../plan/plan.ts';
import { planOf } from '../plan/planning.ts';
import { isSame } from './block.ts';
import type { Arrangement, PutCell } from './part.ts';
import { arrangementOf } from './recurrent/arrangement.ts';
import { Bands } from './recurrent/bands.ts';
import { Biases } from './recurrent/biases.ts';
import { Carry } from './recurrent/carry.ts';
import { outersOf, putOuter } from './recurrent/gradients.ts';
import { itemsOf } from './recurrent/items.ts';
import { lodge } from './recurrent/lodging.ts';
import { Matrices } from './recurrent/matrices.ts';
import { fixed, type Lodging } from './recurrent/passes.ts';
import { Rooms } from './recurrent/rooms.ts';
import { RowSums } from './recurrent/row-sums.ts';
import { Scratch } from './recurrent/scratch.ts';
import { slotsOf } from './recurrent/slots.ts';
import { neededAfterLoops, usageOf } from './recurrent/usage.ts';
import { type Cell, Writer, type Writing } from './recurrent/writer.ts';
import type { Tape } from './tape.ts';

/** Orders that were asked for: by its equations, that of each cell met lately. */
const known = new Map<string, readonly string[]>();
const MOST_KNOWN = 16;

/** The order in which a cell's parameters should lie in memory; every tape asks, and the cell is planned for it once. */
export const arrangement: Arrangement = (equations) => {
  const order = known.get(equations) ?? orderOf(equations);
  known.delete(equations);
  known.set(equations, order);
  for (const oldest of known.keys()) if (known.size > MOST_KNOWN) known.delete(oldest);
  return order;
};

const orderOf: Arrangement = (equations) => {
  const plan = planOf(parse(equations));
  return arrangementOf(plan, slotsOf(plan, usageOf(plan)));
};

/** Puts any cell on a tape: its plan, moment by moment. */
export const putCell: PutCell = (cell, place) => {
  const { memory, batch, steps, mask, learns, inputGradient } = place;
  const { units, direction, sequences } = cell;
  const plan = planOf(parse(cell.equations), {
    backward: learns,
    inputAdjoint: inputGradient !== undefined,
    masked: mask !== undefined,
    recurrentDropout: place.keep !== undefined,
  });
  const { nodes, states } = plan;
  const usage = usageOf(plan);
  const sizes = { input: place.input.columns, units };
  const rooms = new Rooms(memory, { batch, steps, sizes, direction });
  const zero = memory.number(0);
  const masks = mask === undefined ? undefined : rooms.over(mask);
  const histories = new Map(
    states.map(({ name }) => [name, rooms.history(name, learns || (sequences && name === plan.output))]),
  );
  const slots = slotsOf(plan, usage);
  const bands = new Bands(slots, sizes, (band, columns) => {
    const isWhole = band.some(
      ({ adjoint, occupants }) =>
        adjoint !== undefined || occupants.some((id) => usage.bodies[id] === 'inputs' || usage.leaves(id)),
    );
    return isWhole ? rooms.whole('sums', columns) : rooms.step('sums', columns);
  });
  const carry = new Carry(states, rooms, {
    ...{ steps, units, zero, mask: masks },
    isKept: ({ seed }) => seed !== undefined && usage.isReadAfterLoops(seed),
  });
  const { places, slotAt } = lodge(plan, usage, { place, sizes, rooms, slots, bands, histories, carry });
  const matrices = new Matrices(memory, (...names) => place.weights(...names), arrangement(cell.equations));
  const lodgingOf = (id: PlanId): Lodging => {
    const lodging = places.get(id);
    if (lodging === undefined) throw new Error(`node ${id} (${nodes[id]?.op}) lies nowhere`);
    return lodging;
  };

  const biases = new Biases(plan, memory, matrices, sizes, lodgingOf);
  const guard = masks === undefined ? undefined : { mask: masks, zero: fixed(zero) };
  const onTape: Cell = { plan, slots, bands, matrices, biases, guard, lodgings: places };

  const widthOf = (id: PlanId) => sizes[nodes[id]?.size ?? 'units'];
  const sums = new RowSums(plan, usage, places, lodgingOf, (id) => rooms.step(`sum ${id}`, widthOf(id)));
  for (const [id, lodging] of sums.inPassing) places.set(id, lodging);
  const lasting = new Set<PlanId | undefined>([
    ...states.flatMap(({ after, adjoint }) => [after, adjoint]),
    ...sums.read,
  ]);
  const written = (body: Moment): readonly Writing[] => {
    const isLoop = body === 'step' || body === 'back';
    const items = itemsOf(plan, usage, body, {
      summed: body === 'back' ? [...sums.inPassing.keys()] : [],
      slotAt,
      isFree: (id) => !places.has(id) && !lasting.has(id),
    });
    const scratch = new Scratch((size) =>
      isLoop ? rooms.step('scratch', sizes[size]) : rooms.whole('scratch', sizes[size]),
    );
    return new Writer(onTape, scratch, items, [...lasting], carry.yielding).writings;
  };
  const weights = written('weights');
  const inputs = written('inputs');
  const step = written('step');
  const back = written('back');
  const after = written('after');
  for (const [id, lodging] of sums.places) places.set(id, lodging);
  const total = written('total');

  const done = new Set<string>();
  const outersAt = (moment: 'after' | 'total') =>
    outersOf(
      plan.outers.filter((outer) => outer.moment === moment),
      done,
      { memory, bands, matrices, gradients: (...names) => place.gradients(...names), lodgingOf },
    );
  const outersOfRows = outersAt('after');
  const outersOfTotals = outersAt('total');
  /** Gradients that are the same: the first was made in its place. */
  const repeated = [...plan.vectorGradients].flatMap(([name, id]) => {
    const [made, own] = [lodgingOf(id).all, place.gradients(name)];
    return made === undefined || isSame(made, own) ? [] : { own, made };
  });
  const needed = neededAfterLoops(plan, usage);

  const once = (writings: readonly Writing[], tape: Tape): void => {
    for (const { write } of writings) write(tape, undefined);
  };
  const output = histories.get(plan.output);
  const end = sequences ? output?.after.all : output?.after.at(steps - 1);
  if (output === undefined || end === undefined) throw new Error(`${plan.output} is no state of the plan`);
  return {
    output: end,
    forward: (tape) => {
      matrices.pack('right', tape);
      once(weights, tape);
      biases.put(tape);
      once(inputs, tape);
      for (const { beginning } of histories.values()) tape.fill(beginning, 0);
      for (let t = 0; t < steps; t++) {
        for (const { write, addsState } of step) if (t > 0 || !addsState) write(tape, t);
        for (const { name, after: next } of states) {
          const history = histories.get(name);
          if (history === undefined) continue;
          const [value, out] = [lodgingOf(next), history.after.at(t)];
          if (masks !== undefined) tape.select(out, masks.at(t), value.at(t), history.before.at(t));
          else if (value !== history.after) tape.map('copy', out, value.at(t));
        }
      }
    },
    backward: (tape, outputGradient) => {
      matrices.pack('left', tape);
      sums.begin(tape);
      for (let t = steps - 1; t >= 0; t--) {
        const said = sequences
          ? rooms.over(outputGradient).at(t)
          : t === steps - 1
            ? outputGradient
            : undefined;
        carry.begin(tape, t, plan.output, said);
        for (const { write, makes } of back) if (t > 0 || makes.some((id) => needed.has(id))) write(tape, t);
        if (t > 0) carry.end(tape, t, lodgingOf);
      }
      once(after, tape);
      for (const outer of outersOfRows) putOuter(tape, outer);
      sums.end(tape);
      once(total, tape);
      for (const outer of outersOfTotals) putOuter(tape, outer);
      for (const { own, made } of repeated) tape.map('copy', own, made);
      if (inputGradient === undefined) return;
      const towardsInput = plan.inputAdjoint === undefined ? zero : lodgingOf(plan.inputAdjoint).all;
      if (towardsInput !== undefined && !isSame(towardsInput, inputGradient))
        tape.map('copy', inputGradient, towardsInput);
    },
  };
};
