import type { Graph } from '../../lib/equations/graph.ts';
import type { FrameName, Picture } from '../../lib/equations/layout.ts';
import { layout } from '../../lib/equations/layout.ts';

/** A cell's diagram in each of its geometries. */
export type Pictures = Readonly<Record<FrameName, Picture>>;

/**
 * Lays a cell out for desk and phone. Cells that ship are laid out at build; a page that meets another cell loads this
 * file then, and no other page carries it.
 *
 * @param earlier pictures of the text before an edit, so that what stays keeps its place
 */
export function picturesOf(graph: Graph, earlier?: Pictures): Pictures {
  return { desk: layout(graph, 'desk', earlier?.desk), phone: layout(graph, 'phone', earlier?.phone) };
}
