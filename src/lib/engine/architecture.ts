import type { Size } from '../equations/graph.ts';
import { parse } from '../equations/parse.ts';

/**
 * What a model is made of: layers, one after another, from word ids (or vectors) to the numbers that the loss reads.
 * Every engine builds from this and from nothing else; `examples.ts` says what goes in, `learner.ts` what it can do.
 *
 * Values between layers are sequences [batch, steps, size] until a recurrent layer without `sequences`, or a pooling,
 * makes them [batch, size]. A masked embedding says which steps are padding: recurrent layers carry their states over
 * those, a mean pooling leaves them out, a loss at every step does not count them; a convolution forgets the mask.
 */
export interface Architecture {
  /** Width of the vectors that come in; `ids` where the first layer is an embedding. */
  readonly input: 'ids' | number;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
}

/**
 * `verdict`: one logit, cross entropy against 0 or 1. `classes`: as many logits as there are classes, softmax, cross
 * entropy against a class's number. `numbers`: squared error, mean over the outputs. An answer is right where its own
 * side or class has the larger logit: a tie is not right.
 * All are means over the examples, or over the counted steps where the last layer gives a sequence.
 */
export type Loss = 'verdict' | 'classes' | 'numbers';

export type Activation = 'linear' | 'relu' | 'tanh' | 'sigmoid';

export type Layer =
  | EmbeddingLayer
  | DropoutLayer
  | RecurrentLayer
  | ConvolutionLayer
  | PoolingLayer
  | DenseLayer
  | PlainLayer;

/** Every layer has a name of its own in its model; its variables are called `name.variable`. */
interface Named {
  readonly name: string;
}

/** Word vectors. Variable: `table` [vocabulary, size]. */
export interface EmbeddingLayer extends Named {
  readonly kind: 'embedding';
  readonly vocabulary: number;
  readonly size: number;
  /** Whether the table is trained. */
  readonly trained: boolean;
  /** Whether id 0 is padding: then it is masked, and its row never trained. */
  readonly masked: boolean;
}

/** Sets a share of the elements to zero while training and divides the rest by what is left (`chance.ts`). */
export interface DropoutLayer extends Named {
  readonly kind: 'dropout';
  readonly rate: number;
  /** Of a sequence: whether the same features are dropped at all its steps. */
  readonly spatial: boolean;
}

/** Any cell. Variables: its parameters by their names; in both directions `forward.Wf` and `backward.Wf`. */
export interface RecurrentLayer extends Named {
  readonly kind: 'recurrent';
  readonly equations: string;
  readonly units: number;
  /** `both`: two cells of `units`, their outputs side by side, [.., 2 units]. */
  readonly direction: 'forward' | 'backward' | 'both';
  /** The output after every step (in the order of the input), or after the last one only. */
  readonly sequences: boolean;
  /** Dropout of what each product inside the loop multiplies, the same at all steps of a batch. */
  readonly recurrentDropout: number;
  /** Vector parameters that start at a constant other than zero. */
  readonly starts: readonly (readonly [name: string, value: number])[];
}

/** Variables: `kernel` [width, size, filters] and `bias` [filters]. */
export interface ConvolutionLayer extends Named {
  readonly kind: 'convolution';
  readonly filters: number;
  /** Steps that one output reads. */
  readonly width: number;
  /** `same`: as many steps as came in, zeros read beyond the ends, more of them after than before where uneven. */
  readonly padding: 'same' | 'valid';
  readonly activation: Activation;
}

/**
 * Over all steps. `max`: padding counts like anything else, as in Keras; a tie's gradient goes to the first. A mean of
 * nothing but padding is zero.
 */
export interface PoolingLayer extends Named {
  readonly kind: 'pooling';
  readonly take: 'max' | 'mean';
}

/** Variables: `weights` [units, size] and `bias` [units]. On a sequence the same at every step. */
export interface DenseLayer extends Named {
  readonly kind: 'dense';
  readonly units: number;
  readonly activation: Activation;
}

