import { parse } from '../../equations/parse.ts';
import { type Moment, operandsOf, type Plan, type PlanId } from '../plan/plan.ts';
import { planOf } from '../plan/planning.ts';
import { columnsOf, isSame } from './block.ts';
import type { Arrangement, PutCell } from './part.ts';
import { arrangementOf } from './recurrent/arrangement.ts';
import { Bands } from './recurrent/bands.ts';
import { Carry } from './recurrent/carry.ts';
import { outersOf, putOuter } from './recurrent/gradients.ts';
import { itemsOf } from './recurrent/items.ts';
import { lodge } from './recurrent/lodging.ts';
import { Matrices } from './recurrent/matrices.ts';
import { fixed, type Lodging } from './recurrent/passes.ts';
import { Rooms } from './recurrent/rooms.ts';
import { Scratch } from './recurrent/scratch.ts';
import { slotsOf } from './recurrent/slots.ts';
import { usageOf } from './recurrent/usage.ts';
import { type Cell, Writer, type Writing } from './recurrent/writer.ts';
import type { Tape } from './tape.ts';

/** The order in which a cell's parameters should lie in memory. */
export const arrangement: Arrangement = (equations) => {
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

  /** Rows made of several biases, once a batch. */
  const joined: ((tape: Tape) => void)[] = [];
  const onTape: Cell = {
    ...{ plan, slots, bands, matrices, lodgings: places },
    guard: masks === undefined ? undefined : { mask: masks, zero: fixed(zero) },
    biasRow: (starts, columns) => {
      const names = starts.map((start) => {
        const node = nodes[start ?? -1];
        return node?.op === 'parameter' ? node.name : undefined;
      });
      const known = names.filter((name) => name !== undefined);
      const together = known.length === names.length ? matrices.row(known) : undefined;
      if (together !== undefined) return fixed(together);
      const width = columns.reduce((sum, size) => sum + sizes[size], 0);
      const row = memory.block('biases', 1, width);
      let from = 0;
      for (const [k, start] of starts.entries()) {
        const part = columnsOf(row, from, sizes[columns[k] ?? 'units']);
        from += part.columns;
        const bias = start === undefined ? zero : lodgingOf(start).all;
        if (bias !== undefined) joined.push((tape) => tape.map('copy', part, bias));
      }
      return fixed(row);
    },
  };

  /** Sums over all rows of what only they read, and which no block of all rows holds: added up in the reverse loop. */
  const reduces = [...nodes.entries()].flatMap(([id, node]) =>
    node.op === 'reduce' ? { id, of: node.a } : [],
  );
  const added = reduces.filter(({ of }) => usage.bodies[of] === 'back' && places.get(of)?.all === undefined);
  const finals = new Map(reduces.map(({ id }) => [id, lodgingOf(id)]));
  const partial = new Map(
    added.map(({ id }) => [id, rooms.step(`sum ${id}`, sizes[nodes[id]?.size ?? 'units'])] as const),
  );
  for (const [id, lodging] of partial) places.set(id, lodging);

  const isLasting = new Set<PlanId | undefined>([
    ...states.flatMap(({ after, adjoint }) => [after, adjoint]),
    ...reduces.filter((reduce) => !added.includes(reduce)).map(({ of }) => of),
  ]);
  const written = (
    body: Moment,
    rows: 'step' | 'whole',
    yielding?: ReadonlySet<PlanId>,
  ): readonly Writing[] => {
    const items = itemsOf(plan, usage, body, {
      summed: body === 'back' ? added.map(({ id }) => id) : [],
      slotAt,
      isFree: (id) => !places.has(id) && !isLasting.has(id),
    });
    const scratch = new Scratch((size) =>
      rows === 'step' ? rooms.step('scratch', sizes[size]) : rooms.whole('scratch', sizes[size]),
    );
    return new Writer(onTape, scratch, items, [...isLasting], yielding).writings;
  };
  const weights = written('weights', 'whole');
  const inputs = written('inputs', 'whole');
  const step = written('step', 'step');
  const yielding = new Set(
    carry.carried.flatMap(({ state, isYielding }) =>
      isYielding && state.seed !== undefined && !states.some(({ adjoint }) => adjoint === state.seed)
        ? state.seed
        : [],
    ),
  );
  const back = written('back', 'step', yielding);
  const after = written('after', 'whole');
  for (const [id, lodging] of finals) places.set(id, lodging);
  const total = written('total', 'whole');
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
  const needed = neededAfterLoops(plan, usage.bodies);

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
      for (const join of joined) join(tape);
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
      for (const lodging of partial.values()) tape.fill(lodging.at(0), 0);
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
      for (const { id, of } of reduces) {
        const sum = finals.get(id)?.all;
        const rows = partial.get(id)?.at(0) ?? lodgingOf(of).all;
        if (sum === undefined || rows === undefined) throw new Error(`node ${of} is summed, but is not kept`);
        tape.columnSums(sum, rows);
      }
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

/** What gradients and x's adjoint wait for; the rest of the reverse loop only makes adjoints for the step before. */
function neededAfterLoops(
  { nodes, outers, inputAdjoint }: Plan,
  bodies: readonly Moment[],
): ReadonlySet<PlanId> {
  const needed = new Set<PlanId | undefined>([inputAdjoint]);
  for (const { vector, adjoints } of outers)
    for (const id of [vector, ...adjoints.map(({ adjoint }) => adjoint)]) needed.add(id);
  for (const [id, node] of [...nodes.entries()].reverse())
    if (needed.has(id) || bodies[id] === 'after' || bodies[id] === 'total') {
      needed.add(id);
      for (const operand of operandsOf(node)) needed.add(operand);
    }
  return needed as ReadonlySet<PlanId>;
}
