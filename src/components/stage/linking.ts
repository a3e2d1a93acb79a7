import type { Attachment } from 'svelte/attachments';
import type { Stage } from './stage.svelte.ts';

/** The letter that an event is about; `undefined` beside all letters. */
function letterOf(target: EventTarget | null): string | undefined {
  const symbol = target instanceof Element ? target.closest('[data-symbol]') : null;
  return symbol instanceof HTMLElement || symbol instanceof SVGElement ? symbol.dataset['symbol'] : undefined;
}

/**
 * Lights a letter in every panel while the pointer or the focus is on it in one, and keeps it lit after a tap
 * or a press. Any element with `data-symbol` takes part, so a new panel needs no more than that attribute.
 */
export function linking(stage: Stage): Attachment<HTMLElement> {
  return (element) => {
    const over = (event: Event) => {
      stage.lit = letterOf(event.target);
    };
    const out = () => {
      stage.lit = undefined;
    };
    const press = (event: Event) => {
      const name = letterOf(event.target);
      // A letter inside a button belongs to the button.
      const inButton = event.target instanceof Element && event.target.closest('button') !== null;
      if (name !== undefined && !inButton) stage.pin(name);
    };
    const key = (event: KeyboardEvent) => {
      const onLetter =
        event.target instanceof Element && event.target.matches('[data-symbol][role="button"]');
      if (!onLetter || (event.key !== 'Enter' && event.key !== ' ')) return;
      event.preventDefault();
      press(event);
    };
    const handlers = [
      ['pointerover', over],
      ['pointerleave', out],
      ['focusin', over],
      ['focusout', out],
      ['click', press],
    ] as const;
    for (const [type, handler] of handlers) element.addEventListener(type, handler);
    element.addEventListener('keydown', key);
    return () => {
      for (const [type, handler] of handlers) element.removeEventListener(type, handler);
      element.removeEventListener('keydown', key);
    };
  };
}

/** Follows what is lit inside HTML that was typeset at build, which no component owns. */
export function lightsUp(stage: Stage): Attachment<HTMLElement> {
  return (element) => {
    const lights = stage.lights;
    for (const symbol of element.querySelectorAll<HTMLElement>('[data-symbol]'))
      symbol.classList.toggle('lit', symbol.dataset['symbol'] === lights);
  };
}