/** A layer of tfjs's own, by class name and configuration: only the plain tfjs engine has it. */
export interface PlainLayer extends Named {
  readonly kind: 'plain';
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What stands between two layers. */
export interface Value {
  readonly size: number;
  readonly sequence: boolean;
  /** Whether a mask comes with it. */
  readonly masked: boolean;
}

export interface VariableDescription {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trained: boolean;
}

/** One cell of a recurrent layer: its direction, and what its variables' names begin with. */
export interface CellPlace {
  readonly direction: 'forward' | 'backward';
  readonly prefix: string;
}

export function cellsOf({ name, direction }: RecurrentLayer): readonly CellPlace[] {
  return direction === 'both'
    ? [
        { direction: 'forward', prefix: `${name}.forward.` },
        { direction: 'backward', prefix: `${name}.backward.` },
      ]
    : [{ direction, prefix: `${name}.` }];
}

/**
 * What a layer makes of what comes in.
 * @throws Error where the layer can't take it: it names the layer, what came and what it needs
 */
export function after(layer: Layer, value: Value): Value {
  const sequence = (): void => {
    if (!value.sequence)
      throw new Error(
        `${layer.name}: a ${layer.kind} layer reads a sequence, but what comes in is one vector an example. Put it before the layer that ends the sequence, or let that one give sequences.`,
      );
  };
  switch (layer.kind) {
    case 'embedding':
      return { size: layer.size, sequence: true, masked: layer.masked };
    case 'dropout':
      return value;
    case 'recurrent': {
      sequence();
      const size = layer.units * cellsOf(layer).length;
      return { size, sequence: layer.sequences, masked: layer.sequences && value.masked };
    }
    case 'convolution':
      sequence();
      return { size: layer.filters, sequence: true, masked: false };
    case 'pooling':
      sequence();
      return { size: value.size, sequence: false, masked: false };
    case 'dense':
      return { ...value, size: layer.units };
    case 'plain':
      throw new Error(
        `${layer.name}: only tfjs knows what its layer ${layer.className} makes of its input; ask the plain tfjs engine.`,
      );
  }
}

/** The value before each layer, and after the last one: one more than there are layers. */
export function valuesOf({ input, layers }: Architecture): readonly Value[] {
  const values: Value[] = [{ size: input === 'ids' ? 1 : input, sequence: true, masked: false }];
  for (const layer of layers) values.push(after(layer, values.at(-1) as Value));
  return values;
}

/** How many numbers a variable has. */
export function countOf({ shape }: Pick<VariableDescription, 'shape'>): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Everything that a model holds, layer by layer, in the order in which a checkpoint lists it. */
export function variablesOf(architecture: Architecture): readonly VariableDescription[] {
  const values = valuesOf(architecture);
  return architecture.layers.flatMap((layer, place) =>
    variablesOfLayer(layer, (values[place] as Value).size),
  );
}

function variablesOfLayer(layer: Layer, input: number): readonly VariableDescription[] {
  const own = (variable: string, shape: readonly number[], trained = true): VariableDescription => ({
    name: `${layer.name}.${variable}`,
    shape,
    trained,
  });
  switch (layer.kind) {
    case 'embedding':
      return [own('table', [layer.vocabulary, layer.size], layer.trained)];
    case 'recurrent': {
      const sizes: Readonly<Record<Size, number>> = { input, units: layer.units };
      const { parameters } = parse(layer.equations);
      return cellsOf(layer).flatMap(({ prefix }) =>
        parameters.map(({ name, shape }) => ({
          name: `${prefix}${name}`,
          shape: shape.map((symbol) => sizes[symbol]),
          trained: true,
        })),
      );
    }
    case 'convolution':
      return [own('kernel', [layer.width, input, layer.filters]), own('bias', [layer.filters])];
    case 'dense':
      return [own('weights', [layer.units, input]), own('bias', [layer.units])];
    case 'dropout':
    case 'pooling':
    case 'plain':
      return [];
  }
}
