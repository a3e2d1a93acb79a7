import type { Cell } from '../../lib/cells/cell.ts';
import type { Sizes } from '../../lib/equations/graph.ts';
import { elements, type Parameter } from '../../lib/equations/graph.ts';

/** A cell of the list as the lab's island needs it; the page reads the equations at build, so no parser travels. */
export interface ListedCell extends Pick<Cell, 'id' | 'name' | 'equations' | 'initial' | 'roles'> {
  readonly shapes: readonly Parameter['shape'][];
}

/** How many numbers the cell trains, without the word vectors and the head. */
export function parametersOf({ shapes }: ListedCell, sizes: Sizes): number {
  return shapes.reduce((sum, shape) => sum + elements(shape, sizes), 0);
}
