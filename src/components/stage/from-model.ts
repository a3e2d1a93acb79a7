import type { Cell } from '../../lib/cells/cell.ts';
import type { TrainedModel } from '../../lib/engine/model.ts';
import { parse } from '../../lib/equations/parse.ts';
import { pack } from './packed.ts';
import type { StageSubject } from './subject.ts';
import type { Typeset } from './typeset.ts';

/**
 * The subject that opens the stage on a trained model reading a review.
 *
 * @param words the words read, as the reader knows them
 * @param ids what each became, one a word, each below the model's vocabulary
 * @param cell name and roles for the model's equations
 * @param typeset the equations' HTML, made at build
 * @param origin where the weights come from, such as `trained on 2,000 reviews`
 * @throws Error where words and ids don't match, an id has no vector, or the equations don't parse
 */
export function subjectFrom(
  model: TrainedModel,
  words: readonly string[],
  ids: readonly number[],
  cell: Pick<Cell, 'name' | 'roles'>,
  typeset: Typeset,
  origin: string,
): StageSubject {
  const { sizes, embedding, vocabulary, head } = model;
  if (words.length !== ids.length)
    throw new Error(`${words.length} words were given with ${ids.length} ids; expected one id a word.`);
  const inputs = new Float32Array(ids.length * sizes.input);
  for (const [word, id] of ids.entries()) {
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary))
      throw new Error(
        `word ${word + 1} has id ${id}, but this model knows ids 0 to ${vocabulary - 1}. Were the words cut to its vocabulary?`,
      );
    inputs.set(embedding.subarray(id * sizes.input, (id + 1) * sizes.input), word * sizes.input);
  }
  return {
    name: cell.name,
    graph: parse(model.equations),
    roles: cell.roles,
    sizes,
    parameters: [...model.parameters].map(([name, numbers]) => [name, pack(numbers)]),
    words,
    inputs: pack(inputs),
    head: { weights: pack(head.weights), bias: head.bias },
    origin,
    typeset: typeset.statements,
    symbols: typeset.symbols,
    ...(typeset.pictures === undefined ? {} : { pictures: typeset.pictures }),
  };
}
