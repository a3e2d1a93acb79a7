import type { NodeId } from '../graph.ts';
import type { Arrangement } from './arrangement.ts';
import type { Drawing } from './elements.ts';
import type { Frame } from './frame.ts';
import type { Cell } from './grid.ts';
import type { Label } from './label.ts';
import type { Text } from './picture.ts';
import type { Placement } from './placement.ts';
import type { Stretch } from './stretches.ts';
import { numberWidth, textWidth } from './text-width.ts';
import type { Wiring } from './wiring.ts';

/** Letters beside wires, signs of operands, numbers in arguments. */
export function textsOf(
  { elements }: Drawing,
  { columns }: Arrangement,
  { ports, spots }: Placement,
  { grid }: Wiring,
  stretches: readonly Stretch[],
  frame: Frame,
): Text[] {
  const { cell: unit, text } = frame;
  const texts: Text[] = [];
  const lettered = new Set<string>();
  if (frame.letters)
    for (const [gate, own] of ports) {
      const bottoms = own.filter((port) => port?.side === 'bottom').map(({ x }) => x);
      for (const [feed, port] of own.entries()) {
        const way = elements[gate]?.feeds[feed];
        if (port?.side !== 'bottom' || way?.letter === undefined) continue;
        const right = bottoms.length > 1 && port.x === Math.max(...bottoms);
        const label: Label = [{ letter: way.letter }];
        const width = textWidth(label, text);
        texts.push({
          kind: 'letter',
          node: way.carries,
          label,
          x: port.x * unit + (right ? 4 : -4),
          y: port.y * unit + 15,
          anchor: right ? 'start' : 'end',
          width,
        });
        lettered.add(`${gate}:${feed}`);
      }
    }
  for (const { sinks, cells, last } of stretches) {
    const [sink] = sinks;
    if (!last || sink === undefined || !('element' in sink.reader) || sink.reader.feed < 0) continue;
    const { element, feed } = sink.reader;
    const way = elements[element]?.feeds[feed];
    if (way === undefined) continue;
    const end = cells.at(-1) ?? 0;
    const before = cells.at(-2) ?? end;
    const [ex, ey, bx, by] = [
      end % grid.width,
      Math.floor(end / grid.width),
      before % grid.width,
      Math.floor(before / grid.width),
    ];
    if (way.mark !== undefined) {
      const [dx, dy] = [Math.sign(bx - ex), Math.sign(by - ey)];
      const own = ports.get(element);
      // At a gate on the side that the wire's letter leaves free; at an operator between its wire and the next.
      const bottoms = (own ?? []).filter((port) => port?.side === 'bottom').map((port) => port.x);
      const side = own !== undefined && bottoms.length > 1 && ex === Math.max(...bottoms) ? -1 : 1;
      const out = own === undefined ? 1.95 : 0.9;
      const x = ex + (dx === 0 ? 1.05 * side : dx * out);
      const y = ey + (dy === 0 ? (own === undefined ? -0.75 : 1) : dy * out);
      texts.push({
        kind: 'mark',
        node: way.carries,
        label: [way.mark],
        x: x * unit,
        y: y * unit + text * 0.3,
        anchor: 'middle',
        width: text * 0.7,
      });
      grid.cover(Math.floor(x), Math.floor(y), Math.floor(x), Math.floor(y));
    }
  }
  for (const { sinks, cells, last } of stretches) {
    const [sink] = sinks;
    if (!last || sink === undefined || !('element' in sink.reader) || sink.reader.feed < 0) continue;
    const { element, feed } = sink.reader;
    const way = elements[element]?.feeds[feed];
    if (way === undefined) continue;
    if (way.letter === undefined || lettered.has(`${element}:${feed}`) || !frame.letters) continue;
    const label: Label = [{ letter: way.letter }];
    const width = textWidth(label, text);
    // Under the operator of a column the letter stands left, so that its number has the right.
    const base = columns.some(({ members, base: own }) => members[0] === element && own === way);
    const spot = spots.get(element);
    if (base && spot !== undefined && grid.empty(spot.x - 3, spot.y + 2, spot.x - 1, spot.y + 3)) {
      const x = spot.x * unit - 4;
      texts.push({
        kind: 'letter',
        node: way.carries,
        label,
        x,
        y: spot.y * unit + 32,
        anchor: 'end',
        width,
      });
      continue;
    }
    const place = beside(grid, cells, ports.has(element) ? 0 : 1, Math.ceil((width + 4) / unit));
    if (place === undefined) continue;
    const { x, y, vertical } = place;
    texts.push({
      kind: 'letter',
      node: way.carries,
      label,
      x: vertical ? x * unit + 4 : x * unit + 3,
      y: vertical ? y * unit + 15 : y * unit - 5,
      anchor: 'start',
      width,
    });
    const tall = vertical
      ? ([x + 1, y, x + Math.ceil((width + 4) / unit), y + 1] as const)
      : ([x, y - 2, x + Math.ceil((width + 4) / unit), y - 1] as const);
    grid.cover(...tall);
  }
  // A product within an argument has no name: its number stands alone, as does that of what it is made from.
  if (frame.letters)
    for (const { members, base } of columns) {
      const [lowest] = members;
      for (const member of members) {
        const spot = spots.get(member);
        const node = elements[member]?.node;
        if (spot === undefined || node === undefined) continue;
        const place = (value: NodeId, row: number) => {
          if (!grid.empty(spot.x + 1, row, spot.x + 3, row + 1)) return;
          texts.push({
            kind: 'number',
            node: value,
            label: [],
            x: spot.x * unit + 5,
            y: (row + 1) * unit,
            anchor: 'start',
            width: numberWidth(text),
          });
        };
        place(node, spot.y - 3);
        if (member === lowest && base.letter !== undefined) place(base.carries, spot.y + 2);
      }
    }
  return texts;
}

/** Room for a text beside a way, nearest its end first: above what runs level, right of what runs up or down. */
function beside(
  grid: Wiring['grid'],
  cells: readonly Cell[],
  skip: number,
  width: number,
): { readonly x: number; readonly y: number; readonly vertical: boolean } | undefined {
  for (let k = cells.length - 1; k > 0; k--) {
    const [end, start] = [cells[k] ?? 0, cells[k - 1] ?? 0];
    const [ex, ey, sx, sy] = [
      end % grid.width,
      Math.floor(end / grid.width),
      start % grid.width,
      Math.floor(start / grid.width),
    ];
    const from = k === cells.length - 1 ? skip : 0;
    if (ey === sy) {
      const left = Math.min(ex, sx);
      const right = Math.max(ex, sx);
      const step = ex > sx ? -1 : 1;
      for (
        let at = ex > sx ? right - width - from : left + 1 + from;
        at >= left && at + width <= right + 1;
        at += step
      )
        if (grid.empty(at, ey - 2, at + width - 1, ey - 1)) return { x: at, y: ey, vertical: false };
    } else {
      const top = Math.min(ey, sy);
      const bottom = Math.max(ey, sy);
      const step = ey > sy ? -1 : 1;
      for (let at = ey > sy ? bottom - 2 - from : top + 1 + from; at >= top && at + 1 <= bottom; at += step)
        if (grid.empty(ex + 1, at, ex + width, at + 1)) return { x: ex, y: at, vertical: true };
    }
  }
  return undefined;
}
