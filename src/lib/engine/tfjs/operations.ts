import {
  add,
  broadcast_util,
  div,
  exp,
  log,
  maximum,
  minimum,
  mul,
  neg,
  relu,
  scalar,
  sigmoid,
  softplus,
  sqrt,
  sub,
  type Tensor,
  tanh,
  util,
  zeros,
} from '@tensorflow/tfjs-core';
import type { BinaryFunction, BinaryOperator, Operation, UnaryFunction } from '../../equations/graph.ts';

/** Operations that work element by element; the others (input, state, parameter, matmul) are the loop's own. */
export type Elementwise = Extract<
  Operation,
  { readonly op: 'number' | 'copy' | 'neg' | UnaryFunction | BinaryOperator | BinaryFunction }
>;

const UNARY: Readonly<Record<'copy' | 'neg' | UnaryFunction, (a: Tensor) => Tensor>> = {
  copy: (a) => a,
  neg,
  sigmoid,
  tanh,
  relu,
  softplus,
  exp,
  log,
  sqrt,
  // tfjs's own abs has slope -1 at 0; the language says 0, as relu has.
  abs: (a) => add(relu(a), relu(neg(a))),
};

const BINARY: Readonly<Record<BinaryOperator | BinaryFunction, (a: Tensor, b: Tensor) => Tensor>> = {
  add,
  sub,
  mul,
  div,
  max: filled(maximum),
  min: filled(minimum),
};

/**
 * Both operands in one shape first: tfjs's own gradients of these two forget to sum over what was filled, and then
 * throw (`max(b, U h)` with a bias b). Adding zeros fills, and its gradient sums.
 */
function filled(choose: (a: Tensor, b: Tensor) => Tensor): (a: Tensor, b: Tensor) => Tensor {
  return (a, b) => {
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const fill = (tensor: Tensor) =>
      tensor.size < util.sizeFromShape(shape) ? add(tensor, zeros(shape)) : tensor;
    return choose(fill(a), fill(b));
  };
}

/** One node through plain tfjs operations, each with tfjs's own gradient. `value` looks an operand up. */
export function compute(node: Elementwise, value: (id: number) => Tensor): Tensor {
  switch (node.op) {
    case 'number':
      return scalar(node.value);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'max':
    case 'min':
      return BINARY[node.op](value(node.a), value(node.b));
    default:
      return UNARY[node.op](value(node.a));
  }
}
