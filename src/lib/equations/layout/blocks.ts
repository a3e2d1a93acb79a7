import type { NodeId } from '../graph.ts';
import type { Element, Feed } from './elements.ts';
import type { Frame } from './frame.ts';
import type { Label } from './label.ts';
import type { Part, Text, Wire } from './picture.ts';
import { pillWidth } from './placement.ts';
import { shortened, textWidth } from './text-width.ts';

/** A part of a line, laid out from left to right with its upper left corner at 0, in px. Its value leaves at the right. */
export interface Block {
  readonly width: number;
  readonly height: number;
  /** Height at which the value leaves. */
  readonly out: number;
  readonly parts: readonly Part[];
  readonly wires: readonly Wire[];
  readonly texts: readonly Text[];
}

/** No name is written out further than this, px. */
export const LONGEST = 60;

export function boxWidth({ kind, label }: Element, frame: Frame): number {
  if (kind === 'operator') return 2 * frame.radius;
  if (kind === 'gate') return 6 * frame.cell;
  return pillWidth(shortened(label, frame.text + 2, LONGEST), frame);
}

/** Room for a letter on the wire into a box. */
export function gapBefore({ feeds, kind }: Element, frame: Frame): number {
  const letters = feeds.map(({ letter }) =>
    letter === undefined ? 0 : textWidth([{ letter }], frame.text) + 8,
  );
  const least = kind === 'operator' || feeds.length > 1 ? 2.4 * frame.cell : 1.8 * frame.cell;
  return Math.min(LONGEST, Math.max(least, ...letters));
}

export function stub(element: Element, label: Label, frame: Frame): Block {
  const width = Math.max(frame.cell * 1.6, textWidth(label, frame.text + 2) + 6);
  const height = 2.4 * frame.cell;
  const part: Part = { kind: 'stub', node: element.node, label, x: 0, y: 0, width, height };
  return { width, height, out: height / 2, parts: [part], wires: [], texts: [] };
}

export function moved<T extends Block>(block: T, x: number, y: number): T {
  return {
    ...block,
    out: block.out + y,
    parts: block.parts.map((part) => ({ ...part, x: part.x + x, y: part.y + y })),
    wires: block.wires.map((wire) => ({
      ...wire,
      lines: wire.lines.map((line) => line.map((value, k) => value + (k % 2 === 0 ? x : y))),
    })),
    texts: block.texts.map((text) => ({ ...text, x: text.x + x, y: text.y + y })),
  };
}

/** An element right of what it reads: the first value comes in level; a second one of an operator from below. */
export function blockOf(element: Element, read: readonly Block[], frame: Frame): Block {
  const { cell } = frame;
  const left = Math.max(0, ...read.map(({ width }) => width));
  const boxLeft = left + (read.length === 0 ? 0 : gapBefore(element, frame));
  const width = boxWidth(element, frame);
  const placed: Block[] = [];
  let y = 0;
  for (const block of read) {
    placed.push(moved(block, left - block.width, y));
    y += block.height + cell;
  }
  const outs = placed.map(({ out }) => out);
  const [first = 2 * cell] = outs;
  const last = outs.at(-1) ?? first;
  const gate = element.kind === 'gate';
  const half = gate
    ? Math.max(2.2 * cell, (last - first) / 2 + 1.4 * cell)
    : element.kind === 'operator'
      ? frame.radius
      : 1.2 * cell;
  const middle = gate ? (first + last) / 2 : first;
  const top = Math.min(0, middle - half);
  const box: Part = {
    kind: element.kind === 'state' || element.kind === 'input' ? 'stub' : element.kind,
    node: element.node,
    label: shortened(element.label, frame.text + 2, LONGEST),
    x: boxLeft,
    y: middle - half,
    width,
    height: 2 * half,
  };
  const wires: Wire[] = [];
  const texts: Text[] = [];
  for (const [k, feed] of element.feeds.entries()) {
    const from = outs[k];
    const source = read[k];
    if (from === undefined || source === undefined) continue;
    const below = !gate && k > 0;
    const centre = boxLeft + width / 2;
    const line = below ? [left, from, centre, from, centre, middle + half] : [left, from, boxLeft, from];
    wires.push({
      node: sourceNode(source, feed),
      to: [element.node],
      letter: feed.letter,
      lines: [line],
      arrow: false,
    });
    texts.push(
      ...annotations(
        feed,
        from,
        left,
        below
          ? { x: centre - cell, y: middle + half + 1.2 * cell }
          : { x: boxLeft - 0.8 * cell, y: from + 1.4 * cell },
        frame,
      ),
    );
  }
  const whole: Block = {
    width: boxLeft + width,
    height: Math.max(y - cell, middle + half) - top,
    out: middle,
    parts: [...placed.flatMap(({ parts }) => parts), box],
    wires: [...placed.flatMap((block) => block.wires), ...wires],
    texts: [...placed.flatMap((block) => block.texts), ...texts],
  };
  return top < 0 ? moved(whole, 0, -top) : whole;
}

function sourceNode(source: Block, feed: Feed): NodeId {
  return source.parts.at(-1)?.node ?? feed.carries;
}

function annotations(
  feed: Feed,
  y: number,
  x: number,
  end: { readonly x: number; readonly y: number },
  { text }: Frame,
): Text[] {
  const texts: Text[] = [];
  if (feed.letter !== undefined) {
    const label: Label = [{ letter: feed.letter }];
    const width = textWidth(label, text);
    if (width <= LONGEST)
      texts.push({ kind: 'letter', node: feed.carries, label, x: x + 4, y: y - 5, anchor: 'start', width });
  }
  if (feed.mark !== undefined)
    texts.push({
      kind: 'mark',
      node: feed.carries,
      label: [feed.mark],
      x: end.x,
      y: end.y,
      anchor: 'middle',
      width: text * 0.7,
    });
  return texts;
}
