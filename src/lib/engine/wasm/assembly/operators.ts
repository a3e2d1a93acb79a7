/**
 * The element-wise instructions as types: `sweep.ts` is written once over any of them, and the compiler makes a loop
 * for each, with the operator's own code inside. None of them ever has an instance.
 */
import { exp, log, sigmoid, softplus, tanh } from './functions';

@unmanaged export class Copy { @inline apply(a: v128): v128 { return a; } }
@unmanaged export class Neg { @inline apply(a: v128): v128 { return f32x4.neg(a); } }
@unmanaged export class Sigmoid { @inline apply(a: v128): v128 { return sigmoid(a); } }
@unmanaged export class Tanh { @inline apply(a: v128): v128 { return tanh(a); } }
/** `pmax` keeps a's NaN and, unlike `max`, is one machine instruction; + 0 makes -0 the 0 that it should be. */
@unmanaged export class Relu {
  @inline apply(a: v128): v128 {
    const zero = f32x4.splat(0);
    return f32x4.add(f32x4.pmax(a, zero), zero);
  }
}
@unmanaged export class Softplus { @inline apply(a: v128): v128 { return softplus(a); } }
@unmanaged export class Exp { @inline apply(a: v128): v128 { return exp(a); } }
@unmanaged export class Log { @inline apply(a: v128): v128 { return log(a); } }
@unmanaged export class Sqrt { @inline apply(a: v128): v128 { return f32x4.sqrt(a); } }
@unmanaged export class Abs { @inline apply(a: v128): v128 { return f32x4.abs(a); } }

/** A comparison's lanes are all ones or all zeros: a mask that lets 1 through, or nothing. */
@inline
function oneWhere(mask: v128): v128 {
  return v128.and(mask, f32x4.splat(1));
}

@unmanaged export class Positive { @inline apply(a: v128): v128 { return oneWhere(f32x4.gt(a, f32x4.splat(0))); } }
@unmanaged export class Sign {
  @inline apply(a: v128): v128 {
    const zero = f32x4.splat(0);
    const sign = f32x4.sub(oneWhere(f32x4.gt(a, zero)), oneWhere(f32x4.lt(a, zero)));
    return v128.bitselect(a, sign, f32x4.ne(a, a));
  }
}

@unmanaged export class Add { @inline apply(a: v128, b: v128): v128 { return f32x4.add(a, b); } }
@unmanaged export class Sub { @inline apply(a: v128, b: v128): v128 { return f32x4.sub(a, b); } }
@unmanaged export class Mul { @inline apply(a: v128, b: v128): v128 { return f32x4.mul(a, b); } }
@unmanaged export class Div { @inline apply(a: v128, b: v128): v128 { return f32x4.div(a, b); } }
@unmanaged export class Max { @inline apply(a: v128, b: v128): v128 { return f32x4.max(a, b); } }
@unmanaged export class Min { @inline apply(a: v128, b: v128): v128 { return f32x4.min(a, b); } }
@unmanaged export class AtLeast { @inline apply(a: v128, b: v128): v128 { return oneWhere(f32x4.ge(a, b)); } }
@unmanaged export class AtMost { @inline apply(a: v128, b: v128): v128 { return oneWhere(f32x4.le(a, b)); } }

/** d sigmoid = y (1 - y), from the value y itself. */
@unmanaged export class SigmoidBack {
  @inline apply(d: v128, y: v128): v128 {
    return f32x4.mul(f32x4.mul(d, y), f32x4.sub(f32x4.splat(1), y));
  }
}
/** d tanh = 1 - y², as (1 - y) (1 + y): near y = ±1 the square would lose the digits that count. */
@unmanaged export class TanhBack {
  @inline apply(d: v128, y: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.mul(d, f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y)));
  }
}

@unmanaged export class Select {
  @inline apply(mask: v128, a: v128, b: v128): v128 {
    return v128.bitselect(a, b, f32x4.ne(mask, f32x4.splat(0)));
  }
}
