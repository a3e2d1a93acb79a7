import * as tf from '@tensorflow/tfjs';
import type { Case, CellName } from '../cases.ts';
import type { BuildContestant } from './contestant.ts';

/**
 * tfjs calls a steeper, piecewise linear function the default for gates; every other toolkit, and this site, has the
 * logistic sigmoid. Its orthogonal start takes seconds and changes no time of a batch, so Glorot's is asked for.
 */
const GATED = { recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotUniform' } as const;

/** tfjs's GRU resets before the product; it has no other. */
const CELLS: Readonly<Record<CellName, (units: number) => tf.layers.Layer>> = {
  lstm: (units) => tf.layers.lstm({ units, ...GATED }),
  gru: (units) => tf.layers.gru({ units, ...GATED }),
  elman: (units) => tf.layers.simpleRNN({ units, recurrentInitializer: 'glorotUniform' }),
};

/** The model as the documentation of tfjs writes it, trained by `trainOnBatch`, which reads each loss. No clipping. */
export const buildLayers: BuildContestant = async (of: Case) => {
  const { steps, units, embedding, vocabulary, rate } = of;
  const model = tf.sequential({
    layers: [
      tf.layers.embedding({ inputDim: vocabulary, outputDim: embedding, inputLength: steps }),
      CELLS[of.cell](units),
      tf.layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(rate), loss: 'binaryCrossentropy' });
  return {
    async learn({ ids, labels, size, tokens }) {
      if (ids === undefined) throw new Error('this model reads word ids, and the batch has none');
      const x = tf.tensor2d(ids, [size, tokens], 'int32');
      const y = tf.tensor2d(labels, [size, 1]);
      await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
    },
    async settle() {
      await Promise.all(model.getWeights().map((weight) => weight.data()));
    },
  };
};
