import { named, type Recording } from '../../lib/equations/numbers.ts';

/** ∂c′/∂c at one step, split by the way that the change of c takes; rows are units of c′, columns units of c. */
export interface CellJacobian {
  /** f on the diagonal: c′ = f ∗ c + …. [units] */
  readonly direct: readonly number[];
  /** Through h = o ∗ tanh(c), which every gate and the candidate read. [units][units] */
  readonly through: { readonly f: Matrix; readonly i: Matrix; readonly g: Matrix };
  /** The sum of all. [units][units] */
  readonly whole: Matrix;
}
type Matrix = readonly (readonly number[])[];

/**
 * The LSTM's ∂c′/∂c in full. The step before gave h = o ∗ tanh(c), with an o that doesn't depend on c, so a change of
 * c also changes h by o (1 − tanh²c), and with it f, i and g (not c′ through o: o′ acts after c′).
 *
 * @param step 0-based, from 1: the first step's c is no output of a step
 */
export function cellJacobian(
  recording: Recording,
  parameters: ReadonlyMap<string, ArrayLike<number>>,
  step: number,
): CellJacobian {
  const value = (name: string) => named(recording, step, name);
  const [f, i, g, c] = [value('f'), value('i'), value('g'), value('c')];
  const o = named(recording, step - 1, 'o');
  const units = f.length;
  // dh/dc of the step before, a diagonal.
  const read = Array.from(c, (before, k) => (o[k] ?? 0) * (1 - Math.tanh(before) ** 2));
  /** What a change of this line's argument does to c′, times U, times dh/dc. */
  const path = (U: string, slope: (unit: number) => number): Matrix =>
    Array.from({ length: units }, (_, row) =>
      read.map((h, column) => slope(row) * (parameters.get(U)?.[row * units + column] ?? Number.NaN) * h),
    );
  const at = (values: Float64Array, unit: number) => values[unit] ?? Number.NaN;
  const through = {
    f: path('Uf', (unit) => at(c, unit) * at(f, unit) * (1 - at(f, unit))),
    i: path('Ui', (unit) => at(g, unit) * at(i, unit) * (1 - at(i, unit))),
    g: path('Ug', (unit) => at(i, unit) * (1 - at(g, unit) ** 2)),
  };
  const direct = Array.from(f);
  const whole = through.f.map((row, unit) =>
    row.map(
      (viaF, column) =>
        viaF +
        (through.i[unit]?.[column] ?? 0) +
        (through.g[unit]?.[column] ?? 0) +
        (unit === column ? (direct[unit] ?? 0) : 0),
    ),
  );
  return { direct, through, whole };
}
