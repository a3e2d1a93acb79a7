import {
  type BinaryFunction,
  type Graph,
  type Node,
  type NodeId,
  statementName,
  type UnaryFunction,
} from './graph.ts';
import { type SymbolOptions, type SymbolWriter, symbolWriter } from './symbol.ts';

export { symbolLatex } from './symbol.ts';

/** How tightly a piece of TeX holds together, loosest first. */
const RANK = { sum: 0, product: 1, negative: 2, applied: 3, atom: 4 } as const;

interface Tex {
  readonly text: string;
  readonly rank: number;
  /** Holds a fraction: parentheses around it grow, and no second fraction is stacked on it. */
  readonly tall: boolean;
  /** A minus can't follow another sign; a named function brings its own space. */
  readonly starts: 'minus' | 'function' | 'other';
}

/** Matrices that print as two letters need a sliver between matrix and vector; `\,` is a macro, this is none. */
const THIN = '\\mkern3mu ';

/**
 * The equations in TeX, a string for each statement, for KaTeX 0.16 with `trust` for `\htmlData` and
 * `\htmlClass`, and `strict: false`.
 *
 * Every symbol that stands for a value or a parameter is wrapped as `symbolLatex` says. The product element
 * by element is ∗, a matrix stands before its vector, sigmoid is σ. No macro is used where a long text could
 * repeat it: KaTeX allows a thousand expansions. The TeX is flat: a sum of thousands of terms nests nothing.
 */
export function latex(graph: Graph, options: SymbolOptions = {}): readonly string[] {
  const symbol = symbolWriter(graph, options);
  const names = new Map<NodeId, string>(
    graph.statements.map((statement) => [statement.node, statementName(statement)]),
  );
  const written: Tex[] = [];
  const read = (id: NodeId): Tex => {
    const name = names.get(id);
    return name === undefined ? (written[id] ?? atom('')) : atom(symbol(name));
  };
  for (const node of graph.nodes) written.push(texOf(node, read, symbol));
  return graph.statements.map(({ node }) => `${read(node).text} = ${written[node]?.text ?? ''}`);
}

function texOf(node: Node, read: (id: NodeId) => Tex, symbol: SymbolWriter): Tex {
  switch (node.op) {
    case 'input':
      return atom(symbol('x'));
    case 'state':
    case 'parameter':
      return atom(symbol(node.name));
    case 'number':
      return number(node.value);
    case 'copy':
      return read(node.a);
    case 'neg': {
      const a = read(node.a);
      const text = `-${a.starts === 'minus' ? inParentheses(a) : within(a, RANK.negative)}`;
      return { text, rank: RANK.negative, tall: a.tall, starts: 'minus' };
    }
    case 'matmul': {
      const vector = read(node.vector);
      const gap = vector.starts === 'function' ? '' : THIN;
      const text = `${read(node.matrix).text}${gap}${within(vector, RANK.applied)}`;
      return { text, rank: RANK.applied, tall: vector.tall, starts: 'other' };
    }
    case 'add':
      return infix(read(node.a), ' + ', read(node.b), RANK.sum);
    case 'sub':
      return infix(read(node.a), ' - ', read(node.b), RANK.sum);
    case 'mul':
      return infix(read(node.a), ' \\ast ', read(node.b), RANK.product);
    case 'div':
      return quotient(read(node.a), read(node.b));
    case 'max':
    case 'min':
      return call(node.op, [read(node.a), read(node.b)]);
    default:
      return call(node.op, [read(node.a)]);
  }
}

/** Operators of one rank are taken from left to right, so only a right operand of the same rank is held. */
function infix(a: Tex, sign: string, b: Tex, rank: number): Tex {
  const right = b.starts === 'minus' ? inParentheses(b) : within(b, rank + 1);
  return {
    text: `${within(a, rank)}${sign}${right}`,
    rank,
    tall: a.tall || b.tall,
    starts: a.rank >= rank ? a.starts : 'other',
  };
}

/** One fraction is drawn as one; a quotient of quotients goes on along the line, however long. */
function quotient(a: Tex, b: Tex): Tex {
  if (a.tall || b.tall) return infix(a, ' / ', b, RANK.product);
  return { text: `\\frac{${a.text}}{${b.text}}`, rank: RANK.negative, tall: true, starts: 'other' };
}

/** How each function is written around its arguments. */
const CALLS: { readonly [F in UnaryFunction | BinaryFunction]: string } = {
  sigmoid: '\\sigma',
  tanh: '\\tanh',
  relu: '\\mathop{\\mathrm{relu}}',
  softplus: '\\mathop{\\mathrm{softplus}}',
  exp: '\\exp',
  log: '\\log',
  sqrt: '\\sqrt',
  abs: '\\lvert',
  max: '\\max',
  min: '\\min',
};

function call(name: UnaryFunction | BinaryFunction, parts: readonly Tex[]): Tex {
  const inside = { text: parts.map(({ text }) => text).join(', '), tall: parts.some(({ tall }) => tall) };
  const sign = CALLS[name];
  const text =
    name === 'sqrt'
      ? `${sign}{${inside.text}}`
      : name === 'abs'
        ? enclosed('\\lvert ', inside, '\\rvert ')
        : `${sign}${inParentheses(inside)}`;
  const starts = name === 'sigmoid' || name === 'sqrt' || name === 'abs' ? 'other' : 'function';
  return { text, rank: RANK.atom, tall: inside.tall, starts };
}

function number(value: number): Tex {
  const [digits = '', exponent] = String(value).split('e');
  if (exponent === undefined) return atom(digits);
  const power = `10^{${Number(exponent)}}`;
  return digits === '1' ? atom(power) : { ...atom(`${digits} \\times ${power}`), rank: RANK.product };
}

function within(tex: Tex, least: number): string {
  return tex.rank < least ? inParentheses(tex) : tex.text;
}

function inParentheses(inside: Pick<Tex, 'text' | 'tall'>): string {
  return enclosed('(', inside, ')');
}

/** Signs that grow are set as open and close: TeX else puts a space before them. */
function enclosed(open: string, { text, tall }: Pick<Tex, 'text' | 'tall'>, close: string): string {
  return tall ? `\\mathopen{}\\left${open}${text}\\right${close}\\mathclose{}` : `${open}${text}${close}`;
}

function atom(text: string): Tex {
  return { text, rank: RANK.atom, tall: false, starts: 'other' };
}
