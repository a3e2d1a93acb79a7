/** The convention that learners trip over most; every cell with an update gate z names it. */
export const COPIES_AT_ONE =
  "z near 1 copies the old state, h' = (1 - z) * n + z * h: so in Cho et al. 2014, Keras and PyTorch. Chung et al. 2014 swap the two, and there z near 0 copies.";
