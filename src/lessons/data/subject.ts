import { subjectFrom } from '../../components/stage/from-model.ts';
import type { Place } from '../../components/stage/place.ts';
import type { StageSubject } from '../../components/stage/subject.ts';
import { typeset } from '../../components/stage/typeset.ts';
import { idsOf, type LessonNetwork, wordsOf } from './network.ts';

/** The stage on a shipped network reading one of the lesson's sentences; at build, because it typesets. */
export function lessonSubject(network: LessonNetwork, sentence: string, start?: Place): StageSubject {
  const { cell, model, training } = network;
  const ids = idsOf(network, sentence);
  const origin = `trained on ${training.reviews.toLocaleString('en')} reviews`;
  const subject = subjectFrom(
    model,
    wordsOf(network, ids),
    ids,
    cell,
    typeset(cell.equations, cell.roles),
    origin,
  );
  return start === undefined ? subject : { ...subject, start };
}
