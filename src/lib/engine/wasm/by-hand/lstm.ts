import { type Block, columnsOf, type Ids, rowsOf, transposed } from '../block.ts';
import { Layout, type Program } from '../layout.ts';
import { Tape } from '../tape.ts';

/** The gates in the order in which they lie side by side: three sigmoids, then the tanh, so two passes do all. */
export const GATES = ['f', 'i', 'o', 'g'] as const;

export interface LstmSizes {
  readonly batch: number;
  readonly steps: number;
  readonly input: number;
  readonly units: number;
  readonly vocabulary: number;
}

/** A classifier's training batch on a tape, and the places that a caller fills and reads. */
export interface LstmTape {
  readonly layout: Layout;
  readonly program: Program;
  /** Clears the embedding's gradient: to be run after each batch, before the word numbers change. */
  readonly clear: Program;
  /** Word numbers, all rows of step 0 first. */
  readonly ids: Ids;
  /** [batch, 1]. */
  readonly labels: Block;
  /** Parameters and gradients, row-major as the equations have them, the four gates one under the other. */
  readonly parameters: LstmParameters;
  readonly gradients: LstmParameters;
  readonly loss: Block;
  readonly right: Block;
  /** The sum of the gradient's squares, over everything, before clipping. */
  readonly squares: Block;
  /** [1, 2], see `Tape.adam`. */
  readonly schedule: Block;
}

export interface LstmParameters {
  /** [4 units, input]. */
  readonly W: Block;
  /** [4 units, units]. */
  readonly U: Block;
  /** [1, 4 units]. */
  readonly b: Block;
  /** [1, units] and [1, 1]. */
  readonly head: Block;
  readonly headBias: Block;
  /** [vocabulary, input]. */
  readonly embedding: Block;
  /** All but the embedding as one row: Adam moves it at once. */
  readonly dense: Block;
}

/** Cuts one row into the parameters, so that what treats all alike needs one instruction. */
function parametersOf(layout: Layout, name: string, sizes: LstmSizes): LstmParameters {
  const { input, units, vocabulary } = sizes;
  const gates = GATES.length * units;
  const shapes = {
    W: [gates, input],
    U: [gates, units],
    b: [1, gates],
    head: [1, units],
    headBias: [1, 1],
  } as const;
  const total = Object.values(shapes).reduce((sum, [rows, columns]) => sum + rows * columns, 0);
  const dense = layout.block(`${name} of the cell and the head`, 1, total);
  let from = 0;
  const cut = (part: keyof typeof shapes): Block => {
    const [rows, columns] = shapes[part];
    const { offset } = columnsOf(dense, from, rows * columns);
    from += rows * columns;
    return { name: `${name} ${part}`, offset, rows, columns, rowStride: columns, columnStride: 1 };
  };
  return {
    ...{ W: cut('W'), U: cut('U'), b: cut('b'), head: cut('head'), headBias: cut('headBias') },
    embedding: layout.block(`${name} of the embedding`, vocabulary, input),
    dense,
  };
}

/**
 * One batch of an LSTM that reads word vectors and gives a verdict from its last h: forward, loss, backward, clipping
 * and Adam. Written by hand, as the measure of what a plan made from the cell's graph should come to.
 *
 * What needs no state is outside the loop: all steps' W x in one product before it, the weights' gradients (one
 * product over all steps each) after it.
 */
