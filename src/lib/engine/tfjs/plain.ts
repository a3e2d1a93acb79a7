import { serialization } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import type { PlainLayer } from '../architecture.ts';

/**
 * A layer of tfjs's own by its class name, made from its configuration the way a stored model's layers are.
 * @throws Error for a name that tfjs doesn't know, and for a configuration that it refuses
 */
export function plainLayer({ name, className, config }: PlainLayer): layers.Layer {
  const known = serialization.SerializationMap.getMap().classNameMap;
  const found = Object.hasOwn(known, className) ? known[className] : undefined;
  if (found === undefined)
    throw new Error(
      `${name}: tfjs has no layer ${className}. Write a class name as Keras has it, such as LayerNormalization.`,
    );
  const [Class, make] = found;
  const made: unknown = make(Class, { ...config, name });
  if (!(made instanceof layers.Layer))
    throw new Error(`${name}: ${className} is known to tfjs, but it is no layer.`);
  return made;
}
