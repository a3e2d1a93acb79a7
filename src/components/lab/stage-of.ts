import * as v from 'valibot';
import type { Verdict } from '../../lib/engine/protocol.ts';
import { en } from '../../messages/en.ts';
import { subjectFrom } from '../stage/from-model.ts';
import Stage from '../stage/Stage.svelte';
import type { Trained } from './lab.svelte.ts';

/** What `typeset.json` holds: the listed cells' equations as HTML, by cell. */
const TypesetCells = v.record(
  v.string(),
  v.object({ statements: v.array(v.string()), symbols: v.array(v.tuple([v.string(), v.string()])) }),
);

/**
 * The stage's code and the subject that opens it on a model of this page. A module of its own, so that both are fetched
 * only when the stage is opened.
 *
 * @param typeset address of the typeset equations, made at build
 * @throws Error whose message a reader can act on
 */
export async function stageOf(trained: Trained, verdict: Verdict, typeset: string) {
  const { cell, model, configuration, step } = trained;
  const response = await fetch(typeset);
  if (!response.ok)
    throw new Error(`the server answered ${response.status} for the equations. Reload the page.`);
  const cells = new Map(Object.entries(v.parse(TypesetCells, await response.json())));
  const set = cells.get(cell.id) ?? { statements: [], symbols: [] };
  const subject = subjectFrom(
    model,
    verdict.tokens.map(({ word }) => word),
    verdict.tokens.map(({ id }) => id),
    cell,
    set,
    en.lab.stage.origin(configuration.reviews, step),
  );
  return { Stage, subject };
}
