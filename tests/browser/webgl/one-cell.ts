import { relativeError } from '../../../src/lib/engine/relative-error.ts';
import { float32 } from '../../../src/lib/engine/testing/noise.ts';
import type { Device } from '../../../src/lib/engine/webgl/device.ts';
import type { Pass, Place } from '../../../src/lib/engine/webgl/part.ts';
import { buildCell } from '../../../src/lib/engine/webgl/recurrent.ts';
import { type DeviceRoom, roomOn } from '../../../src/lib/engine/webgl/room.ts';
import { extent, type Rows, rowsIn, stepAt, whole } from '../../../src/lib/engine/webgl/rows.ts';
import { layOut, offSheet, onSheet } from '../../../src/lib/engine/webgl/sheet.ts';
import type { Value } from '../../../src/lib/engine/webgl/texture.ts';
import { elements, type Sizes } from '../../../src/lib/equations/graph.ts';
import { output, type Rounding, run } from '../../../src/lib/equations/numbers.ts';
import { parse } from '../../../src/lib/equations/parse.ts';
import { randomNumbers } from '../../../src/lib/equations/sample.ts';
import { backThroughTime } from '../../../src/lib/equations/through-time.ts';

/** A cell by itself, on random numbers. */
export interface OneCell extends Sizes {
  readonly equations: string;
  readonly batch: number;
  readonly steps: number;
  /** Whether a third of the steps are padding. */
  readonly masked: boolean;
  readonly sequences: boolean;
  readonly direction: 'forward' | 'backward';
  /** Less than the device grants: a texture's side, and outputs of a program. */
  readonly side?: number;
  readonly outputs?: number;
}

/** [example][step]. */
type Sequences<Item> = readonly (readonly Item[])[];

interface Numbers {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly inputs: Sequences<Float32Array>;
  readonly mask: Sequences<boolean>;
  /** What the loss says about each output; only about the last one run, where the cell gives no sequences. */
  readonly adjoints: Sequences<Float32Array | undefined>;
}

/**
 * How far what a device made of a cell is from float64, relative to the largest entry of each; and, where that is more
 * than the tolerance, how far float32 machines are that differ in luck alone: the sum of a gradient of one entry may
 * be nearly zero, and has the rounding errors of its terms.
 */
export type Errors = readonly (readonly [what: string, error: number, noise: number])[];

/** Weights shrink with the number of terms that they are summed with, as initial weights do. */
function numbersFor(cell: OneCell): Numbers {
  const random = randomNumbers(cell.units + 100 * cell.steps);
  const draw = (count: number, scale: number) => Float32Array.from({ length: count }, () => scale * random());
  const sequences = <Item>(item: (run: number) => Item): Sequences<Item> =>
    Array.from({ length: cell.batch }, () =>
      Array.from({ length: cell.steps }, (_, t) =>
        item(cell.direction === 'forward' ? t : cell.steps - 1 - t),
      ),
    );
  return {
    parameters: new Map(
      parse(cell.equations).parameters.map(({ name, shape }) => [
        name,
        draw(elements(shape, cell), shape.length === 2 ? 1 / Math.sqrt(cell[shape[1]]) : 0.5),
      ]),
    ),
    inputs: sequences(() => draw(cell.input, 1)),
    mask: sequences(() => !cell.masked || random() > -1 / 3),
    adjoints: sequences((run) =>
      cell.sequences || run === cell.steps - 1 ? draw(cell.units, 1) : undefined,
    ),
  };
}

/** Outputs, gradients and x's adjoint of a cell on a device, beside the equations' own in float64. */
export function oneCell(device: Device, cell: OneCell, tolerance: number): Errors {
  const room = roomOn(device);
  try {
    const numbers = numbersFor(cell);
    const received = onDevice(device, room, cell, numbers);
    const expected = inFloat64(cell, numbers);
    const errors = [...expected].map(
      ([what, values]) => [what, relativeError(received.get(what), values)] as const,
    );
    const machines = errors.every(([, error]) => error <= tolerance) ? [] : [1, 2, 3];
    const lucky = machines.map((seed) => inFloat64(cell, numbers, float32(randomNumbers(seed))));
    return errors.map(([what, error]) => {
      const truth = expected.get(what) ?? [];
      return [what, error, Math.max(0, ...lucky.map((machine) => relativeError(machine.get(what), truth)))];
    });
  } finally {
    room.dispose();
  }
}

