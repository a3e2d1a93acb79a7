/**
 * No cell that anyone would train: it uses every operator and function of the language once or more, in their tame
 * ranges, so that an engine that gets one of them wrong is found out before it trains anything.
 */
export const TOUCHSTONE = `
u  = sigmoid(Wu x + Uu h + bu)
r  = relu(Wr x + Ur (u * h)) - min(u, 0.25)
s  = softplus(r + c) / (1 + exp(-abs(r)))
l  = log(1 + abs(h)) + sqrt(0.5 + u)
c' = u * c + (1 - u) * tanh(Wc x + s - bc)
h' = max(c', 0.1 * l) * u
`.trim();
