import type { Graph } from '../graph.ts';
import { type Dialect, infix, RANK } from './expression.ts';
import {
  type CodeDialect,
  type CodeLine,
  type CodeOptions,
  type Listing,
  line,
  linesOf,
  startLine,
} from './listing.ts';
import {
  type PythonCell,
  pythonCell,
  renamedLines,
  SIZE_NAMES,
  type Start,
  shapeRemark,
  signature,
  startOf,
  taken,
} from './python.ts';

const DIALECT: Dialect = {
  functions: {
    sigmoid: 'sigmoid',
    tanh: 'np.tanh',
    relu: 'relu',
    softplus: 'softplus',
    exp: 'np.exp',
    log: 'np.log',
    sqrt: 'np.sqrt',
    abs: 'np.abs',
    max: 'np.maximum',
    min: 'np.minimum',
  },
  functionsTakeNumbers: 'everywhere',
  array: (number) => ['np.float64(', number, ')'],
  parameter: (identifier) => identifier,
  product: (matrix, vector) => infix(matrix, ' @ ', vector, RANK.matrix),
};

const TAKEN = taken('np sigmoid relu softplus step run initial_weights weights inputs outputs units');

/** Functions that NumPy lacks. */
const HELPERS = new Map([
  ['sigmoid', 'def sigmoid(a):\n    return 1 / (1 + np.exp(-a))'],
  ['relu', 'def relu(a):\n    return np.maximum(a, 0)'],
  ['softplus', 'def softplus(a):\n    return np.logaddexp(0, a)  # log(1 + exp(a))'],
]);

const STARTERS: readonly [start: Start, code: string][] = [
  [
    'glorot',
    'def glorot(rng, rows, columns):\n    bound = np.sqrt(6 / (rows + columns))\n    return rng.uniform(-bound, bound, (rows, columns))',
  ],
  [
    'orthogonal',
    'def orthogonal(rng, size):\n    q, r = np.linalg.qr(rng.standard_normal((size, size)))\n    return q * np.sign(np.diag(r))',
  ],
];

function write(graph: Graph, options: CodeOptions): Listing {
  const cell = pythonCell(
    graph,
    DIALECT,
    TAKEN,
    { batched: false, zerosLike: 'np.zeros_like', indent: '    ' },
    options,
  );
  const { identifiers, states, newStates, body, stateNames } = cell;
  const parameters = graph.parameters.map(({ name }) => identifiers.of(name));
  const starts = new Set(graph.parameters.map((parameter) => startOf(parameter, options)));
  const helpers = [
    ...[...HELPERS].filter(([name]) => cell.calls.has(name)).map(([, code]) => code),
    ...STARTERS.filter(([start]) => starts.has(start)).map(([, code]) => code),
  ];
  const lines = [
    line(`"""${cell.title}, one sequence at a time: x [input], states [units]."""`),
    line(),
    ...renamedLines(cell),
    line('import numpy as np'),
    ...helpers.flatMap((code) => linesOf(`\n\n${code}`)),
    ...linesOf(`\n\ndef initial_weights(input_size, units, rng):`),
    ...weights(cell, options),
    ...linesOf('\n'),
    ...signature('def step(', ['x', ...stateNames, ...parameters], '):'),
    line('    """One time step: the input and the states before it, to the states after it."""'),
    ...body,
    line(['    return ', newStates]),
    ...linesOf('\n'),
    line('def run(inputs, weights, units):'),
    line(`    """Inputs [steps, input] to ${graph.output} after every step, [steps, units]."""`),
    ...stateNames.map((name) => line(`    ${name} = np.zeros(units)`)),
    line('    outputs = []'),
    line('    for x in inputs:'),
    line(['        ', states, ' = step(x, ', states, ', **weights)']),
    line(`        outputs.append(${identifiers.of(graph.output)})`),
    line('    return np.array(outputs)'),
  ];
  return { lines, renamed: identifiers.renamed };
}

function weights({ graph, identifiers }: PythonCell, options: CodeOptions): readonly CodeLine[] {
  if (graph.parameters.length === 0) return [line('    return {}')];
  return [
    line('    return {'),
    ...graph.parameters.map((parameter) => {
      const { name, shape, node } = parameter;
      const sizes = shape.map((size) => SIZE_NAMES[size]).join(', ');
      const start = startOf(parameter, options);
      const key = { text: identifiers.of(name), node };
      return startLine(['        "', key, '": ', startCode(start, sizes), ',', shapeRemark(shape)], node);
    }),
    line('    }'),
  ];
}

function startCode(start: Start, sizes: string): string {
  switch (start) {
    case 'glorot':
      return `glorot(rng, ${sizes})`;
    case 'orthogonal':
      return 'orthogonal(rng, units)';
    case 0:
      return `np.zeros(${sizes})`;
    case 1:
      return `np.ones(${sizes})`;
    default:
      return `np.full(${sizes}, ${start})`;
  }
}

export const numpy: CodeDialect = {
  id: 'numpy',
  name: 'NumPy',
  language: 'python',
  file: 'cell_numpy.py',
  write,
};
