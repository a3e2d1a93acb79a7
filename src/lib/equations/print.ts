import { type Graph, type Node, type NodeId, statementName } from './graph.ts';
import { tokenize } from './lexer.ts';
import { LIMITS } from './limits.ts';
import { sourceOf } from './source.ts';

/** How tightly an expression holds together, loosest first: what stands in a tighter place needs parentheses. */
const RANK = { sum: 0, product: 1, negative: 2, applied: 3, atom: 4 } as const;

interface Text {
  readonly text: string;
  readonly rank: number;
}

/** How much air a text gets: `f  = a * b` in columns, or none where a long text would outgrow the limit. */
interface Spacing {
  readonly space: '' | ' ';
  readonly number: (value: number) => string;
}

const AIRY: Spacing = { space: ' ', number: plainNumber };
/** Never longer than what was read, so that whatever could be parsed can be parsed again. */
const TIGHT: Spacing = { space: '', number: shortestNumber };

/**
 * The canonical text of a graph: one space around operators, the signs = in a column, no parenthesis that
 * could be left out, comments and empty lines kept. `parse(print(graph))` is the graph again, but for where
 * things stand within their lines.
 */
export function print(graph: Graph): string {
  const airy = printWith(graph, AIRY);
  return airy.length <= LIMITS.characters ? airy : printWith(graph, TIGHT);
}

function printWith(graph: Graph, spacing: Spacing): string {
  const expressions = expressionTexts(graph, spacing);
  const lefts = graph.statements.map(statementName);
  const width = spacing.space === '' ? 0 : columnOf(lefts);
  const byLine = new Map(
    graph.statements.map(({ line, node, comment }, index) => {
      const left = (lefts[index] ?? '').padEnd(width);
      const text = `${left}${spacing.space}=${spacing.space}${expressions[node]?.text ?? ''}`;
      return [line, comment === '' ? text : `${text}${spacing.space}${commentText(comment, spacing)}`];
    }),
  );
  // Lines without a statement are the source's own: their comments belong to the text as much as a line's.
  const lines = tokenize(sourceOf(graph.source)).map(
    ({ number, comment }) => byLine.get(number) ?? (comment ? commentText(comment, spacing) : ''),
  );
  return lines.join('\n').replace(/\n+$/, '');
}

function commentText(comment: string, { space }: Spacing): string {
  return `#${space}${comment}`;
}

/** Where the signs = stand: after the longest name, but a very long one stands out by itself. */
function columnOf(lefts: readonly string[]): number {
  return lefts.reduce((width, { length }) => Math.max(width, length), 0) <= 8
    ? Math.max(...lefts.map(({ length }) => length))
    : 0;
}

/** The text of every node as its own line writes it; a loop, because sums may be thousands of terms deep. */
function expressionTexts(graph: Graph, spacing: Spacing): readonly Text[] {
  const names = new Map<NodeId, string>(graph.statements.map((line) => [line.node, statementName(line)]));
  const texts: Text[] = [];
  /** A node as another reads it: by its name where a line has given it one. */
  const operand = (id: NodeId): Text => {
    const name = names.get(id);
    return name === undefined ? (texts[id] ?? atom('')) : atom(name);
  };
  for (const node of graph.nodes) texts.push(textOf(node, operand, spacing));
  return texts;
}

function textOf(node: Node, read: (id: NodeId) => Text, { space, number }: Spacing): Text {
  switch (node.op) {
    case 'input':
      return atom('x');
    case 'state':
    case 'parameter':
      return atom(node.name);
    case 'number':
      return atom(number(node.value));
    case 'copy':
      return read(node.a);
    case 'neg':
      return { text: `-${within(read(node.a), RANK.negative)}`, rank: RANK.negative };
    case 'matmul': {
      const vector = within(read(node.vector), RANK.applied);
      const gap = space === '' && vector.startsWith('(') ? '' : ' ';
      return { text: `${read(node.matrix).text}${gap}${vector}`, rank: RANK.applied };
    }
    case 'add':
      return infix(read(node.a), '+', read(node.b), RANK.sum, space);
    case 'sub':
      return infix(read(node.a), '-', read(node.b), RANK.sum, space);
    case 'mul':
      return infix(read(node.a), '*', read(node.b), RANK.product, space);
    case 'div':
      return infix(read(node.a), '/', read(node.b), RANK.product, space);
    default:
      return 'b' in node
        ? atom(`${node.op}(${read(node.a).text},${space}${read(node.b).text})`)
        : atom(`${node.op}(${read(node.a).text})`);
  }
}

/** Operators of one rank are taken from left to right, so only a right operand of the same rank is held. */
function infix(a: Text, sign: string, b: Text, rank: number, space: string): Text {
  return { text: `${within(a, rank)}${space}${sign}${space}${within(b, rank + 1)}`, rank };
}

function within({ text, rank }: Text, least: number): string {
  return rank < least ? `(${text})` : text;
}

function atom(text: string): Text {
  return { text, rank: RANK.atom };
}

function plainNumber(value: number): string {
  return String(value).replace('e+', 'e');
}

/** The shortest literal of a value: `.5`, `1e9`, `15e-8`. */
function shortestNumber(value: number): string {
  const plain = plainNumber(value).replace(/^0\./, '.');
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const power = Number(exponent) - fraction.length;
  const scientific = `${whole}${fraction}e${power}`;
  return scientific.length < plain.length ? scientific : plain;
}
