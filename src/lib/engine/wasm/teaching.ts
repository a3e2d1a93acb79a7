/** What is done with a replica and a batch. Batches are taken to be checked. */
import { answersOf, isPadded } from '../answers.ts';
import { checkLabels, checkQuestions } from '../checks/batch.ts';
import type { Examples, Questions } from '../examples.ts';
import type { Lesson } from '../learner.ts';
import { byExample, writeIds, writeLabels, writeQuestions } from './batch.ts';
import type { ContributionViews, Ready, Replica } from './replica.ts';
import { ALONE, type Crew } from './sharing.ts';

/** @throws Error for a batch that doesn't fit the model or its limits */
export function checkBatch(replica: Replica, batch: Examples): void {
  const { architecture, limits, last } = replica;
  checkQuestions(architecture, batch, limits);
  checkLabels(architecture, last, batch, replica.outputSteps(batch.tokens));
}

/** How many of a batch's answers count. */
export function answersIn(replica: Replica, batch: Examples): number {
  return answersOf(replica.last, batch, replica.outputSteps(batch.tokens));
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
  for (const contribution of ready.contributions) writeOthersIds(contribution, batch);
  replica.announce(ready);
  replica.run(ready, 'teach', 'teach');
  return ready;
}

/** The word ids of a contribution that comes from another worker: shard after shard. */
function writeOthersIds({ isOwn, ids, from, sizes }: ContributionViews, batch: Examples): void {
  if (isOwn || ids === undefined) return;
  let example = from;
  for (const size of sizes) {
    writeIds(ids, (example - from) * batch.tokens, batch, example, size);
    example += size;
  }
}

/** Sums all contributions and moves the weights. */
export function learnt(replica: Replica, ready: Ready): void {
  replica.run(ready, 'combine', 'clear');
  replica.step++;
}

/** The batch's mean loss: the sum of the shards' parts. */
export const lossOf = (ready: Ready): number => summed(ready, 0);
/** How many of the batch's answers are right. */
export const rightOf = (ready: Ready): number => summed(ready, 1);

function summed({ contributions }: Ready, column: 0 | 1): number {
  let sum = 0;
  for (const { sums } of contributions)
    for (let at = column; at < sums.length; at += 2) sum += sums[at] ?? Number.NaN;
  return sum;
}

/** Loss and gradients; nothing is changed. */
export function lessonOf(replica: Replica, batch: Examples): Lesson {
  const ready = write(replica, 'lesson', batch, ALONE);
  replica.run(ready, 'teach', 'combine');
  const lesson = {
    loss: lossOf(ready),
    right: rightOf(ready),
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
