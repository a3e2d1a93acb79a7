/** The kernel's one door: it runs a tape. See `opcodes.ts`, one folder up, for what a tape is made of. */
import { adam, clip } from './adam';
import { fill } from './fill';
import { keep } from './keep';
import { crossEntropy, softmaxCrossEntropy, squaredError } from './loss';
import * as op from './opcodes';
import * as f from './operators';
import { firstMax, firstMaxBack } from './pool';
import { gemm, pack } from './product';
import { clearRows, gather, scatterAdd } from './rows';
import { columnSums, rowSums, sumSquares } from './sums';
import { sweepChoose, sweepMap, sweepZip } from './sweep';

/** Below this address is the kernel's own memory: its constants, and a tile's scratch place. */
export const ownBytes: usize = __heap_base;

/**
 * Runs `count` instructions from `tape` on, in their order. Gives how many were done: fewer than asked where one was
 * refused, because its opcode is none an id is no row of its table, or a label no class; that one has changed nothing.
 */
export function run(tape: usize, count: i32): i32 {
  let at = tape;
  for (let done: i32 = 0; done < count; done++, at += op.INSTRUCTION_BYTES) {
    if (!execute(at)) return done;
  }
  return count;
}

function execute(at: usize): bool {
  switch (load<i32>(at)) {
    case op.OP_COPY: sweepMap<f.Copy>(at); break;
    case op.OP_NEG: sweepMap<f.Neg>(at); break;
    case op.OP_SIGMOID: sweepMap<f.Sigmoid>(at); break;
    case op.OP_TANH: sweepMap<f.Tanh>(at); break;
    case op.OP_RELU: sweepMap<f.Relu>(at); break;
    case op.OP_SOFTPLUS: sweepMap<f.Softplus>(at); break;
    case op.OP_EXP: sweepMap<f.Exp>(at); break;
    case op.OP_LOG: sweepMap<f.Log>(at); break;
    case op.OP_SQRT: sweepMap<f.Sqrt>(at); break;
    case op.OP_ABS: sweepMap<f.Abs>(at); break;
    case op.OP_POSITIVE: sweepMap<f.Positive>(at); break;
    case op.OP_SIGN: sweepMap<f.Sign>(at); break;
    case op.OP_ADD: sweepZip<f.Add>(at); break;
    case op.OP_SUB: sweepZip<f.Sub>(at); break;
    case op.OP_MUL: sweepZip<f.Mul>(at); break;
    case op.OP_DIV: sweepZip<f.Div>(at); break;
    case op.OP_MAX: sweepZip<f.Max>(at); break;
    case op.OP_MIN: sweepZip<f.Min>(at); break;
    case op.OP_AT_LEAST: sweepZip<f.AtLeast>(at); break;
    case op.OP_AT_MOST: sweepZip<f.AtMost>(at); break;
    case op.OP_SIGMOID_BACK: sweepZip<f.SigmoidBack>(at); break;
    case op.OP_TANH_BACK: sweepZip<f.TanhBack>(at); break;
    case op.OP_SELECT: sweepChoose<f.Select>(at); break;
    case op.OP_FILL: fill(at); break;
    case op.OP_PACK: pack(at); break;
    case op.OP_GEMM: gemm(at); break;
    case op.OP_COLUMN_SUMS: columnSums(at); break;
    case op.OP_ROW_SUMS: rowSums(at); break;
    case op.OP_SUM_SQUARES: sumSquares(at); break;
    case op.OP_GATHER: return gather(at);
    case op.OP_SCATTER_ADD: return scatterAdd(at);
    case op.OP_CLEAR_ROWS: return clearRows(at);
    case op.OP_CROSS_ENTROPY: crossEntropy(at); break;
    case op.OP_SOFTMAX_CROSS_ENTROPY: return softmaxCrossEntropy(at);
    case op.OP_SQUARED_ERROR: squaredError(at); break;
    case op.OP_KEEP: keep(at); break;
    case op.OP_FIRST_MAX: firstMax(at); break;
    case op.OP_FIRST_MAX_BACK: firstMaxBack(at); break;
    case op.OP_CLIP: clip(at); break;
    case op.OP_ADAM: adam(at); break;
    default: return false;
  }
  return true;
}
