import type { Graph, Shape, Size } from '../graph.ts';
import { atom, call, type Dialect, infix, RANK } from './expression.ts';
import {
  type CodeDialect,
  type CodeOptions,
  className,
  type Listing,
  line,
  linesOf,
  startLine,
} from './listing.ts';
import { LAYER_MEMBERS } from './members.ts';
import { pythonCell, renamedLines, SIZE_NAMES, type Start, startOf, taken } from './python.ts';

const DIALECT: Dialect = {
  functions: {
    sigmoid: 'ops.sigmoid',
    tanh: 'ops.tanh',
    relu: 'ops.relu',
    softplus: 'softplus',
    exp: 'ops.exp',
    log: 'ops.log',
    sqrt: 'ops.sqrt',
    abs: 'ops.abs',
    max: 'ops.maximum',
    min: 'ops.minimum',
  },
  functionsTakeNumbers: 'beside an array',
  array: (number) => ['ops.convert_to_tensor(', number, ', x.dtype)'],
  parameter: (identifier) => `self.${identifier}`,
  // Keras keeps its matrices transposed, because a batch's vectors are rows. TensorFlow's @ takes no single vector.
  product: (matrix, vector) =>
    vector.form === 'rows'
      ? infix(vector, ' @ ', matrix, RANK.matrix)
      : atom(call('ops.matmul', [vector.piece, matrix.piece]), 'single'),
};

const TAKEN = taken(
  'keras ops softplus self super states',
  `${LAYER_MEMBERS} units state_size output_size get_initial_state`,
);

/** Under PyTorch, Keras's own is cut off above 20, where it is wrong in the tenth digit. */
const SOFTPLUS = 'def softplus(a):\n    return ops.logaddexp(a, 0.0)  # log(1 + exp(a))';

function write(graph: Graph, options: CodeOptions): Listing {
  const cell = pythonCell(
    graph,
    DIALECT,
    TAKEN,
    { batched: true, zerosLike: 'ops.zeros_like', indent: '        ' },
    options,
  );
  const { identifiers, output, newStates, stateNames } = cell;
  const name = className(options);
  const sizes = stateNames.map(() => 'units').join(', ');
  const sizesRead = new Set(graph.parameters.flatMap(({ shape }): readonly Size[] => shape));
  const lines = [
    line(`"""${cell.title}, for keras.layers.RNN. A batch's vectors are rows, so W x is written x @ W."""`),
    line(),
    ...renamedLines(cell),
    line('import keras'),
    line('from keras import ops'),
    ...(cell.calls.has('softplus') ? linesOf(`\n\n${SOFTPLUS}`) : []),
    ...linesOf(`\n\nclass ${name}(keras.layers.Layer):`),
    line(
      `    """keras.layers.RNN(${name}(units)): [batch, steps, input] to ${graph.output}, [batch, units]."""`,
    ),
    line(),
    line('    def __init__(self, units, **options):'),
    line('        super().__init__(**options)'),
    line('        self.units = units'),
    line(`        self.state_size = [${sizes}]  # ${stateNames.join(', ')}`),
    line('        self.output_size = units'),
    line(),
    line('    def build(self, input_shape):'),
    ...(sizesRead.has('input') ? [line('        input_size = input_shape[-1]')] : []),
    ...(sizesRead.has('units') ? [line('        units = self.units')] : []),
    ...graph.parameters.map((parameter) => {
      const { name, shape, node } = parameter;
      const identifier = identifiers.of(name);
      const start = startCode(startOf(parameter, options));
      const remark = `  # [${shape.toReversed().join(', ')}]`;
      return startLine(
        [
          '        ',
          { text: `self.${identifier}`, node },
          ` = self.add_weight(${shapeCode(shape)}, ${start}, name="${identifier}")`,
          remark,
        ],
        node,
      );
    }),
    line('        self.built = True'),
    line(),
    line('    def call(self, x, states):'),
    line(
      '        """One time step: x [batch, input] and the states before it, to the output and those after it."""',
    ),
    line(`        ${stateNames.length === 1 ? `[${stateNames.join('')}]` : stateNames.join(', ')} = states`),
    ...cell.body,
    line(['        return ', output, ', [', newStates, ']']),
  ];
  return { lines, renamed: identifiers.renamed };
}

/** `(input_size, units)`: a matrix is kept transposed. */
function shapeCode(shape: Shape): string {
  const sizes = shape.toReversed().map((size) => SIZE_NAMES[size]);
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(', ')})`;
}

function startCode(start: Start): string {
  switch (start) {
    case 'glorot':
      return '"glorot_uniform"';
    case 'orthogonal':
      return '"orthogonal"';
    case 0:
      return '"zeros"';
    case 1:
      return '"ones"';
    default:
      return `keras.initializers.Constant(${start})`;
  }
}

export const keras: CodeDialect = {
  id: 'keras',
  name: 'Keras 3',
  language: 'python',
  file: 'cell_keras.py',
  write,
};
