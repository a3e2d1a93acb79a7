import type { Graph } from '../graph.ts';
import { atom, type Dialect, infix, RANK } from './expression.ts';
import {
  type CodeDialect,
  type CodeOptions,
  className,
  type Listing,
  line,
  linesOf,
  startLine,
} from './listing.ts';
import { MODULE_MEMBERS } from './members.ts';
import { pythonCell, renamedLines, SIZE_NAMES, type Start, shapeRemark, startOf, taken } from './python.ts';

const DIALECT: Dialect = {
  functions: {
    sigmoid: 'torch.sigmoid',
    tanh: 'torch.tanh',
    relu: 'torch.relu',
    softplus: 'softplus',
    exp: 'torch.exp',
    log: 'torch.log',
    sqrt: 'torch.sqrt',
    abs: 'torch.abs',
    max: 'torch.maximum',
    min: 'torch.minimum',
  },
  functionsTakeNumbers: 'nowhere',
  array: (number) => ['x.new_tensor(', number, ')'],
  parameter: (identifier) => `self.${identifier}`,
  // A batch's vectors are rows, so a matrix multiplies them from the right, transposed.
  product: (matrix, vector) => infix(vector, ' @ ', atom([matrix.piece, '.T'], 'single'), RANK.matrix),
};

const TAKEN = taken(
  'torch nn softplus self super glorot orthogonal inputs outputs',
  `${MODULE_MEMBERS} step units`,
);

/** PyTorch's own softplus is cut off above 20, where it is wrong in the tenth digit. */
const SOFTPLUS = 'def softplus(a):\n    return torch.logaddexp(a, torch.zeros_like(a))  # log(1 + exp(a))';

const STARTERS: readonly (readonly [start: Start, code: string])[] = [
  [
    'glorot',
    'def glorot(rows, columns):\n    return nn.Parameter(nn.init.xavier_uniform_(torch.empty(rows, columns)))',
  ],
  [
    'orthogonal',
    'def orthogonal(size):\n    return nn.Parameter(nn.init.orthogonal_(torch.empty(size, size)))',
  ],
];

function write(graph: Graph, options: CodeOptions): Listing {
  const cell = pythonCell(
    graph,
    DIALECT,
    TAKEN,
    { batched: true, zerosLike: 'torch.zeros_like', indent: '        ' },
    options,
  );
  const { identifiers, states, newStates, stateNames } = cell;
  const output = identifiers.of(graph.output);
  const starts = new Set(graph.parameters.map((parameter) => startOf(parameter, options)));
  const helpers = [
    ...(cell.calls.has('softplus') ? [SOFTPLUS] : []),
    ...STARTERS.filter(([start]) => starts.has(start)).map(([, code]) => code),
  ];
  const lines = [
    line(`"""${cell.title}, a batch at a time. Its vectors are rows, so W x is written x @ W.T."""`),
    line(),
    ...renamedLines(cell),
    line('import torch'),
    line('from torch import nn'),
    ...helpers.flatMap((code) => linesOf(`\n\n${code}`)),
    ...linesOf(`\n\nclass ${className(options)}(nn.Module):`),
    line('    def __init__(self, input_size, units):'),
    line('        super().__init__()'),
    line('        self.units = units'),
    ...graph.parameters.map((parameter) => {
      const { name, shape, node } = parameter;
      const member = { text: `self.${identifiers.of(name)}`, node };
      const start = startCode(startOf(parameter, options), shape.map((size) => SIZE_NAMES[size]).join(', '));
      return startLine(['        ', member, ` = ${start}`, shapeRemark(shape)], node);
    }),
    line(),
    line(`    def step(self, ${['x', ...stateNames].join(', ')}):`),
    line('        """One time step: x [batch, input] and the states before it, to the states after it."""'),
    ...cell.body,
    line(['        return ', newStates]),
    line(),
    line('    def forward(self, inputs):'),
    line(`        """Inputs [batch, steps, input] to ${output} after every step, [batch, steps, units]."""`),
    ...stateNames.map((name) => line(`        ${name} = inputs.new_zeros(inputs.shape[0], self.units)`)),
    line('        outputs = []'),
    line('        for x in inputs.unbind(1):'),
    line(['            ', states, ' = self.step(x, ', states, ')']),
    line(`            outputs.append(${output})`),
    line('        return torch.stack(outputs, 1)'),
  ];
  return { lines, renamed: identifiers.renamed };
}

function startCode(start: Start, sizes: string): string {
  switch (start) {
    case 'glorot':
      return `glorot(${sizes})`;
    case 'orthogonal':
      return 'orthogonal(units)';
    case 0:
      return `nn.Parameter(torch.zeros(${sizes}))`;
    case 1:
      return `nn.Parameter(torch.ones(${sizes}))`;
    default:
      return `nn.Parameter(torch.full((${sizes},), ${start}))`;
  }
}

export const pytorch: CodeDialect = {
  id: 'pytorch',
  name: 'PyTorch',
  language: 'python',
  file: 'cell_pytorch.py',
  write,
};
