import { type Graph, type Node, type NodeId, statementName } from '../graph.ts';
import { functionSign, type Label, shortLabels } from './label.ts';

/** Index into `Drawing.elements`. */
export type ElementId = number;

/**
 * What is drawn as one: a value that is given (state, input, constant), a gate (an activation with the sum of products
 * that it acts on), an operator of two values (circle), or a function (pill), which may hold a number: `1 −`.
 */
export type ElementKind = 'state' | 'input' | 'constant' | 'gate' | 'operator' | 'pill';

/** A wire's way into an element. */
export interface Feed {
  readonly from: ElementId;
  /** The parameter that the value passes on its way, lettered once beside the wire: W, or a peephole's p. */
  readonly letter: string | undefined;
  /** What the wire carries into the element: the value itself, or its product with the letter. */
  readonly carries: NodeId;
  /** What stands at the wire's end where order matters: `−` for what is taken away, `÷` for what divides. */
  readonly mark: string | undefined;
}

export interface Element {
  readonly id: ElementId;
  readonly kind: ElementKind;
  /** The node whose value leaves it. */
  readonly node: NodeId;
  /** The value's name in the equations, with its prime; undefined for what lies within a line. */
  readonly name: string | undefined;
  /** What stands in the box: σ, ×, `1 −`. */
  readonly label: Label;
  readonly feeds: readonly Feed[];
}

/** The graph as a lecturer draws it: biases left out, a matrix product a letter on a wire. */
export interface Drawing {
  /** In the order of computation: an element's feeds come from elements before it. */
  readonly elements: readonly Element[];
  /** Each state, in text order, with what gives its value before and after the step. */
  readonly states: readonly {
    readonly name: string;
    readonly before: ElementId | undefined;
    readonly after: ElementId;
  }[];
  /** Short names of what lies within a line, by node: `f∗c`. */
  readonly labels: readonly (Label | undefined)[];
}

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['sub', '−'],
  ['mul', '×'],
  ['div', '÷'],
]);
const TWICE: ReadonlyMap<string, string> = new Map([
  ['add', '× 2'],
  ['sub', '− itself'],
  ['mul', '( )²'],
  ['div', '÷ itself'],
]);

/** A way into an element while the elements are still being found: from a node. */
interface Way {
  readonly from: NodeId;
  readonly letter: string | undefined;
  readonly carries: NodeId;
  readonly negative: boolean;
}

/** Facts about each node that decide how it is drawn. */
interface Facts {
  readonly graph: Graph;
  readonly names: ReadonlyMap<NodeId, string>;
  readonly labels: readonly (Label | undefined)[];
  /** Made of parameters and numbers alone; a vector that has a name counts as a value. */
  readonly constant: readonly boolean[];
  /** A sum, or a term, in which a value passes a matrix. */
  readonly products: readonly boolean[];
  /** The same, or a value passes a vector (a peephole). */
  readonly lettered: readonly boolean[];
}

/** Finds what is drawn. Linear in the graph: each node is looked at once, readers before what they read. */
export function drawingOf(graph: Graph): Drawing {
  const facts = factsOf(graph);
  const ways = new Map<NodeId, readonly Way[]>();
  const wanted = new Set<NodeId>(
    graph.statements.filter(({ node }) => !isNumber(facts, node)).map(({ node }) => node),
  );
  for (const { after } of graph.states) wanted.add(after);
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (!wanted.has(id)) continue;
    const found = waysInto(facts, id);
    ways.set(id, found);
    for (const { from } of found) wanted.add(from);
  }

  const ids = new Map<NodeId, ElementId>();
  const elements: Element[] = [];
  for (const [node, into] of [...ways].reverse()) {
    const id = elements.length;
    ids.set(node, id);
    const same = sameTwice(into);
    elements.push({
      id,
      kind: kindOf(facts, node, into),
      node,
      name: facts.names.get(node),
      label: labelOf(facts, node, into),
      feeds: into.slice(0, same ? 1 : into.length).map((way, k) => ({
        from: ids.get(way.from) ?? 0,
        letter: way.letter,
        carries: way.carries,
        mark: same ? undefined : markOf(graph.nodes[node], way, k, into.length),
      })),
    });
  }
  return {
    elements,
    states: graph.states.map(({ name, before, after }) => ({
      name,
      before: before === undefined ? undefined : ids.get(before),
      after: ids.get(after) ?? 0,
    })),
    labels: facts.labels,
  };
}

