import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lstm } from '../../lib/cells/lstm.ts';
import { named } from '../../lib/equations/numbers.ts';
import { pack } from './packed.ts';
import { format } from './precision.ts';
import { randomSubject, WORDS } from './random-subject.ts';
import { readSubject } from './reading.ts';
import Stage from './Stage.svelte';
import type { StageSubject } from './subject.ts';
import { typeset } from './typeset.ts';

const set = typeset(lstm.equations, lstm.roles);
const start = { word: 9, step: 4, unit: 6 };
const subject: StageSubject = {
  ...randomSubject(lstm),
  typeset: set.statements,
  symbols: set.symbols,
  start,
};
const long = {
  ...randomSubject(lstm, { words: Array.from({ length: 160 }, (_, k) => `word${k + 1}`) }),
  typeset: set.statements,
  symbols: set.symbols,
  start: { word: 131, step: 5, unit: 4 },
};

beforeEach(() => history.replaceState(null, '', '/'));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const slider = () => screen.getByRole('slider', { name: 'Word' });
const place = () => slider().getAttribute('aria-valuetext');
const press = (key: string, options = {}) => fireEvent.keyDown(slider(), { key, ...options });

/** The numbers panel's rows. */
function rows(container: HTMLElement): HTMLElement[] {
  return [...container.querySelectorAll<HTMLElement>('.numbers li')];
}

function lit(container: HTMLElement): string[] {
  return [...container.querySelectorAll<HTMLElement>('.lit')].map(
    (element) => element.dataset['symbol'] ?? '',
  );
}

function inspector(container: HTMLElement): string {
  return container.querySelector('.inspector')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
}

describe('at rest', () => {
  test('stands at its start, with the lines up to there and no further', () => {
    const { container } = render(Stage, { subject });
    expect(place()).toMatch(/^word 10 of 12, wonderful, 0\.\d\d positive, step 5 of 6$/);
    const values = rows(container).map((row) => row.querySelector('.value')?.textContent);
    const { recording } = readSubject(subject);
    for (const [k, name] of ['f', 'i', 'o', 'g', "c'"].entries())
      expect(values[k]).toBe(format(named(recording, 9, name)[6] ?? Number.NaN, 3));
    expect(values[5]).toBe('next');
  });

  test('speaks of the running line where nothing is lit', () => {
    const { container } = render(Stage, { subject });
    expect(inspector(container)).toMatch(
      /cell state after this word, 16 numbers, made in line 5\. Unit 6 holds/,
    );
    expect(lit(container)).toEqual([]);
  });

  test('no letter can be focused inside what assistive technology skips', () => {
    const { container } = render(Stage, { subject });
    for (const focusable of container.querySelectorAll('[tabindex], button, summary'))
      expect(focusable.closest('[aria-hidden="true"]')).toBeNull();
    expect(screen.getAllByRole('button', { name: 'f, forget gate' }).length).toBeGreaterThan(1);
    expect(container.querySelectorAll('.equations [data-symbol="f"][tabindex="0"]')).toHaveLength(1);
  });

  test('leaves the address alone', async () => {
    vi.useFakeTimers();
    render(Stage, { subject, linked: true });
    await vi.advanceTimersByTimeAsync(1000);
    expect(location.hash).toBe('');
  });
});

describe('keys', () => {
  test('arrows walk the lines and the words, and units', async () => {
    render(Stage, { subject });
    await press('ArrowRight');
    expect(place()).toContain('word 10 of 12, wonderful');
    expect(place()).toContain('step 6 of 6');
    await press('ArrowRight');
    expect(place()).toContain('word 11 of 12, and');
    expect(place()).toContain('step 1 of 6');
    await press('ArrowLeft');
    expect(place()).toContain('word 10 of 12');
    await press('ArrowLeft', { shiftKey: true });
    expect(place()).toContain('word 9 of 12, was');
    await press('ArrowDown');
    expect(screen.getByText('Numbers of unit 7')).toBeDefined();
    await press('ArrowUp');
    expect(screen.getByText('Numbers of unit 6')).toBeDefined();
    await press('Home');
    expect(place()).toMatch(/^word 1 of 12, i,.*step 1 of 6$/);
    await press('End');
    expect(place()).toMatch(/^word 12 of 12, moving,.*step 6 of 6$/);
    await press('ArrowRight');
    expect(place()).toMatch(/^word 12 of 12, moving,.*step 6 of 6$/);
  });

  test('space plays and stops at the end', async () => {
    vi.useFakeTimers();
    render(Stage, { subject });
    await press('End');
    await press('ArrowLeft');
    await press(' ');
    expect(screen.getByRole('button', { name: 'Pause' })).toBeDefined();
    await vi.advanceTimersByTimeAsync(1000);
    await tick();
    expect(place()).toMatch(/step 6 of 6$/);
    expect(screen.getByRole('button', { name: 'Play' })).toBeDefined();
  });

  test('space on a button belongs to the button', async () => {
    render(Stage, { subject });
    await fireEvent.keyDown(screen.getByRole('button', { name: 'A step on' }), { key: ' ' });
    expect(screen.getByRole('button', { name: 'Play' })).toBeDefined();
  });
});

