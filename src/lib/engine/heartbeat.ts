/** How long silence may last, in milliseconds. */
export interface Patience {
  /** Between two questions. */
  readonly interval: number;
  /** Without an answer, before it counts as gone. */
  readonly silence: number;
}

/**
 * Asks again and again whether the other side lives, and says when it has been silent for too long.
 *
 * What is measured is how long a question has stood unanswered, not how long ago an answer came: timers of a page in
 * the background fire rarely, but answers still arrive. A timer that comes much too late (the machine slept) starts the
 * measure anew.
 *
 * @param ask resolves with the answer
 * @param gone called once, and the asking ends
 * @returns to call when something was heard, and to end it
 */
export function watchOver(
  ask: () => Promise<unknown>,
  { interval, silence }: Patience,
  gone: () => void,
): { readonly heard: () => void; readonly end: () => void } {
  let asked: number | undefined;
  let last = performance.now();
  const heard = (): void => {
    asked = undefined;
  };
  const timer = setInterval(() => {
    const now = performance.now();
    const slept = now - last > 2 * interval;
    last = now;
    if (asked !== undefined) {
      if (slept) asked = now;
      else if (now - asked > silence) {
        clearInterval(timer);
        gone();
      }
      return;
    }
    asked = now;
    ask().then(heard, heard);
  }, interval);
  return { heard, end: () => clearInterval(timer) };
}
