import type { Graph } from './graph.ts';
import { cellForm } from './layout/cell-form.ts';
import { drawingOf } from './layout/elements.ts';
import type { FrameName } from './layout/frame.ts';
import { linesForm } from './layout/lines-form.ts';
import type { Picture } from './layout/picture.ts';

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
  return cellForm(graph, drawing, frame, earlier?.order ?? []) ?? linesForm(drawing, frame);
}
