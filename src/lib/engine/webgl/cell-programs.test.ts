import { describe, expect, it } from 'vitest';
import { cells } from '../../cells/index.ts';
import { parse } from '../../equations/parse.ts';
import { planOf } from '../plan/planning.ts';
import { RANDOM } from '../testing/cases.ts';
import { STRANGE_CELLS } from '../testing/strange-cells.ts';
import { arrange } from './arrangement.ts';
import { cellBlocks } from './cell-blocks.ts';
import { cellPrograms } from './cell-programs.ts';
import { MOST_SAMPLERS } from './fragment.ts';

function programsOf(
  equations: string,
  outputs = 4,
  options: { masked?: boolean; recurrentDropout?: boolean } = {},
) {
  const plan = planOf(parse(equations), options);
  return { plan, ...cellPrograms(arrange(plan), cellBlocks(plan), outputs) };
}

const perStep = ({ draws }: ReturnType<typeof programsOf>) =>
  (['step', 'back'] as const).map((moment) => draws.filter(({ phase }) => phase.moment === moment).length);

describe('the draws of a cell', () => {
  it.each([
    ['elman', [1, 1]],
    ['jordan', [2, 2]],
    ['lstm', [1, 1]],
    ['lstm-peephole', [1, 1]],
    ['lstm-coupled', [1, 1]],
    ['gru-reset-after', [1, 1]],
    ['gru-reset-before', [2, 2]],
    ['mgu', [2, 2]],
  ])('%s: one each way for each product that waits for another', (id, expected) => {
    const equations = cells.find((cell) => cell.id === id)?.equations ?? '';
    for (const masked of [false, true])
      for (const recurrentDropout of [false, true])
        expect(perStep(programsOf(equations, 4, { masked, recurrentDropout }))).toEqual(expected);
  });

  it('are more where a device grants fewer outputs, and leave the same', () => {
    const equations = cells.find(({ id }) => id === 'lstm')?.equations ?? '';
    const left = (outputs: number) =>
      programsOf(equations, outputs).draws.flatMap(({ attachments }) =>
        attachments.map(({ store, layer }) => `${store.name} ${layer}`),
      );
    expect(perStep(programsOf(equations, 1))).toEqual([3, 2]);
    expect(left(1)).toEqual(left(4));
  });

  it('go on to the step before the first where the last stage of a step is left', () => {
    const leavesLate = (equations: string) => programsOf(equations).leavesLate;
    expect(leavesLate("h' = tanh(W x + U h + b)")).toBe(false);
    // The gradient of p waits for what comes back through U.
    expect(leavesLate("h' = tanh(W x + U (p * h))")).toBe(true);
  });

  it('draw every block of parameters, and read no more textures than any device lets them', () => {
    const texts = [
      ...STRANGE_CELLS.map(([, equations]) => equations),
      ...RANDOM.map(({ name }) => name.split(': ')[0] ?? ''),
    ];
    for (const equations of texts) {
      const { plan, draws, gradients, inputAdjoint, sequence } = programsOf(equations);
      const names = cellBlocks(plan).flatMap(({ sections }) => sections.flatMap((section) => section.names));
      expect([...names].sort()).toEqual(plan.graph.parameters.map(({ name }) => name).sort());
      for (const source of [
        ...draws.map((draw) => draw.source),
        ...gradients.flat(),
        inputAdjoint ?? '',
        sequence,
      ])
        expect(source.match(/uniform sampler/g)?.length ?? 0).toBeLessThanOrEqual(MOST_SAMPLERS);
    }
  });

  it('sum the gradient of a matrix that is used sixty times in several draws', () => {
    expect(programsOf("h' = tanh(W x + U h)").gradients.map((block) => block.length)).toEqual([1]);
    expect(programsOf(`h' = tanh(${'U '.repeat(60)}h)`).gradients[0]?.length).toBeGreaterThan(10);
  });
});
