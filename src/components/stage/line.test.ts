import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../../lib/cells/cell.ts';
import { cells } from '../../lib/cells/index.ts';
import { sigmoid, softplus } from '../../lib/equations/operations.ts';
import { lineOf } from './line.ts';
import { randomSubject } from './random-subject.ts';
import { readSubject } from './reading.ts';
import { lineText } from './tokens.ts';

/** Every line of a random subject, as printed, after the last statement of a step. */
function printedLines(cell: Pick<Cell, 'name' | 'equations' | 'roles'>, seed: number, spread: number) {
  const { recording } = readSubject(
    randomSubject(cell, { units: 3, input: 4, words: ['a', 'b'], seed, spread }),
  );
  const reached = recording.graph.statements.length - 1;
  return recording.steps.flatMap((step) =>
    [0, 1, 2].flatMap((unit) =>
      recording.graph.statements.map((_, k) => lineText(lineOf({ recording, step, unit, reached }, k))),
    ),
  );
}

/** A reader's calculator: works out printed text, knowing nothing of graphs. */
function calculate(side: string): number {
  const code = side
    .replaceAll('\u2212', '-')
    .replaceAll('·', '*')
    .replaceAll(/(?<=[-(*/+, ]|^)-(?=\d)/g, ' -')
    .replaceAll('- -', '- (-1) * ');
  const work = new Function(
    'σ',
    'tanh',
    'relu',
    'softplus',
    'exp',
    'log',
    'sqrt',
    'abs',
    'max',
    'min',
    `return ${code}`,
  );
  const { tanh, exp, log, sqrt, abs, max, min } = Math;
  const result: unknown = work(
    sigmoid,
    tanh,
    (a: number) => max(a, 0),
    softplus,
    exp,
    log,
    sqrt,
    abs,
    max,
    min,
  );
  return Number(result);
}

/** Decimals of a printed number. */
const decimalsOf = (text: string) => text.split('.')[1]?.length ?? 0;

/** Whether a printed line holds: each of its sides, worked out and rounded, gives the digits of the value. */
function holds(line: string): boolean {
  const sides = line.split(/ [=≈] /);
  const value = sides.pop() ?? '';
  return sides.every((side) => Number(calculate(side).toFixed(decimalsOf(value))) === calculate(value));
}

/** Whether the terms or the argument of the first side, worked out and rounded, give the digits of the second. */
function reduces(line: string): boolean {
  const [written = '', next = '', value] = line.split(/ [=≈] /);
  const call = /^(?:σ|tanh)\((.*)\)$/;
  const [argument, worked] = [call.exec(written)?.[1], call.exec(next)?.[1]];
  if (value === undefined || argument === undefined || worked === undefined) return true;
  return Number(calculate(argument).toFixed(decimalsOf(worked))) === calculate(worked);
}

const odd: Pick<Cell, 'name' | 'equations' | 'roles'> = {
  name: 'an odd cell',
  equations: [
    'a = 0.25',
    'k = max(Wk x, 0) - Uk h * (1 - a) / 2',
    "h' = -tanh(softplus(k) - (k - h)) * exp(-abs(h))",
  ].join('\n'),
  roles: {},
};

describe('a line as printed', () => {
  const readers = fc.record({
    cell: fc.constantFrom(...cells, odd),
    seed: fc.integer({ min: 0, max: 0x7fff_ffff }),
    spread: fc.constantFrom(0.1, 0.9, 3),
  });

  test('with = gives the printed value when it is worked out', () => {
    fc.assert(
      fc.property(readers, ({ cell, seed, spread }) => {
        for (const line of printedLines(cell, seed, spread))
          if (!line.includes('≈')) expect([holds(line), reduces(line)], line).toEqual([true, true]);
      }),
      { numRuns: 60 },
    );
  });

  test('with ≈ would not hold', () => {
    // A slope of e¹² turns the last of six decimals into tenths.
    const steep = { name: 'steep', equations: "h' = exp(12 + Wh x)", roles: {} };
    const lines = printedLines(steep, 3, 0.9);
    const approximate = lines.filter((line) => line.includes('≈'));
    expect(approximate.length).toBeGreaterThan(lines.length / 2);
    for (const line of approximate) expect(holds(line), line).toBe(false);
  });

  test('is rarely approximate', () => {
    const lines = cells.flatMap((cell) => [1, 2, 3, 4, 5].flatMap((seed) => printedLines(cell, seed, 0.9)));
    expect(lines.filter((line) => line.includes('≈')).length / lines.length).toBeLessThan(0.01);
  });

  test('shows arguments and terms worked out', () => {
    const lstm = cells.find(({ id }) => id === 'lstm');
    expect(lstm).toBeDefined();
    if (lstm === undefined) return;
    const [f = '', , , , c = '', h = ''] = printedLines(lstm, 7, 0.9);
    const number = '−?\\d\\.\\d+';
    const sum = (count: number) => Array.from({ length: count }, () => number).join(' \\+ ');
    const product = `${number} · ${number}`;
    expect(f).toMatch(new RegExp(`^σ\\(${sum(3)}\\) = σ\\(${number}\\) = ${number}$`));
    expect(c).toMatch(new RegExp(`^${product} \\+ ${product} = ${sum(2)} = ${number}$`));
    expect(h).toMatch(new RegExp(`^${number} · tanh\\(${number}\\) = ${number}$`));
  });
});

test('what is not reached stands as its letter, and its product with a matrix as both letters', () => {
  const jordan = cells.find(({ id }) => id === 'jordan');
  expect(jordan).toBeDefined();
  if (jordan === undefined) return;
  const { recording } = readSubject(randomSubject(jordan, { units: 2, words: ['a'] }));
  const [step] = recording.steps;
  expect(step).toBeDefined();
  if (step === undefined) return;
  const line = lineOf({ recording, step, unit: 0, reached: -1 }, 1);
  expect(line.reached).toBe(false);
  expect(lineText(line)).toMatch(/^tanh\(Wy h \+ /);
});

test('numbers that overflow say so and break nothing', () => {
  const cell = {
    name: 'overflow',
    equations: "h' = exp(exp(exp(Wh x + 9))) - exp(exp(exp(Wh x + 9)))",
    roles: {},
  };
  const lines = printedLines(cell, 1, 0.9);
  expect(lines[0]).toMatch(/∞ − ∞ = NaN$/);
});
