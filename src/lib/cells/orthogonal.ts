/**
 * A random orthogonal matrix, uniform over all of them (Haar measure), as Keras's `orthogonal` draws it: the Q of a
 * normal matrix's QR factorisation, with R's diagonal made positive. Gram and Schmidt's way has that sign from the
 * start; each row is cleared of the rows above it twice, because once loses digits (Kahan: "twice is enough").
 *
 * An orthogonal U keeps lengths: |U h| = |h|, and so does its transpose on the way back, so at the start neither
 * the state nor the gradient shrinks or grows by U itself (Saxe et al. 2013).
 *
 * @param size rows and columns
 * @param random uniform on [0, 1)
 * @returns [size, size], row-major
 */
export function orthogonal(size: number, random: () => number): Float64Array {
  const matrix = Float64Array.from({ length: size * size }, () => normal(random));
  const row = (k: number) => matrix.subarray(k * size, (k + 1) * size);
  for (let k = 0; k < size; k++) {
    const current = row(k);
    for (let pass = 0; pass < 2; pass++)
      for (let above = 0; above < k; above++) subtractProjection(current, row(above));
    const length = Math.sqrt(dot(current, current));
    for (let column = 0; column < size; column++) current[column] = (current[column] as number) / length;
  }
  return matrix;
}

/** One draw from the standard normal distribution (Box and Muller). */
function normal(random: () => number): number {
  // 1 - u is in (0, 1], where the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

/** Takes from `vector` its part along `direction`, which has length 1. */
function subtractProjection(vector: Float64Array, direction: Float64Array): void {
  const along = dot(vector, direction);
  for (let k = 0; k < vector.length; k++)
    vector[k] = (vector[k] as number) - along * (direction[k] as number);
}
