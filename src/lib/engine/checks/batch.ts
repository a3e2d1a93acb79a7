import type { Architecture, Value } from '../architecture.ts';
import type { Examples, Questions } from '../examples.ts';
import type { Limits } from '../learner.ts';

const lengthOf = (
  what: string,
  given: ArrayLike<unknown> | undefined,
  expected: number,
  why: string,
): void => {
  if (given?.length !== expected)
    throw new Error(`the batch has ${given?.length ?? 'no'} ${what}, expected ${expected}: ${why}.`);
};

/** @throws Error for sizes past the limits, and for ids or vectors that aren't there or are none */
export function checkQuestions(
  { input, layers }: Architecture,
  { ids, vectors, size, tokens }: Questions,
  limits: Limits,
): void {
  for (const [what, value, most] of [
    ['examples', size, limits.size],
    ['steps', tokens, limits.tokens],
  ] as const)
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new Error(`the batch has ${value} ${what}; this learner was built for 1 to ${most}.`);
  if (input !== 'ids') {
    lengthOf('numbers', vectors, size * tokens * input, `${size} x ${tokens} steps of ${input}`);
    return;
  }
  lengthOf('word ids', ids, size * tokens, `${size} x ${tokens} steps`);
  const [embedding] = layers;
  if (ids === undefined || embedding?.kind !== 'embedding') return;
  const { vocabulary, name } = embedding;
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place] ?? -1;
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary))
      throw new Error(
        `example ${Math.floor(place / tokens)} has the id ${id} at step ${place % tokens}; ${name} has rows 0 to ${vocabulary - 1}.`,
      );
  }
}

/** How many labels an answer has. */
function labelsAnAnswer({ loss }: Architecture, { size }: Value): number {
  return loss === 'numbers' ? size : 1;
}

/**
 * Checks labels against a model whose output has so many steps.
 * @throws Error where there are too few or too many, or one is no class's number
 */
export function checkLabels(
  architecture: Architecture,
  last: Value,
  { size, labels, counted }: Examples,
  steps: number,
): void {
  const each = labelsAnAnswer(architecture, last);
  const answers = last.sequence ? size * steps : size;
  lengthOf(
    'labels',
    labels,
    answers * each,
    last.sequence ? `${size} x ${steps} steps, ${each} each` : `${each} an example`,
  );
  if (counted !== undefined && last.sequence)
    lengthOf('marks of steps that count', counted, answers, `${size} x ${steps} steps`);
  if (architecture.loss === 'numbers') return;
  const classes = architecture.loss === 'verdict' ? 2 : last.size;
  for (let answer = 0; answer < answers; answer++) {
    if (last.sequence && counted?.[answer] === 0) continue;
    const label = labels[answer] ?? -1;
    if (!(label >= 0 && label < classes && Number.isInteger(label)))
      throw new Error(
        `answer ${answer} has the label ${label}; expected a whole number from 0 to ${classes - 1}.`,
      );
  }
}
