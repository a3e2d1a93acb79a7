import type { BinaryFunction, Graph, Node, NodeId, UnaryFunction } from '../graph.ts';
import { statementName } from '../graph.ts';
import type { Identifiers } from './identifiers.ts';
import type { Piece } from './piece.ts';

/**
 * How tightly Python's expressions hold together, loosest first. In Python @ is one of the products, taken from left to
 * right with them; on paper it binds tighter. What stands before an @ is therefore put in parentheses for the reader, and
 * what stands after a * for Python.
 */
export const RANK = { sum: 0, product: 1, matrix: 2, negative: 3, atom: 4 } as const;
type Rank = (typeof RANK)[keyof typeof RANK];

/**
 * What an expression's value is in the language: a plain number, which knows neither shape nor precision; an array that is
 * the same for every example, such as a weight; or an array that may have a row an example, because x or a state is in it.
 */
const FORMS = ['number', 'single', 'rows'] as const;
type Form = (typeof FORMS)[number];

/** An expression. */
export interface Code {
  readonly piece: Piece;
  readonly rank: Rank;
  readonly form: Form;
}

/** What differs between dialects of Python in an expression. */
export interface Dialect {
  /** What the language's functions are called. */
  readonly functions: Readonly<Record<UnaryFunction | BinaryFunction, string>>;
  /** Where those take plain numbers: nowhere, beside an array, everywhere. */
  readonly functionsTakeNumbers: 'nowhere' | 'beside an array' | 'everywhere';
  /** Makes an array of a plain number. */
  readonly array: (number: Piece) => Piece;
  /** A parameter within the step. */
  readonly parameter: (identifier: string) => string;
  /** A matrix times a vector. */
  readonly product: (matrix: Code, vector: Code) => Code;
}

/** From here on a double can't tell neighbouring whole numbers apart, and integers of Python's toolkits overflow. */
const LARGEST_WHOLE = 1e15;

/** Every node's expression as its own line writes it; operands that a line has named are read by their names. */
export function expressionsOf(graph: Graph, dialect: Dialect, identifiers: Identifiers): readonly Code[] {
  const named = new Map<NodeId, string>(graph.statements.map((line) => [line.node, statementName(line)]));
  const codes: Code[] = [];
  const read: Read = (id, asFloat = false) => {
    const name = named.get(id);
    const code = codes[id];
    const node = graph.nodes[id];
    if (code === undefined || node === undefined) throw new Error(`node ${id} is read before it is written`);
    if (name !== undefined) return atom({ text: identifiers.of(name), node: id }, code.form);
    return node.op === 'number' && asFloat ? atom(decimal(node.value), 'number') : code;
  };
  const context: Context = { graph, dialect, identifiers, read };
  for (const [id, node] of graph.nodes.entries())
    codes.push(
      node.op === 'number' && named.has(id) ? atom(decimal(node.value), 'number') : codeOf(id, node, context),
    );
  return codes;
}

/** A node as another reads it. @param asFloat whether a whole number needs its point, as it does where no array is by */
type Read = (id: NodeId, asFloat?: boolean) => Code;

interface Context {
  readonly graph: Graph;
  readonly dialect: Dialect;
  readonly identifiers: Identifiers;
  readonly read: Read;
}

function codeOf(id: NodeId, node: Node, { graph, dialect, identifiers, read }: Context): Code {
  const alone = node.shape.length === 0;
  switch (node.op) {
    case 'input':
      return atom({ text: identifiers.of('x'), node: id }, 'rows');
    case 'state':
      return atom({ text: identifiers.of(node.name), node: id }, 'rows');
    case 'parameter':
      return atom({ text: dialect.parameter(identifiers.of(node.name)), node: id }, 'single');
    case 'number':
      return atom(plain(node.value), 'number');
    case 'copy':
      return read(node.a, alone);
    case 'neg': {
      const a = read(node.a, alone);
      return { piece: ['-', within(a, RANK.negative)], rank: RANK.negative, form: a.form };
    }
    case 'matmul':
      return dialect.product(read(node.matrix), read(node.vector));
    case 'add':
      return infix(read(node.a, alone), ' + ', read(node.b, alone), RANK.sum);
    case 'sub':
      return infix(read(node.a, alone), ' - ', read(node.b, alone), RANK.sum);
    case 'mul':
      return infix(read(node.a, alone), ' * ', read(node.b, alone), RANK.product);
    case 'div': {
      const a = read(node.a, alone);
      const b = read(node.b, alone);
      const divisor = graph.nodes[node.b];
      const harmless = divisor?.op === 'number' && divisor.value !== 0;
      // Python stops at a plain number over a plain zero, where arrays give an infinity.
      const both = wider(a.form, b.form) === 'number';
      const guarded = both && !harmless ? atom(dialect.array(a.piece), 'single') : a;
      return infix(guarded, ' / ', b, RANK.product);
    }
    default: {
      const given = 'b' in node ? [read(node.a, true), read(node.b, true)] : [read(node.a, true)];
      const form = given.reduce<Form>((widest, { form }) => wider(widest, form), 'number');
      const { functionsTakeNumbers: where } = dialect;
      const fine = where === 'everywhere' || (where === 'beside an array' && form !== 'number');
      const pieces = given.map((code) =>
        code.form === 'number' && !fine ? dialect.array(code.piece) : code.piece,
      );
      return atom(call(dialect.functions[node.op], pieces), wider(form, 'single'));
    }
  }
}

function wider(a: Form, b: Form): Form {
  return FORMS.indexOf(a) < FORMS.indexOf(b) ? b : a;
}

export function call(name: string, given: readonly Piece[]): Piece {
  return [`${name}(`, given.flatMap((piece, k) => (k === 0 ? [piece] : [', ', piece])), ')'];
}

/** Operators of one rank are taken from left to right, so only a right operand of the same rank is held. */
export function infix(a: Code, sign: string, b: Code, rank: 0 | 1 | 2): Code {
  const tighter = rank === RANK.sum ? RANK.product : RANK.negative;
  return {
    piece: [within(a, rank), sign, within(b, tighter)],
    rank,
    form: wider(a.form, b.form),
  };
}

function within({ piece, rank }: Code, least: Rank): Piece {
  return rank < least ? ['(', piece, ')'] : piece;
}

export function atom(piece: Piece, form: Form): Code {
  return { piece, rank: RANK.atom, form };
}

/** `1`, `0.25`, `1e-07`; a large whole number with a point. */
function plain(value: number): string {
  return Math.abs(value) < LARGEST_WHOLE ? String(value) : decimal(value);
}

/** `1.0`, `0.25`, `1e+21`: never one of Python's whole numbers. */
function decimal(value: number): string {
  const text = String(value);
  return /^\d+$/.test(text) ? `${text}.0` : text;
}
