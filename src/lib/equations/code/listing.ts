import type { Graph, NodeId } from '../graph.ts';
import { type CodeSymbol, flatten, type Piece } from './piece.ts';

/** A line of a file, and what of the equations it stands for. */
export interface CodeLine {
  readonly text: string;
  /** Index into `graph.statements` where it computes one: the line to light up while that one runs. */
  readonly statement: number | undefined;
  /** The nodes whose values it makes: of a statement its operators, of a weight's start the parameter. */
  readonly nodes: readonly NodeId[];
  /** The names in it. */
  readonly symbols: readonly CodeSymbol[];
}

/** A cell as a file of code. */
export interface Listing {
  readonly lines: readonly CodeLine[];
  /** Names that could not stay as the equations have them, by the name there. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** What the equations alone don't say. */
export interface CodeOptions {
  /** As a heading: `LSTM`. */
  readonly title?: string;
  /** Vector parameters that start at a constant other than zero. */
  readonly starts?: ReadonlyMap<string, number>;
}

/** A way to write a cell down. */
export interface CodeDialect {
  /** Stable: `numpy`. */
  readonly id: string;
  /** As a reader calls it: `NumPy`. */
  readonly name: string;
  readonly language: 'python' | 'typescript';
  /** A cell's file: `lstm.py`. */
  readonly file: string;
  readonly write: (graph: Graph, options: CodeOptions) => Listing;
}

/** The whole file. */
export function fileOf({ lines }: Listing): string {
  return `${lines.map(({ text }) => text).join('\n')}\n`;
}

/** A line that stands for no value of its own. */
export function line(piece: Piece = ''): CodeLine {
  return { ...flatten(piece), statement: undefined, nodes: [] };
}

/** Lines of plain text. */
export function linesOf(text: string): readonly CodeLine[] {
  return text.split('\n').map((one) => line(one));
}

/** The line that gives a parameter its start. */
export function startLine(piece: Piece, node: NodeId): CodeLine {
  return { ...flatten(piece), statement: undefined, nodes: [node] };
}

/** The lines of all statements. @param write a statement's line by its place */
export function statementLines(graph: Graph, write: (statement: number) => Piece): readonly CodeLine[] {
  let from = 0;
  return graph.statements.map(({ node }, statement) => {
    const nodes: NodeId[] = [];
    for (; from <= node; from += 1) if (isMade(graph, from)) nodes.push(from);
    return { ...flatten(write(statement)), statement, nodes };
  });
}

/** Whether a step makes the node's value, rather than being given it. */
function isMade({ nodes }: Graph, id: NodeId): boolean {
  const op = nodes[id]?.op;
  return op !== 'input' && op !== 'state' && op !== 'parameter';
}

/** Text that may stand behind a # or within quotes on one line: no breaks, no controls, no halves of characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .toWellFormed()
    .trim();
}

/** A heading as the name of a class, as far as its first comma: `GRU, reset after the product` is `GRU`. */
export function className({ title = '' }: CodeOptions): string {
  const words = title.split(',', 1)[0]?.match(/[A-Za-z0-9]+/g) ?? [];
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Z]/.test(name) ? name : `Cell${name}`;
}
