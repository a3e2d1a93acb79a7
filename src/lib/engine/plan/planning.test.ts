import { describe, expect, it } from 'vitest';
import { cells, findCell } from '../../cells/index.ts';
import type { Graph } from '../../equations/graph.ts';
import { parse } from '../../equations/parse.ts';
import { processorTime } from '../../equations/processor-time.ts';
import { STRANGE_CELLS } from '../testing/strange-cells.ts';
import { MOMENTS, type Moment, operandsOf, type Plan, type PlanOptions } from './plan.ts';
import { planOf } from './planning.ts';

const planned = (equations: string, options?: PlanOptions) => planOf(parse(equations), options);
const cell = (id: string, options?: PlanOptions) => planned(findCell(id).equations, options);

/** How many products a plan does at a moment: those of one panel are one. */
function productsAt({ stages, nodes }: Plan, moment: Moment): number {
  const ids = stages[moment].flatMap(({ products }) => products);
  return new Set(
    ids.map((id) => {
      const node = nodes[id];
      return node?.op === 'product' ? `panel ${node.panel}` : id;
    }),
  ).size;
}

/** Stages of a loop that have a product. */
const productStages = ({ stages }: Plan, moment: Moment) =>
  stages[moment].filter(({ products }) => products.length > 0).length;

const opsAt = ({ stages, nodes }: Plan, moment: Moment) =>
  stages[moment].flatMap(({ products, values }) => [...products, ...values]).map((id) => nodes[id]?.op);

