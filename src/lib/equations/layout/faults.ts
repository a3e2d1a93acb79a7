import type { Frame } from './frame.ts';
import { type Segment, segmentsOf } from './measure.ts';
import type { Box, Unlettered } from './picture.ts';
import { numberWidth, textWidth } from './text-width.ts';

/** What lies in a picture and may not be covered. */
interface Thing extends Box {
  readonly what: string;
  /** The value whose wire may pass through: a strip lies on its own wire. */
  readonly own: number | undefined;
}

/** Two that touch by so little, px, don't overlap: text is narrower than its estimate. */
const SLACK = 2;

/**
 * What is wrong with a picture, in words; nothing, for every picture that the layout gives out. No box, strip, name,
 * number or letter lies on another, no wire runs through any of them but its own strip, no two values share a line,
 * and all of it lies within the picture.
 */
export function faults(picture: Unlettered, frame: Frame): string[] {
  const things = thingsOf(picture, frame);
  const found: string[] = [];
  for (const [k, a] of things.entries()) {
    if (
      a.x < -SLACK ||
      a.y < -SLACK ||
      a.x + a.width > picture.width + SLACK ||
      a.y + a.height > picture.height + SLACK
    )
      found.push(`${a.what} lies outside the picture`);
    for (const b of things.slice(k + 1)) if (overlap(a, b)) found.push(`${a.what} lies on ${b.what}`);
  }
  const segments = segmentsOf(picture);
  const nodes = picture.wires.map(({ node }) => node);
  for (const segment of segments)
    for (const thing of things)
      if (thing.own !== nodes[segment.wire] && through(segment, thing))
        found.push(`the wire of ${nodes[segment.wire]} runs through ${thing.what}`);
  for (const [k, a] of segments.entries())
    for (const b of segments.slice(k + 1))
      if (nodes[a.wire] !== nodes[b.wire] && shared(a, b))
        found.push(`the wires of ${nodes[a.wire]} and ${nodes[b.wire]} share a line`);
  return found;
}

function thingsOf({ parts, strips, texts }: Unlettered, frame: Frame): Thing[] {
  const size = frame.text;
  return [
    ...parts.map((part): Thing => ({ ...part, what: `${part.kind} ${part.node}`, own: undefined })),
    ...strips.flatMap((strip): Thing[] => {
      const { node, x, y, width, name, nameX, nameY, numberX, numberAnchor, at } = strip;
      const number = numberWidth(size);
      const shown = name === undefined ? 0 : textWidth(name, size + 2);
      return [
        { x, y, width, height: 10, what: `strip ${node}`, own: node },
        ...(name === undefined
          ? []
          : [{ x: nameX, y: nameY - 14, width: shown, height: 14, what: `name of ${node}`, own: undefined }]),
        ...(at === 'input'
          ? []
          : [
              {
                x: numberAnchor === 'end' ? numberX - number : numberX,
                y: y - 18,
                width: number,
                height: 12,
                what: `number of ${node}`,
                own: undefined,
              },
            ]),
      ];
    }),
    ...texts.map(({ kind, node, x, y, width, anchor }): Thing => {
      const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
      return { x: left, y: y - size * 0.8, width, height: size, what: `${kind} at ${node}`, own: undefined };
    }),
  ];
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.x + a.width > b.x + SLACK &&
    b.x + b.width > a.x + SLACK &&
    a.y + a.height > b.y + SLACK &&
    b.y + b.height > a.y + SLACK
  );
}

function through({ x1, y1, x2, y2 }: Segment, { x, y, width, height }: Box): boolean {
  return x2 > x + SLACK && x1 < x + width - SLACK && y2 > y + SLACK && y1 < y + height - SLACK;
}

function shared(a: Segment, b: Segment): boolean {
  const level = a.y1 === a.y2 && b.y1 === b.y2 && a.y1 === b.y1;
  const upright = a.x1 === a.x2 && b.x1 === b.x2 && a.x1 === b.x1;
  if (level) return Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1) > SLACK;
  return upright && Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1) > SLACK;
}