function factsOf(graph: Graph): Facts {
  const names = new Map<NodeId, string>(graph.statements.map((line) => [line.node, statementName(line)]));
  const constant: boolean[] = [];
  const products: boolean[] = [];
  const lettered: boolean[] = [];
  const open = (known: readonly boolean[], id: NodeId) => !names.has(id) && known[id] === true;
  const still = (id: NodeId) =>
    constant[id] === true && !(names.has(id) && (graph.nodes[id]?.shape.length ?? 0) > 0);
  for (const [id, node] of graph.nodes.entries()) {
    const below =
      'matrix' in node ? [node.vector] : 'b' in node ? [node.a, node.b] : 'a' in node ? [node.a] : [];
    const leaf = node.op === 'parameter' || node.op === 'number';
    constant[id] = leaf || (below.length > 0 && below.every(still));
    const sum = node.op === 'add' || node.op === 'sub' || node.op === 'neg';
    products[id] = node.op === 'matmul' || (sum && below.some((operand) => open(products, operand)));
    lettered[id] =
      node.op === 'matmul' ||
      (sum && below.some((operand) => open(lettered, operand) || isBias(graph, operand))) ||
      peephole(graph, node, still) !== undefined;
  }
  return { graph, names, labels: shortLabels(graph), constant, products, lettered };
}

/** A trained vector that is only added: what it is added to stands under an activation as in any gate. */
function isBias(graph: Graph, id: NodeId): boolean {
  const node = graph.nodes[id];
  return node?.op === 'parameter' && node.shape.length === 1;
}

/** `p * c`: the vector parameter, and the value that passes it. */
function peephole(
  graph: Graph,
  node: Node,
  constant: (id: NodeId) => boolean,
): { readonly letter: string; readonly value: NodeId } | undefined {
  if (node.op !== 'mul') return undefined;
  for (const [id, value] of [
    [node.a, node.b],
    [node.b, node.a],
  ] as const) {
    const read = graph.nodes[id];
    if (read?.op === 'parameter' && !constant(value)) return { letter: read.name, value };
  }
  return undefined;
}

function isNumber({ graph, constant }: Facts, id: NodeId): boolean {
  return constant[id] === true && graph.nodes[id]?.shape.length === 0;
}

/** Whether a value is the same at every step and stands, where it is read, as letters and numbers. */
function isConstant(facts: Facts, id: NodeId): boolean {
  return facts.constant[id] === true && (!facts.names.has(id) || isNumber(facts, id));
}

/** The sum under an activation that makes it a gate, or a sum that is drawn as a box of its own. */
function sumOf(facts: Facts, id: NodeId): NodeId | undefined {
  const node = facts.graph.nodes[id];
  if (node === undefined || facts.constant[id] === true) return undefined;
  if (facts.products[id] === true) return id;
  const unary = 'a' in node && !('b' in node) && node.op !== 'neg' && node.op !== 'copy';
  if (unary && !facts.names.has(node.a) && facts.lettered[node.a] === true) return node.a;
  return undefined;
}

function waysInto(facts: Facts, id: NodeId): readonly Way[] {
  const node = facts.graph.nodes[id];
  if (node === undefined || facts.constant[id] === true) return [];
  const sum = sumOf(facts, id);
  if (sum !== undefined) return termsOf(facts, sum, id);
  if ('b' in node)
    return [node.a, node.b]
      .filter((operand) => !isConstant(facts, operand))
      .map((operand) => wayFrom(facts, operand));
  return 'a' in node ? [wayFrom(facts, node.a)] : [];
}

