import type { Store } from './arrangement.ts';
import type { Fragment } from './fragment.ts';

/** Which step's values a fetch means, seen from a frame: its own, or (states before it) the one before. */
export type When = 'now' | 'before';

/**
 * How a program finds rows of a step. Two textures take turns in the loops, steps of an even number in one and of an
 * odd number in the other, because a draw must not read the texture that it writes.
 */
export interface Frame {
  readonly name: string;
  /** GLSL, ivec2: column and first row of the step among rows of all steps. */
  readonly rows: string;
  /** GLSL, bool: whether there is a step before. */
  readonly hasBefore: string;
  /** GLSL, vec4: a texel of a store of the loops. @param texel from the column and first row to the texel */
  fetch(fragment: Fragment, store: Store, when: When, texel: (at: string) => string): string;
}

/** The step at which a loop's draw stands: where things are comes as uniforms. */
export const NOW: Frame = {
  name: 'now',
  rows: 'rows_now',
  hasBefore: 'step > 0',
  fetch: (fragment, store, when, texel) => {
    const isBack = store.phase.moment === 'back';
    const which = when === 'now' ? 'same' : 'other';
    const at = isBack ? 'back_now' : when === 'now' ? 'step_now' : 'step_before';
    return `texelFetch(${fragment.sampler(store, which)}, ${texel(fragment.uniform('ivec2', at))}, 0)`;
  },
};

/** The step after that one, which the reverse loop has just left. */
export const NEXT: Frame = {
  name: 'next',
  rows: 'rows_next',
  hasBefore: 'step >= 0',
  fetch: (fragment, store, when, texel) => {
    const isBack = store.phase.moment === 'back';
    const which = when === 'now' ? 'other' : 'same';
    const at = isBack ? 'back_next' : when === 'now' ? 'step_next' : 'step_now';
    return `texelFetch(${fragment.sampler(store, which)}, ${texel(fragment.uniform('ivec2', at))}, 0)`;
  },
};

/** Whether a value stands in the texture of its step's own parity, and at which place. */
function freely({ phase }: Store, when: When): readonly [which: 'own' | 'other', at: string] {
  // A step's place in the reverse loop's stores is one more, see `CellTextures`; of late values it is the step's own.
  if (phase.moment === 'back' && !phase.isLate) return ['other', 'back_now'];
  return when === 'now' ? ['own', 'step_now'] : ['other', 'step_before'];
}

/** Any step, `step`: the program finds out where things are (`freePlaces`), and reads from either texture. */
export const FREE: Frame = {
  name: 'free',
  rows: 'rows_now',
  hasBefore: 'step > 0',
  fetch: (fragment, store, when, texel) => {
    const [which, at] = freely(store, when);
    const [first, second] = which === 'own' ? (['even', 'odd'] as const) : (['odd', 'even'] as const);
    const [ifEven, ifOdd] = [fragment.sampler(store, first), fragment.sampler(store, second)];
    return `((step & 1) == 0 ? texelFetch(${ifEven}, ${texel(at)}, 0) : texelFetch(${ifOdd}, ${texel(at)}, 0))`;
  },
};

/** Any even step, or any odd one. */
export const EVEN = ofParity('even', 'odd');
export const ODD = ofParity('odd', 'even');

function ofParity(own: 'even' | 'odd', other: 'even' | 'odd'): Frame {
  return {
    ...FREE,
    name: own,
    fetch: (fragment, store, when, texel) => {
      const [which, at] = freely(store, when);
      return `texelFetch(${fragment.sampler(store, which === 'own' ? own : other)}, ${texel(at)}, 0)`;
    },
  };
}

/** Whether GLSL reads textures in which steps take turns. */
export function hasHalves(lines: readonly string[]): boolean {
  return lines.some((line) => /texelFetch\(\w+_(?:even|odd),/.test(line));
}

/** GLSL: where the rows of `step` stand; the text's order is the other way round where the cell runs backwards. */
export function freePlaces(fragment: Fragment): readonly string[] {
  fragment.uniform('ivec3', 'rows');
  fragment.uniform('int', 'halves');
  fragment.uniform('int', 'reversed');
  return [
    'ivec2 rows_now = columnAt(rows.z, reversed == 1 ? rows.y - 1 - step : step, rows.x);',
    'ivec2 step_now = columnAt(halves, step >> 1, rows.x);',
    'ivec2 step_before = columnAt(halves, max(step - 1, 0) >> 1, rows.x);',
    'ivec2 back_now = columnAt(halves, (step + 1) >> 1, rows.x);',
  ];
}
