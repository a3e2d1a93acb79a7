import { type Graph, type Node, type NodeId, statementName } from '../graph.ts';
import { operands } from '../operations.ts';

/** A sign or word as it stands, or a letter of the equations, which the page sets in its own type and lights up. */
export type Piece = string | { readonly letter: string };
export type Label = readonly Piece[];

/** How each function is written on a box. */
export function functionSign(op: string): string {
  return op === 'sigmoid' ? 'σ' : op;
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['sub', '−'],
  ['mul', '∗'],
  ['div', '/'],
]);
const RANKS: ReadonlyMap<string, number> = new Map([
  ['add', 0],
  ['sub', 0],
  ['mul', 1],
  ['div', 1],
  ['neg', 2],
  ['matmul', 3],
]);
const ATOM = 4;
/** More pieces than these don't fit beside a strip: the expression is then not written out. */
const MOST = 9;

interface Written {
  readonly label: Label;
  readonly rank: number;
}

/**
 * Short expressions as labels, `(1−z)∗n`, by node; undefined where one is too long to stand in a diagram. Named
 * values are written by their names.
 */
export function shortLabels(graph: Graph): readonly (Label | undefined)[] {
  const names = new Map<NodeId, string>(graph.statements.map((line) => [line.node, statementName(line)]));
  const written: (Written | undefined)[] = [];
  const read = (id: NodeId): Written | undefined => {
    const name = names.get(id);
    return name === undefined ? written[id] : { label: [{ letter: name }], rank: ATOM };
  };
  for (const node of graph.nodes) {
    const next = write(node, read);
    written.push(next !== undefined && next.label.length <= MOST ? next : undefined);
  }
  return written.map((found) => found?.label);
}

function write(node: Node, read: (id: NodeId) => Written | undefined): Written | undefined {
  switch (node.op) {
    case 'input':
      return { label: [{ letter: 'x' }], rank: ATOM };
    case 'state':
    case 'parameter':
      return { label: [{ letter: node.name }], rank: ATOM };
    case 'number':
      return { label: [numberText(node.value)], rank: ATOM };
    case 'copy':
      return read(node.a);
  }
  const parts = operands(node).map(read);
  const rank = RANKS.get(node.op) ?? ATOM;
  const labels = parts.map((part, k) => part && within(part, k === 0 || node.op === 'add' ? rank : rank + 1));
  const [first, second] = labels;
  if (first === undefined || labels.some((label) => label === undefined)) return undefined;
  if (node.op === 'neg') return { label: ['−', ...first], rank };
  if (node.op === 'matmul') return { label: [...first, '\u2009', ...(second ?? [])], rank };
  const sign = SIGNS.get(node.op);
  const inner = second === undefined ? first : [...first, sign ?? ', ', ...second];
  return { label: sign === undefined ? [functionSign(node.op), '(', ...inner, ')'] : inner, rank };
}

function within({ label, rank }: Written, least: number): Label {
  return rank < least ? ['(', ...label, ')'] : label;
}

/** A number of the text, short: `0.9`, `1e−7`. */
function numberText(value: number): string {
  const text = String(value);
  return (text.length <= 6 ? text : String(Number(value.toPrecision(3)))).replace('-', '−');
}