/** A value as it is read: a single product with a matrix is a letter on the wire, all else an element of its own. */
function wayFrom(facts: Facts, id: NodeId): Way {
  const plain = { from: id, letter: undefined, carries: id, negative: false };
  if (facts.names.has(id) || facts.products[id] !== true) return plain;
  const [only, ...others] = termsOf(facts, id, id);
  const single = only !== undefined && others.length === 0 && !only.negative && only.letter !== undefined;
  return single ? { ...only, carries: id } : plain;
}

/** The terms of a sum that are drawn, left to right; trained numbers that are only added are not. */
function termsOf(facts: Facts, sum: NodeId, root: NodeId): readonly Way[] {
  const { graph, names } = facts;
  const terms: Way[] = [];
  const waiting: { readonly id: NodeId; readonly negative: boolean }[] = [{ id: sum, negative: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { id, negative } = next;
    const node = graph.nodes[id];
    if (node === undefined || isConstant(facts, id)) continue;
    const inside = id === sum || id === root || !names.has(id);
    if (inside && (node.op === 'add' || node.op === 'sub')) {
      waiting.push({ id: node.b, negative: negative !== (node.op === 'sub') }, { id: node.a, negative });
    } else if (inside && node.op === 'neg') {
      waiting.push({ id: node.a, negative: !negative });
    } else if (inside && node.op === 'matmul') {
      const matrix = graph.nodes[node.matrix];
      const letter = matrix?.op === 'parameter' ? matrix.name : undefined;
      terms.push({ from: node.vector, letter, carries: id, negative });
    } else {
      const seen = inside ? peephole(graph, node, (value) => isConstant(facts, value)) : undefined;
      terms.push({ from: seen?.value ?? id, letter: seen?.letter, carries: id, negative });
    }
  }
  return terms;
}

function sameTwice([first, second, ...others]: readonly Way[]): boolean {
  return (
    first !== undefined &&
    second !== undefined &&
    others.length === 0 &&
    first.from === second.from &&
    first.letter === second.letter &&
    first.letter === undefined
  );
}

function kindOf(facts: Facts, id: NodeId, into: readonly Way[]): ElementKind {
  const node = facts.graph.nodes[id];
  if (node?.op === 'state') return 'state';
  if (node?.op === 'input') return 'input';
  if (facts.constant[id] === true || into.length === 0) return 'constant';
  if (sumOf(facts, id) !== undefined) return 'gate';
  return into.length === 2 && OPERATORS.has(node?.op ?? '') && !sameTwice(into) ? 'operator' : 'pill';
}

function labelOf(facts: Facts, id: NodeId, into: readonly Way[]): Label {
  const { graph, labels } = facts;
  const node = graph.nodes[id];
  if (node === undefined) return [];
  if (node.op === 'state') return [{ letter: node.name }];
  if (node.op === 'input') return [{ letter: 'x' }];
  if (facts.constant[id] === true) return labels[id] ?? ['…'];
  const sum = sumOf(facts, id);
  if (sum !== undefined) return [sum === id ? 'Σ' : functionSign(node.op)];
  if (node.op === 'copy') return ['='];
  if (node.op === 'neg') return ['−'];
  if (!('b' in node)) return [functionSign(node.op)];
  if (sameTwice(into)) return [TWICE.get(node.op) ?? node.op];
  const sign = OPERATORS.get(node.op) ?? node.op;
  if (into.length === 2) return [sign];
  const first = isConstant(facts, node.a);
  const held = labels[first ? node.a : node.b] ?? ['…'];
  const commutes = node.op !== 'sub' && node.op !== 'div';
  return first && !commutes ? [...held, ` ${sign}`] : [`${sign} `, ...held];
}

function markOf(node: Node | undefined, way: Way, k: number, count: number): string | undefined {
  if (way.negative) return '−';
  if (k !== 1 || count !== 2) return undefined;
  return node?.op === 'sub' ? '−' : node?.op === 'div' ? '÷' : undefined;
}
