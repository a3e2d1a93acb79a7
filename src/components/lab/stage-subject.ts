import * as v from 'valibot';
import type { Verdict } from '../../lib/engine/protocol.ts';
import * as en from '../../messages/en.ts';
import { subjectFrom } from '../stage/from-model.ts';
import type { Pictures } from '../stage/pictures.ts';
import type { StageSubject } from '../stage/subject.ts';
import type { Trained } from './lab.svelte.ts';
import { part } from './part.ts';

/** What `typeset.json` holds: the listed cells' equations as HTML, by cell. */
const TypesetCells = v.record(
  v.string(),
  v.object({
    statements: v.array(v.string()),
    symbols: v.array(v.tuple([v.string(), v.string()])),
    // The site's own file, made by the layout: its kind is checked, not each of its thousand numbers.
    pictures: v.custom<Pictures>((value) =>
      v.is(v.object({ desk: v.looseObject({}), phone: v.looseObject({}) }), value),
    ),
  }),
);

/**
 * What opens the stage on a model of this page and the review that it has just read.
 *
 * @param typeset address of the typeset equations, made at build
 * @throws Error whose message a reader can act on
 */
export async function stageSubject(
  { cell, model, configuration, step }: Trained,
  verdict: Verdict,
  typeset: string,
): Promise<StageSubject> {
  const response = await part(fetch(typeset));
  if (!response.ok) throw new Error(en.lab.stage.answered(response.status));
  const cells = new Map(Object.entries(v.parse(TypesetCells, await response.json())));
  return subjectFrom(
    model,
    verdict.tokens.map(({ word }) => word),
    verdict.tokens.map(({ id }) => id),
    cell,
    cells.get(cell.id) ?? { statements: [], symbols: [] },
    en.lab.stage.origin(configuration.reviews, step),
  );
}
