import type { Attachment } from 'svelte/attachments';
import { followDrag } from './drag.ts';
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
    let dragged = false;

    const columns = (pixels: number) => (pixels / element.getBoundingClientRect().width) * stage.windowSize;
    const wordAt = (event: PointerEvent): number => {
      const column = Math.floor(columns(event.clientX - element.getBoundingClientRect().left));
      // Past the edge one word at a time, so that a fast drag doesn't run to the review's end.
      return stage.windowStart + Math.max(-1, Math.min(column, stage.windowSize));
    };
    const slides = (event: PointerEvent) =>
      event.pointerType === 'touch' && over === 'cells' && stage.windowSize < stage.words;
    return followDrag(element, {
      down(event) {
        if (event.target instanceof Element && event.target.closest('button') !== null) return undefined;
        const from = { x: event.clientX, y: event.clientY, start: stage.windowStart };
        dragged = false;
        stage.playing = false;
        if (event.pointerType !== 'touch') stage.go({ word: wordAt(event) });
        return from;
      },
      move(event, { x, y, start }) {
        const [dx, dy] = [event.clientX - x, event.clientY - y];
        dragged ||=
          Math.hypot(dx, dy) > STILL && (event.pointerType !== 'touch' || Math.abs(dx) > Math.abs(dy));
        if (!dragged) return;
        if (slides(event)) stage.slide(start - columns(dx));
        else if (wordAt(event) !== stage.word) stage.go({ word: wordAt(event) });
      },
      up(event) {
        // From here on the keys step, as after any press on a slider.
        focusSlider(element);
        if (!dragged && over === 'cells') {
          const { top, height } = element.getBoundingClientRect();
          const unit = Math.floor(((event.clientY - top) / height) * stage.reading.sizes.units);
          stage.go({ word: wordAt(event), unit });
        } else if (!dragged) stage.go({ word: wordAt(event) });
      },
    });
  };
}

function focusSlider(element: HTMLElement): void {
  const slider = element.closest('section')?.querySelector('[role="slider"]');
  if (slider instanceof HTMLElement) slider.focus({ preventScroll: true });
}
