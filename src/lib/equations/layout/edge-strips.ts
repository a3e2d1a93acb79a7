import type { Arrangement } from './arrangement.ts';
import type { Drawing } from './elements.ts';
import type { Frame } from './frame.ts';
import type { Strip } from './picture.ts';
import type { Placement } from './placement.ts';
import type { Rows } from './rows.ts';
import { numberWidth, shortened, textWidth } from './text-width.ts';
import type { Wiring } from './wiring.ts';

/** The name of a state at the edge: above its number where they don't fit beside each other. */
function edgeName(name: string, y: number, frame: Frame): Pick<Strip, 'name' | 'nameY'> {
  const size = frame.text + 2;
  const label = shortened([{ letter: name }], size, frame.strip + (frame.outside ? 12 : 0));
  const fits = textWidth(label, size) + numberWidth(frame.text) <= frame.strip + 2;
  return { name: label, nameY: y - (fits ? 11 : 22) };
}

/** States at the left and right edges, and x. */
export function stripsOfStates(
  { elements, states }: Drawing,
  { rails }: Arrangement,
  rows: Rows,
  { exits, input }: Wiring,
  placement: Placement,
  frame: Frame,
): Strip[] {
  const { cell: unit } = frame;
  const width = frame.strip;
  const rowOf = (state: number) => {
    const rail = rails.findIndex((candidate) => candidate.state === state);
    return rail >= 0 ? rows.rails[rail] : rows.buses.find(({ exit }) => exit === state)?.y;
  };
  const found: Strip[] = [];
  for (const [state, { name, before, after }] of states.entries()) {
    const y = rowOf(state);
    const source = before === undefined ? undefined : elements[before];
    if (y !== undefined && source !== undefined)
      found.push({
        node: source.node,
        ...edgeName(name, y * unit, frame),
        symbol: name,
        at: 'in',
        nameX: 0,
        numberX: width,
        numberAnchor: 'end',
        x: 0,
        y: y * unit - 5,
        width,
        height: 10,
      });
    const exit = exits.get(state);
    const value = elements[after];
    if (exit === undefined || value === undefined) continue;
    const x = frame.outside
      ? placement.width * unit - width
      : exit.down
        ? exit.x * unit - width / 2
        : placement.width * unit - width - 12;
    found.push({
      node: value.node,
      ...edgeName(`${name}'`, exit.y * unit, frame),
      symbol: `${name}'`,
      at: 'out',
      nameX: Math.min(
        x,
        placement.width * unit - textWidth(edgeName(`${name}'`, 0, frame).name ?? [], frame.text + 2),
      ),
      ...(exit.down
        ? { numberX: x + width / 2 + 4, numberAnchor: 'start' }
        : { numberX: x + width, numberAnchor: 'end' }),
      x,
      y: exit.y * unit - 5,
      width,
      height: 10,
    });
  }
  const x = elements.find(({ kind }) => kind === 'input');
  if (x !== undefined && input !== undefined)
    found.push({
      node: x.node,
      name: [{ letter: 'x' }],
      symbol: 'x',
      at: 'input',
      nameX: frame.outside ? input.x * unit - width / 2 : 0,
      nameY: input.y * unit - 11,
      numberX: frame.outside ? input.x * unit + width / 2 : width,
      numberAnchor: 'end',
      x: frame.outside ? input.x * unit - width / 2 : 0,
      y: input.y * unit - 5,
      width,
      height: 10,
    });
  return found;
}
