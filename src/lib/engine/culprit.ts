import { type Graph, statementName } from '../equations/graph.ts';
import { output, type Recording, run } from '../equations/numbers.ts';
import { sigmoid } from '../equations/operations.ts';
import { parse } from '../equations/parse.ts';
import { backThroughTime } from '../equations/through-time.ts';
import type { Batch } from '../imdb/batches.ts';
import { breathe } from './breathe.ts';
import { keyOf, stays, threshold } from './chance.ts';
import { architectureOf } from './classifier-architecture.ts';
import type { Configuration } from './configuration.ts';
import type { Snapshot } from './learner.ts';
import { modelOf, type TrainedModel } from './model.ts';
import type { Order } from './order.ts';
import type { Culprit } from './protocol.ts';
import { firstNotFinite, goBack, type Session } from './session.ts';

/** Where training stopped making sense. */
export interface Place {
  /** The batch, counted from 1. */
  readonly step: number;
  readonly culprit: Culprit | undefined;
}

/**
 * Trains again from the last good state, a batch at a time, to the one whose loss or gradient is no number, and looks
 * in it for the first value that float32 can't hold. The session is back in its last good state afterwards.
 *
 * @param until batches done when it was noticed
 * @param ended asked between batches; once it says yes, the search is given up
 */
export async function findCulprit(
  session: Session,
  order: Order,
  until: number,
  ended: () => boolean,
): Promise<Place> {
  try {
    const { failing, norm } = await failingBatch(session, order, until, ended);
    if (ended()) return { step: until, culprit: undefined };
    goBack(session);
    await repeat(session, order, failing - 1, ended);
    const { weights } = await session.learner.snapshot();
    const weight = firstNotFinite(weights);
    if (weight !== undefined) return { step: failing, culprit: { where: 'weight', ...weight } };
    const batch = order.batch(failing - 1);
    const culprit =
      culpritIn(session.configuration, { step: failing - 1, weights }, batch, order.indices(failing - 1)) ??
      // With every value in float32's reach, the sum of the gradient's squares may still be out of it.
      (fits(norm) ? undefined : { where: 'norm' as const, value: norm });
    return { step: failing, culprit };
  } finally {
    goBack(session);
  }
}

/** The batch, counted from 1, whose figures are no numbers, and its gradient's norm; the one after `until` where all are. */
async function failingBatch(
  session: Session,
  order: Order,
  until: number,
  ended: () => boolean,
): Promise<{ readonly failing: number; readonly norm: number }> {
  goBack(session);
  while (session.learner.step < until && !ended()) {
    await session.learner.learn(order.batch(session.learner.step));
    const { loss, norm } = await session.learner.sums();
    if (!(Number.isFinite(loss) && Number.isFinite(norm))) return { failing: session.learner.step, norm };
    await breathe();
  }
  return { failing: until + 1, norm: 0 };
}

async function repeat({ learner }: Session, order: Order, step: number, ended: () => boolean): Promise<void> {
  while (learner.step < step && !ended()) {
    await learner.learn(order.batch(learner.step));
    await learner.sums();
    await breathe();
  }
}

const fits = (value: number): boolean => Number.isFinite(Math.fround(value));
const misfit = (values: ArrayLike<number> | undefined): number | undefined =>
  values === undefined ? undefined : Array.from(values).find((value) => !fits(value));

/**
 * The first value in a batch that float32 can't hold, computed in float64: review by review, word by word, line by
 * line, forward and then backward; undefined where all fit.
 */
