import { threshold } from '../chance.ts';
import { type Block, FLOAT_BYTES, type Ids, isSame, isWhole, type Packed, spelled } from './block.ts';
import { Instructions, type Move } from './instructions.ts';
import type { NameOf, OpcodeName } from './opcodes.ts';
import {
  checkApart,
  checkOutput,
  checkShape,
  checkSideBySide,
  idsSpan,
  packedSpan,
  refuse,
  type Steps,
  stepsOf,
} from './operands.ts';

/** Whether an instruction writes its output or adds to it. */
interface Accumulate {
  /** out += instead of out =. */
  readonly accumulate?: boolean;
}

interface LossOnTape {
  /** [rows, columns]: gets the loss's derivative by each of the model's outputs. */
  readonly out: Block;
  /** [rows, columns]: what the model gave, log-odds but for `squaredError`; one column for `crossEntropy`. */
  readonly given: Block;
  /** [rows, 1], 0 or 1, or a class's number; for `squaredError` [rows, columns]. */
  readonly labels: Block;
  /** [rows, 1] or [1, 1]: what a row's loss counts; 1 / rows for the mean, 0 for a row that isn't there. */
  readonly weights: Block;
  /** [1, 1]: the weighted losses are added to it. */
  readonly loss: Block;
  /** [1, 1]: the number of right verdicts is added to it. */
  readonly right: Block;
}

export interface Keep {
  /** [rows, columns], all rows of step 0 first; as large as `a`, which it may be. */
  readonly out: Block;
  readonly a: Block;
  /** One word each: the dropout's key in this batch, and the number of the first row's example. */
  readonly key: Ids;
  readonly first: Ids;
  /** Examples: as many rows there are a step. */
  readonly batch: number;
  /** How many elements lie from one example to the next, and from one step to the next, as dropout counts them. */
  readonly exampleStride: number;
  readonly stepStride: number;
  /** Share of the elements that are dropped. */
  readonly rate: number;
}

interface AdamUpdate {
  /** The parameter, the decayed means of its gradient and of the gradient's square, the gradient: of one shape. */
  readonly parameter: Block;
  readonly first: Block;
  readonly second: Block;
  readonly gradient: Block;
  /** [1, 1]: the gradient is multiplied by it; `clip` makes it. */
  readonly scale: Block;
  /** [1, 2]: rate / (1 − firstDecayᵗ) and 1 / (1 − secondDecayᵗ), to be written before every step t, from 1 on. */
  readonly schedule: Block;
  readonly firstDecay: number;
  readonly secondDecay: number;
  readonly epsilon: number;
}

/**
 * Writes a tape, one instruction a call; `opcodes.ts` says what each of them does. Every call checks that its operands
 * fit one another, so that a finished tape never leaves its blocks. Operands of element-wise passes are as large as
 * the output or, along either side, 1: then they count for all rows, all columns, or both.
 *
 * An output may be one of its own operands in element-wise passes; else it shares no number with them.
 */
export class Tape {
  readonly #instructions: Instructions;

  constructor(instructions = new Instructions()) {
    this.#instructions = instructions;
  }

  /** How many instructions there are so far. */
  get instructions(): number {
    return this.#instructions.count;
  }

  /** The tape as it stands. */
  words(): Int32Array {
    return this.#instructions.words();
  }

  /** Adds all that another tape says. */
  append(other: Tape): void {
    this.#instructions.append(other.#instructions);
  }

