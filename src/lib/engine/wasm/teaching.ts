/** What is done with a replica and a batch. Batches are taken to be checked. */
import type { Examples } from '../examples.ts';
import type { Lesson } from '../learner.ts';
import {
  answersOf,
  byExample,
  checkLabels,
  checkQuestions,
  isPadded,
  type Questions,
  writeIds,
  writeLabels,
  writeQuestions,
} from './batch.ts';
import type { Ready, Replica } from './replica.ts';
import { outputSteps } from './shard-tape.ts';
import { ALONE, type Crew } from './sharing.ts';

/** @throws Error for a batch that doesn't fit the model or its limits */
export function checkBatch({ architecture, limits, last }: Replica, batch: Examples): void {
  checkQuestions(architecture, batch, limits);
  checkLabels(architecture, last, batch, outputSteps(architecture, batch.tokens));
}

/** How many of a batch's answers count. */
export function answersIn({ architecture, last }: Replica, batch: Examples): number {
  return answersOf(last, batch, outputSteps(architecture, batch.tokens));
}

function write(replica: Replica, purpose: 'learn' | 'lesson', batch: Examples, crew: Crew): Ready {
  const { architecture, last } = replica;
  const ready = replica.prepare(purpose, batch.size, batch.tokens, isPadded(architecture, batch), crew);
  const answers = answersIn(replica, batch);
  for (const shard of ready.inputs) {
    writeQuestions(shard, batch);
    writeLabels(shard, last, batch, answers);
  }
  return ready;
}

/** Learns a worker's shards of a batch, up to their contributions; the others' words are written beside them. */
export function teach(replica: Replica, batch: Examples, crew: Crew): Ready {
  const ready = write(replica, 'learn', batch, crew);
  for (const contribution of ready.contributions)
    if (!contribution.isOwn && contribution.ids !== undefined)
      writeIds(contribution.ids, batch, contribution);
  replica.announce(ready);
  replica.run(ready, 'teach', 'teach');
  return ready;
}

/** Sums all contributions and moves the weights. */
export function learnt(replica: Replica, ready: Ready): void {
  replica.run(ready, 'combine', 'clear');
  replica.step++;
}

/** The batch's mean loss, or how many answers are right: the sum of the shards' parts. */
export function summed({ contributions }: Ready, which: 'loss' | 'right'): number {
  let sum = 0;
  for (const contribution of contributions) sum += contribution[which][0] ?? Number.NaN;
  return sum;
}

/** Loss and gradients; nothing is changed. */
export function lessonOf(replica: Replica, batch: Examples): Lesson {
  const ready = write(replica, 'lesson', batch, ALONE);
  replica.run(ready, 'teach', 'combine');
  const lesson = {
    loss: summed(ready, 'loss'),
    right: summed(ready, 'right'),
    gradients: replica.gradients(),
  };
  replica.run(ready, 'clear', 'clear');
  return lesson;
}

/** What the last layer gives, example by example. */
export function outputsOf(replica: Replica, questions: Questions): Float32Array {
  const { size, tokens } = questions;
  const ready = replica.prepare('outputs', size, tokens, isPadded(replica.architecture, questions));
  for (const shard of ready.inputs) writeQuestions(shard, questions);
  replica.run(ready);
  return byExample(replica.floats(ready.tape.output), size, ready.tape.steps);
}
