import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Cell } from '../../lib/cells/cell.ts';
import { elements } from '../../lib/equations/graph.ts';
import { parse } from '../../lib/equations/parse.ts';
import { pack } from './packed.ts';
import type { StageSubject } from './subject.ts';

/** Test support: a subject with weights from a seed, for any cell at any size; nothing in it was trained. */
export function randomSubject(
  cell: Pick<Cell, 'name' | 'equations' | 'roles'>,
  { units = 16, input = 16, words = WORDS, seed = 7, spread = 0.9 } = {},
): StageSubject {
  const generator = xoroshiro128plus(seed);
  const draw = (length: number, scale: number) =>
    Float32Array.from({ length }, () => (generator.next() / 2 ** 31) * scale);
  const sizes = { input, units };
  const graph = parse(cell.equations);
  return {
    name: cell.name,
    graph,
    roles: cell.roles,
    sizes,
    parameters: graph.parameters.map(({ name, shape }) => [
      name,
      pack(draw(elements(shape, sizes), spread / (shape.length === 2 ? 1.5 : 1))),
    ]),
    words,
    inputs: pack(draw(words.length * input, 1)),
    head: { weights: pack(draw(units, 1.5)), bias: 0.04 },
    origin: 'weights drawn at random',
    typeset: [],
    symbols: [],
  };
}

/** The mock's sentence. */
export const WORDS = 'i expected a dull film but the ending was wonderful and moving'.split(' ');
