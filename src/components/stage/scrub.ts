import type { Attachment } from 'svelte/attachments';
import type { Stage } from './stage.svelte.ts';

/** Pixels that a pointer may tremble and still press. */
const STILL = 4;

/**
 * Takes now along under the pointer: a press goes to that word, a drag scrubs, and past the window's edge the window
 * travels along. On cells a press without a drag also chooses the unit.
 */
export function scrub(stage: Stage, over: 'words' | 'cells'): Attachment<HTMLElement> {
  return (element) => {
    let from: { readonly x: number; readonly y: number } | undefined;
    let dragged = false;

    const wordAt = (event: PointerEvent): number => {
      const { left, width } = element.getBoundingClientRect();
      const column = Math.floor(((event.clientX - left) / width) * stage.windowSize);
      // Past the edge one word at a time, so that a fast drag doesn't run to the review's end.
      return stage.windowStart + Math.max(-1, Math.min(column, stage.windowSize));
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button') !== null))
        return;
      from = { x: event.clientX, y: event.clientY };
      dragged = false;
      element.setPointerCapture(event.pointerId);
      stage.playing = false;
      stage.go({ word: wordAt(event) });
    };
    const move = (event: PointerEvent) => {
      if (from === undefined) return;
      dragged ||= Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL;
      const word = wordAt(event);
      if (dragged && word !== stage.word) stage.go({ word });
    };
    const up = (event: PointerEvent) => {
      // From here on the keys step, as after any press on a slider.
      if (from !== undefined) focusSlider(element);
      if (from !== undefined && !dragged && over === 'cells') {
        const { top, height } = element.getBoundingClientRect();
        stage.go({ unit: Math.floor(((event.clientY - top) / height) * stage.reading.sizes.units) });
      }
      from = undefined;
    };
    const cancel = () => {
      from = undefined;
    };
    const handlers = [
      ['pointerdown', down],
      ['pointermove', move],
      ['pointerup', up],
      ['pointercancel', cancel],
    ] as const;
    for (const [type, handler] of handlers) element.addEventListener(type, handler);
    return () => {
      for (const [type, handler] of handlers) element.removeEventListener(type, handler);
    };
  };
}

function focusSlider(element: HTMLElement): void {
  const slider = element.closest('section')?.querySelector('[role="slider"]');
  if (slider instanceof HTMLElement) slider.focus({ preventScroll: true });
}
