import type { Attachment } from 'svelte/attachments';
import type { Stage } from './stage.svelte.ts';

/**
 * The overview under the pointer. Dragging the window's frame moves the window and leaves now where it is; a press
 * or a drag anywhere else takes now there, and the window centres it.
 */
export function overviewDrag(stage: Stage): Attachment<HTMLElement> {
  return (element) => {
    let drag: { readonly frame: boolean; readonly x: number; readonly start: number } | undefined;

    const words = (pixels: number) => (pixels / element.getBoundingClientRect().width) * stage.words;
    const goUnder = (event: PointerEvent) => {
      const word = Math.floor(words(event.clientX - element.getBoundingClientRect().left));
      stage.go({ word });
      stage.backToNow();
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      const frame = event.target instanceof Element && event.target.closest('.window') !== null;
      drag = { frame, x: event.clientX, start: stage.windowStart };
      element.setPointerCapture(event.pointerId);
      stage.playing = false;
      if (!frame) goUnder(event);
    };
    const move = (event: PointerEvent) => {
      if (drag === undefined) return;
      if (drag.frame) stage.slide(drag.start + words(event.clientX - drag.x));
      else goUnder(event);
    };
    const up = (event: PointerEvent) => {
      // A press on the frame that never moved is a press on the review under it.
      if (drag?.frame === true && Math.abs(event.clientX - drag.x) < 3) goUnder(event);
      drag = undefined;
    };
    const cancel = () => {
      drag = undefined;
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
