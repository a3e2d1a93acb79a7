import type { NodeId } from '../graph.ts';
import type { Arrangement } from './arrangement.ts';
import { stripsOfStates } from './edge-strips.ts';
import type { Drawing, ElementId } from './elements.ts';
import type { Frame, FrameName } from './frame.ts';
import type { Cell } from './grid.ts';
import type { Label } from './label.ts';
import type { Picture, Strip, Unlettered, Wire } from './picture.ts';
import { type Placement, pillWidth } from './placement.ts';
import type { Sink, Wired } from './routing.ts';
import type { Rows } from './rows.ts';
import { crossingsOf, type Stretch, stretchesOf } from './stretches.ts';
import { numberWidth, textWidth } from './text-width.ts';
import { textsOf } from './texts.ts';
import type { Wiring } from './wiring.ts';

/** Half of the gap that a wire has where another crosses over it, px. */
const GAP = 4;

/** How well a picture came out; less is better. */
export interface Counts {
  readonly crossings: number;
  readonly bends: number;
  /** Of all wires, px. */
  readonly length: number;
}

/** A wired placement in px. */
export function draw(
  drawing: Drawing,
  arrangement: Arrangement,
  rows: Rows,
  placement: Placement,
  wiring: Wiring,
  frame: Frame,
  frameName: FrameName,
): { readonly picture: Unlettered; readonly counts: Counts } {
  const { elements, labels } = drawing;
  const { spots, strips, ports, bodyLeft, bodyRight, order } = placement;
  const { grid, nets, exits, input } = wiring;
  const { cell: unit } = frame;
  const X = (cell: Cell) => (cell % grid.width) * unit;
  const Y = (cell: Cell) => Math.floor(cell / grid.width) * unit;
  const nodeOf = (id: ElementId): NodeId => elements[id]?.node ?? 0;
  const readerNode = ({ reader, net }: Sink): NodeId =>
    'exit' in reader ? nodeOf(net) : nodeOf(reader.element);

  const parts = elements.flatMap(({ id, kind, node, label }): Picture['parts'] => {
    const spot = spots.get(id);
    if (spot === undefined) return [];
    if (ports.has(id))
      return [
        {
          kind: kind === 'constant' ? 'constant' : 'gate',
          node,
          label,
          x: (spot.x - spot.halfWidth) * unit,
          y: rows.gateTop * unit,
          width: 2 * spot.halfWidth * unit,
          height: (rows.gateBottom - rows.gateTop) * unit,
        },
      ];
    const width = kind === 'operator' ? 2 * frame.radius : pillWidth(label, frame);
    const height = kind === 'operator' ? 2 * frame.radius : 2.4 * unit;
    return [
      {
        kind: kind === 'operator' ? 'operator' : 'pill',
        node,
        label,
        x: spot.x * unit - width / 2,
        y: spot.y * unit - height / 2,
        width,
        height,
      },
    ];
  });

  const drawnStrips = [
    ...stripsOfStates(drawing, arrangement, rows, wiring, placement, frame),
    ...[...strips].map(([id, { x, y }]): Strip => {
      const element = elements[id];
      const name: Label | undefined =
        element?.name === undefined ? labels[element?.node ?? -1] : [{ letter: element.name }];
      const width = Math.min(
        frame.strip,
        2 * ((spots.get(id)?.halfWidth ?? 9) < 4 && ports.has(id) ? 3.1 : 9) * unit,
      );
      const fits = frame.letters && name !== undefined && textWidth(name, frame.text + 2) <= width + 2;
      const long = name === undefined ? 0 : textWidth(name, frame.text + 2);
      const end = y === spots.get(id)?.y ? x * unit + width / 2 - numberWidth(frame.text) - 4 : x * unit - 5;
      const left = x * unit - width / 2;
      return {
        node: nodeOf(id),
        name: element?.name !== undefined || fits ? name : undefined,
        symbol: element?.name,
        at: 'inside',
        nameX: Math.min(left, end - long),
        nameY: y * unit - 11,
        ...(frame.letters || y === spots.get(id)?.y
          ? { numberX: left + width, numberAnchor: 'end' }
          : { numberX: x * unit + 4, numberAnchor: 'start' }),
        x: left,
        y: y * unit - 5,
        width,
        height: 10,
      };
    }),
  ];

  const trees = [...nets.values()].map((net) =>
    stretchesOf(withStrip(net, strips.get(net.element), grid.width), grid.width),
  );
  const stretches = trees.flatMap((tree) => tree.stretches);
  const crossed = crossingsOf(grid, stretches);
  let bends = 0;
  let length = 0;
  const wires = stretches.map((stretch): Wire => {
    const points = stretch.cells.map((cell) => [X(cell), Y(cell)] as [number, number]);
    bends += Math.max(0, points.length - 2);
    clip(points, stretch, placement, drawing, frame, rows, input !== undefined);
    for (const [k, [x, y]] of points.entries()) {
      const before = points[k - 1];
      if (before !== undefined) length += Math.abs(x - before[0]) + Math.abs(y - before[1]);
    }
    const [only, ...others] = stretch.sinks;
    const reader =
      only !== undefined && others.length === 0 && 'element' in only.reader ? only.reader : undefined;
    const out = stretch.sinks.find(
      (sink): sink is Sink & { reader: { exit: number } } => 'exit' in sink.reader,
    );
    const exit = stretch.last && out !== undefined ? exits.get(out.reader.exit) : undefined;
    if (exit !== undefined) {
      const last = points.at(-1);
      if (last !== undefined && exit.down) points.push([last[0], (exit.y + 2) * unit]);
      else if (last !== undefined && frame.outside) last[0] = (bodyRight + 1.5) * unit;
    }
    return {
      node: nodeOf(stretch.net),
      to: [...new Set(stretch.sinks.map(readerNode))],
      letter: reader === undefined ? undefined : elements[reader.element]?.feeds[reader.feed]?.letter,
      lines: broken(points, crossed, grid.width, unit),
      arrow: exit !== undefined,
    };
  });
  const dots = trees.flatMap(({ branches }, k) =>
    branches.map(({ cell, sinks }) => ({
      node: nodeOf([...nets.keys()][k] ?? 0),
      to: [...new Set(sinks.map(readerNode))],
      x: X(cell),
      y: Y(cell),
    })),
  );
  const texts = textsOf(drawing, arrangement, placement, wiring, stretches, frame);
  const picture: Unlettered = {
    frame: frameName,
    form: 'cell',
    width: placement.width * unit,
    height: rows.height * unit + (frame.outside && input !== undefined ? 8 : 0),
    bodies: [
      {
        x: bodyLeft * unit,
        y: rows.bodyTop * unit,
        width: (bodyRight - bodyLeft) * unit,
        height: (rows.bodyBottom - rows.bodyTop) * unit,
      },
    ],
    parts,
    strips: drawnStrips,
    wires,
    dots,
    texts,
    order: order.map((id) => elements[id]?.name ?? ''),
  };
  return { picture, counts: { crossings: crossed.size, bends, length } };
}

