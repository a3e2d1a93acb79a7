import type { Sizes } from '../../equations/graph.ts';
import { parse } from '../../equations/parse.ts';
import type { Moment } from '../plan/plan.ts';
import { planOf } from '../plan/planning.ts';
import { arrange } from './arrangement.ts';
import { atSizes, cellBlocks } from './cell-blocks.ts';
import { type CellDraw, cellPrograms } from './cell-programs.ts';
import { cellTextures } from './cell-textures.ts';
import type { BuildCell, Made, Pass } from './part.ts';
import type { Program, Uniforms } from './program.ts';
import { columnAt, extent, type Rows, rowsIn, stepAt, whole } from './rows.ts';
import type { Rectangle, Target, Texture, Value } from './texture.ts';

/**
 * Any cell on a device, from its plan: a draw for each stage of products of each step, each way, and a few over all
 * steps at once. Built for the largest batch; its programs don't depend on any size.
 *
 * Steps are counted in the order in which the cell runs; rows stand in the text's order, except in what the loops
 * leave for other draws of the cell.
 *
 * @throws Error for a graph that cannot be planned, or that this device has no room for
 */
export const buildCell: BuildCell = (cell, place) => {
  const { room, most, input, inputAdjoint } = place;
  const { device } = room;
  const sizes: Sizes = { input: input.size, units: cell.units };
  const plan = planOf(parse(cell.equations), {
    masked: input.masked,
    inputAdjoint,
    recurrentDropout: cell.keep !== undefined,
  });
  const arrangement = arrange(plan);
  const layout = cellBlocks(plan);
  const blocks = atSizes(layout, sizes, cell.prefix);
  const sources = cellPrograms(arrangement, layout, device.outputs);
  const textures = cellTextures(arrangement, sources.draws, sizes, place);
  const draws = sources.draws.map((draw) => ({ draw, program: device.program(draw.source) }));
  const gradients = sources.gradients.map((block) => block.map((source) => device.program(source)));
  // Where a block's gradients take several draws, they are summed up in two textures that take turns.
  const sums = blocks.map((block, k) =>
    [0, 1]
      .slice(0, Math.min(2, (gradients[k]?.length ?? 1) - 1))
      .map(() => room.target([room.texture(block, 'quad')])),
  );

  /** A value of all steps, and the program that draws it. */
  const overall = (source: string | undefined, size: number) => {
    if (source === undefined) return undefined;
    const texture = room.texture(extent(size, most.batch, most.steps, device.side), 'number');
    return { program: device.program(source), target: room.target([texture]), texture, size };
  };
  const sequence = cell.sequences ? overall(sources.sequence, sizes.units) : undefined;
  const adjoint = overall(sources.inputAdjoint, sizes.input);

  const keeps: Record<string, Uniforms[string]> = {};
  for (const node of plan.nodes) {
    if (node.op !== 'keep' || cell.keep === undefined) continue;
    const { texture, x, y } = cell.keep(sizes[node.of]);
    Object.assign(keeps, { [`keep_${node.of}`]: texture, [`keep_${node.of}_at`]: [x, y] });
  }

  const isReversed = cell.direction === 'backward';
  const inText = (step: number, steps: number) => (isReversed ? steps - 1 - step : step);
  const halvesOf = (rows: Rows) => rowsIn(textures.height, rows.batch, rows.steps);

  /** What programs read that is the same for all draws of a pass. */
  const common = ({ input: x, rows, mask, parameters, at }: Pass): Uniforms => ({
    x: x.texture,
    x_at: [x.x, x.y],
    inputs: sizes.input,
    units: sizes.units,
    rows: [rows.batch, rows.steps, rows.fold],
    steps: rows.steps,
    halves: halvesOf(rows).fold,
    reversed: Number(isReversed),
    // A sampler has to have a texture, though nothing reads it.
    mask: mask?.texture ?? x.texture,
    mask_at: [mask?.x ?? 0, mask?.y ?? 0],
    has_mask: Number(mask !== undefined),
    weights: parameters,
    ...Object.fromEntries(at.map((block, k) => [`block${k}`, [block.x, block.y]])),
    ...keeps,
  });

  /** A step in the loops, or (-1) what the last draw of the reverse loop still has to do. */
  const atStep = (step: number, rows: Rows): Uniforms => {
    const { batch } = rows;
    const halves = halvesOf(rows);
    const inHalves = (index: number) => columnAt(halves, Math.max(0, index) >> 1);
    const inRows = (index: number) =>
      columnAt(rows, inText(Math.min(Math.max(0, index), rows.steps - 1), rows.steps));
    return {
      ...textures.inLoop[isOdd(step) ? 1 : 0],
      step,
      batch,
      step_before: inHalves(step - 1),
      step_now: inHalves(step),
      step_next: inHalves(step + 1),
      back_now: inHalves(step + 1),
      back_next: inHalves(step + 2),
      rows_now: inRows(step),
      rows_next: inRows(step + 1),
    };
  };

  /** Draws all of a moment that come once a batch. */
  const drawOnce = (moment: Moment, rows: Rows, uniforms: Uniforms): void => {
    for (const { draw, program } of draws) {
      if (draw.phase.moment !== moment) continue;
      const size = sizes[draw.size];
      const extent =
        moment === 'weights' || moment === 'total' ? { width: size, height: 1 } : whole(rows, size);
      device.draw({ program, target: targetOf(draw, 0), at: { x: 0, y: 0, ...extent }, uniforms });
    }
  };
  const targetOf = (draw: CellDraw, index: number): Target => {
    const targets = textures.targets.get(draw);
    if (targets === undefined) throw new Error(`a draw of ${draw.phase.name} has no target`);
    return targets[isOdd(index) ? 1 : 0];
  };
  /** Draws a step of a loop. @param index the step's place in the loop's textures */
  const drawStep = (draw: (typeof draws)[number], index: number, rows: Rows, uniforms: Uniforms): void => {
    const size = sizes[draw.draw.size];
    const at: Rectangle = { ...stepAt(halvesOf(rows), index >> 1, size), width: size, height: rows.batch };
    device.draw({ program: draw.program, target: targetOf(draw.draw, index), at, uniforms });
  };
  /** Draws a block's gradients, by turns where it takes several programs. */
  const drawGradients = (
    programs: readonly Program[],
    between: readonly Target[],
    into: Target,
    block: Rectangle,
    shared: Uniforms,
  ): void => {
    let summed: Texture | undefined;
    for (const [turn, program] of programs.entries()) {
      const scratch = turn < programs.length - 1 ? between[turn % 2] : undefined;
      const at = scratch === undefined ? block : { ...block, x: 0, y: 0 };
      const uniforms = { ...shared, gradient_at: [at.x, at.y], ...(summed === undefined ? {} : { summed }) };
      device.draw({ program, target: scratch ?? into, at, uniforms });
      summed = scratch?.textures[0];
    }
  };
  const ofMoment = (moment: Moment) => draws.filter(({ draw }) => draw.phase.moment === moment);
  const stepDraws = ofMoment('step');
  const backDraws = ofMoment('back');
  const firstBackDraws = backDraws.filter(({ draw }) => draw.phase === arrangement.phases.firstBack);

  return {
    blocks,
    forward(pass): Made {
      const { rows } = pass;
      const shared = { ...common(pass), ...textures.overall };
      drawOnce('weights', rows, shared);
      drawOnce('inputs', rows, shared);
      for (let step = 0; step < rows.steps; step++) {
        const uniforms = { ...shared, ...atStep(step, rows) };
        for (const draw of stepDraws) drawStep(draw, step, rows, uniforms);
      }
      if (sequence !== undefined) {
        const at = { x: 0, y: 0, ...whole(rows, sequence.size) };
        device.draw({ program: sequence.program, target: sequence.target, at, uniforms: shared });
        return { output: { texture: sequence.texture, x: 0, y: 0 }, rows, mask: pass.mask };
      }
      const last = rows.steps - 1;
      return {
        output: {
          texture: textures.output[isOdd(last) ? 1 : 0],
          ...stepAt(halvesOf(rows), last >> 1, sizes.units),
        },
        rows: { batch: rows.batch, steps: 1, fold: 1 },
        mask: undefined,
      };
    },
    backward(pass, arriving, into): Value | undefined {
      const { rows, at } = pass;
      const { steps } = rows;
      const shared = { ...common(pass), ...textures.overall };
      for (let step = steps - 1; step >= (sources.leavesLate ? -1 : 0); step--) {
        const isRead = step >= 0 && (cell.sequences || step === steps - 1);
        const read =
          cell.sequences && isRead ? stepAt(rows, inText(step, steps), sizes.units) : { x: 0, y: 0 };
        const uniforms = {
          ...shared,
          ...atStep(step, rows),
          has_loss: Number(isRead),
          loss: arriving.texture,
          loss_at: [arriving.x + read.x, arriving.y + read.y],
        };
        for (const draw of step < 0 ? firstBackDraws : backDraws) drawStep(draw, step + 1, rows, uniforms);
      }
      drawOnce('after', rows, shared);
      drawOnce('total', rows, shared);
      for (const [k, turns] of gradients.entries()) {
        const block = at[k];
        if (block === undefined) throw new Error(`the cell ${cell.prefix} has no place for its block ${k}`);
        drawGradients(turns, sums[k] ?? [], into, block, shared);
      }
      if (adjoint === undefined) return undefined;
      const all = { x: 0, y: 0, ...whole(rows, adjoint.size) };
      device.draw({ program: adjoint.program, target: adjoint.target, at: all, uniforms: shared });
      return { texture: adjoint.texture, x: 0, y: 0 };
    },
  };
};

function isOdd(index: number): boolean {
  return (index & 1) === 1;
}
