import { type Graph, type NodeId, type Parameter, type Shape, type Size, statementName } from '../graph.ts';
import { type Dialect, expressionsOf } from './expression.ts';
import { type Identifiers, identifiersFor, type Taken } from './identifiers.ts';
import { type CodeLine, type CodeOptions, line, oneLine, statementLines } from './listing.ts';
import type { Piece } from './piece.ts';

/** Python's own words, which no name can be (`keyword.kwlist`). */
const KEYWORDS =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield';

/** @param words what the dialect's own code calls things */
export function taken(words: string, members = ''): Taken {
  return {
    words: new Set(`${KEYWORDS} ${words}`.split(' ')),
    members: new Set(members.split(' ')),
  };
}

/** What every dialect of Python writes of a cell. */
export interface PythonCell {
  readonly graph: Graph;
  readonly identifiers: Identifiers;
  /** The lines of the equations, indented. */
  readonly body: readonly CodeLine[];
  /** States as they come in: `c, h`. */
  readonly states: Piece;
  /** New states, each with its full shape: `c_new, h_new`. */
  readonly newStates: Piece;
  /** The new value of the state that the cell gives out. */
  readonly output: Piece;
  /** What to call a state before the step. */
  readonly stateNames: readonly string[];
  /** By node: of a function's name in the equations, whether it is called. */
  readonly calls: ReadonlySet<string>;
  readonly title: string;
}

/** How a dialect's arrays come. */
interface Layout {
  /** Whether a step takes a batch: then a value that no input reaches has to be repeated for each example. */
  readonly batched: boolean;
  /** Zeros shaped as another array: `np.zeros_like`. */
  readonly zerosLike: string;
  /** What stands before a statement. */
  readonly indent: string;
}

export function pythonCell(
  graph: Graph,
  dialect: Dialect,
  names: Taken,
  { batched, zerosLike, indent }: Layout,
  options: CodeOptions,
): PythonCell {
  const identifiers = identifiersFor(graph, names);
  const codes = expressionsOf(graph, dialect, identifiers);
  const body = statementLines(graph, (index) => {
    const statement = graph.statements[index];
    if (statement === undefined) return '';
    const target = { text: identifiers.of(statementName(statement)), node: statement.node };
    const remark = remarkOn(statement.comment, graph.nodes[statement.node]?.shape);
    return [indent, target, ' = ', codes[statement.node]?.piece ?? '', remark];
  });
  const before = graph.states.map(({ name, before }): Piece => nameOf(identifiers.of(name), before));
  const after = graph.states.map(({ name, after }, k): Piece => {
    const piece = { text: identifiers.of(`${name}'`), node: after };
    // A number fills a state, and of a batch every example's row has to be there.
    const isWhole = graph.nodes[after]?.shape.length === 1 && (!batched || codes[after]?.form === 'rows');
    return isWhole ? piece : [`${zerosLike}(`, before[k] ?? '', ') + ', piece];
  });
  const output = graph.states.findIndex(({ name }) => name === graph.output);
  return {
    graph,
    identifiers,
    body,
    states: listed(before),
    newStates: listed(after),
    output: after[output] ?? '',
    stateNames: graph.states.map(({ name }) => identifiers.of(name)),
    calls: new Set(graph.nodes.map(({ op }) => op)),
    title: titleOf(options),
  };
}

/** A state that no line reads has no node before the step. */
function nameOf(text: string, node: NodeId | undefined): Piece {
  return node === undefined ? text : { text, node };
}

function listed(pieces: readonly Piece[]): Piece {
  return pieces.flatMap((piece, k) => (k === 0 ? [piece] : [', ', piece]));
}

/** A text that is safe between three quotes. */
function titleOf({ title = 'A cell' }: CodeOptions): string {
  return oneLine(title).replace(/["\\]/g, "'");
}

/** What stands behind a line: its own comment, and its shape where that isn't [units]. */
function remarkOn(comment: string, shape: Shape | undefined): string {
  const remarks = [
    ...(shape?.length === 1 && shape[0] === 'units' ? [] : [shapeText(shape)]),
    ...(comment === '' ? [] : [oneLine(comment)]),
  ];
  return remarks.length === 0 ? '' : `  # ${remarks.join('; ')}`;
}

function shapeText(shape: Shape | undefined): string {
  return shape === undefined || shape.length === 0 ? 'a number' : `[${shape.join(', ')}]`;
}

/** What each renamed name was, for the head of a file. */
export function renamedLines({ identifiers: { renamed } }: PythonCell): readonly CodeLine[] {
  return [...renamed].map(([name, identifier]) =>
    line(`# ${identifier} is the equations' ${name}: that name is taken here.`),
  );
}

/** What a file calls the sizes where weights are made. */
export const SIZE_NAMES: Readonly<Record<Size, string>> = { input: 'input_size', units: 'units' };

/** How a parameter starts: what Keras does, or the constant that the cell's file gives. */
export type Start = 'glorot' | 'orthogonal' | number;

export function startOf({ name, shape }: Parameter, { starts }: CodeOptions): Start {
  if (shape.length === 1) return starts?.get(name) ?? 0;
  return shape[0] === 'units' && shape[1] === 'units' ? 'orthogonal' : 'glorot';
}

/** `  # [units, input]`, the shape of a weight behind its line. */
export function shapeRemark(shape: Shape): string {
  return `  # ${shapeText(shape)}`;
}

/** The longest line that a signature may be. */
const WIDTH = 88;

/** A signature over as many lines as it takes: `def step(x, c, h, Wf, Uf, ...):`. */
export function signature(start: string, given: readonly string[], end: string): readonly CodeLine[] {
  const lines: string[] = [];
  const indent = ' '.repeat(start.length);
  let current = start;
  for (const [k, name] of given.entries()) {
    const word = `${name}${k === given.length - 1 ? end : ','}`;
    const gap = current === start || current === indent ? '' : ' ';
    if (current.length + gap.length + word.length > WIDTH && gap !== '') {
      lines.push(current);
      current = indent + word;
    } else current += gap + word;
  }
  return [...lines, current].map((text) => line(text));
}
