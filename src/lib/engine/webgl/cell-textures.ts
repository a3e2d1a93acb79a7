import type { Sizes } from '../../equations/graph.ts';
import type { Arrangement, Store } from './arrangement.ts';
import type { Attachment, CellDraw } from './cell-programs.ts';
import type { Place, Room } from './part.ts';
import type { Uniforms } from './program.ts';
import { extent } from './rows.ts';
import { layerOf, type Target, type Texture } from './texture.ts';

/** Of an even and of an odd step; twice the same where a store has no such halves. */
type Halves<Thing> = readonly [even: Thing, odd: Thing];

/**
 * What a cell leaves between draws, and the samplers that read it.
 *
 * In the loops two textures take turns, since a draw must not read the texture that it writes; step s stands in the
 * one of its parity, at place s >> 1. In the reverse loop the place is that of step t + 1: so its last draw, which has
 * only the late stage of step 0 to do, has a place too, 0.
 */
export interface CellTextures {
  /** By draw: what it writes, for a place of each parity. */
  readonly targets: ReadonlyMap<CellDraw, Halves<Target>>;
  /** Samplers of a draw in a loop, by the parity of its step. */
  readonly inLoop: Halves<Uniforms>;
  /** Samplers of a draw over all steps. */
  readonly overall: Uniforms;
  /** The output after each step run. */
  readonly output: Halves<Texture>;
  /** Of the textures of the loops, in texels. */
  readonly height: number;
}

/** Makes them, for the largest batch. @throws Error where they are too large for the device */
export function cellTextures(
  { stores }: Arrangement,
  draws: readonly CellDraw[],
  sizes: Sizes,
  { room, most }: Pick<Place, 'room' | 'most'>,
): CellTextures {
  const half = (most.steps >> 1) + 1;
  const made = new Map(stores.map((store) => [store, texturesOf(store)]));

  function texturesOf(store: Store): Halves<Texture> {
    const size = sizes[store.size];
    const rows = ROWS[store.phase.moment];
    const { side } = room.device;
    const room2d =
      rows === 'one'
        ? { width: size, height: 1 }
        : extent(size, most.batch, rows === 'half' ? half : most.steps, side);
    const one = () =>
      store.format === 'number'
        ? room.texture(room2d, 'number')
        : room.texture({ ...room2d, layers: Math.ceil(store.stored.length / 4) }, 'quad');
    if (rows === 'half') return [one(), one()];
    const texture = one();
    return [texture, texture];
  }
  const of = (store: Store): Halves<Texture> => {
    const textures = made.get(store);
    if (textures === undefined) throw new Error(`nothing was made for ${store.name}`);
    return textures;
  };

  const samplers = (named: (store: Store, textures: Halves<Texture>) => Uniforms): Uniforms =>
    Object.assign({}, ...[...made].map(([store, textures]) => named(store, textures)));
  const inLoop = (parity: 0 | 1): Uniforms =>
    samplers(({ name, phase }, [even, odd]) => {
      const isEven = (parity === 0) === (phase.moment !== 'back');
      const [same, other] = isEven ? [even, odd] : [odd, even];
      return { [name]: even, [`${name}_same`]: same, [`${name}_other`]: other };
    });

  const output = stores.find(({ format }) => format === 'number');
  if (output === undefined) throw new Error('the cell gives out nothing');
  return {
    targets: new Map(draws.map((draw) => [draw, targetsOf(room, draw.attachments, of)])),
    inLoop: [inLoop(0), inLoop(1)],
    overall: samplers(({ name }, [even, odd]) => ({
      [name]: even,
      [`${name}_even`]: even,
      [`${name}_odd`]: odd,
    })),
    output: of(output),
    height: of(output)[0].height,
  };
}

/** How many rows a phase's values have: one, those of all steps, or in each of two textures those of half the steps. */
const ROWS = {
  weights: 'one',
  inputs: 'all',
  step: 'half',
  back: 'half',
  after: 'all',
  total: 'one',
} as const;

function targetsOf(
  room: Room,
  attachments: readonly Attachment[],
  of: (store: Store) => Halves<Texture>,
): Halves<Target> {
  const target = (parity: 0 | 1) =>
    room.target(
      attachments.map(({ store, layer }) =>
        store.format === 'number' ? of(store)[parity] : layerOf(of(store)[parity], layer),
      ),
    );
  const [first] = attachments;
  const even = target(0);
  return [even, first === undefined || of(first.store)[0] === of(first.store)[1] ? even : target(1)];
}