export function lstmTape(sizes: LstmSizes, clipNorm: number): LstmTape {
  const { batch, steps, input, units } = sizes;
  const gates = GATES.length * units;
  const every = batch * steps;
  const layout = new Layout();
  const ids = layout.ids('word numbers', every);
  const labels = layout.block('labels', batch, 1);
  const parameters = parametersOf(layout, 'parameter', sizes);
  const gradients = parametersOf(layout, 'gradient', sizes);
  const first = parametersOf(layout, 'first moment', sizes);
  const second = parametersOf(layout, 'second moment', sizes);
  const [loss, right, squares, scale] = (['loss', 'right', 'squares', 'scale'] as const).map((name) =>
    layout.slot(name),
  ) as [Block, Block, Block, Block];
  const schedule = layout.block('schedule', 1, 2);

  // Packed anew each batch, because Adam moves them.
  const WRight = layout.packed('Wᵀ', input, gates);
  const URight = layout.packed('Uᵀ', units, gates);
  const WLeft = layout.packed('W', gates, input);
  const ULeft = layout.packed('U', gates, units);
  const headRight = layout.packed('headᵀ', units, 1);
  const headLeft = layout.packed('head', 1, units);

  const x = layout.block('x', every, input);
  const dx = layout.block('dx', every, input);
  /** Sums, then gates, then their adjoints, each in the last one's place. */
  const z = layout.block('z', every, gates);
  const c = layout.block('c', every, units);
  const tanhC = layout.block('tanh c', every, units);
  const h = layout.block('h', every, units);
  const xPacked = layout.packed('x', every, input);
  const lastPacked = layout.packed('last h', batch, units);
  const logits = layout.block('logits', batch, 1);
  const dh = layout.block('dh', batch, units);
  const dc = layout.block('dc', batch, units);
  const product = layout.block('product', batch, units);
  const at = (block: Block, t: number) => rowsOf(block, t * batch, batch);
  const gate = (t: number, name: (typeof GATES)[number]) =>
    columnsOf(at(z, t), GATES.indexOf(name) * units, units);

  const tape = new Tape();
  tape.pack(WRight, transposed(parameters.W));
  tape.pack(URight, transposed(parameters.U));
  tape.pack(WLeft, parameters.W);
  tape.pack(ULeft, parameters.U);
  tape.pack(headRight, transposed(parameters.head));
  tape.pack(headLeft, parameters.head);

  tape.gather(x, parameters.embedding, ids);
  tape.gemm(z, x, WRight, { bias: parameters.b });
  for (let t = 0; t < steps; t++) {
    if (t > 0) tape.gemm(at(z, t), at(h, t - 1), URight, { accumulate: true });
    const sigmoids = columnsOf(at(z, t), 0, 3 * units);
    tape.map('sigmoid', sigmoids, sigmoids);
    tape.map('tanh', gate(t, 'g'), gate(t, 'g'));
    tape.zip('mul', at(c, t), gate(t, 'i'), gate(t, 'g'));
    if (t > 0) tape.zip('mul', at(c, t), gate(t, 'f'), at(c, t - 1), { accumulate: true });
    tape.map('tanh', at(tanhC, t), at(c, t));
    tape.zip('mul', at(h, t), gate(t, 'o'), at(tanhC, t));
  }

  const last = at(h, steps - 1);
  tape.gemm(logits, last, headRight, { bias: parameters.headBias });
  tape.fill(loss, 0);
  tape.fill(right, 0);
  tape.loss('crossEntropy', {
    out: logits,
    given: logits,
    labels,
    weights: layout.number(1 / batch),
    loss,
    right,
  });
  tape.pack(lastPacked, last);
  tape.gemm(gradients.head, transposed(logits), lastPacked);
  tape.columnSums(gradients.headBias, logits);

  tape.gemm(dh, logits, headLeft);
  tape.fill(dc, 0);
  for (let t = steps - 1; t >= 0; t--) {
    const [f, i, o, g] = GATES.map((name) => gate(t, name)) as [Block, Block, Block, Block];
    tape.zip('mul', product, dh, o);
    tape.zip('tanhBack', dc, product, at(tanhC, t), { accumulate: true });
    tape.zip('mul', product, dh, at(tanhC, t));
    tape.zip('sigmoidBack', o, product, o);
    // i's and g's adjoints each read the other's value: one waits in `product` (dh is free until the step's end).
    tape.zip('mul', product, dc, g);
    tape.zip('mul', dh, dc, i);
    tape.zip('tanhBack', g, dh, g);
    tape.zip('sigmoidBack', i, product, i);
    if (t > 0) {
      tape.zip('mul', product, dc, at(c, t - 1));
      tape.zip('mul', dc, dc, f);
      tape.zip('sigmoidBack', f, product, f);
      tape.gemm(dh, at(z, t), ULeft);
    } else tape.fill(f, 0);
  }

  tape.gemm(dx, z, WLeft);
  tape.pack(xPacked, x);
  tape.gemm(gradients.W, transposed(z), xPacked);
  if (steps > 1) {
    const before = layout.packed('h before', every - batch, units);
    tape.pack(before, rowsOf(h, 0, every - batch));
    tape.gemm(gradients.U, transposed(rowsOf(z, batch, every - batch)), before);
  }
  tape.columnSums(gradients.b, z);
  tape.scatterAdd(gradients.embedding, dx, ids);

  tape.sumSquares(squares, gradients.dense);
  tape.sumSquares(squares, gradients.embedding, { accumulate: true });
  tape.clip(scale, squares, clipNorm);
  for (const part of ['dense', 'embedding'] as const)
    tape.adam({
      ...{ parameter: parameters[part], first: first[part], second: second[part], gradient: gradients[part] },
      ...{ scale, schedule, firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8 },
    });
  const program = layout.program('an LSTM batch', tape);
  // The embedding's gradient is zero but for the batch's words: only those are cleared, and by a tape of its own, so
  // that a caller can read them first.
  const clearing = new Tape();
  clearing.clearRows(gradients.embedding, ids);
  const clear = layout.program('clearing', clearing);
  return { layout, program, clear, ids, labels, parameters, gradients, loss, right, squares, schedule };
}