describe('a plan', () => {
  it.each([
    ['elman', 1, 1],
    ['lstm', 1, 1],
    ['lstm-peephole', 1, 1],
    ['lstm-coupled', 1, 1],
    ['gru-reset-after', 1, 1],
    ['gru-reset-before', 2, 2],
    ['mgu', 2, 2],
    ['jordan', 2, 2],
  ])('%s: stages at products, %i forward, %i backward', (id, forward, backward) => {
    const plan = cell(id);
    expect([productStages(plan, 'step'), productStages(plan, 'back')]).toEqual([forward, backward]);
    expect([productsAt(plan, 'step'), productsAt(plan, 'back')]).toEqual([forward, backward]);
    // All W x before the loop and all of x's adjoint after it, each one product.
    expect([productsAt(plan, 'inputs'), productsAt(plan, 'after')]).toEqual([1, 1]);
  });

  it('multiplies all gates side by side, each product starting from what was hoisted, bias and all', () => {
    const { panels, nodes } = cell('lstm');
    expect(panels.map(({ members }) => members.length)).toEqual([4, 4]);
    for (const id of panels[1]?.members ?? []) {
      const node = nodes[id];
      const start = node?.op === 'product' ? nodes[node.start ?? -1] : undefined;
      expect([node?.moment, start?.op, start?.moment]).toEqual(['step', 'product', 'inputs']);
    }
  });

  it('leaves of an LSTM’s step nothing but what its equations need', () => {
    const plan = cell('lstm');
    expect(opsAt(plan, 'back').toSorted()).toEqual(
      [
        ...['mul', 'mul', 'mul', 'mul', 'mul', 'mul', 'add', 'productBack'],
        ...['sigmoidBack', 'sigmoidBack', 'sigmoidBack', 'tanhBack', 'tanhBack'],
      ].toSorted(),
    );
    expect(opsAt(plan, 'after')).toEqual(['productBack']);
    expect(opsAt(plan, 'total')).toEqual(['reduce', 'reduce', 'reduce', 'reduce']);
    expect(plan.outers.map(({ adjoints, moment }) => [adjoints.length, moment])).toEqual([
      [4, 'after'],
      [4, 'after'],
    ]);
  });

  it('keeps an LSTM’s gates, states, tanh c and adjoints of the gates’ sums, and no more', () => {
    const { kept, nodes } = cell('lstm');
    const ops = (moment: Moment) =>
      [...kept].flatMap((id) => (nodes[id]?.moment === moment ? (nodes[id]?.op ?? []) : [])).toSorted();
    expect(ops('step')).toEqual(['sigmoid', 'sigmoid', 'sigmoid', 'state', 'state', 'tanh', 'tanh']);
    expect(ops('back')).toEqual(['sigmoidBack', 'sigmoidBack', 'sigmoidBack', 'tanhBack']);
  });

  it('computes again what it is told to, in the moments that read it', () => {
    const again = ({ op }: { readonly op: string }) => op === 'tanh';
    const plan = cell('lstm', { again });
    // tanh c' from c', which is the next step's c; g from its sum is no gain: that is not kept.
    expect(opsAt(plan, 'back').filter((op) => op === 'tanh')).toHaveLength(1);
    expect([...plan.kept].filter((id) => plan.nodes[id]?.op === 'tanh')).toHaveLength(1);
  });

  it('has no backward loop where no adjoint leaves the step', () => {
    const plan = planned("h' = tanh(W x + b)");
    expect(plan.stages.back).toEqual([]);
    expect(opsAt(plan, 'after')).toEqual(['tanhBack', 'productBack']);
  });

  it('sums adjoints of what is made from parameters alone first, then goes back on one row', () => {
    const plan = planned("q = b * d\nh' = tanh(W x + U q)");
    expect(productsAt(plan, 'weights')).toBe(1);
    expect(opsAt(plan, 'total').toSorted()).toEqual(['mul', 'mul', 'productBack', 'reduce']);
    expect(plan.outers.map(({ moment }) => moment).toSorted()).toEqual(['after', 'total']);
  });

  it('comes to one number wherever the text has only numbers', () => {
    const { nodes, states } = planned("a = 0.25\nk' = 2 * a\nh' = tanh(W x + k * h)");
    expect(nodes.filter(({ op }) => op === 'number')).toEqual([
      { op: 'number', value: 0.5, size: undefined, moment: 'weights' },
    ]);
    expect(states.find(({ name }) => name === 'k')).toMatchObject({ seed: undefined, adjoint: undefined });
  });

  it('leaves out a state that the output never reads, and a line that nobody reads', () => {
    const plan = planned("q' = tanh(Wq x + Uq h)\nu = exp(V x)\nh' = tanh(W x + U h)");
    expect(plan.states.map(({ name }) => name)).toEqual(['h']);
    expect(plan.nodes.map(({ op }) => op)).not.toContain('exp');
  });

  it('leaves out x’s adjoint where nobody asks for it, and all of the backward pass where nobody learns', () => {
    expect(opsAt(cell('lstm', { inputAdjoint: false }), 'after')).toEqual([]);
    const plan = cell('lstm', { backward: false });
    for (const moment of ['back', 'after', 'total'] as const) expect(plan.stages[moment]).toEqual([]);
    expect([plan.kept.size, plan.outers.length, plan.vectorGradients.size]).toEqual([0, 0, 0]);
  });

  it.each([...cells.map(({ id, equations }) => [id, equations] as const), ...STRANGE_CELLS])(
    '%s: whatever is read has been computed, and stages wait only for stages before them',
    (_, equations) => {
      for (const options of [{}, { again: () => true }, { recurrentDropout: true }]) {
        const plan = planned(equations, options);
        const given = new Set(
          plan.nodes.flatMap((node, id) =>
            ['input', 'state', 'seed', 'parameter', 'number', 'keep'].includes(node.op) ? id : [],
          ),
        );
        const computed = new Set(given);
        for (const moment of MOMENTS)
          for (const { products, values } of plan.stages[moment]) {
            const before = new Set(computed);
            for (const id of [...products, ...values]) {
              const node = plan.nodes[id];
              if (node === undefined) throw new Error(`there is no node ${id}`);
              // A product may start from one beside it; what it multiplies is of a stage before.
              const isProduct = node.op === 'product' || node.op === 'productBack';
              for (const operand of operandsOf(node)) {
                const isStart = node.op === 'product' && operand === node.start;
                expect((isProduct && !isStart ? before : computed).has(operand)).toBe(true);
              }
              computed.add(id);
            }
          }
        expect(computed.size).toBe(plan.nodes.length);
      }
    },
  );

  it('answers at once for a text that doubles itself sixty times, and for a long sum', () => {
    const doubled = Array.from({ length: 60 }, (_, k) => `a${k + 1} = a${k} + a${k}`);
    const long = `h' = tanh(${'h + '.repeat(4000)}W x)`;
    const took = processorTime(() => {
      planned(['a0 = W x + h', ...doubled, "h' = tanh(a60)"].join('\n'));
      planned(long);
    });
    expect(took).toBeLessThan(2000);
  });

  it('names a matrix that stands where none can', () => {
    const graph = parse("h' = tanh(W x + U h)");
    const [first] = graph.parameters;
    const nodes = graph.nodes.map((node) => (node.op === 'tanh' ? { ...node, a: first?.node ?? -1 } : node));
    const mangled: Graph = { ...graph, nodes };
    expect(() => planOf(mangled)).toThrow(/the matrix W stands in a tanh/);
  });
});
