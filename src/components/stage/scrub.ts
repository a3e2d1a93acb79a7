import type { Attachment } from 'svelte/attachments';
import type { Stage } from './stage.svelte.ts';

/** Pixels that a pointer may tremble and still press. */
const STILL = 4;

/**
 * Takes now along under the pointer: a press goes to that word, a drag scrubs, and past the window's edge the window
 * travels along. On cells a press without a drag also chooses the unit, and a finger slides a window instead of scrubbing.
 * A finger is only taken at its word when it lifts or goes sideways: until then it may be scrolling the page.
 */
export function scrub(stage: Stage, over: 'words' | 'cells'): Attachment<HTMLElement> {
  return (element) => {
    let from: { readonly x: number; readonly y: number; readonly start: number } | undefined;
    let dragged = false;

    const columns = (pixels: number) => (pixels / element.getBoundingClientRect().width) * stage.windowSize;
    const wordAt = (event: PointerEvent): number => {
      const column = Math.floor(columns(event.clientX - element.getBoundingClientRect().left));
      // Past the edge one word at a time, so that a fast drag doesn't run to the review's end.
      return stage.windowStart + Math.max(-1, Math.min(column, stage.windowSize));
    };
    const slides = (event: PointerEvent) =>
      event.pointerType === 'touch' && over === 'cells' && stage.windowSize < stage.words;
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button') !== null))
        return;
      from = { x: event.clientX, y: event.clientY, start: stage.windowStart };
      dragged = false;
      element.setPointerCapture(event.pointerId);
      stage.playing = false;
      if (event.pointerType !== 'touch') stage.go({ word: wordAt(event) });
    };
    const move = (event: PointerEvent) => {
      if (from === undefined) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      dragged ||=
        Math.hypot(dx, dy) > STILL && (event.pointerType !== 'touch' || Math.abs(dx) > Math.abs(dy));
      if (!dragged) return;
      if (slides(event)) stage.slide(from.start - columns(dx));
      else if (wordAt(event) !== stage.word) stage.go({ word: wordAt(event) });
    };
    const up = (event: PointerEvent) => {
      if (from === undefined) return;
      // From here on the keys step, as after any press on a slider.
      focusSlider(element);
      if (!dragged && over === 'cells') {
        const { top, height } = element.getBoundingClientRect();
        const unit = Math.floor(((event.clientY - top) / height) * stage.reading.sizes.units);
        stage.go({ word: wordAt(event), unit });
      } else if (!dragged) stage.go({ word: wordAt(event) });
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
