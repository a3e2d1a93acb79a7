import type { Attachment } from 'svelte/attachments';
import type { Stage } from './stage.svelte.ts';

/** Keys of the whole stage, wherever in it the focus is. */
const MOVES: ReadonlyMap<string, (stage: Stage) => void> = new Map([
  ['ArrowRight', (stage: Stage) => stage.move(1)],
  ['ArrowLeft', (stage: Stage) => stage.move(-1)],
  ['Shift+ArrowRight', (stage: Stage) => stage.moveWord(1)],
  ['Shift+ArrowLeft', (stage: Stage) => stage.moveWord(-1)],
  ['ArrowUp', (stage: Stage) => stage.moveUnit(-1)],
  ['ArrowDown', (stage: Stage) => stage.moveUnit(1)],
  ['PageDown', (stage: Stage) => stage.moveWord(stage.windowSize)],
  ['PageUp', (stage: Stage) => stage.moveWord(-stage.windowSize)],
  ['Home', (stage: Stage) => stage.first()],
  ['End', (stage: Stage) => stage.last()],
  [' ', (stage: Stage) => stage.toggle()],
  ['Escape', (stage: Stage) => stage.letGo()],
]);

/** Keys of the timeline alone: letters would be taken from elsewhere. */
const TIMELINE: ReadonlyMap<string, (stage: Stage) => void> = new Map([
  ['d', (stage: Stage) => stage.moveRank(1)],
  ['Shift+D', (stage: Stage) => stage.moveRank(-1)],
]);

/** Elements that answer keys themselves: fields all of them, buttons and letters the ones that press them. */
function answersItself(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('input, select, textarea, [contenteditable]') !== null) return true;
  return key === ' ' && target.closest('button, summary, a, [role="button"]') !== null;
}

/** Lets the keyboard drive the stage. */
export function keys(stage: Stage): Attachment<HTMLElement> {
  return (element) => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      if (answersItself(event.target, event.key)) return;
      const key = event.shiftKey ? `Shift+${event.key}` : event.key;
      const onTimeline = event.target instanceof Element && event.target.matches('[role="slider"]');
      const move = MOVES.get(key) ?? (onTimeline ? TIMELINE.get(key) : undefined);
      if (move === undefined) return;
      event.preventDefault();
      move(stage);
    };
    element.addEventListener('keydown', pressed);
    return () => element.removeEventListener('keydown', pressed);
  };
}
