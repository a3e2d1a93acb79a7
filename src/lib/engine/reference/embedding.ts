import { PAD } from '../../imdb/format.ts';
import type { EmbeddingLayer } from '../architecture.ts';
import type { Pass } from './activity.ts';

/** Looks rows up. Where padding is masked, its row is read but never trained. */
export const passEmbedding: Pass<EmbeddingLayer> = (layer, input, { weight, addTo }) => {
  const { name, vocabulary, size: features, trained, masked } = layer;
  const table = weight(`${name}.table`);
  const values = new Float64Array(input.values.length * features);
  for (const [place, id] of input.values.entries()) {
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary))
      throw new Error(`${name}: the id ${id} is no row of a table of ${vocabulary}.`);
    values.set(table.subarray(id * features, (id + 1) * features), place * features);
  }
  return {
    output: {
      ...input,
      features,
      values,
      mask: masked ? Array.from(input.values, (id) => id !== PAD) : undefined,
    },
    back: (towards) => {
      for (const [place, id] of input.values.entries())
        if (trained && !(masked && id === PAD))
          addTo(`${name}.table`, id * features, towards.subarray(place * features, (place + 1) * features));
      return new Float64Array(input.values.length);
    },
  };
};
