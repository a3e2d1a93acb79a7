import {
  add,
  reshape,
  stack,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tile,
  transpose,
  unstack,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import type { NodeId } from '../../equations/graph.ts';
import type { Plan, Product } from '../plan/forward-plan.ts';
import { compute } from './operations.ts';
import { multiply, type Panel, panelOf } from './product.ts';

/** How a batch is read. */
export interface Reading {
  /** Padding, on the host: [batch, steps] row-major, 0 where a step is padding. */
  readonly mask: ArrayLike<number> | undefined;
  /** From the last step to the first. */
  readonly backward: boolean;
  /** Whether the output of every step is asked for, or that after the last one read. */
  readonly sequences: boolean;
}

/** The values of a plan's nodes. A vector is [rows, size]: rows is 1, steps x batch or batch, by its moment. */
type Known = Map<NodeId, Tensor>;

/**
 * Runs a cell over a batch of sequences through plain tfjs operations; tfjs's own gradients lead back through it.
 *
 * @param parameters by name; matrices [rows, columns], vectors [size]
 * @param x [batch, steps, input]
 *
 * Where a step is padding, every state is carried (Keras, `zero_output_for_mask` false).
 *
 * @returns the output, [batch, units], or in the order of the input [batch, steps, units]
 */
export function unroll(
  { graph, order, products, handedOver }: Plan,
  units: number,
  parameters: ReadonlyMap<string, Tensor>,
  x: Tensor3D,
  { mask, backward, sequences }: Reading,
): Tensor {
  const [batch, steps, input] = x.shape;
  const panels = new Map<Product, Panel>();

  const evaluate = (ids: readonly NodeId[], known: Known): void => {
    const value = (id: NodeId): Tensor => {
      const found = known.get(id);
      if (found === undefined) throw new Error(`node ${id} is read before it is computed`);
      return found;
    };
    for (const id of ids) {
      const node = graph.nodes[id];
      if (node === undefined || known.has(id)) continue;
      switch (node.op) {
        case 'input':
        case 'state':
          throw new Error(`node ${id} (${node.op}) must be given before the others are computed`);
        case 'parameter': {
          const weight = parameters.get(node.name);
          if (weight === undefined) throw new Error(`parameter ${node.name} has no tensor`);
          known.set(id, weight.rank === 1 ? reshape(weight, [1, -1]) : weight);
          break;
        }
        case 'matmul': {
          const product = products.get(id);
          if (product === undefined) throw new Error(`matrix product ${id} is in no plan`);
          const panel = panels.get(product) ?? panelOf(product.matrices.map(value));
          panels.set(product, panel);
          const parts = multiply(panel, value(product.vector) as Tensor2D);
          product.nodes.forEach((member, k) => {
            known.set(member, parts[k] as Tensor);
          });
          break;
        }
        default:
          known.set(id, compute(node, value));
      }
    }
  };

  const always: Known = new Map();
  evaluate(order.weights, always);

  // What needs only the inputs is computed for all steps at once: [steps x batch, size], time outermost.
  const whole: Known = new Map(always);
  if (graph.input !== undefined)
    whole.set(graph.input, reshape(transpose(x, [1, 0, 2]), [steps * batch, input]));
  evaluate(order.inputs, whole);
  const slices = handedOver.map((id) => {
    const tensor = whole.get(id) as Tensor;
    // tfjs's gradient of unstack fails where there is one piece only.
    return { id, each: steps === 1 ? [tensor] : unstack(reshape(tensor, [steps, batch, -1])) };
  });

  let states = new Map<string, Tensor>(graph.states.map(({ name }) => [name, zeros([batch, units])]));
  const outputs: Tensor[] = [];
  for (let read = 0; read < steps; read++) {
    const t = backward ? steps - 1 - read : read;
    outputs[t] = states.get(graph.output) as Tensor;
    const counts = Uint8Array.from({ length: batch }, (_, row) =>
      mask === undefined ? 1 : (mask[row * steps + t] ?? 0),
    );
    // Reading the mask on the host spares the selection where nobody, and the step where everybody, is padding.
    if (!counts.includes(1)) continue;
    const known: Known = new Map(always);
    for (const { id, each } of slices) known.set(id, each[t] as Tensor);
    for (const { name, before } of graph.states)
      if (before !== undefined) known.set(before, states.get(name) as Tensor);
    evaluate(order.step, known);

    const padded = counts.includes(0);
    const kept = padded ? tile(tensor2d(counts, [batch, 1], 'bool'), [1, units]) : undefined;
    states = new Map(
      graph.states.map(({ name, after }) => {
        const old = states.get(name) as Tensor;
        const value = known.get(after) as Tensor;
        // A number, or a value of the weights alone, fills the state.
        const next = value.shape[0] === batch && value.rank === 2 ? value : add(zeros([batch, units]), value);
        return [name, kept === undefined ? next : where(kept, next, old)];
      }),
    );
    outputs[t] = states.get(graph.output) as Tensor;
  }
  if (!sequences) return states.get(graph.output) as Tensor;
  // tfjs's gradient of stack fails where there is one piece only, as that of unstack does.
  return steps === 1 ? reshape(outputs[0] as Tensor, [batch, 1, units]) : stack(outputs, 1);
}
