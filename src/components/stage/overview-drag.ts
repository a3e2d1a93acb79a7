import type { Attachment } from 'svelte/attachments';
import { followDrag } from './drag.ts';
import type { Stage } from './stage.svelte.ts';

/**
 * The overview under the pointer. Dragging the window's frame moves the window and leaves now where it is; a press
 * or a drag anywhere else takes now there, and the window centres it.
 */
export function overviewDrag(stage: Stage): Attachment<HTMLElement> {
  return (element) => {
    const words = (pixels: number) => (pixels / element.getBoundingClientRect().width) * stage.words;
    const goUnder = (event: PointerEvent) => {
      const word = Math.floor(words(event.clientX - element.getBoundingClientRect().left));
      stage.go({ word });
      stage.backToNow();
    };
    return followDrag(element, {
      down(event) {
        const frame = event.target instanceof Element && event.target.closest('.window') !== null;
        const from = { frame, x: event.clientX, start: stage.windowStart };
        stage.playing = false;
        if (!frame) goUnder(event);
        return from;
      },
      move(event, { frame, x, start }) {
        if (frame) stage.slide(start + words(event.clientX - x));
        else goUnder(event);
      },
      up(event, { frame, x }) {
        // A press on the frame that never moved is a press on the review under it.
        if (frame && Math.abs(event.clientX - x) < 3) goUnder(event);
      },
    });
  };
}