describe('linking', () => {
  test('a letter under the pointer lights in every panel, and the inspector says what it is', async () => {
    const { container } = render(Stage, { subject });
    const letter = container.querySelector('.equations [data-symbol="f"]');
    expect(letter).not.toBeNull();
    if (letter === null) return;
    await fireEvent.pointerOver(letter);
    const lights = container.querySelectorAll('.lit');
    expect(new Set(lit(container))).toEqual(new Set(['f']));
    for (const panel of ['.equations', '.numbers', '.inspector', '.transport'])
      expect(
        [...lights].some((light) => light.closest(panel) !== null),
        panel,
      ).toBe(true);
    expect(inspector(container)).toMatch(
      /forget gate, 16 numbers from 0 to 1, made in line 1\. Unit 6 keeps/,
    );
    await fireEvent.pointerLeave(container.querySelector('.sheet') ?? container);
    expect(lit(container)).toEqual([]);
  });

  test('a number lights the letter that it stands for', async () => {
    const { container } = render(Stage, { subject });
    const number = rows(container)[4]?.querySelector('[data-symbol="g"]');
    expect(number).toBeInstanceOf(HTMLElement);
    if (!(number instanceof HTMLElement)) return;
    await fireEvent.pointerOver(number);
    expect(container.querySelector('.equations .lit')?.getAttribute('data-symbol')).toBe('g');
  });

  test('Enter keeps a letter lit, Escape lets it go', async () => {
    const { container } = render(Stage, { subject });
    const [letter] = screen.getAllByRole('button', { name: 'Wf, weights on x' });
    expect(letter).toBeDefined();
    if (letter === undefined) return;
    await fireEvent.keyDown(letter, { key: 'Enter' });
    expect(lit(container)).toContain('Wf');
    expect(inspector(container)).toMatch(/16 × 16 numbers, learnt in training.*Row 6 times x gives/);
    await press('Escape');
    expect(lit(container)).toEqual([]);
  });

  test('a press beside the letters of a line goes to it', async () => {
    const { container } = render(Stage, { subject });
    const line = container.querySelectorAll('.equations li')[1];
    expect(line).toBeDefined();
    if (line === undefined) return;
    await fireEvent.click(line);
    expect(place()).toContain('step 2 of 6');
    await fireEvent.click(screen.getAllByRole('button', { name: 'Line 6: go to h′' })[0] ?? line);
    expect(place()).toContain('step 6 of 6');
  });
});

describe('the address', () => {
  test('takes the place once the reader moves', async () => {
    vi.useFakeTimers();
    render(Stage, { subject, linked: true });
    await press('ArrowRight');
    await vi.advanceTimersByTimeAsync(400);
    expect(location.hash).toBe('#at=10.6.6');
  });

  test('opens the stage where it says, clamped to what there is', () => {
    history.replaceState(null, '', '/#at=3.2.99');
    render(Stage, { subject, linked: true });
    expect(place()).toMatch(/^word 3 of 12, a,.*step 2 of 6$/);
    expect(screen.getByText('Numbers of unit 15')).toBeDefined();
  });

  test('is not read by a stage that is not linked to it', () => {
    history.replaceState(null, '', '/#at=3.2.1');
    render(Stage, { subject });
    expect(place()).toContain('word 10 of 12');
  });
});

