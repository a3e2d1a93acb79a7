import type { Role } from '../../lib/cells/cell.ts';
import type { Graph, Node, NodeId, Shape } from '../../lib/equations/graph.ts';
import { statementName } from '../../lib/equations/graph.ts';

/** What a letter of the equations stands for; one entry a letter, whichever panel shows it. */
export interface SymbolInfo {
  /** As in the equations: `f`, `c'`, `Wf`, `x`. */
  readonly name: string;
  readonly kind: 'input' | 'before' | 'after' | 'value' | 'matrix' | 'vector' | 'part';
  readonly role: Role | undefined;
  readonly shape: Shape;
  /** Index of the statement that defines it; undefined for what is given: x, states before the step, parameters. */
  readonly statement: number | undefined;
  /** Parameters: the name of the first statement that reads it. */
  readonly feeds: string | undefined;
  /** Matrices: the name of what it multiplies, where that has one. */
  readonly multiplies: string | undefined;
  /** What the value can't leave: a sigmoid's 0 to 1, a tanh's −1 to 1. */
  readonly range: readonly [number, number] | undefined;
  /** Parts of a line, which have no name: what works them out. */
  readonly op?: Node['op'];
}

/** Node ids that a node reads. */
export function operands(node: Node): readonly NodeId[] {
  if ('matrix' in node) return [node.matrix, node.vector];
  if ('b' in node) return [node.a, node.b];
  return 'a' in node ? [node.a] : [];
}

/** A name's role: its own, or for `c'` that of c. */
export function roleOf(roles: ReadonlyMap<string, Role>, name: string): Role | undefined {
  return roles.get(name) ?? roles.get(name.replace(/'$/, ''));
}

/** The statement that defines each node, by node; what a name in a line stands for. */
export function statementsByNode(graph: Graph): ReadonlyMap<NodeId, number> {
  return new Map(graph.statements.map(({ node }, index) => [node, index]));
}

/** Nodes that a statement's line writes itself, without those behind another statement's name. */
function ownNodes(graph: Graph, root: NodeId): ReadonlySet<NodeId> {
  const statements = statementsByNode(graph);
  const seen = new Set<NodeId>();
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id) || (id !== root && statements.has(id))) continue;
    seen.add(id);
    const node = graph.nodes[id];
    if (node !== undefined) waiting.push(...operands(node));
  }
  return seen;
}

const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['sigmoid', [0, 1]],
  ['tanh', [-1, 1]],
]);

/** Every letter of the equations, by name: x, the states, the statements in order, the parameters. */
export function symbolsOf(graph: Graph, roles: ReadonlyMap<string, Role>): ReadonlyMap<string, SymbolInfo> {
  const given = { statement: undefined, feeds: undefined, multiplies: undefined, range: undefined };
  const symbols = new Map<string, SymbolInfo>();
  const add = (info: SymbolInfo) => symbols.set(info.name, info);

  if (graph.input !== undefined)
    add({ ...given, name: 'x', kind: 'input', role: undefined, shape: ['input'] });
  for (const { name } of graph.states)
    add({ ...given, name, kind: 'before', role: roleOf(roles, name), shape: ['units'] });

  const nameOf = nodeNames(graph);
  const feeds = new Map<NodeId, string>();
  const multiplies = new Map<NodeId, string>();
  for (const [statement, defined] of graph.statements.entries()) {
    const name = statementName(defined);
    const node = graph.nodes[defined.node];
    if (node === undefined) continue;
    const kind = defined.primed ? 'after' : 'value';
    const range = RANGES.get(node.op);
    add({ ...given, name, kind, role: roleOf(roles, name), shape: node.shape, statement, range });
    for (const id of ownNodes(graph, defined.node)) {
      if (!feeds.has(id)) feeds.set(id, name);
      const own = graph.nodes[id];
      const vector = own?.op === 'matmul' ? nameOf.get(own.vector) : undefined;
      if (own?.op === 'matmul' && vector !== undefined && !multiplies.has(own.matrix))
        multiplies.set(own.matrix, vector);
    }
  }
  for (const { name, shape, node } of graph.parameters) {
    const line = feeds.get(node);
    add({
      ...given,
      name,
      kind: shape.length === 2 ? 'matrix' : 'vector',
      role: line === undefined ? undefined : roleOf(roles, line),
      shape,
      feeds: line,
      multiplies: multiplies.get(node),
    });
  }
  return symbols;
}

/** What a node is called, where a name stands for it: x, a state, a statement, a parameter. */
export function nodeNames(graph: Graph): ReadonlyMap<NodeId, string> {
  const names = new Map<NodeId, string>(
    graph.statements.map((defined) => [defined.node, statementName(defined)]),
  );
  if (graph.input !== undefined) names.set(graph.input, 'x');
  for (const { name, before } of graph.states) if (before !== undefined) names.set(before, name);
  for (const { name, node } of graph.parameters) names.set(node, name);
  return names;
}
