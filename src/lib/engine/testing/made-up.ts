/** For tests: weights and batches for any architecture, drawn from a seed, in numbers that float32 holds exactly. */
import { randomNumbers } from '../../equations/sample.ts';
import { type Architecture, countOf, valuesOf, variablesOf } from '../architecture.ts';
import type { Examples } from '../examples.ts';

/** Spread so that sums of a few dozen of them neither vanish nor saturate. */
export function madeUpWeights(architecture: Architecture, seed: number): Map<string, Float32Array> {
  const random = randomNumbers(seed);
  return new Map(
    variablesOf(architecture).map(({ name, shape }) => {
      const count = countOf({ shape });
      const scale = 1.5 / Math.sqrt(shape.length > 1 ? count / (shape[0] ?? 1) : 1);
      return [name, Float32Array.from({ length: count }, () => scale * random())];
    }),
  );
}

export interface MadeUp {
  readonly size: number;
  readonly tokens: number;
  readonly seed: number;
  /** Whether some examples begin with padding, of all lengths from none to all but one step. */
  readonly padded?: boolean;
  /** Whether marks say which steps count. */
  readonly marked?: boolean;
}

export function madeUpExamples(
  architecture: Architecture,
  { size, tokens, seed, padded = false, marked = false }: MadeUp,
): Examples {
  const random = randomNumbers(seed);
  const below = (count: number) => Math.min(count - 1, Math.floor((count * (random() + 1)) / 2));
  const [embedding] = architecture.layers;
  const last = valuesOf(architecture).at(-1);
  if (last === undefined) throw new Error('a model has a last value');
  const answers = last.sequence ? size * tokens : size;
  const labels = (): Float32Array => {
    if (architecture.loss === 'numbers')
      return Float32Array.from({ length: answers * last.size }, () => Math.fround(random()));
    const classes = architecture.loss === 'verdict' ? 2 : last.size;
    return Float32Array.from({ length: answers }, () => below(classes));
  };
  const questions =
    embedding?.kind === 'embedding'
      ? {
          ids: Int32Array.from({ length: size * tokens }, (_, place) => {
            const padding = padded ? Math.floor((Math.floor(place / tokens) * tokens) / size) : 0;
            if (place % tokens < padding) return 0;
            return embedding.vocabulary === 1 ? 0 : 1 + below(embedding.vocabulary - 1);
          }),
        }
      : {
          vectors: Float32Array.from({ length: size * tokens * Number(architecture.input) }, () => random()),
        };
  return {
    size,
    tokens,
    labels: labels(),
    ...questions,
    ...(marked && last.sequence
      ? { counted: Float32Array.from({ length: answers }, (_, k) => Number(k === 0 || random() > 0)) }
      : {}),
  };
}
