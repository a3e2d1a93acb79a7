import { elements, type Shape, type Sizes } from '../../../equations/graph.ts';
import { parse } from '../../../equations/parse.ts';
import { randomNumbers } from '../../../equations/sample.ts';
import { type Block, columnsOf } from '../block.ts';
import { Kernel, type KernelCode } from '../kernel.ts';
import { Layout, type Program } from '../layout.ts';
import { packedSpan } from '../operands.ts';
import type { CellPlace, Scope } from '../part.ts';
import { arrangement, putCell } from '../recurrent.ts';
import { Tape } from '../tape.ts';
import type { Numbers, Results, Trial } from './trial.ts';

/** A trial's cell, alone on a tape. */
interface Placed {
  readonly layout: Layout;
  readonly forward: Program;
  readonly backward: Program | undefined;
  readonly names: readonly string[];
  readonly weights: (...names: readonly string[]) => Block;
  readonly gradients: (...names: readonly string[]) => Block;
  readonly x: Block;
  readonly towardsInput: Block | undefined;
  readonly mask: Block | undefined;
  readonly keeps: ReadonlyMap<number, Block>;
  /** dL/d(output). */
  readonly arriving: Block;
  readonly output: Block;
  /** All that the cell has taken for itself, and what it is to write whole. */
  readonly taken: readonly Block[];
  /** Parameters whose gradients it has asked for, to write them. */
  readonly asked: ReadonlySet<string>;
}

/** Parameters one right after the other, as the cell would have them. */
function cutter(row: Block, names: readonly string[], shapes: ReadonlyMap<string, Shape>, sizes: Sizes) {
  const sizeOf = (name: string) => elements(shapes.get(name) ?? [], sizes);
  return (...wanted: readonly string[]): Block => {
    const from = names.indexOf(wanted[0] ?? '');
    if (from < 0 || wanted.some((name, k) => names[from + k] !== name))
      throw new Error(`${wanted.join(', ')} lie apart in ${names.join(', ')}`);
    const before = names.slice(0, from).reduce((sum, name) => sum + sizeOf(name), 0);
    const count = wanted.reduce((sum, name) => sum + sizeOf(name), 0);
    const [, width] = shapes.get(wanted[0] ?? '') ?? [];
    const columns = width === undefined ? count : sizes[width];
    return {
      ...columnsOf(row, before, count),
      ...{ name: wanted.join(', '), rows: count / columns, columns, rowStride: columns },
    };
  };
}

/** Puts a cell on a tape. Rows of x and of dL/d(output) have gaps between them, as parts of other blocks have. */
export function layOut(trial: Trial): Placed {
  const { equations, units, input, batch, steps, sequences, masked, learns = true, keepRate = 0 } = trial;
  const { parameters } = parse(equations);
  const sizes: Sizes = { input, units };
  const layout = new Layout();
  const names = arrangement(equations);
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const total = Math.max(
    1,
    parameters.reduce((sum, { shape }) => sum + elements(shape, sizes), 0),
  );
  const gradientRow = layout.block('gradients', 1, total);
  const weights = cutter(layout.block('weights', 1, total), names, shapes, sizes);
  const gradients = cutter(gradientRow, names, shapes, sizes);
  const asked = new Set<string>();
  const gapped = (name: string, rows: number, columns: number) =>
    columnsOf(layout.block(name, rows, columns + 3), 2, columns);
  const x = gapped('x', steps * batch, input);
  const arriving = gapped('dy', (sequences ? steps : 1) * batch, units);
  const towardsInput = learns ? layout.block('dx', steps * batch, input) : undefined;
  const mask = masked ? layout.block('mask', steps * batch, 1) : undefined;
  const keeps = new Map<number, Block>();
  const keep = (size: number): Block => {
    const block = keeps.get(size) ?? layout.block(`kept of ${size}`, batch, size);
    keeps.set(size, block);
    return block;
  };
  const taken: Block[] = [gradientRow, ...(towardsInput === undefined ? [] : [towardsInput])];
  const noted = <Taken extends Block>(block: Taken): Taken => {
    taken.push(block);
    return block;
  };
  const memory: Scope = {
    block: (...size) => noted(layout.block(...size)),
    slot: (name) => noted(layout.slot(name)),
    packed: (...size) => {
      const packed = layout.packed(...size);
      noted(packedSpan(packed));
      return packed;
    },
    number: (value) => layout.number(value),
    ids: (...size) => layout.ids(...size),
  };
  const place: CellPlace = {
    ...{ memory, batch, steps, input: x, mask, learns, inputGradient: towardsInput, weights },
    gradients: (...wanted) => {
      for (const name of wanted) asked.add(name);
      return gradients(...wanted);
    },
    keep: keepRate > 0 ? keep : undefined,
  };
  const part = putCell(trial, place);
  const [forward, backward] = [new Tape(), new Tape()];
  part.forward(forward);
  if (learns) part.backward(backward, arriving);
  return {
    ...{ layout, names, weights, gradients, x, towardsInput, mask, keeps, arriving, taken, asked },
    output: part.output,
    forward: layout.program('forward', forward),
    backward: learns ? layout.program('backward', backward) : undefined,
  };
}

