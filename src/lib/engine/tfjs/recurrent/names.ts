import { parse } from '../../../equations/parse.ts';
import { cellsOf, type RecurrentLayer } from '../../architecture.ts';
import type { RecurrentAttributes } from './operation.ts';

/** The names of the weights that the operation is given, in its order. */
export function weightNames(layer: RecurrentLayer): readonly string[] {
  const { parameters } = parse(layer.equations);
  return cellsOf(layer).flatMap(({ prefix }) => parameters.map(({ name }) => prefix + name));
}

/** A layer of the model, so that its variables have names. */
export function layerOf({ layer }: Pick<RecurrentAttributes, 'layer'>): RecurrentLayer {
  return { ...layer, name: 'cell', starts: [] };
}
