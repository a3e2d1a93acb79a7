/** A model's state on its way into and out of the kernel's memory. */
import type { Moments, Snapshot, Weights } from '../learner.ts';
import type { Block } from './block.ts';
import type { Variables } from './variables.ts';

/** A block's numbers themselves. */
type Floats = (block: Block) => Float32Array<ArrayBuffer>;

/** Puts a checked state in place; moments that it doesn't have are zeros. */
export function writeState(
  { descriptions, block }: Variables,
  floats: Floats,
  { weights, moments }: Snapshot,
): void {
  const write = (to: Block, values: Float32Array | undefined): void => {
    if (values === undefined) floats(to).fill(0);
    else floats(to).set(values);
  };
  for (const { name, trained } of descriptions) {
    write(block('parameter', name), weights.get(name));
    if (!trained) continue;
    write(block('first', name), moments?.get(name)?.first);
    write(block('second', name), moments?.get(name)?.second);
  }
}

/** Copies of the weights and of Adam's moments. */
export function readState(
  { descriptions, block }: Variables,
  floats: Floats,
): Required<Omit<Snapshot, 'step'>> {
  const copy = (which: 'parameter' | 'first' | 'second', name: string) => floats(block(which, name)).slice();
  const trained = descriptions.filter((description) => description.trained);
  return {
    weights: new Map(descriptions.map(({ name }) => [name, copy('parameter', name)])),
    moments: new Map(
      trained.map(({ name }): [string, Moments] => [
        name,
        { first: copy('first', name), second: copy('second', name) },
      ]),
    ),
  };
}

/** Copies of the trained variables' gradients. */
export function readGradients({ descriptions, block }: Variables, floats: Floats): Weights {
  const trained = descriptions.filter((description) => description.trained);
  return new Map(trained.map(({ name }) => [name, floats(block('gradient', name)).slice()]));
}
