import { cleanup, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { cells, findCell } from '../../lib/cells/index.ts';
import { STRANGE } from '../../lib/equations/layout/strange.ts';
import { randomSubject } from './random-subject.ts';
import Stage from './Stage.svelte';
import type { StageSubject } from './subject.ts';
import { typeset } from './typeset.ts';

const LSTM = findCell('lstm');
const set = typeset(LSTM.equations, LSTM.roles);
const subject: StageSubject = {
  ...randomSubject(LSTM),
  typeset: set.statements,
  symbols: set.symbols,
  ...(set.pictures === undefined ? {} : { pictures: set.pictures }),
  start: { word: 9, step: 4, unit: 6 },
};

afterEach(cleanup);

/** What of the diagram answers to a symbol. */
function drawn(container: HTMLElement, symbol: string): Element[] {
  return [...container.querySelectorAll(`svg.picture [data-symbol="${symbol}"]`)];
}

function litIn(container: HTMLElement, panel: string): Set<string | undefined> {
  const lit = container.querySelectorAll<HTMLElement | SVGElement>(`${panel} .lit[data-symbol]`);
  return new Set([...lit].map(({ dataset }) => dataset['symbol']));
}

const inspector = (container: HTMLElement) =>
  container.querySelector('.inspector')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';

describe('linking', () => {
  test('a gate under the pointer lights its letter in the equations and the numbers', async () => {
    const { container } = render(Stage, { subject });
    const [wire] = drawn(container, 'f');
    expect(wire).toBeDefined();
    if (wire === undefined) return;
    await fireEvent.pointerOver(wire);
    for (const panel of ['.picture', '.equations', '.numbers'])
      expect(litIn(container, panel), panel).toEqual(new Set(['f']));
    expect(inspector(container)).toMatch(
      /forget gate, 16 numbers from 0 to 1, made in line 1\. Unit 6 keeps/,
    );
  });

  test('a letter of the equations lights gate, wire and strip', async () => {
    const { container } = render(Stage, { subject });
    const letter = container.querySelector('.equations [data-symbol="g"]');
    expect(letter).not.toBeNull();
    if (letter === null) return;
    await fireEvent.pointerOver(letter);
    for (const kind of ['part', 'wire', 'strip'])
      expect(container.querySelector(`svg.picture .${kind}.lit[data-symbol="g"]`), kind).not.toBeNull();
  });

  test('a wire into a gate says which weights lie on it', async () => {
    const { container } = render(Stage, { subject });
    const wire = container.querySelector('svg.picture .wire[data-symbol="Wf"]');
    expect(wire).not.toBeNull();
    if (wire === null) return;
    await fireEvent.pointerOver(wire);
    expect(inspector(container)).toMatch(/weights on x, 16 × 16 numbers.*Row 6 times x gives/);
    expect(litIn(container, '.equations')).toEqual(new Set(['Wf']));
  });

  test('what has no name says what it is, and in which line', async () => {
    const { container } = render(Stage, { subject });
    const product = container.querySelector('svg.picture .part.operator');
    expect(product).not.toBeNull();
    if (product === null) return;
    await fireEvent.pointerOver(product);
    expect(inspector(container)).toMatch(
      /product, unit by unit, 16 numbers, within line 5\. Unit 6: −?\d\.\d{3}/,
    );
  });

  test('Enter keeps a strip lit', async () => {
    const { container } = render(Stage, { subject });
    const strip = container.querySelector('svg.picture [role="button"][data-symbol="i"]');
    expect(strip?.getAttribute('aria-label')).toBe('i, input gate');
    if (strip === null) return;
    await fireEvent.keyDown(strip, { key: 'Enter' });
    expect(litIn(container, '.equations')).toEqual(new Set(['i']));
  });
});

describe('stepping', () => {
  test('what is not reached is dashed and hollow, and has no number', () => {
    const { container } = render(Stage, { subject });
    const strip = container.querySelector('svg.picture.desk .strip[data-symbol="h\'"]');
    expect(strip?.classList.contains('pending')).toBe(true);
    expect(strip?.querySelector('.number')).toBeNull();
    const forget = container.querySelector('svg.picture.desk .strip[data-symbol="f"]');
    expect(forget?.classList.contains('pending')).toBe(false);
    expect(forget?.querySelector('.number')?.textContent?.trim()).toMatch(/^0\.\d\d$/);
  });

  test('the wires of the running line are lit', async () => {
    const { container } = render(Stage, { subject });
    const running = () =>
      new Set(
        [...container.querySelectorAll<SVGElement>('svg.picture.desk .wire.running')].map(
          ({ dataset }) => dataset['symbol'],
        ),
      );
    expect(running()).toContain('f');
    expect(running()).not.toContain('o');
    await fireEvent.click(container.querySelector('[aria-label="Line 6: go to h′"]') ?? container);
    expect(running()).toContain('o');
    expect(running()).not.toContain('f');
  });
});

test.each([
  ...cells.map(({ id, equations, roles }) => [id, equations, roles] as const),
  ...STRANGE.map(([id, equations]) => [id, equations, {}] as const),
])('%s stands in both geometries, every strip with its units', (id, equations, roles) => {
  const { pictures, statements, symbols } = typeset(equations, roles);
  const cell = { name: id, equations, roles };
  const { container } = render(Stage, {
    subject: {
      ...randomSubject(cell),
      typeset: statements,
      symbols,
      ...(pictures === undefined ? {} : { pictures }),
      start: { word: 11, step: statements.length - 1, unit: 3 },
    },
  });
  for (const frame of ['desk', 'phone']) {
    const strips = container.querySelectorAll(`svg.picture.${frame} .strip`);
    expect(strips.length).toBeGreaterThan(2);
    for (const strip of strips) expect(strip.querySelectorAll('rect[style]').length).toBe(16);
  }
  expect(container.querySelector('svg.picture')?.outerHTML).not.toMatch(/NaN|undefined/);
});

test('a cell that no build has laid out is laid out in the page', async () => {
  const { pictures: _, ...bare } = subject;
  const { container } = render(Stage, { subject: bare });
  expect(container.querySelector('svg.picture')).toBeNull();
  await waitFor(() => expect(container.querySelector('svg.picture')).not.toBeNull(), { timeout: 15_000 });
});

test('the diagram can be read as text', () => {
  const { container } = render(Stage, { subject });
  const lines = [...container.querySelectorAll('.picture details li')].map((line) => line.textContent);
  expect(lines).toHaveLength(6);
  expect(lines[0]).toBe('f, forget gate: made from x, h; read by c′.');
  expect(lines[5]).toBe('h′, hidden state after this word: made from o, c′.');
});
