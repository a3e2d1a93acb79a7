/** Cells that stand in no list, for figures and laws: each is hard to draw for a reason of its own. */
export const STRANGE: readonly (readonly [id: string, equations: string])[] = [
  // Four states, one of which others on rails read; the same sum twice; a quotient.
  [
    'slstm',
    `f = Wf x + Uf h + bf
i = Wi x + Ui h + bi
o = sigmoid(Wo x + Uo h + bo)
z = tanh(Wz x + Uz h + bz)
m' = max(f + m, i)
k = exp(f + m - m')
j = exp(i - m')
c' = k * c + j * z
n' = k * n + j
h' = o * c' / n'`,
  ],
  // Gates that read gates, four stages deep.
  [
    'stages',
    `a = sigmoid(Wa x + Ua h + ba)
s' = a * s + (1 - a) * (Ws x)
q = relu(Wq x + Uq h + Vq s' + bq)
t' = 0.9 * t + tanh(Ut q + Vt t)
h' = tanh(V q + P t') + s'`,
  ],
  // Two rails that run through one another's gates.
  [
    'long-expressive-memory',
    `d = 0.5 * sigmoid(W1 x + V1 h + b1)
e = 0.5 * sigmoid(W2 x + V2 h + b2)
z' = (1 - d) * z + d * tanh(Wz x + Vz h + bz)
h' = (1 - e) * h + e * tanh(Wh x + Vh z' + bh)`,
  ],
  // Products with no gate at all, and peepholes as vectors.
  [
    'simple-recurrent-unit',
    `f = sigmoid(Wf x + vf * c + bf)
r = sigmoid(Wr x + vr * c + br)
c' = f * c + (1 - f) * (W x)
h' = r * c' + (1 - r) * (V x)`,
  ],
  // No matrix on the state.
  ['independent', "h' = relu(W x + u * h + b)"],
  // One sum that two activations share.
  [
    'fast-grnn',
    `s = W x + U h
z = sigmoid(s + bz)
n = tanh(s + bn)
h' = (0.9 * (1 - z) + 0.1) * n + z * h`,
  ],
  // A product of two products.
  ['multiplicative', "h' = tanh(a * (W x) * (U h) + p * (W x) + q * (U h) + b)"],
  // Order matters: what is taken from what.
  [
    'oscillator',
    `v' = v + 0.1 * (tanh(W x + U y + V v + b) - g * y - e * v)
y' = y + 0.1 * v'`,
  ],
  // A second name for a state.
  [
    'janet',
    `f = sigmoid(Wf x + Uf h + bf)
g = tanh(Wg x + Ug h + bg)
c' = f * c + (1 - f) * g
h' = c'`,
  ],
  // Two layers in one cell.
  [
    'two-layers',
    `h' = tanh(W x + U h + b)
k' = tanh(V h' + R k + d)`,
  ],
];
