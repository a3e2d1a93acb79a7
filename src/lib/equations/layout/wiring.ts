import type { Arrangement } from './arrangement.ts';
import { cover, exitColumn, inputColumn } from './covering.ts';
import type { Drawing, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';
import { type Cell, Grid, HEADINGS, type Heading } from './grid.ts';
import { halfStrip, type Placement } from './placement.ts';
import { extend, type Net } from './route.ts';
import { routeAll, type Sink, type Wanted, type Wired } from './routing.ts';
import type { Rows } from './rows.ts';

export interface Wiring {
  readonly grid: Grid;
  readonly nets: ReadonlyMap<ElementId, Wired>;
  /** Ends that no way leads to. */
  readonly lost: readonly Sink[];
  /** Where each state goes out: the cell at which its wire ends. */
  readonly exits: ReadonlyMap<number, { readonly x: number; readonly y: number; readonly down: boolean }>;
  /** Middle of x's strip, where x is read. */
  readonly input: { readonly x: number; readonly y: number } | undefined;
}

/** Lays all wires of a placement: rails, buses and what rises from them as straight lines, then the others by search. */
export function wire(
  drawing: Drawing,
  arrangement: Arrangement,
  rows: Rows,
  placement: Placement,
  frame: Frame,
): Wiring {
  const { elements, states } = drawing;
  const { rails, columns } = arrangement;
  const { spots, strips, ports, drops, bodyLeft, bodyRight } = placement;
  const grid = new Grid(placement.width + 1, rows.height + 1);
  const nets = new Map<ElementId, Wired>();
  const laid = new Map<ElementId, Cell[][]>();
  const edge = Math.ceil(frame.strip / frame.cell);
  const at = (id: ElementId) => spots.get(id) ?? { x: 0, y: 0, halfWidth: 0, halfHeight: 0 };

  const net = (id: ElementId, root: Cell, starts: Net['starts'] = []): Wired => {
    const known = nets.get(id);
    if (known !== undefined) return known;
    const made: Wired = {
      element: id,
      root,
      from: new Map([[root, undefined]]),
      closed: new Set(),
      starts,
      sinks: [],
    };
    nets.set(id, made);
    laid.set(id, []);
    return made;
  };
  /** A straight way of a net, from a cell of its tree. */
  const lay = (wired: Wired, fromX: number, fromY: number, toX: number, toY: number) => {
    const cells: Cell[] = [];
    const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY));
    for (let k = 0; k <= steps; k++)
      cells.push(grid.cell(fromX + Math.sign(toX - fromX) * k, fromY + Math.sign(toY - fromY) * k));
    laid.get(wired.element)?.push(cells);
    extend(grid, wired, cells);
  };

  cover(grid, drawing, rows, placement, frame);

  // Sources at the left edge, and the rows of those that are read from below.
  const inputX = inputColumn(drawing, arrangement, rows, placement, frame);
  const inputAt =
    inputX === undefined
      ? undefined
      : { x: inputX, y: frame.outside ? rows.height - 1 : (rows.buses.at(-1)?.y ?? 0) };
  const railOf = new Map(rails.map((rail, index) => [rail.source, index]));
  for (const [index, { source }] of rails.entries()) {
    const y = rows.rails[index] ?? 0;
    net(source, grid.cell(edge, y));
  }
  const rises = new Map<ElementId, { x: number; y: number; sink: Sink['reader'] }[]>();
  const rise = (source: ElementId, x: number, y: number, sink: Sink['reader']) => {
    rises.set(source, [...(rises.get(source) ?? []), { x, y, sink }]);
  };
  const direct = new Set<string>();
  for (const { gate, feed, members, base } of columns) {
    const [lowest] = members;
    if (lowest === undefined) continue;
    const x = at(lowest).x;
    const low = elements[lowest]?.feeds.indexOf(base) ?? 0;
    rise(base.from, x, at(lowest).y, { element: lowest, feed: low });
    direct.add(`${lowest}:${low}`);
    for (const [k, member] of members.entries()) {
      const next = members[k + 1];
      const wired = net(member, grid.cell(x, at(member).y));
      const end = next === undefined ? rows.gateBottom : at(next).y;
      const to =
        next === undefined
          ? { element: gate, feed }
          : { element: next, feed: elements[next]?.feeds.findIndex(({ from }) => from === member) ?? 0 };
      lay(wired, x, at(member).y, x, end);
      wired.sinks.push({ net: member, reader: to, end: grid.cell(x, end) });
      direct.add(`${to.element}:${to.feed}`);
    }
  }
  for (const [gate, own] of ports)
    for (const [feed, port] of own.entries())
      if (port?.side === 'bottom' && !direct.has(`${gate}:${feed}`)) {
        const source = elements[gate]?.feeds[feed]?.from;
        if (source === undefined) continue;
        rise(source, port.x, port.y, { element: gate, feed });
        direct.add(`${gate}:${feed}`);
      }
  for (const [row, { source, y }] of rows.buses.entries()) {
    if (source === undefined) continue;
    const drop = drops[row];
    const rail = railOf.get(source);
    const isInput = elements[source]?.kind === 'input';
    const start = drop ?? (isInput && inputX !== undefined && frame.outside ? inputX : edge);
    const root =
      rail !== undefined
        ? grid.cell(edge, rows.rails[rail] ?? 0)
        : isInput && inputAt !== undefined && frame.outside
          ? grid.cell(inputAt.x, inputAt.y - 1)
          : grid.cell(edge, y);
    const wired = net(source, root);
    if (rail !== undefined && drop !== undefined) {
      lay(wired, edge, rows.rails[rail] ?? 0, drop, rows.rails[rail] ?? 0);
      lay(wired, drop, rows.rails[rail] ?? 0, drop, y);
    }
    if (isInput && frame.outside && inputAt !== undefined) lay(wired, inputAt.x, inputAt.y - 1, inputAt.x, y);
    const taps = rises.get(source) ?? [];
    const last = Math.max(start, ...taps.map(({ x }) => x));
    const first = Math.min(start, ...taps.map(({ x }) => x));
    if (last > start) lay(wired, start, y, last, y);
    if (first < start) lay(wired, start, y, first, y);
    if (taps.length === 0 && drop === undefined && !isInput)
      lay(wired, start, y, Math.max(start + 1, bodyLeft + 1), y);
    for (const { x, y: top, sink } of taps) {
      lay(wired, x, y, x, top);
      wired.sinks.push({ net: source, reader: sink, end: grid.cell(x, top) });
    }
  }

  // Rails, each operator's value straight on to the next one.
  const exits = new Map<number, { x: number; y: number; down: boolean }>();
  const outX = frame.outside ? bodyRight + 1 : placement.width - 1;
  for (const [index, { source, members, state }] of rails.entries()) {
    const y = rows.rails[index] ?? 0;
    let previous = source;
    let x = edge;
    for (const member of members) {
      const wired = net(previous, grid.cell(x, y));
      lay(wired, x, y, at(member).x, y);
      const feed = elements[member]?.feeds.findIndex(({ from }) => from === previous) ?? 0;
      wired.sinks.push({ net: previous, reader: { element: member, feed }, end: grid.cell(at(member).x, y) });
      direct.add(`${member}:${feed}`);
      previous = member;
      x = at(member).x;
    }
    const wired = net(previous, grid.cell(x, y));
    lay(wired, x, y, outX, y);
    wired.sinks.push({ net: previous, reader: { exit: state }, end: grid.cell(outX, y) });
    exits.set(state, { x: outX, y, down: false });
  }

  // Gates and what stands above: up through the strip, or out at its right end.
  for (const { id, kind } of elements) {
    const spot = spots.get(id);
    if (spot === undefined || nets.has(id)) continue;
    const gate = kind === 'gate' || kind === 'constant';
    const top = gate ? rows.gateTop : spot.y;
    const strip = strips.get(id);
    const starts: Net['starts'] =
      strip === undefined || strip.y === spot.y
        ? []
        : [
            {
              cells: Array.from({ length: halfStrip(frame) + 2 }, (_, k) => grid.cell(spot.x + k, strip.y)),
              heading: 0,
            },
          ];
    const capped = strip !== undefined && !gate && strip.y === spot.y - 2;
    const wired = net(id, grid.cell(spot.x, top), capped ? [] : starts);
    if (strip !== undefined && !capped) {
      lay(wired, spot.x, top, spot.x, strip.y - 3);
      for (let y = top; y > strip.y - 3; y--) wired.closed.add(grid.cell(spot.x, y));
    } else if (gate) lay(wired, spot.x, top, spot.x, top - 1);
  }

  const wanted: Wanted[] = [];
  for (const { id, feeds } of elements)
    for (const [feed, { from }] of feeds.entries()) {
      const spot = spots.get(id);
      if (direct.has(`${id}:${feed}`) || spot === undefined) continue;
      const port = ports.get(id)?.[feed];
      const cell = port === undefined ? grid.cell(spot.x, spot.y) : grid.cell(port.x, port.y);
      const headings: readonly Heading[] = port === undefined ? HEADINGS : [0];
      wanted.push({
        net: from,
        reader: { element: id, feed },
        end: cell,
        goal: { cell, headings, element: id },
      });
    }
  for (const { exit, y } of rows.buses) {
    const after = exit === undefined ? undefined : states[exit]?.after;
    if (exit === undefined || after === undefined) continue;
    const down = !frame.outside;
    const x = down ? exitColumn(placement, frame, after) : outX;
    const cell = grid.cell(x, down ? y - 3 : y);
    wanted.push({
      net: after,
      reader: { exit },
      end: cell,
      goal: { cell, headings: [down ? 1 : 0], element: undefined },
    });
    exits.set(exit, { x, y, down });
  }
  const lost = routeAll(grid, nets, laid, wanted, (id) => spots.get(id));
  return { grid, nets, lost, exits, input: inputAt };
}
