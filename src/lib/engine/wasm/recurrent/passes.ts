import type { Block } from '../block.ts';
import type { NameOf } from '../opcodes.ts';
import type { Tape } from '../tape.ts';
import type { Piece } from './works.ts';

/** Where a value lies. In a loop that is one place a step; its rows of all steps are `all`, where they are kept. */
export interface Lodging {
  at(step: number): Block;
  readonly all: Block | undefined;
}

/** In a loop, the step; outside of them nothing, and the rows of all steps are meant. */
export type When = number | undefined;

/** A place that is the same at all steps: one row that they share, or scratch. */
export function fixed(block: Block): Lodging {
  return { at: () => block, all: block };
}

export function blockAt(lodging: Lodging, when: When): Block {
  const block = when === undefined ? lodging.all : lodging.at(when);
  if (block === undefined) throw new Error('a value is read after its loop, but only scratch holds it');
  return block;
}

/** One element-wise instruction. Three operands: a choice by the first. */
export interface Pass {
  readonly op: NameOf<'map'> | NameOf<'zip'> | 'select';
  readonly out: Lodging;
  readonly operands: readonly Lodging[];
  readonly accumulate: boolean;
}

export function put({ op, out, operands, accumulate }: Pass, tape: Tape, when: When): void {
  const target = blockAt(out, when);
  const [a, b, c] = operands.map((operand) => blockAt(operand, when));
  if (a === undefined) throw new Error(`${op} has no operand`);
  if (op === 'select') {
    if (b === undefined || c === undefined) throw new Error('a choice has three operands');
    tape.select(target, a, b, c, { accumulate });
  } else if (b === undefined) tape.map(op as NameOf<'map'>, target, a, { accumulate });
  else tape.zip(op as NameOf<'zip'>, target, a, b, { accumulate });
}

/** What passes need besides their operands. */
export interface Surroundings {
  readonly lodgingOf: (id: number) => Lodging;
  /** Scratch for one pass, of the output's size. */
  readonly spare: () => Lodging;
  /** The mask and a zero, for guards. */
  readonly guard: { readonly mask: Lodging; readonly zero: Lodging } | undefined;
}

/**
 * The passes that make a sum of pieces in a place, or add it to what is there (`isOnto`). Pieces may read what lies in
 * that place: they come first.
 */
export function passesOf(
  pieces: readonly Piece[],
  out: Lodging,
  around: Surroundings,
  isOnto = false,
): readonly Pass[] {
  const { lodgingOf } = around;
  const copies = pieces.filter(({ op }) => op === 'copy');
  const [first, second] = copies;
  const operands = ({ reads }: Piece) => reads.map(lodgingOf);
  const [a, b] = copies.flatMap(operands);
  if (
    pieces.length === 2 &&
    first?.isNegative === false &&
    second !== undefined &&
    a !== undefined &&
    b !== undefined
  )
    return [{ op: second.isNegative ? 'sub' : 'add', out, operands: [a, b], accumulate: false }];

  const made = pieces.filter(({ op }) => op !== 'copy');
  const readsOut = (piece: Piece) => operands(piece).includes(out);
  const base = copies.find((piece) => !piece.isNegative && readsOut(piece));
  const others = copies.filter((piece) => piece !== base);
  if (made.filter(readsOut).length > 1 || others.some(readsOut)) {
    const spare = around.spare();
    return [...passesOf(pieces, spare, around), { op: 'copy', out, operands: [spare], accumulate: false }];
  }

  const passes: Pass[] = [];
  let isWritten = isOnto || base !== undefined;
  const add = (op: Pass['op'], operands: readonly Lodging[], accumulate: boolean): void => {
    passes.push({ op, out, operands, accumulate });
    isWritten = true;
  };
  for (const piece of [...made.filter(readsOut), ...made.filter((piece) => !readsOut(piece))]) {
    if (piece.op !== 'guard') add(piece.op, operands(piece), isWritten);
    else if (around.guard !== undefined)
      add('select', [around.guard.mask, ...operands(piece), around.guard.zero], isWritten);
    else throw new Error('a value is guarded, but no step is padding');
  }
  for (const piece of [
    ...others.filter(({ isNegative }) => !isNegative),
    ...others.filter(({ isNegative }) => isNegative),
  ])
    if (piece.isNegative) add('sub', [out, ...operands(piece)], false);
    else add('copy', operands(piece), isWritten);
  return passes;
}