/** Runs a cell on the kernel, twice, in memory that holds nothing but NaN where it has no business to read. */
export function receivedOf(trial: Trial, numbers: Numbers, code: KernelCode): Results {
  const { batch, steps, sequences, direction } = trial;
  const placed = layOut(trial);
  const kernel = new Kernel(code, placed.layout);
  for (const block of placed.taken) kernel.floats(block).fill(Number.NaN);
  for (const [name, values] of numbers.parameters) kernel.floats(placed.weights(name)).set(values);
  fill(kernel, placed.x, numbers.inputs.flat());
  if (placed.mask !== undefined) kernel.floats(placed.mask).set(numbers.mask.flat().map(Number));
  for (const [size, block] of placed.keeps) kernel.floats(block).set(keepsOf(trial, size));
  const last = direction === 'forward' ? steps - 1 : 0;
  const arriving = (sequences ? numbers.seeds : numbers.seeds.slice(last, last + 1)).flat();
  for (let run = 0; run < 2; run++) {
    // Whoever reads what arrives at the outputs may overwrite it.
    fill(kernel, placed.arriving, arriving);
    kernel.run(placed.forward);
    if (placed.backward !== undefined) kernel.run(placed.backward);
  }
  const take = (block: Block) => Float64Array.from(kernel.floats(block));
  const results = new Map([['outputs', take(placed.output)]]);
  if (placed.towardsInput === undefined) return results;
  results.set('towards x', take(placed.towardsInput));
  // One that is never asked for stays zero, where the whole model's gradients are.
  for (const [name, { length }] of numbers.parameters)
    results.set(name, placed.asked.has(name) ? take(placed.gradients(name)) : new Float64Array(length));
  if (results.get('outputs')?.length !== (sequences ? steps : 1) * batch * trial.units)
    throw new Error('the output is of another size');
  return results;
}

/** Recurrent dropout's factors for vectors of a size, [batch, size]. */
export function keepsOf({ batch, keepRate = 0 }: Trial, size: number): Float64Array {
  const random = randomNumbers(size);
  const scale = 1 / (1 - keepRate);
  return Float64Array.from({ length: batch * size }, () => (random() + 1 < 2 * keepRate ? 0 : scale));
}

function fill(kernel: Kernel, block: Block, rows: readonly Float64Array[]): void {
  const { rowStride, columns, offset, name } = block;
  for (const [row, values] of rows.entries())
    kernel
      .floats({ name, offset: offset + 4 * row * rowStride, rows: 1, columns, rowStride, columnStride: 1 })
      .set(values);
}