/** A named value that nothing reads still has its wire up to its strip. */
function withStrip(net: Wired, strip: { x: number; y: number } | undefined, width: number): Wired {
  if (net.sinks.length > 0 || strip === undefined) return net;
  const end = strip.y * width + strip.x;
  return net.from.has(end)
    ? { ...net, sinks: [{ net: net.element, reader: { element: net.element, feed: -1 }, end }] }
    : net;
}

/** Draws a wire's ends back to the edges of what it joins. */
function clip(
  points: [number, number][],
  { net, sinks, fromRoot, last }: Stretch,
  { spots, ports }: Placement,
  { elements }: Drawing,
  frame: Frame,
  rows: Rows,
  inputBelow: boolean,
): void {
  const pull = (end: [number, number] | undefined, next: [number, number] | undefined, id: ElementId) => {
    const element = elements[id];
    if (end === undefined || next === undefined || element === undefined || ports.has(id)) return;
    const [dx, dy] = [Math.sign(next[0] - end[0]), Math.sign(next[1] - end[1])];
    const halfWidth = element.kind === 'operator' ? frame.radius : pillWidth(element.label, frame) / 2;
    const halfHeight = element.kind === 'operator' ? frame.radius : 1.2 * frame.cell;
    end[0] += dx * halfWidth;
    end[1] += dy * halfHeight;
  };
  const source = elements[net];
  const first = points[0];
  if (fromRoot && first !== undefined) {
    if (spots.has(net)) pull(first, points[1], net);
    else if (source?.kind === 'input' && frame.outside && inputBelow)
      first[1] = rows.height * frame.cell - 15;
    else if (source?.kind === 'state' || source?.kind === 'input') first[0] = frame.strip;
  }
  const [sink] = sinks;
  if (last && sink !== undefined && 'element' in sink.reader && sink.reader.feed >= 0)
    pull(points.at(-1), points.at(-2), sink.reader.element);
}

/** A wire's line, with a gap where another crosses over it: what runs up and down lies on top. */
function broken(
  points: readonly (readonly [number, number])[],
  crossed: ReadonlySet<Cell>,
  width: number,
  unit: number,
): number[][] {
  const lines: number[][] = [];
  let line: number[] = [];
  for (const [k, [x, y]] of points.entries()) {
    const before = points[k - 1];
    if (before !== undefined && before[1] === y && before[0] !== x) {
      const step = Math.sign(x - before[0]);
      const gaps: number[] = [];
      for (const cell of crossed) {
        const [cx, cy] = [(cell % width) * unit, Math.floor(cell / width) * unit];
        if (cy === y && (cx - before[0]) * step > 0 && (x - cx) * step > 0) gaps.push(cx);
      }
      for (const cx of gaps.sort((a, b) => (a - b) * step)) {
        line.push(cx - GAP * step, y);
        lines.push(line);
        line = [cx + GAP * step, y];
      }
    }
    line.push(x, y);
  }
  lines.push(line);
  return lines;
}
