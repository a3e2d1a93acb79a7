/**
 * Adam as Kingma and Ba's algorithm 1 has it (arXiv 1412.6980), with epsilon outside the corrected root, as in
 * PyTorch; Keras puts the corrections into the rate, which makes its epsilon another one. Dense, on word vectors too:
 * a word that isn't in the batch still moves by its moments.
 */
export const ADAM = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8 } as const;

/**
 * What one batch's update multiplies by, in float64.
 * @param step batches learnt, this one included
 */
export function corrections(rate: number, step: number): { readonly rate: number; readonly second: number } {
  return { rate: rate / (1 - ADAM.firstDecay ** step), second: 1 / (1 - ADAM.secondDecay ** step) };
}
