import type { NodeId } from '../graph.ts';

/** A name within a line of code, and the node whose value it stands for; UTF-16 units from the line's start. */
export interface CodeSymbol {
  readonly start: number;
  readonly end: number;
  readonly node: NodeId;
}

/** A name that stands for a node's value. */
interface Name {
  readonly text: string;
  readonly node: NodeId;
}

/**
 * Code as it is put together: strings, names and pieces within pieces. Nothing is copied when an expression becomes a
 * part of another, so a sum of thousands of terms takes time linear in its length.
 */
export type Piece = string | Name | readonly Piece[];

/** A piece as text, and where its names stand in it; a loop, because a long sum is as deep as it is long. */
export function flatten(piece: Piece): { readonly text: string; readonly symbols: readonly CodeSymbol[] } {
  const texts: string[] = [];
  const symbols: CodeSymbol[] = [];
  let length = 0;
  const write = (text: string): void => {
    texts.push(text);
    length += text.length;
  };
  const waiting: Piece[] = [piece];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') write(next);
    else if (isName(next)) {
      symbols.push({ start: length, end: length + next.text.length, node: next.node });
      write(next.text);
    } else waiting.push(...next.toReversed());
  }
  return { text: texts.join(''), symbols };
}

function isName(piece: Name | readonly Piece[]): piece is Name {
  return !Array.isArray(piece);
}