describe('the heat map', () => {
  test('has a column a word and a row a unit', () => {
    const { container } = render(Stage, { subject });
    expect(container.querySelectorAll('.heat svg')).toHaveLength(12);
    expect(container.querySelectorAll('.heat svg')[0]?.querySelectorAll('rect')).toHaveLength(16);
  });

  test('leaves a value that is not reached hollow', async () => {
    const { container } = render(Stage, { subject });
    await fireEvent.click(
      within(screen.getByRole('group', { name: 'Show' })).getByRole('button', { name: /^h′,/ }),
    );
    const now = container.querySelectorAll('.heat svg')[9];
    expect(now?.querySelectorAll('rect')).toHaveLength(0);
    await press('ArrowRight');
    expect(container.querySelectorAll('.heat svg')[9]?.querySelectorAll('rect')).toHaveLength(16);
  });

  test('is a table only for who opens it', async () => {
    const { container } = render(Stage, { subject });
    expect(container.querySelector('table')).toBeNull();
    const details = container.querySelector<HTMLDetailsElement>('.timeline details');
    expect(details).not.toBeNull();
    if (details === null) return;
    details.open = true;
    await fireEvent(details, new Event('toggle'));
    const table = await screen.findByRole('table');
    expect(within(table).getAllByRole('row')).toHaveLength(18);
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map((cell) => cell.textContent),
    ).toEqual(['Unit', ...WORDS]);
  });
});

describe('a long review', () => {
  test('is seen through a window that says what lies beside it', async () => {
    const { container } = render(Stage, { subject: long });
    expect(container.querySelectorAll('.heat svg')).toHaveLength(12);
    expect(screen.getByRole('button', { name: /125 before/ })).toBeDefined();
    expect(screen.getByRole('button', { name: /23 to come/ })).toBeDefined();
    expect(container.querySelectorAll('.overview rect')).toHaveLength(160);
  });

  test('the window can leave now behind, and come back', async () => {
    const { container } = render(Stage, { subject: long });
    await fireEvent.click(screen.getByRole('button', { name: /125 before/ }));
    expect(place()).toContain('word 132 of 160');
    expect(container.querySelector('.words')?.textContent).toContain('word114');
    await fireEvent.click(screen.getByRole('button', { name: 'Back to now' }));
    expect(container.querySelector('.words')?.textContent).toContain('word132');
    expect(screen.queryByRole('button', { name: 'Back to now' })).toBeNull();
  });

  test('D walks the words by weight, heaviest first', async () => {
    render(Stage, { subject: long });
    const { pushes } = readSubject(long).verdict;
    const sizes = pushes.map(Math.abs).sort((a, b) => b - a);
    const rank = () => Number(screen.getByText(/^\d+ of 160/).textContent?.split(' ')[0]);
    const first = rank();
    expect(Math.abs(pushes[131] ?? 0)).toBe(sizes[first - 1]);
    await press('d');
    expect(rank()).toBe(first + 1);
    const now = Number(slider().getAttribute('aria-valuenow')) - 1;
    expect(Math.abs(pushes[now] ?? 0)).toBe(sizes[first]);
    await press('D', { shiftKey: true });
    expect(place()).toContain('word 132 of 160');
  });

  test('page keys move by a window', async () => {
    render(Stage, { subject: long });
    await press('PageUp');
    expect(place()).toContain('word 120 of 160');
  });
});

describe('bad input', () => {
  test('an array of the wrong size is named', () => {
    render(Stage, { subject: { ...subject, inputs: pack([1, 2, 3]) } });
    expect(screen.getByRole('alert').textContent).toMatch(/the word vectors: met 12 bytes, expected 768/);
  });

  test('a missing parameter is named', () => {
    render(Stage, { subject: { ...subject, parameters: subject.parameters.slice(1) } });
    expect(screen.getByRole('alert').textContent).toContain('parameter Wf is missing');
  });

  test('no words: says so', () => {
    render(Stage, { subject: { ...subject, words: [], inputs: '' } });
    expect(screen.getByText(/no words to read yet/)).toBeDefined();
  });

  test('NaN shows as NaN', () => {
    const parameters = subject.parameters.map(([name, packed]) =>
      name === 'bf'
        ? ([name, pack(new Float32Array(16).fill(Number.NaN))] as const)
        : ([name, packed] as const),
    );
    const { container } = render(Stage, { subject: { ...subject, parameters } });
    expect(rows(container)[0]?.querySelector('.value')?.textContent).toBe('NaN');
    expect(container.querySelectorAll('.heat .unknown').length).toBeGreaterThan(0);
  });

  test('a word is text, whatever it says', () => {
    const words = ['<img src=x onerror=alert(1)>', ...WORDS.slice(1)];
    const { container } = render(Stage, { subject: { ...subject, words } });
    expect(container.querySelector('img')).toBeNull();
  });
});
