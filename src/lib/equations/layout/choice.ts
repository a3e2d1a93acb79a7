import type { ElementId } from './elements.ts';

/** Every order of a few things; of many the given one and those in which one has moved a place. */
export function orders(items: readonly ElementId[], most: number): ElementId[][] {
  let count = 1;
  for (let k = 2; k <= items.length; k++) count *= k;
  if (count <= most) return permutations(items);
  const swapped = items.slice(1).map((_, k) => {
    const copy = [...items];
    [copy[k], copy[k + 1]] = [copy[k + 1] as ElementId, copy[k] as ElementId];
    return copy;
  });
  return [[...items], ...swapped];
}

function permutations(items: readonly ElementId[]): ElementId[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first, k) =>
    permutations([...items.slice(0, k), ...items.slice(k + 1)]).map((others) => [first, ...others]),
  );
}

/** The orders of a list of groups that stand one after the other. */
export function ordersOfGroups(groups: readonly (readonly ElementId[])[], most: number): ElementId[][] {
  return groups.reduce<ElementId[][]>(
    (sofar, group) => {
      const own = orders(group, Math.max(2, Math.floor(most / sofar.length)));
      return sofar.flatMap((before) => own.map((after) => [...before, ...after]));
    },
    [[]],
  );
}
