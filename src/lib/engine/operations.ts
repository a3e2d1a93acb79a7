import {
  add,
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
} from '@tensorflow/tfjs-core';
import type { BinaryFunction, BinaryOperator, Operation, UnaryFunction } from '../equations/graph.ts';

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
  max: maximum,
  min: minimum,
};

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
