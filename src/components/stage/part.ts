import { statementName } from '../../lib/equations/graph.ts';
import { operands } from '../../lib/equations/operations.ts';
import { boundOf, type Reading } from './reading.ts';
import { symmetricBound } from './scale.ts';
import { element } from './substitution.ts';
import { nodeNames, type SymbolInfo } from './symbol.ts';

/** A value within a line has no name, but it is drawn: in the diagram it is called by its node. */
const MARK = '#';

/** What a node is called where it is lit: by its name, else by its number. */
export function symbolOf(reading: Reading, node: number): string {
  return namesOf(reading).get(node) ?? `${MARK}${node}`;
}

const NAMES = new WeakMap<Reading, ReadonlyMap<number, string>>();

function namesOf(reading: Reading): ReadonlyMap<number, string> {
  const known = NAMES.get(reading);
  if (known !== undefined) return known;
  const names = nodeNames(reading.graph);
  NAMES.set(reading, names);
  return names;
}

/** The node that a symbol stands for; undefined for a name. */
export function nodeOf(symbol: string): number | undefined {
  return symbol.startsWith(MARK) ? Number(symbol.slice(MARK.length)) : undefined;
}

/** Index of the line in which a node is worked out; −1 for what is given: x, states before the step, parameters. */
export function lineOfNode({ graph }: Reading, node: number): number {
  const op = graph.nodes[node]?.op;
  if (op === undefined || op === 'input' || op === 'state' || op === 'parameter') return -1;
  return graph.statements.findIndex((statement) => statement.node >= node);
}

/** What a letter stands for, whether the equations name it or only the diagram draws it. */
export function infoOf(reading: Reading, symbol: string): SymbolInfo | undefined {
  const node = nodeOf(symbol);
  if (node === undefined) return reading.symbols.get(symbol);
  const drawn = reading.graph.nodes[node];
  const statement = lineOfNode(reading, node);
  const line = reading.graph.statements[statement];
  if (drawn === undefined || line === undefined) return undefined;
  return {
    name: symbol,
    kind: 'part',
    role: roleOfName(reading, statementName(line)),
    shape: drawn.shape,
    statement,
    feeds: undefined,
    multiplies: undefined,
    range: undefined,
    op: drawn.op,
  };
}

function roleOfName({ symbols }: Reading, name: string): SymbolInfo['role'] {
  return symbols.get(name)?.role;
}

const BOUNDS = new WeakMap<Reading, Map<number, number>>();

/** The bound of a node's colour scale over the whole review; the same as the heat map's for a named value. */
export function boundOfNode(reading: Reading, node: number): number {
  const known = BOUNDS.get(reading) ?? new Map<number, number>();
  BOUNDS.set(reading, known);
  const found = known.get(node);
  if (found !== undefined) return found;
  const name = namesOf(reading).get(node);
  const computed = name !== undefined && reading.statements.includes(name);
  const bound = computed
    ? boundOf(reading, name)
    : symmetricBound(reading.recording.steps.flatMap(({ values }) => [...(values[node] ?? [])]));
  known.set(node, bound);
  return bound;
}

/** A node's number for the chosen unit at a word. */
export function numberOfNode({ recording }: Reading, word: number, unit: number, node: number): number {
  return element(recording.steps[word]?.values[node], unit);
}

/**
 * The role whose colour a node's wire takes: its own; without a name that of the one value that it is made from, as
 * 1 − z is from z; else that of its line.
 */
export function roleOfNode(reading: Reading, node: number): SymbolInfo['role'] {
  const { graph } = reading;
  let at = node;
  while (!namesOf(reading).has(at)) {
    const own = graph.nodes[at];
    const made = own === undefined ? [] : operands(own).filter((id) => isValue(id));
    const [only, ...others] = made;
    if (only === undefined || others.length > 0) return infoOf(reading, `${MARK}${at}`)?.role;
    at = only;
  }
  return infoOf(reading, symbolOf(reading, at))?.role;

  function isValue(id: number): boolean {
    const op = graph.nodes[id]?.op;
    return op !== 'number' && op !== 'parameter';
  }
}
