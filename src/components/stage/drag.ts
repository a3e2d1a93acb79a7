/** What a drag does, from the press until it lifts. */
export interface Drag<From> {
  /** The press: what the rest of the drag starts from, or undefined where it is none. */
  readonly down: (event: PointerEvent) => From | undefined;
  readonly move: (event: PointerEvent, from: From) => void;
  readonly up: (event: PointerEvent, from: From) => void;
}

/**
 * Follows the main button, a pen or a finger from its press on the element until it lifts, outside of the element too;
 * what the browser cancels, such as a finger that turns out to scroll the page, ends without `up`.
 *
 * @returns stops listening
 */
export function followDrag<From extends object>(element: HTMLElement, drag: Drag<From>): () => void {
  let from: From | undefined;
  const handlers = {
    pointerdown(event: PointerEvent) {
      if (event.button !== 0) return;
      const started = drag.down(event);
      if (started === undefined) return;
      from = started;
      element.setPointerCapture(event.pointerId);
    },
    pointermove(event: PointerEvent) {
      if (from !== undefined) drag.move(event, from);
    },
    pointerup(event: PointerEvent) {
      if (from !== undefined) drag.up(event, from);
      from = undefined;
    },
    pointercancel() {
      from = undefined;
    },
  };
  const types = ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const;
  for (const type of types) element.addEventListener(type, handlers[type]);
  return () => {
    for (const type of types) element.removeEventListener(type, handlers[type]);
  };
}