export function culpritIn(
  configuration: Configuration,
  { step, weights }: Pick<Snapshot, 'step' | 'weights'>,
  batch: Pick<Batch, 'ids' | 'labels' | 'lengths' | 'size' | 'tokens'>,
  reviews: ArrayLike<number>,
): Culprit | undefined {
  const model = modelOf(configuration, weights);
  const graph = parse(model.equations);
  const read = Array.from({ length: batch.size }, (_, row) =>
    readRow(configuration, model, graph, step, batch, row),
  );
  for (const [row, { recording, logit, first }] of read.entries()) {
    const review = reviews[row] ?? row;
    const found = valueIn(graph, model.equations, recording, first);
    if (found !== undefined) return { where: 'value', review, ...found };
    if (!fits(logit)) return { where: 'logit', review, value: logit };
  }
  for (const [row, { recording, seeds, first }] of read.entries()) {
    const { steps } = backThroughTime(recording, seeds);
    // On the way back the last word comes first, and a line after those that read it.
    for (let at = steps.length - 1; at >= first; at--)
      for (const statement of graph.statements.toReversed()) {
        const value = misfit(steps[at]?.nodes[statement.node]);
        if (value !== undefined)
          return {
            where: 'derivative',
            name: statementName(statement),
            statement: lineOf(model.equations, statement.line),
            review: reviews[row] ?? row,
            word: at - first + 1,
            value,
          };
      }
  }
  return undefined;
}

/** A value that has a name first; then one inside a line, which the line may hide (1 / (1 + exp(a)) is 0). */
function valueIn(graph: Graph, equations: string, { steps }: Recording, first: number) {
  const find = (node: number, at: number) => {
    const value = misfit(steps[at]?.values[node]);
    const statement = graph.statements.find((candidate) => candidate.node >= node);
    return value === undefined || statement === undefined
      ? undefined
      : {
          name: statementName(statement),
          statement: lineOf(equations, statement.line),
          word: at - first + 1,
          value,
        };
  };
  for (const nodes of [graph.statements.map(({ node }) => node), [...graph.nodes.keys()]])
    for (let at = first; at < steps.length; at++)
      for (const node of nodes) {
        const found = find(node, at);
        if (found !== undefined) return found;
      }
  return undefined;
}

/** A review as the model read it while it trained, with what was dropped. */
function readRow(
  configuration: Configuration,
  { sizes, embedding, head, parameters }: TrainedModel,
  graph: Graph,
  step: number,
  { ids, labels, lengths, tokens }: Pick<Batch, 'ids' | 'labels' | 'lengths' | 'tokens'>,
  row: number,
) {
  const { input, units } = sizes;
  const { dropout, seed } = configuration;
  const [ofWords, ofState] = architectureOf(configuration)
    .layers.map(({ kind }, place) => ({ kind, place }))
    .filter(({ kind }) => kind === 'dropout')
    .map(({ place }) => keyOf(seed, place, step));
  const limit = threshold(dropout);
  const kept = (key: number | undefined, index: number): number =>
    key === undefined || stays(key, index, limit) ? 1 / (1 - dropout) : 0;
  const first = tokens - (lengths[row] ?? tokens);
  const inputs = Array.from({ length: tokens }, (_, at) =>
    Float64Array.from({ length: input }, (_, k) => {
      const id = ids[row * tokens + at] ?? 0;
      return (embedding[id * input + k] ?? 0) * kept(ofWords, (row * tokens + at) * input + k);
    }),
  );
  const recording = run(graph, sizes, parameters, inputs, { mask: inputs.map((_, at) => at >= first) });
  const scale = Float64Array.from(head.weights, (weight, unit) => weight * kept(ofState, row * units + unit));
  const logit = output(recording, tokens - 1).reduce(
    (sum, value, unit) => sum + value * (scale[unit] ?? 0),
    head.bias,
  );
  const side = 2 * (labels[row] ?? 0) - 1;
  const towards = -side * sigmoid(-side * logit);
  const seeds = new Array<Float64Array | undefined>(tokens).fill(undefined);
  seeds[tokens - 1] = scale.map((weight) => towards * weight);
  return { recording, logit, first, seeds };
}

const lineOf = (equations: string, line: number): string =>
  (equations.split('\n')[line - 1] ?? '').replace(/#.*/, '').trim();
