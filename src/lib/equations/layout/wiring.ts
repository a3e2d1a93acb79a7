import type { Arrangement } from './arrangement.ts';
import type { Drawing, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';
import { type Cell, Grid, HEADINGS, type Heading, NOBODY } from './grid.ts';
import { type Area, halfStrip, type Placement, railSpare, type Spot, stripArea } from './placement.ts';
import { extend, type Goal, type Net, Searches, search } from './route.ts';
import type { Rows } from './rows.ts';

/** Where a value is read, or a state goes out. */
export interface Sink {
  readonly net: ElementId;
  /** The element that reads it, with the feed's index; or the index of the state that goes out. */
  readonly reader: { readonly element: ElementId; readonly feed: number } | { readonly exit: number };
  /** Last cell of its wire. */
  readonly end: Cell;
}

/** A value's wire with all its ends. */
export interface Wired extends Net {
  readonly sinks: Sink[];
}

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

/** Rounds in which each wire is taken up and laid anew, and kept where that is cheaper. */
const ROUNDS = 2;

interface Wanted extends Sink {
  readonly goal: Goal;
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

/** Boxes, strips and margins, before any wire is laid. */
function cover(grid: Grid, drawing: Drawing, rows: Rows, placement: Placement, frame: Frame): void {
  const { spots, strips, ports, bodyLeft, bodyRight, width } = placement;
  const { elements, labels, states } = drawing;
  const area = ({ left, top, right, bottom }: Area, element?: ElementId) =>
    grid.cover(left, top, right, bottom, element);
  if (frame.outside) {
    grid.cover(0, 0, bodyLeft, rows.height);
    grid.cover(bodyRight, 0, width, rows.height);
    grid.cover(0, rows.bodyBottom, width, rows.height);
  }
  // What goes out on a bus passes the margin on its row.
  if (frame.outside)
    for (const { exit, y } of rows.buses)
      if (exit !== undefined)
        for (const x of [bodyRight, bodyRight + 1]) grid.owner[grid.cell(x, y)] = NOBODY;
  const highest = Math.min(rows.gateTop, ...rows.rails);
  grid.cover(0, 0, width, rows.rails.length === 0 ? rows.bodyTop : highest - 1);
  for (const { id, feeds } of elements) {
    const spot = spots.get(id);
    if (spot === undefined) continue;
    const { x, y, halfWidth, halfHeight } = spot;
    if (ports.has(id)) {
      grid.cover(x - halfWidth, rows.gateTop, x + halfWidth, rows.gateBottom, id);
      continue;
    }
    // Beside an operator in which order matters there is always room for the sign of an operand.
    if (feeds.some(({ mark }) => mark !== undefined))
      for (const [dx, dy] of [
        [2, 1],
        [1, 2],
      ] as const)
        for (const sx of [-1, 1])
          for (const sy of [-1, 1]) grid.cover(x + sx * dx, y + sy * dy, x + sx * dx, y + sy * dy);
    grid.cover(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, id);
    grid.hubs.add(grid.cell(x, y));
  }
  for (const [id, { x, y }] of strips) {
    const element = elements[id];
    const name = element?.name === undefined ? labels[element?.node ?? -1] : [{ letter: element.name }];
    const level = spots.get(id)?.y === y;
    const left = Math.floor(x - halfStrip(frame)) - railSpare(name, frame);
    const right = Math.ceil(x + halfStrip(frame));
    area(level ? { ...stripArea(x, y, undefined, frame), left, right } : stripArea(x, y, name, frame));
  }
  if (frame.letters)
    for (const [gate, own] of ports) {
      const bottoms = own.filter((port) => port?.side === 'bottom').map(({ x }) => x);
      for (const [feed, port] of own.entries()) {
        if (port?.side !== 'bottom' || elements[gate]?.feeds[feed]?.letter === undefined) continue;
        const right = bottoms.length > 1 && port.x === Math.max(...bottoms);
        grid.cover(right ? port.x + 1 : port.x - 2, port.y + 1, right ? port.x + 2 : port.x - 1, port.y + 2);
      }
    }
  if (!frame.outside) {
    // What goes out stands in the body's right corner, its name above it.
    const half = halfStrip(frame);
    for (const y of rows.rails) grid.cover(width - 2 * half - 1, y - 2, width, y + 1);
    for (const { exit, y } of rows.buses)
      if (exit !== undefined) {
        const x = exitColumn(placement, frame, states[exit]?.after ?? -1);
        grid.cover(x - half, y - 2, width, y + 1);
      }
    const sources = [...rows.rails, ...rows.buses.flatMap(({ drop, y }) => (drop === undefined ? [y] : []))];
    const edge = Math.ceil(frame.strip / frame.cell);
    for (const y of sources) grid.cover(0, y - 2, edge - 1, y + 1);
    if (states.length > 0) grid.cover(0, 0, edge - 1, rows.height);
  }
}

/** On a phone: the column on which a state goes out downward, straight below its operator where there is room. */
function exitColumn({ spots, ports, width }: Placement, frame: Frame, after: ElementId): number {
  const half = halfStrip(frame);
  const most = width - 1 - half;
  const taps = [...ports.values()].flat().flatMap((port) => (port?.side === 'bottom' ? [port.x] : []));
  const least = Math.max(0, ...taps) + half + 1;
  const straight = ports.has(after) ? undefined : spots.get(after)?.x;
  return Math.min(most, Math.max(least, straight ?? most));
}

/** The column on which x comes in from below: left of its first tap, or right under its only one. */
function inputColumn(
  { elements }: Drawing,
  { columns }: Arrangement,
  rows: Rows,
  { ports, bodyLeft, drops }: Placement,
  frame: Frame,
): number | undefined {
  const input = elements.find(({ kind }) => kind === 'input');
  if (input === undefined || !rows.buses.some(({ source }) => source === input.id)) return undefined;
  const taps = [...ports].flatMap(([gate, own]) =>
    own.flatMap((port, feed) => {
      const base = columns.find((column) => column.gate === gate && column.feed === feed)?.base;
      return (base ?? elements[gate]?.feeds[feed])?.from === input.id && port.side === 'bottom'
        ? [port.x]
        : [];
    }),
  );
  const [only] = taps;
  if (!frame.outside) return Math.ceil(frame.strip / frame.cell);
  if (taps.length === 1 && only !== undefined) return only;
  const usual = bodyLeft + 4;
  const taken = drops.some((drop) => drop === usual);
  return Math.min(taken ? usual + 1 : usual, ...taps);
}

/** Lays the wanted wires, shortest first; then takes up each value's and lays it anew, as long as that is cheaper. */
function routeAll(
  grid: Grid,
  nets: ReadonlyMap<ElementId, Wired>,
  laid: ReadonlyMap<ElementId, Cell[][]>,
  wanted: readonly Wanted[],
  spot: (id: ElementId) => Spot | undefined,
): readonly Sink[] {
  const searches = new Searches(grid.width * grid.height);
  const distance = ({ net, goal }: Wanted) => {
    const from = spot(net);
    const x = goal.cell % grid.width;
    const y = Math.floor(goal.cell / grid.width);
    return from === undefined ? 40 : Math.abs(from.x - x) + Math.abs(from.y - y);
  };
  const order = [...wanted].sort((a, b) => distance(a) - distance(b));
  const found = new Map<Wanted, { cells: readonly Cell[]; cost: number }>();
  const route = (sink: Wanted) => {
    const net = nets.get(sink.net);
    if (net === undefined) return;
    const way = search(grid, searches, net, sink.goal);
    if (way === undefined) return;
    extend(grid, net, way.cells);
    found.set(sink, way);
  };
  for (const sink of order) route(sink);

  const LOST = 100_000;
  const costOf = (sinks: readonly Wanted[]) =>
    sinks.reduce((sum, sink) => sum + (found.get(sink)?.cost ?? LOST), 0);
  const takeUp = (net: Wired) => {
    for (const cell of net.from.keys()) {
      if (grid.alongAt(cell) === net.element) grid.along[cell] = NOBODY;
      if (grid.acrossAt(cell) === net.element) grid.across[cell] = NOBODY;
    }
    net.from.clear();
    net.from.set(net.root, undefined);
    for (const cells of laid.get(net.element) ?? []) extend(grid, net, cells);
  };
  for (let round = 0; round < ROUNDS; round++) {
    let better = false;
    for (const net of nets.values()) {
      const own = order.filter((sink) => sink.net === net.element);
      if (own.length === 0) continue;
      const before = costOf(own);
      const kept = own.flatMap((sink) => {
        const way = found.get(sink);
        return way === undefined ? [] : [[sink, way] as const];
      });
      takeUp(net);
      for (const sink of own) found.delete(sink);
      for (const sink of round % 2 === 0 ? [...own].reverse() : own) route(sink);
      if (costOf(own) < before) {
        better = true;
        continue;
      }
      takeUp(net);
      for (const sink of own) found.delete(sink);
      for (const [sink, way] of kept.sort(
        ([, a], [, b]) => Number(b.cells[0] === net.root) - Number(a.cells[0] === net.root),
      ))
        found.set(sink, way);
      relay(
        grid,
        net,
        kept.map(([, way]) => way.cells),
      );
    }
    if (!better) break;
  }
  for (const sink of found.keys()) nets.get(sink.net)?.sinks.push(sink);
  return order.filter((sink) => !found.has(sink));
}

/** Lays ways that were laid before: one that begins on another comes after it. */
function relay(grid: Grid, net: Wired, ways: readonly (readonly Cell[])[]): void {
  let waiting = [...ways];
  while (waiting.length > 0) {
    const ready = waiting.filter(([first]) => first !== undefined && net.from.has(first));
    if (ready.length === 0) return;
    for (const cells of ready) extend(grid, net, cells);
    waiting = waiting.filter((cells) => !ready.includes(cells));
  }
}
