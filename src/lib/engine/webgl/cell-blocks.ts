import type { Size, Sizes } from '../../equations/graph.ts';
import type { Plan } from '../plan/plan.ts';
import { type Block, matrix } from './sheet.ts';

/** Up to four parameters of one shape, one a channel; in a block below the sections before it. */
export interface Section {
  readonly rows: Size;
  /** 1: vectors. */
  readonly columns: Size | 1;
  readonly names: readonly string[];
}

/** A cell's parameters: a block of texels for each number of rows that they have. */
export interface CellBlock {
  readonly rows: Size;
  readonly sections: readonly Section[];
}

/** Where a parameter stands. */
export interface ParameterPlace {
  /** Index of its block. */
  readonly block: number;
  /** GLSL: how far its first column is below the block's top, from the sizes. */
  readonly down: string;
  readonly section: number;
  readonly channel: 'r' | 'g' | 'b' | 'a';
}

export const CHANNELS = ['r', 'g', 'b', 'a'] as const;

/** Matrices that multiply the same vector share texels, in the plan's order; then the others, and the vectors. */
export function cellBlocks({ graph, panels, nodes }: Plan): readonly CellBlock[] {
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]));
  const waiting = new Set(shapes.keys());
  const sections: Section[] = [];
  const place = (names: readonly string[]): void => {
    const alike = new Map<string, Section & { readonly names: string[] }>();
    for (const name of names) {
      const [rows, columns] = shapes.get(name) ?? [];
      if (rows === undefined || !waiting.delete(name)) continue;
      const key = `${rows} ${columns ?? 1}`;
      const open = alike.get(key);
      if (open !== undefined && open.names.length < CHANNELS.length) open.names.push(name);
      else {
        const section = { rows, columns: columns ?? (1 as const), names: [name] };
        alike.set(key, section);
        sections.push(section);
      }
    }
  };
  for (const { members } of panels)
    place(
      members.flatMap((id) => {
        const node = nodes[id];
        return node?.op === 'product' ? [node.matrix] : [];
      }),
    );
  place([...waiting]);
  return (['units', 'input'] as const)
    .map((rows) => ({ rows, sections: sections.filter((section) => section.rows === rows) }))
    .filter((block) => block.sections.length > 0);
}

/** GLSL: the sum of the heights of sections. */
export function heightOf(sections: readonly Section[]): string {
  const count = (columns: Section['columns']) =>
    sections.filter((section) => section.columns === columns).length;
  return `(${count('input')} * inputs + ${count('units')} * units + ${count(1)})`;
}

export function parameterPlaces(blocks: readonly CellBlock[]): ReadonlyMap<string, ParameterPlace> {
  const places = new Map<string, ParameterPlace>();
  for (const [block, { sections }] of blocks.entries())
    for (const [section, { names }] of sections.entries())
      for (const [k, name] of names.entries()) {
        const down = heightOf(sections.slice(0, section));
        places.set(name, { block, down, section, channel: CHANNELS[k] ?? 'r' });
      }
  return places;
}

/** The blocks at these sizes, for the model's sheet. @param prefix what the variables' names begin with */
export function atSizes(blocks: readonly CellBlock[], sizes: Sizes, prefix: string): readonly Block[] {
  return blocks.map(({ rows, sections }) => {
    let height = 0;
    const slots = sections.flatMap(({ columns, names }) => {
      const y = height;
      const wide = columns === 1 ? 1 : sizes[columns];
      height += wide;
      return names.map((name, channel) => matrix(`${prefix}${name}`, [sizes[rows], wide], { y, channel }));
    });
    return { width: sizes[rows], height, slots };
  });
}
