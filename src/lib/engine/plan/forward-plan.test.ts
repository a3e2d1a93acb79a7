import { describe, expect, it } from 'vitest';
import { cells, findCell } from '../../cells/index.ts';
import { initialParameters } from '../../cells/initial.ts';
import { output, run } from '../../equations/numbers.ts';
import { parse } from '../../equations/parse.ts';
import { TOUCHSTONE } from '../touchstone.ts';
import { earlySums } from './early-sums.ts';
import { plan } from './forward-plan.ts';

/** Products of a plan by the moment in which they are done. */
function productsOf(equations: string) {
  const { order, products } = plan(parse(equations));
  const at = (ids: readonly number[]) => new Set(ids.flatMap((id) => products.get(id) ?? []));
  return { inputs: at(order.inputs), step: at(order.step) };
}

describe('a plan', () => {
  it('multiplies x once before the loop and h once in each step, all gates side by side', () => {
    for (const id of ['elman', 'lstm', 'gru-reset-after']) {
      const { inputs, step } = productsOf(findCell(id).equations);
      expect([id, inputs.size, step.size]).toEqual([id, 1, 1]);
    }
    const [gates] = productsOf(findCell('lstm').equations).step;
    expect(gates?.matrices).toHaveLength(4);
  });

  it('needs a second product in a step where one waits for another', () => {
    expect(productsOf(findCell('gru-reset-before').equations).step.size).toBe(2);
  });

  it('hands each gate’s x and bias to the steps already added', () => {
    const { handedOver, graph } = plan(parse(findCell('lstm').equations));
    expect(handedOver.map((id) => graph.nodes[id]?.op)).toEqual(['add', 'add', 'add', 'add']);
  });

  it('leaves out what no state waits for', () => {
    const { order, graph } = plan(parse("unused = log(V x)\nh' = tanh(W x + U h)"));
    const used = [...order.weights, ...order.inputs, ...order.step].map((id) => graph.nodes[id]?.op);
    expect(used).not.toContain('log');
    expect(used).toContain('tanh');
  });

  it('answers at once for a text that doubles itself sixty times', () => {
    const lines = Array.from({ length: 60 }, (_, k) => `a${k + 1} = a${k} + a${k}`);
    const begun = performance.now();
    plan(parse(['a0 = W x + h', ...lines, "h' = tanh(a60)"].join('\n')));
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('sums in the order in which their terms are known', () => {
  const sizes = { input: 3, units: 4 };
  const texts = [
    ...cells.map(({ equations }) => equations),
    TOUCHSTONE,
    "a = 1 + 2\nh' = U h + a + (W x + b) + 3 - (U h + b)",
  ];

  it.each(texts)('come to the same: %s', (equations) => {
    const written = parse(equations);
    const moved = earlySums(written);
    const parameters = initialParameters(written, sizes, 5);
    const inputs = [0, 1, 2].map((t) => [Math.sin(t), Math.cos(t), 0.5]);
    const last = (graph: typeof written) => output(run(graph, sizes, parameters, inputs), 2);
    last(moved).forEach((value, unit) => {
      expect(value).toBeCloseTo(last(written)[unit] ?? Number.NaN, 12);
    });
    expect(moved.nodes.length).toBe(written.nodes.length);
  });
});
