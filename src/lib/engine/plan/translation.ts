import { type GradientNode, gradient } from '../../equations/gradient.ts';
import type { Graph, NodeId } from '../../equations/graph.ts';
import { type ComputedOperation, evaluate, operands } from '../../equations/operations.ts';
import { Draft, type DraftId } from './draft.ts';
import { keepNamed } from './keeps.ts';

/** A state that can reach the output. */
interface DraftState {
  readonly name: string;
  readonly before: DraftId | undefined;
  readonly after: DraftId;
  readonly seed: DraftId;
  /** Of its value before the step; absent where it is zero. */
  readonly adjoint: DraftId | undefined;
}

/** What one product adds to its matrix's gradient: adjoint vectorᵀ, in every row. */
export interface Outer {
  readonly matrix: string;
  readonly adjoint: DraftId;
  readonly vector: DraftId;
}

/** A cell and its gradient as a draft, and what is wanted of it. */
export interface Translation {
  readonly draft: Draft;
  readonly states: readonly DraftState[];
  readonly inputAdjoint: DraftId | undefined;
  /** By vector parameter, its adjoint in every row; what is absent is zero. */
  readonly vectorAdjoints: ReadonlyMap<string, DraftId>;
  readonly outers: readonly Outer[];
}

/**
 * The graph and its gradient graph as a draft. Scalars depend on numbers alone, so each comes to a number; second names
 * and what is zero by structure vanish.
 * @throws Error where a matrix stands elsewhere than before a vector
 */
export function translate(graph: Graph): Translation {
  const { nodes, states, seeds, input, parameters } = gradient(graph);
  const draft = new Draft();
  /** By node: its place in the draft; absent for matrices, zeros, and what needs them. */
  const places = new Map<NodeId, DraftId>();
  const matrices = new Map<NodeId, string>();
  for (const [id, node] of nodes.entries()) {
    if (node.op === 'parameter' && node.shape.length === 2) matrices.set(id, node.name);
    const place = translated(node, draft, places, matrices);
    if (place !== undefined) places.set(id, place);
  }
  const required = (id: NodeId): DraftId => {
    const place = places.get(id);
    if (place === undefined)
      throw new Error(`${nodes[id]?.op} (node ${id}) is no value that a step can have.`);
    return place;
  };

  const outers: Outer[] = [];
  const vectorAdjoints = new Map<string, DraftId>();
  for (const { name, shape, node } of graph.parameters) {
    const adjoint = parameters.get(name) ?? node;
    if (shape.length === 1) {
      const place = places.get(adjoint);
      if (place !== undefined) vectorAdjoints.set(name, place);
    } else
      for (const { a, b } of outersIn(nodes, adjoint))
        outers.push({ matrix: name, adjoint: required(a), vector: required(b) });
  }
  return {
    draft,
    states: graph.states.flatMap(({ name, before, after }) => {
      const seed = seeds.get(name);
      if (seed === undefined) return [];
      return {
        name,
        before: before === undefined ? undefined : places.get(before),
        after: required(after),
        seed: required(seed),
        adjoint: places.get(states.get(name) ?? -1),
      };
    }),
    inputAdjoint: places.get(input),
    vectorAdjoints,
    outers,
  };
}

/** A node's place in the draft, where it has one. */
function translated(
  node: GradientNode,
  draft: Draft,
  places: ReadonlyMap<NodeId, DraftId>,
  matrices: ReadonlyMap<NodeId, string>,
): DraftId | undefined {
  const [size] = node.shape;
  switch (node.op) {
    case 'input':
      return draft.emit({ op: 'input' }, size);
    case 'state':
    case 'seed':
      return draft.emit({ op: node.op, name: node.name }, size);
    case 'parameter': {
      if (node.shape.length === 2) return undefined;
      const of = keepNamed(node.name);
      return draft.emit(of === undefined ? { op: 'parameter', name: node.name } : { op: 'keep', of }, size);
    }
    case 'number':
      return draft.number(node.value);
    case 'copy':
      return places.get(node.a);
    case 'zero':
    case 'outer':
    // The adjoint of a scalar, which depends on numbers alone.
    case 'sum':
      return undefined;
    case 'matmul':
    case 'matmulTransposed': {
      const matrix = matrices.get(node.matrix);
      const vector = places.get(node.vector);
      if (matrix === undefined || vector === undefined) return undefined;
      return draft.emit({ op: node.op === 'matmul' ? 'product' : 'transposed', matrix, vector }, size);
    }
    default: {
      if (operands(node).some((id) => matrices.has(id)))
        throw new Error(
          `the matrix ${operands(node).flatMap((id) => matrices.get(id) ?? [])[0]} stands in a ${node.op}, which no plan can do: a matrix only multiplies a vector.`,
        );
      if (node.shape.length === 2) return undefined;
      const a = places.get(node.a);
      if (a === undefined) return undefined;
      if ('b' in node) {
        const b = places.get(node.b);
        if (b === undefined) return undefined;
        return node.shape.length === 0 ? scalar(node, places, draft) : draft.binary(node.op, a, b);
      }
      return node.shape.length === 0 ? scalar(node, places, draft) : draft.unary(node.op, a);
    }
  }
}

/** A scalar's value, in float64, from those that it is made of. */
function scalar(
  node: ComputedOperation & Pick<GradientNode, 'shape'>,
  places: ReadonlyMap<NodeId, DraftId>,
  draft: Draft,
): DraftId | undefined {
  const values: Float64Array[] = [];
  for (const id of operands(node)) {
    const number = draft.at(places.get(id) ?? -1);
    if (number.op !== 'number') return undefined;
    values[id] = Float64Array.of(number.value);
  }
  const [value] = evaluate(node, values, { input: 1, units: 1 });
  return value === undefined ? undefined : draft.number(value);
}

/** The outer products that a matrix's adjoint is the sum of. */
function outersIn(nodes: readonly GradientNode[], adjoint: NodeId) {
  const found: { readonly a: NodeId; readonly b: NodeId }[] = [];
  const open = [adjoint];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodes[id];
    if (node?.op === 'outer') found.push(node);
    else if (node?.op === 'add') open.push(node.b, node.a);
  }
  return found;
}
