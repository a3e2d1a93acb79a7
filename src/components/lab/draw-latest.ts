/** Five drawings a second are enough for the eye, and leave the page its time. */
const MILLISECONDS = 200;

/**
 * Draws the latest of what is asked for, at most five times a second; the last one asked for is always drawn.
 *
 * @param draw draws; a drawing that takes long is waited for
 */
export function drawLatest<T>(draw: (wanted: T) => Promise<void>): {
  ask(wanted: T): void;
  /** Nothing is drawn any more. */
  end(): void;
} {
  let latest: { readonly wanted: T } | undefined;
  let busy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  async function next(): Promise<void> {
    busy = latest !== undefined && !ended;
    if (latest === undefined || ended) return;
    const { wanted } = latest;
    latest = undefined;
    await draw(wanted);
    timer = setTimeout(() => void next(), MILLISECONDS);
  }
  return {
    ask(wanted) {
      latest = { wanted };
      if (busy) return;
      busy = true;
      // A task of its own, so that two charts that are asked at once don't hold up the page together.
      timer = setTimeout(() => void next());
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
