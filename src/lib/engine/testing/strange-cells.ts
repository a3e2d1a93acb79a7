/** Cells that stand in no list, each with something that an engine could stumble over. */
export const STRANGE_CELLS: readonly (readonly [what: string, equations: string])[] = [
  ['minGRU', "z = sigmoid(Wz x + bz)\nh' = (1 - z) * h + z * (Wh x + bh)"],
  [
    'sLSTM, exponential gates with a stabiliser',
    `
a  = Wf x + Uf h + bf
e  = Wi x + Ui h + bi
m' = max(a + m, e)
f  = exp(a + m - m')
i  = exp(e - m')
c' = f * c + i * tanh(Wz x + Uz h + bz)
n' = f * n + i
h' = sigmoid(Wo x + Uo h + bo) * c' / max(abs(n'), 1)`,
  ],
  ['IndRNN', "h' = relu(W x + u * h + b)"],
  [
    'SRU',
    "t = W x\nf = sigmoid(Wf x + vf * c + bf)\nc' = f * c + (1 - f) * t\nh' = f * c' + (1 - f) * (Wk x)",
  ],
  ['a cell without x', "h' = tanh(U h + b)"],
  ['a state that is a number', "a = 0.25\nk' = 2 * a\nh' = tanh(W x + k * h)"],
  ['only a number', "h' = 0.5"],
  ['three states, one never read', "q' = tanh(Wq x + Uq h)\nc' = tanh(W x + h)\nh' = tanh(U c' + c)"],
  ['states that are others', "h' = tanh(W x + U h + V d)\nc' = h'\nd' = c"],
  ['a line that nobody reads', "u = sigmoid(Wu x + bu)\nh' = tanh(W x + U h)"],
  ['one matrix twice', "h' = tanh(U h * U h + U (U h) + W x * W x)"],
  [
    'a matrix whose products lie on either side of another’s',
    "n' = W x\nm' = -(U c)\nc' = (W_in x) * ((m' + W_in x) * min(Uz n', 0.73))",
  ],
  ['products of what is trained alone', "q = b * d\nh' = tanh(W x + U q + V q + U V q * h)"],
  ['bounds that are trained', "h' = max(min(W x + U h, b), d) + min(d, U h)"],
  ['words changed before they are read', "e = tanh(A x + s * x)\nh' = tanh(W e + V (x - tanh(D h)))"],
  [
    'names that objects have',
    "toString' = tanh(W x + constructor * h)\nh' = toString' * hasOwnProperty + valueOf",
  ],
  [
    'a value that doubles itself forty times',
    [
      'a0 = tanh(W x + U h)',
      ...Array.from({ length: 40 }, (_, k) => `a${k + 1} = a${k} + a${k}`),
      "h' = tanh(1e-12 * a40)",
    ].join('\n'),
  ],
  ['a difference from itself', "e = -(W x)\nd = e - e\nh' = tanh(U h + d + (-h - -h) + W x)"],
  ['sixty products in a row', `h' = tanh(${'U '.repeat(60)}h + W x)`],
];
