import type { Graph } from './graph.ts';
import { cellForm } from './layout/cell-form.ts';
import { drawingOf } from './layout/elements.ts';
import type { FrameName } from './layout/frame.ts';
import { linesForm } from './layout/lines-form.ts';
import type { Letter, Picture, Unlettered } from './layout/picture.ts';
import { symbolTexts } from './symbol.ts';

export type { FrameName } from './layout/frame.ts';
export type { Picture } from './layout/picture.ts';

/**
 * The diagram of a cell, laid out from its graph as a lecturer would draw it: states on rails along the top, gates in
 * a row, h and x coming up from below. A cell that would tangle, or is too wide for the frame, is drawn line by line
 * instead. Pure and deterministic: the same graph gives the same picture, to the px.
 *
 * @param frame `desk` (at most 704 px wide) or `phone` (358); the text is as large in both
 * @param earlier the picture of the text before an edit: gates that are still there keep their order where they can
 */
export function layout(graph: Graph, frame: FrameName, earlier?: Picture): Picture {
  const drawing = drawingOf(graph);
  const picture = cellForm(graph, drawing, frame, earlier?.order ?? []) ?? linesForm(drawing, frame);
  return { ...picture, letters: lettersOf(graph, picture) };
}

/** How each name in a picture is written. */
function lettersOf(graph: Graph, { parts, strips, texts }: Unlettered): Letter[] {
  const write = symbolTexts(graph);
  const labels = [...parts, ...texts].map(({ label }) => label).concat(strips.map(({ name }) => name ?? []));
  const names = new Set(labels.flat().flatMap((piece) => (typeof piece === 'string' ? [] : [piece.letter])));
  return [...names].map((name) => ({ name, ...write(name) }));
}