  /** The same instructions on other places: whatever lies within one of the moves goes where that leads. */
  relocated(moves: readonly Move[]): Tape {
    return new Tape(this.#instructions.relocated(moves));
  }

  /** out (+)= f(a), element by element. */
  map(name: NameOf<'map'>, out: Block, a: Block, { accumulate = false }: Accumulate = {}): void {
    checkOutput(name, out);
    const first = operandOf(name, 'a', a, out);
    const { rows, columns, outRow } = sweepOf(out, isSweptOn(first, out));
    this.#instructions.add('map', name, {
      rows,
      columns,
      out: out.offset,
      outRow,
      accumulate: Number(accumulate),
      a: first.offset,
      aRow: first.row,
      aColumn: first.column,
    });
  }

  /** out (+)= f(a, b). `mul` that accumulates is the multiply-add. */
  zip(name: NameOf<'zip'>, out: Block, a: Block, b: Block, { accumulate = false }: Accumulate = {}): void {
    checkOutput(name, out);
    const first = operandOf(name, 'a', a, out);
    const second = operandOf(name, 'b', b, out);
    const { rows, columns, outRow } = sweepOf(out, isSweptOn(first, out) && isSweptOn(second, out));
    this.#instructions.add('zip', name, {
      rows,
      columns,
      out: out.offset,
      outRow,
      accumulate: Number(accumulate),
      a: first.offset,
      aRow: first.row,
      aColumn: first.column,
      b: second.offset,
      bRow: second.row,
      bColumn: second.column,
    });
  }

  /** out (+)= a where the mask is not 0, else b. A mask of one number a row chooses rows. */
  select(out: Block, mask: Block, a: Block, b: Block, { accumulate = false }: Accumulate = {}): void {
    checkOutput('select', out);
    const chooser = operandOf('select', 'mask', mask, out);
    const first = operandOf('select', 'a', a, out);
    const second = operandOf('select', 'b', b, out);
    const swept = isSweptOn(chooser, out) && isSweptOn(first, out) && isSweptOn(second, out);
    const { rows, columns, outRow } = sweepOf(out, swept);
    this.#instructions.add('choose', 'select', {
      rows,
      columns,
      out: out.offset,
      outRow,
      accumulate: Number(accumulate),
      a: chooser.offset,
      aRow: chooser.row,
      aColumn: chooser.column,
      b: first.offset,
      bRow: first.row,
      bColumn: first.column,
      c: second.offset,
      cRow: second.row,
      cColumn: second.column,
    });
  }

  /** out = value. */
  fill(out: Block, value: number): void {
    checkOutput('fill', out);
    const { rows, columns, outRow } = sweepOf(out, true);
    this.#instructions.add('fill', 'fill', { rows, columns, out: out.offset, outRow, value: bits(value) });
  }

  /** out = a, packed for the right side of a product; `a` may be transposed. */
  pack(out: Packed, a: Block): void {
    if (a.rows !== out.depth || a.columns !== out.columns)
      refuse('pack', 'a', a, `[${out.depth} x ${out.columns}], the shape of ${out.name}`);
    checkApart('pack', packedSpan(out), 'a', a);
    this.#instructions.add('pack', 'pack', {
      ...{ rows: out.depth, columns: out.columns, out: out.offset, outPanel: FLOAT_BYTES * out.panelStride },
      ...{ a: a.offset, aRow: FLOAT_BYTES * a.rowStride, aColumn: FLOAT_BYTES * a.columnStride },
    });
  }

  /** out [m, n] = a [m, k] b [k, n], plus the bias [1, n] if there is one; or out += a b. `a` may be transposed. */
  gemm(
    out: Block,
    a: Block,
    b: Packed,
    { bias, accumulate = false }: Accumulate & { readonly bias?: Block } = {},
  ): void {
    checkOutput('gemm', out);
    if (a.rows !== out.rows || a.columns !== b.depth)
      refuse('gemm', 'a', a, `[${out.rows} x ${b.depth}], rows of ${spelled(out)} by rows of ${b.name}`);
    if (b.columns !== out.columns)
      throw new Error(
        `gemm: b is ${b.name} [${b.depth} x ${b.columns}], expected ${out.columns} columns as ${spelled(out)} has.`,
      );
    checkApart('gemm', out, 'a', a);
    checkApart('gemm', out, 'b', packedSpan(b));
    if (bias !== undefined) {
      checkShape('gemm', 'bias', bias, 1, out.columns);
      checkSideBySide('gemm', 'bias', bias);
      checkApart('gemm', out, 'bias', bias);
      if (accumulate)
        throw new Error(
          `gemm: ${spelled(out)} is to be added to and to start from ${bias.name}; it can't be both. Add one of them on its own.`,
        );
    }
    this.#instructions.add('gemm', 'gemm', {
      ...{ rows: out.rows, columns: out.columns, depth: b.depth },
      ...{ out: out.offset, outRow: FLOAT_BYTES * out.rowStride, accumulate: Number(accumulate) },
      ...{ a: a.offset, aRow: FLOAT_BYTES * a.rowStride, aColumn: FLOAT_BYTES * a.columnStride },
      ...{ b: b.offset, bPanel: FLOAT_BYTES * b.panelStride, bias: bias?.offset ?? 0 },
    });
  }

  /** out [1, columns] (+)= the sum of a's rows. */
  columnSums(out: Block, a: Block, options: Accumulate = {}): void {
    checkShape('columnSums', 'out', out, 1, a.columns);
    this.#sum('columnSums', out, a, options);
  }

  /** out [rows, 1] (+)= the sum of each row of a. */
  rowSums(out: Block, a: Block, options: Accumulate = {}): void {
    checkShape('rowSums', 'out', out, a.rows, 1);
    this.#sum('rowSums', out, a, options);
  }

  /** out [1, 1] (+)= the sum of the squares of a. */
  sumSquares(out: Block, a: Block, options: Accumulate = {}): void {
    checkShape('sumSquares', 'out', out, 1, 1);
    this.#sum('sumSquares', out, a, options);
  }

  #sum(name: NameOf<'sum'>, out: Block, a: Block, { accumulate = false }: Accumulate): void {
    checkOutput(name, out);
    checkSideBySide(name, 'a', a);
    checkApart(name, out, 'a', a);
    this.#instructions.add('sum', name, {
      ...{ rows: a.rows, columns: a.columns, accumulate: Number(accumulate) },
      ...{
        out: out.offset,
        outRow: FLOAT_BYTES * out.rowStride,
        a: a.offset,
        aRow: FLOAT_BYTES * a.rowStride,
      },
    });
  }

  /** Row r of out = row ids[r] of the table. */
  gather(out: Block, table: Block, ids: Ids): void {
    checkShape('gather', 'out', out, ids.count, table.columns);
    checkSideBySide('gather', 'table', table);
    this.#rows('gather', out, table, ids, table.rows);
  }

  /** Row ids[r] of the table += row r of a. */
  scatterAdd(table: Block, a: Block, ids: Ids): void {
    checkShape('scatterAdd', 'a', a, ids.count, table.columns);
    checkSideBySide('scatterAdd', 'a', a);
    this.#rows('scatterAdd', table, a, ids, table.rows);
  }

  /** Row ids[r] of the table = 0. */
  clearRows(table: Block, ids: Ids): void {
    this.#rows('clearRows', table, undefined, ids, table.rows);
  }

  #rows(name: NameOf<'rows'>, out: Block, a: Block | undefined, ids: Ids, limit: number): void {
    checkOutput(name, out);
    checkApart(name, out, 'ids', idsSpan(ids));
    if (a !== undefined) checkApart(name, out, 'a', a);
    this.#instructions.add('rows', name, {
      ...{ rows: ids.count, columns: out.columns, out: out.offset, outRow: FLOAT_BYTES * out.rowStride },
      ...{ a: a?.offset ?? 0, aRow: FLOAT_BYTES * (a?.rowStride ?? 0), ids: ids.offset, limit },
    });
  }

  /** Loss of what a model gave against labels, its derivative, and how many answers are right. */
  loss(name: NameOf<'loss'>, { out, given, labels, weights, loss, right }: LossOnTape): void {
    const { rows, columns } = out;
    if (name === 'crossEntropy') checkShape(name, 'out', out, rows, 1);
    checkShape(name, 'given', given, rows, columns);
    checkShape(name, 'labels', labels, rows, name === 'squaredError' ? columns : 1);
    checkShape(name, 'weights', weights, weights.rows === 1 ? 1 : rows, 1);
    checkOutput(name, out);
    for (const [what, operand] of Object.entries({ given, labels })) checkSideBySide(name, what, operand);
    for (const [what, slot] of Object.entries({ loss, right })) {
      checkShape(name, what, slot, 1, 1);
      checkApart(name, out, what, slot);
    }
    for (const [what, operand] of Object.entries({ labels, weights })) checkApart(name, out, what, operand);
    // Softmax asks for a row's logits again after it has begun to write.
    if (!isSame(out, given) || name === 'softmaxCrossEntropy') checkApart(name, out, 'given', given);
    this.#instructions.add('loss', name, {
      ...{ rows, columns, out: out.offset, outRow: FLOAT_BYTES * out.rowStride },
      ...{ a: given.offset, aRow: FLOAT_BYTES * given.rowStride },
      ...{ labels: labels.offset, labelRow: FLOAT_BYTES * labels.rowStride },
      ...{ weights: weights.offset, weightRow: weights.rows === 1 ? 0 : FLOAT_BYTES * weights.rowStride },
      ...{ loss: loss.offset, right: right.offset },
    });
  }

  /** Dropout, by `chance.ts`: out = a / (1 − rate) where an element stays, else 0. */
  keep({ out, a, key, first, batch, exampleStride, stepStride, rate }: Keep): void {
    checkShape('keep', 'a', a, out.rows, out.columns);
    checkOutput('keep', out);
    checkSideBySide('keep', 'a', a);
    if (!isSame(a, out)) checkApart('keep', out, 'a', a);
    for (const words of [key, first]) checkApart('keep', out, words.name, idsSpan(words));
    if (out.rows % batch !== 0) refuse('keep', 'out', out, `rows for a batch of ${batch}`);
    if (!(rate >= 0 && rate < 1))
      throw new Error(`keep: the rate is ${rate}; expected a share from 0 to below 1.`);
    this.#instructions.add('keep', 'keep', {
      ...{ rows: out.rows, columns: out.columns, out: out.offset, outRow: FLOAT_BYTES * out.rowStride },
      ...{ a: a.offset, aRow: FLOAT_BYTES * a.rowStride, key: key.offset, first: first.offset },
      ...{ batch, exampleStride, stepStride, limit: threshold(rate) | 0, scale: bits(1 / (1 - rate)) },
    });
  }

  /**
   * The largest over all steps, and the first step that has it (or the other way: the gradient to that step alone).
   *
   * @param longer [steps · rows, columns], all rows of step 0 first
   * @param shorter [rows, columns]
   * @param at of that shape too: step numbers, int32
   */
  pool(name: NameOf<'pool'>, longer: Block, shorter: Block, at: Block): void {
    const { rows, columns } = shorter;
    if (longer.columns !== columns || longer.rows % rows !== 0)
      refuse(name, 'longer', longer, `rows of ${spelled(shorter)} for every step`);
    checkShape(name, 'at', at, rows, columns);
    for (const block of [longer, shorter, at]) checkOutput(name, block);
    checkApart(name, longer, 'shorter', shorter);
    checkApart(name, longer, 'at', at);
    checkApart(name, shorter, 'at', at);
    const longerRow = FLOAT_BYTES * longer.rowStride;
    this.#instructions.add('pool', name, {
      ...{ rows, columns, steps: longer.rows / rows },
      ...{ longer: longer.offset, longerRow, longerStep: longerRow * rows },
      ...{ shorter: shorter.offset, shorterRow: FLOAT_BYTES * shorter.rowStride },
      ...{ at: at.offset, atRow: FLOAT_BYTES * at.rowStride },
    });
  }

  /** out [1, 1] = min(1, limit / √squares): what gradients are to be multiplied by for their norm to keep the limit. */
  clip(out: Block, squares: Block, limit: number): void {
    checkShape('clip', 'out', out, 1, 1);
    checkShape('clip', 'squares', squares, 1, 1);
    if (!(limit > 0)) throw new Error(`clip: the limit is ${limit}; expected a number above 0.`);
    this.#instructions.add('clip', 'clip', { out: out.offset, a: squares.offset, limit: bits(limit) });
  }

  /** One step of Adam on one parameter. */
  adam(update: AdamUpdate): void {
    const { parameter, first, second, gradient, scale, schedule, firstDecay, secondDecay, epsilon } = update;
    for (const [what, block] of Object.entries({ parameter, first, second, gradient })) {
      checkShape('adam', what, block, parameter.rows, parameter.columns);
      if (!isWhole(block)) refuse('adam', what, block, 'a block without gaps between its rows');
    }
    for (const [a, b] of [
      [parameter, first],
      [parameter, second],
      [parameter, gradient],
      [first, second],
      [first, gradient],
      [second, gradient],
    ] as const)
      checkApart('adam', a, 'an operand', b);
    checkShape('adam', 'scale', scale, 1, 1);
    checkShape('adam', 'schedule', schedule, 1, 2);
    checkSideBySide('adam', 'schedule', schedule);
    this.#instructions.add('adam', 'adam', {
      ...{ count: parameter.rows * parameter.columns, out: parameter.offset, first: first.offset },
      ...{ second: second.offset, gradient: gradient.offset, scale: scale.offset, schedule: schedule.offset },
      ...{ firstDecay: bits(firstDecay), firstRest: bits(1 - firstDecay) },
      ...{ secondDecay: bits(secondDecay), secondRest: bits(1 - secondDecay), epsilon: bits(epsilon) },
    });
  }
}

/** An operand of an element-wise pass: the output itself, or apart from it. */
function operandOf(name: OpcodeName, what: string, operand: Block, out: Block): Steps {
  const steps = stepsOf(name, what, operand, out);
  if (!isSame(operand, out)) checkApart(name, out, what, operand);
  return steps;
}

/** Whether an operand reads straight on where the output's rows are one long row. */
function isSweptOn({ row, column }: Steps, { columns }: Block): boolean {
  return column === 0 ? row === 0 : row === FLOAT_BYTES * columns;
}

/** The output's rows; one long row where nothing has gaps, the operands included. */
function sweepOf(out: Block, isSwept: boolean) {
  const { rows, columns, rowStride } = out;
  return isSwept && isWhole(out)
    ? { rows: 1, columns: rows * columns, outRow: 0 }
    : { rows, columns, outRow: FLOAT_BYTES * rowStride };
}

/** The bits of a number as a float32. */
function bits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0] ?? 0;
}