function onDevice(
  device: Device,
  room: DeviceRoom,
  cell: OneCell,
  numbers: Numbers,
): Map<string, Float32Array> {
  const { batch, steps, units, input } = cell;
  const { side = device.side, outputs = device.outputs } = cell;
  const place: Place = {
    room: {
      device: {
        side,
        outputs,
        program: (...given) => device.program(...given),
        draw: (draw) => device.draw(draw),
        write: (...given) => device.write(...given),
      },
      texture: room.texture,
      target: room.target,
    },
    place: 0,
    input: { size: input, sequence: true, masked: cell.masked },
    most: { batch, steps },
    inputAdjoint: true,
  };
  const part = buildCell({ ...cell, prefix: '', keep: undefined }, place);
  const sheet = layOut(part.blocks, side);
  const parameters = room.texture(sheet, 'quad');
  device.write(parameters, onSheet(sheet, numbers.parameters));
  const gradients = room.target([room.texture(sheet, 'quad')]);

  const rows = rowsIn(extent(1, batch, steps, side).height, batch, steps);
  /** A value of these rows. */
  const put = (of: Rows, size: number, at: (example: number, step: number) => ArrayLike<number>): Value => {
    const texture = room.texture(extent(size, batch, of.steps, side), 'number');
    const texels = new Float32Array(texture.width * texture.height);
    eachRow(of, size, (example, step, x, y) => {
      texels.set(Array.from(at(example, step)), y * texture.width + x);
    });
    device.write(texture, texels);
    return { texture, x: 0, y: 0 };
  };
  const pass: Pass = {
    input: put(rows, input, (example, step) => numbers.inputs[example]?.[step] ?? []),
    rows,
    mask: cell.masked ? put(rows, 1, (example, step) => [Number(numbers.mask[example]?.[step])]) : undefined,
    parameters,
    at: sheet.places,
    chance: undefined,
  };
  const made = part.forward(pass);
  const output = read(device, made.output, made.rows, units);
  const last = cell.direction === 'forward' ? steps - 1 : 0;
  const adjoint = put(
    made.rows,
    units,
    (example, step) => numbers.adjoints[example]?.[cell.sequences ? step : last] ?? [],
  );
  const toX = part.backward(pass, adjoint, gradients);

  const sizes = new Map([...numbers.parameters].map(([name, { length }]) => [name, length]));
  const texels = device.read(gradients, { x: 0, y: 0, width: sheet.width, height: sheet.height });
  const x = toX === undefined ? new Float32Array(steps * batch * input) : read(device, toX, rows, input);
  return new Map([['output', output], ['x', x], ...offSheet(sheet, texels, sizes)]);
}

/** The texel at which each row of a value begins. */
function eachRow(
  rows: Rows,
  size: number,
  visit: (example: number, step: number, x: number, y: number) => void,
): void {
  for (let step = 0; step < rows.steps; step++) {
    const { x, y } = stepAt(rows, step, size);
    for (let example = 0; example < rows.batch; example++) visit(example, step, x, y + example);
  }
}

/** [steps, batch, size] */
function read(device: Device, { texture, x, y }: Value, rows: Rows, size: number): Float32Array {
  const target = device.target([texture]);
  const all = whole(rows, size);
  const floats = device.read(target, { x, y, ...all });
  device.delete(target);
  const numbers = new Float32Array(rows.steps * rows.batch * size);
  eachRow(rows, size, (example, step, left, top) => {
    for (let k = 0; k < size; k++)
      numbers[(step * rows.batch + example) * size + k] =
        floats[4 * (top * all.width + left + k)] ?? Number.NaN;
  });
  return numbers;
}

/** Example by example; a cell that runs backwards reads each from its end. */
function inFloat64(
  cell: OneCell,
  { parameters, inputs, mask, adjoints }: Numbers,
  rounded?: Rounding,
): Map<string, Float64Array> {
  const { units, input, batch, steps } = cell;
  const graph = parse(cell.equations);
  const asRun = <Item>(items: readonly Item[] = []): readonly Item[] =>
    cell.direction === 'forward' ? items : items.toReversed();
  const outputs = new Float64Array((cell.sequences ? steps : 1) * batch * units);
  const x = new Float64Array(steps * batch * input);
  const gradients = new Map(
    graph.parameters.map(({ name, shape }) => [name, new Float64Array(elements(shape, cell))]),
  );
  for (let example = 0; example < batch; example++) {
    const recording = run(graph, cell, parameters, asRun(inputs[example]), {
      mask: asRun(mask[example]),
      rounded,
    });
    const through = backThroughTime(recording, asRun(adjoints[example]));
    const given = asRun(recording.steps.map((_, t) => output(recording, t)));
    if (cell.sequences)
      for (const [t, numbers] of given.entries()) outputs.set(numbers, (t * batch + example) * units);
    else outputs.set(output(recording, steps - 1), example * units);
    for (const [t, numbers] of asRun(through.inputs).entries()) x.set(numbers, (t * batch + example) * input);
    for (const [name, numbers] of through.parameters) {
      const sum = gradients.get(name);
      if (sum !== undefined) for (const [k, number] of numbers.entries()) sum[k] = (sum[k] ?? 0) + number;
    }
  }
  return new Map([['output', outputs], ['x', x], ...gradients]);
}
