import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cells } from '../../cells/index.ts';
import { cellText } from '../arbitrary.ts';
import type { Sizes } from '../graph.ts';
import { parse } from '../parse.ts';
import { processorTime } from '../processor-time.ts';
import { differentiate, record, sample } from '../sample.ts';
import { DIALECTS } from './index.ts';
import { fileOf } from './listing.ts';

/** What the written code gave when it was run: scripts/reference/cell-code.py. */
interface Ran {
  readonly title: string;
  readonly equations: string;
  readonly starts: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly sizes: Sizes;
  /** SHA-256 of each dialect's file. */
  readonly files: Readonly<Record<string, string>>;
  /** By state, after each step. */
  readonly states: Readonly<Record<string, readonly number[][]>>;
  /** By parameter, row-major. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const { cases }: { readonly cases: readonly Ran[] } = JSON.parse(
  readFileSync(new URL('./figures/code.json', import.meta.url), 'utf8'),
);

function close(what: string, received: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  const scale = Math.max(1, ...expected.map(Math.abs));
  expect(received.length, what).toBe(expected.length);
  for (const [k, value] of expected.entries())
    expect(Math.abs((received[k] ?? Number.NaN) - value), `${what}, element ${k}`).toBeLessThanOrEqual(
      tolerance * scale,
    );
}

test('every listed cell was run, a dozen strange ones and a dozen random ones', () => {
  const run = cases.map(({ equations }) => equations);
  for (const { equations } of cells) expect(run).toContain(equations);
  expect(cases.length).toBeGreaterThanOrEqual(cells.length + 24);
});

describe.each(cases)('$title', ({ title, equations, starts, seed, sizes, files, states, gradients }) => {
  const graph = parse(equations);

  it.each(DIALECTS)('is still the file in $name that was run', ({ id, write }) => {
    const file = fileOf(write(graph, { title, starts: new Map(Object.entries(starts)) }));
    expect(
      createHash('sha256').update(file).digest('hex'),
      'the code has changed: run scripts/reference/cell-code.py',
    ).toBe(files[id]);
  });

  it('gave the states and gradients that the site shows', () => {
    const sampled = sample(graph, sizes, new Array<boolean>(5).fill(true), seed);
    const { steps } = record(sampled);
    expect(Object.keys(states)).toEqual(graph.states.map(({ name }) => name));
    for (const [name, values] of Object.entries(states))
      for (const [t, value] of values.entries())
        close(`${name} at step ${t}`, steps[t]?.after.get(name) ?? [], value, 1e-12);
    const { parameters } = differentiate(sampled);
    expect(Object.keys(gradients)).toEqual([...parameters.keys()]);
    for (const [name, values] of Object.entries(gradients))
      close(`dL/d${name}`, parameters.get(name) ?? [], values, 1e-10);
  });
});

describe.each(DIALECTS)('$name', ({ id, write }) => {
  it('has a line for every statement, every operator in one of them, and its names where it says', () => {
    fc.assert(
      fc.property(cellText(), (text) => {
        const graph = parse(text);
        const { lines } = write(graph, { title: 'A cell' });
        const written = lines.filter(({ statement }) => statement !== undefined);
        expect(written.map(({ statement }) => statement)).toEqual(graph.statements.map((_, k) => k));
        const given = new Set(['input', 'state', 'parameter']);
        const made = graph.nodes.flatMap(({ op }, node) => (given.has(op) ? [] : [node]));
        expect(written.flatMap(({ nodes }) => nodes)).toEqual(made);
        for (const { text, symbols } of lines) {
          expect(text).not.toMatch(/[\n\r]/);
          let last = 0;
          for (const { start, end, node } of symbols) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(text.slice(start, end)).toMatch(id === 'tfjs' ? /^\w+'?$/ : /^(self\.)?\w+$/);
            expect(graph.nodes[node]).toBeDefined();
            last = end;
          }
        }
      }),
    );
  });

  it('takes a sum as long as a text can be', () => {
    const graph = parse(`h' = ${'h+'.repeat(9_000)}h`);
    const took = processorTime(() => {
      expect(fileOf(write(graph, {})).length).toBeGreaterThan(18_000);
    });
    // Measured: 20 ms; time that grows with the square of the length would be seconds.
    expect(took).toBeLessThan(2_000);
  });
});

/** The line that computes a statement, without what stands before it. */
function lineOf(dialect: string, equations: string, statement = 0): string {
  const found = DIALECTS.find(({ id }) => id === dialect)?.write(parse(equations), {});
  return found?.lines.find((line) => line.statement === statement)?.text.trim() ?? '';
}

test.each([
  ["h' = -(W x) * (h / b / 2) - (b - h)", 'h_new = -(W @ x) * (h / b / 2) - (b - h)'],
  ["h' = (-W x) + ((U h) * b) + b * (U h)", 'h_new = -(W @ x) + U @ h * b + b * (U @ h)'],
  ["h' = V (U (h * b)) - -(-h)", 'h_new = V @ (U @ (h * b)) - --h'],
  ["h' = (1 - b) / (2 * h)", 'h_new = (1 - b) / (2 * h)'],
  ["h' = max(h, 0) + relu(2)", 'h_new = np.maximum(h, 0.0) + relu(2.0)'],
])('NumPy: %s', (equations, line) => {
  expect(lineOf('numpy', equations)).toBe(line);
});

test.each([
  ["h' = V (U (h * b)) * -(U h)", 'h_new = (h * self.b) @ self.U.T @ self.V.T * -(h @ self.U.T)'],
  ["h' = max(h, 0) - 2 * b", 'h_new = torch.maximum(h, x.new_tensor(0.0)) - 2 * self.b'],
])('PyTorch: %s', (equations, line) => {
  expect(lineOf('pytorch', equations)).toBe(line);
});

test('names that the language has taken are renamed, and said', () => {
  const graph = parse("lambda = tanh(W x + np)\nc' = lambda * train\nh' = c' + c_new");
  const [numpy, pytorch] = DIALECTS.map(({ write }) => write(graph, {}));
  expect(numpy?.renamed).toEqual(
    new Map([
      ['lambda', 'lambda_'],
      ['np', 'np_'],
      ["c'", 'c_new_'],
    ]),
  );
  expect(pytorch?.renamed.get('train')).toBe('train_');
  expect(numpy?.lines.map(({ text }) => text)).toContain(
    "# lambda_ is the equations' lambda: that name is taken here.",
  );
});

test('a title that would end its quotes does not', () => {
  const file = fileOf(
    DIALECTS[0]?.write(parse("h' = tanh(W x)"), { title: 'A"""\n\\ cell' }) ?? {
      lines: [],
      renamed: new Map(),
    },
  );
  expect(file.split('\n', 1)).toEqual([
    `"""A''' ' cell, one sequence at a time: x [input], states [units]."""`,
  ]);
});
