import type { Activity, Passed, Scene } from '../../reference/activity.ts';
import { passRecurrent } from '../../reference/recurrent.ts';
import { layerOf, weightNames } from './names.ts';
import { type Call, registerOnHost } from './on-host.ts';

/** A call by way of the `numbers` and `gradient` meanings, in float64. */
function pass(call: Call): { readonly passed: Passed; readonly gradients: readonly Float64Array[] } {
  const { batch: size, steps, input: features, x, mask, weights, place, chance } = call;
  const layer = layerOf(call);
  const names = weightNames(layer);
  const numbers = new Map(names.map((name, k) => [name, Float64Array.from(weights[k] ?? [])]));
  const gradients = new Map(names.map((name, k) => [name, new Float64Array(weights[k]?.length ?? 0)]));
  const of = (values: ReadonlyMap<string, Float64Array>, name: string): Float64Array => {
    const found = values.get(name);
    if (found === undefined) throw new Error(`the layer has no weight ${name}`);
    return found;
  };
  const given: Activity = {
    ...{ size, steps, features, sequence: true },
    values: Float64Array.from(x),
    mask: mask && Array.from(mask, (counts) => counts !== 0),
  };
  const scene: Scene = {
    ...{ place, dropout: chance, rounded: undefined },
    weight: (name) => of(numbers, name),
    addTo: (name, offset, values) => {
      const sums = of(gradients, name);
      for (let k = 0; k < values.length; k++)
        sums[offset + k] = (sums[offset + k] as number) + (values[k] as number);
    },
  };
  return { passed: passRecurrent(layer, given, scene), gradients: [...gradients.values()] };
}

/** The kernels for tfjs's `cpu` backend: what the equations mean, and nothing faster. */
export function registerRecurrentOnCpu(): void {
  registerOnHost('cpu', {
    forward: (call) => Float32Array.from(pass(call).passed.output.values),
    backward: (call, towards) => {
      const { passed, gradients } = pass(call);
      const towardsInput = passed.back(Float64Array.from(towards));
      return [towardsInput, ...gradients].map((values) => Float32Array.from(values));
    },
  });
}
