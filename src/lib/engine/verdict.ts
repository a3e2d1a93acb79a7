import { sigmoid } from '../equations/operations.ts';
import { OUT_OF_VOCABULARY } from '../imdb/format.ts';
import { limit, pad } from '../imdb/limits.ts';
import { tokenise } from '../imdb/tokens.ts';
import { encode, type Vocabulary } from '../imdb/vocabulary.ts';
import type { Configuration } from './configuration.ts';
import type { Learner } from './learner.ts';
import type { Verdict } from './protocol.ts';

/**
 * A model's verdict on any text, which becomes tokens and ids by the functions that made the training data.
 *
 * @throws Error for a text without a word
 */
export async function verdictOn(
  learner: Learner,
  configuration: Configuration,
  vocabulary: Vocabulary,
  text: string,
): Promise<Verdict> {
  const words = tokenise(text).map(({ word }) => word);
  if (words.length === 0)
    throw new Error(
      'There is no word in this text: letters or digits are what a model reads. Write a sentence.',
    );
  const { tokens } = configuration;
  const ids = limit(encode(words, vocabulary), configuration);
  // START, where it is still there, is no word of the text.
  const read = words.slice(-tokens);
  const readIds = ids.slice(-read.length);
  const [logit = Number.NaN] = await learner.outputs({ ids: pad(ids, tokens), size: 1, tokens });
  return {
    probability: sigmoid(logit),
    tokens: read.map((word, k) => ({ word, id: readIds[k] ?? OUT_OF_VOCABULARY })),
    length: words.length,
    outOfVocabulary: readIds.filter((id) => id === OUT_OF_VOCABULARY).length / read.length,
  };
}
