import { type Block, blockOf, boxWidth, gapBefore, LONGEST, moved, stub } from './blocks.ts';
import type { Drawing, Element, ElementId } from './elements.ts';
import { FRAMES, type Frame, type FrameName } from './frame.ts';
import type { Label } from './label.ts';
import type { Box, Part, Strip, Text, Unlettered, Wire } from './picture.ts';
import { numberWidth, shortened, textWidth } from './text-width.ts';

/** A line with its strip, ready to be set among the others. */
interface Row extends Block {
  readonly strip: Strip;
}

const PAD = 12;
const BETWEEN = 12;

/**
 * The cell line by line: each value's expression from left to right, read values as their names. Nothing can cross and
 * everything fits, whatever the text: what is too deep for the width is cut, and the cut part is a numbered line.
 */
export function linesForm(drawing: Drawing, frameName: FrameName): Unlettered {
  const frame: Frame = FRAMES[frameName];
  const { elements, states } = drawing;
  const after = new Set(states.map((state) => state.after));
  const own = ({ id, name, kind }: Element) => name !== undefined || after.has(id) || given(kind);
  const given = (kind: Element['kind']) => kind === 'state' || kind === 'input';

  /** The line in which each element stands: readers come after what they read, so their lines are known first. */
  const roots: ElementId[] = elements.map(({ id }) => id);
  for (const { id, feeds } of [...elements].reverse())
    for (const { from } of feeds) {
      const read = elements[from];
      if (read !== undefined && !own(read)) roots[from] = roots[id] ?? id;
    }

  const blocks = new Map<ElementId, Block>();
  const numbers = new Map<ElementId, string>();
  const rows: Row[] = [];
  const nameOf = (element: Element): Label => {
    if (given(element.kind)) return shortened(element.label, frame.text + 2, LONGEST);
    if (element.name !== undefined) return shortened([{ letter: element.name }], frame.text + 2, LONGEST);
    return [numbers.get(element.id) ?? ''];
  };
  const cut = (element: Element): void => {
    numbers.set(element.id, `(${numbers.size + 1})`);
    const block = blocks.get(element.id);
    if (block !== undefined) rows.push(rowOf(block, element, nameOf(element), frame));
  };
  for (const element of elements) {
    if (given(element.kind)) continue;
    const children = element.feeds.map(({ from }) => elements[from]).filter((child) => child !== undefined);
    const root = elements[roots[element.id] ?? element.id] ?? element;
    const strip = Math.max(stripWidth(nameOf(root), frame), stripWidth(['(999)'], frame));
    const room =
      frame.width - 2 * PAD - strip - 2 * frame.cell - boxWidth(element, frame) - gapBefore(element, frame);
    for (const child of children)
      if (!own(child) && !numbers.has(child.id) && (blocks.get(child.id)?.width ?? 0) > room) cut(child);
    const read = children.map((child) => {
      const block = own(child) || numbers.has(child.id) ? undefined : blocks.get(child.id);
      return block ?? stub(child, nameOf(child), frame);
    });
    blocks.set(element.id, blockOf(element, read, frame));
    for (const child of children) if (!own(child)) blocks.delete(child.id);
    const block = blocks.get(element.id);
    if (own(element) && block !== undefined) rows.push(rowOf(block, element, nameOf(element), frame));
  }
  const inputs = elements
    .filter(({ kind }) => given(kind))
    .map((element) => inStrip(element, nameOf(element), frame));
  return flow([...inputs, ...rows], frameName, frame, elements);
}

function stripWidth(name: Label | undefined, frame: Frame): number {
  const written = name === undefined ? 0 : textWidth(name, frame.text + 2) + numberWidth(frame.text) + 6;
  return Math.max(frame.strip, written);
}

/** A block with its value's strip at the right. */
function rowOf(block: Block, element: Element, name: Label, frame: Frame): Row {
  const { cell } = frame;
  const room = stripWidth(name, frame);
  const x = block.width + 2 * cell;
  const lift = Math.max(0, 2.6 * cell - block.out);
  const set = moved(block, 0, lift);
  const wire: Wire = {
    node: element.node,
    to: [],
    letter: undefined,
    lines: [[block.width, set.out, x, set.out]],
    arrow: false,
  };
  const strip: Strip = {
    node: element.node,
    name,
    symbol: element.name,
    at: 'inside',
    nameX: x,
    nameY: set.out - 11,
    numberX: x + room,
    numberAnchor: 'end',
    x,
    y: set.out - 5,
    width: room,
    height: 10,
  };
  return {
    ...set,
    width: x + room,
    height: Math.max(block.height + lift, set.out + 10),
    wires: [...set.wires, wire],
    strip,
  };
}

/** What is given: a strip alone. */
function inStrip(element: Element, name: Label, frame: Frame): Row {
  const width = stripWidth(name, frame);
  const [piece] = element.label;
  const symbol = typeof piece === 'object' ? piece.letter : undefined;
  const at = element.kind === 'input' ? 'input' : 'in';
  const y = 2.6 * frame.cell;
  const strip: Strip = {
    node: element.node,
    name,
    symbol,
    at,
    nameX: 0,
    nameY: y - 11,
    numberX: width,
    numberAnchor: 'end',
    x: 0,
    y: y - 5,
    width,
    height: 10,
  };
  return { width, height: y + 8, out: y, parts: [], wires: [], texts: [], strip };
}

/** Sets the lines one after the other, as many beside each other as fit. */
function flow(
  rows: readonly Row[],
  frameName: FrameName,
  frame: Frame,
  elements: readonly Element[],
): Unlettered {
  const bodies: Box[] = [];
  const parts: Part[] = [];
  const wires: Wire[] = [];
  const texts: Text[] = [];
  const strips: Strip[] = [];
  let x = 0;
  let y = 0;
  let tallest = 0;
  let right = 0;
  for (const row of rows) {
    const width = row.width + 2 * PAD;
    const height = row.height + 2 * PAD;
    if (x > 0 && x + width > frame.width) {
      x = 0;
      y += tallest + BETWEEN;
      tallest = 0;
    }
    const set = moved(row, x + PAD, y + PAD);
    bodies.push({ x, y, width, height });
    parts.push(...set.parts);
    wires.push(...set.wires);
    texts.push(...set.texts);
    strips.push({
      ...row.strip,
      x: row.strip.x + x + PAD,
      nameX: row.strip.nameX + x + PAD,
      nameY: row.strip.nameY + y + PAD,
      numberX: row.strip.numberX + x + PAD,
      y: row.strip.y + y + PAD,
    });
    right = Math.max(right, x + width);
    x += width + BETWEEN;
    tallest = Math.max(tallest, height);
  }
  return {
    frame: frameName,
    form: 'lines',
    width: right,
    height: y + tallest,
    bodies,
    parts,
    strips,
    wires,
    dots: [],
    texts,
    order: elements.filter(({ kind }) => kind === 'gate').map(({ name }) => name ?? ''),
  };
}
