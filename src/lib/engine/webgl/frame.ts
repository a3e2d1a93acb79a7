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

/** Any step, `step`: the program finds out where things are (`FREE_PLACES`), and reads from either texture. */
export const FREE: Frame = {
  name: 'free',
  rows: 'rows_now',
  hasBefore: 'step > 0',
  fetch: (fragment, store, when, texel) => {
    const even = fragment.sampler(store, 'even');
    const odd = fragment.sampler(store, 'odd');
    // Place of a step in the reverse loop's stores: one more, see `CellTextures`; of the late stage's values its own.
    const ahead = store.phase.moment === 'back' && !store.phase.isLate;
    const isOwnParity = !ahead && when === 'now';
    const at = texel(ahead ? 'back_now' : when === 'now' ? 'step_now' : 'step_before');
    const [first, second] = isOwnParity ? [even, odd] : [odd, even];
    return `((step & 1) == 0 ? texelFetch(${first}, ${at}, 0) : texelFetch(${second}, ${at}, 0))`;
  },
};

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
