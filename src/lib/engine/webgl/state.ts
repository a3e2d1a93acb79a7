import { type Architecture, countOf, variablesOf } from '../architecture.ts';
import type { Moments, Snapshot, Weights } from '../learner.ts';
import type { Trained } from './adam.ts';
import type { Device } from './device.ts';
import { offTable, onTable } from './embedding.ts';
import type { Model, Table } from './model.ts';
import { readLater } from './readback.ts';
import { offSheet, onSheet } from './sheet.ts';
import type { Target, Texture } from './texture.ts';

/** The order of the textures in a trained state's target. */
const KINDS = ['weights', 'first', 'second'] as const;
type Kind = (typeof KINDS)[number];

const tableName = ({ embedding }: Table): string => `${embedding.layer.name}.table`;

/** Puts a checked state in place. */
export function writeState(device: Device, model: Model, { weights, moments }: Snapshot): void {
  const of: Readonly<Record<Kind, (name: string) => Float32Array | undefined>> = {
    weights: (name) => weights.get(name),
    first: (name) => moments?.get(name)?.first,
    second: (name) => moments?.get(name)?.second,
  };
  const { sheet, trainees, table } = model;
  const names = new Set(sheet.blocks.flatMap(({ slots }) => slots.map(({ variable }) => variable)));
  for (const kind of KINDS) {
    const numbers = new Map<string, Float32Array>();
    for (const name of names) {
      const given = of[kind](name);
      if (given !== undefined) numbers.set(name, given);
    }
    device.write(trainees.now()[kind], onSheet(sheet, numbers));
  }
  if (table === undefined) return;
  const { place, layer } = table.embedding;
  const put = (texture: Texture, kind: Kind): void =>
    device.write(texture, onTable(place, layer.size, of[kind](tableName(table))));
  if (table.frozen !== undefined) put(table.frozen, 'weights');
  else if (table.trainees !== undefined) for (const kind of KINDS) put(table.trainees.now()[kind], kind);
}

/** Variables of the sheet, by name: their numbers in a texture of its layout. */
async function readSheet(
  device: Device,
  { sheet }: Model,
  architecture: Architecture,
  target: Target,
  k = 0,
): Promise<Map<string, Float32Array>> {
  const floats = await readLater(device, target, { x: 0, y: 0, width: sheet.width, height: sheet.height }, k);
  const held = new Set(sheet.blocks.flatMap(({ slots }) => slots.map(({ variable }) => variable)));
  const described = variablesOf(architecture).filter(({ name }) => held.has(name));
  return offSheet(
    sheet,
    floats,
    new Map(described.map((description) => [description.name, countOf(description)])),
  );
}

/** Copies of all that the model holds, as it is when this is called. */
export async function readState(
  device: Device,
  model: Model,
  architecture: Architecture,
): Promise<Pick<Required<Snapshot>, 'weights' | 'moments'>> {
  const sheet = model.trainees.now();
  const table = model.table?.trainees?.now();
  const read = async (kind: Kind): Promise<Map<string, Float32Array>> => {
    const k = KINDS.indexOf(kind);
    const [numbers, ofTable] = await Promise.all([
      readSheet(device, model, architecture, sheet.target, k),
      model.table && table && readTable(device, model.table, table, k),
    ]);
    if (model.table !== undefined && ofTable !== undefined) numbers.set(tableName(model.table), ofTable);
    return numbers;
  };
  const frozen = model.table?.frozenTarget;
  const [weights, first, second, asGiven] = await Promise.all([
    read('weights'),
    read('first'),
    read('second'),
    model.table && frozen && readTable(device, model.table, { target: frozen }, 0),
  ]);
  if (model.table !== undefined && asGiven !== undefined) weights.set(tableName(model.table), asGiven);
  const trained = variablesOf(architecture).filter((variable) => variable.trained);
  const numbersOf = (from: Weights, name: string): Float32Array => {
    const numbers = from.get(name);
    if (numbers === undefined) throw new Error(`the model has no variable ${name}`);
    return numbers;
  };
  return {
    weights: new Map(variablesOf(architecture).map(({ name }) => [name, numbersOf(weights, name)])),
    moments: new Map(
      trained.map(({ name }): [string, Moments] => [
        name,
        { first: numbersOf(first, name), second: numbersOf(second, name) },
      ]),
    ),
  };
}

async function readTable(
  device: Device,
  { embedding: { place, layer } }: Table,
  { target }: Pick<Trained, 'target'>,
  k: number,
): Promise<Float32Array> {
  const { width, height } = place;
  return offTable(place, layer.size, await readLater(device, target, { x: 0, y: 0, width, height }, k));
}

/** Copies of the trained variables' gradients, as they are when this is called. */
export async function readGradients(
  device: Device,
  model: Model,
  architecture: Architecture,
): Promise<Weights> {
  const sparse = model.table?.embedding.gradient;
  // The next batch meets other rows.
  const places = sparse?.met.placeOf.slice();
  const [gradients, sums] = await Promise.all([
    readSheet(device, model, architecture, model.gradients),
    sparse && readLater(device, sparse.target, { x: 0, y: 0, ...extentOf(sparse.place) }),
  ]);
  if (model.table !== undefined && sparse !== undefined && sums !== undefined && places !== undefined) {
    const { layer } = model.table.embedding;
    const met = offTable(sparse.place, layer.size, sums);
    const dense = new Float32Array(layer.vocabulary * layer.size);
    for (const [row, place] of places.entries())
      if (place >= 0) dense.set(met.subarray(place * layer.size, (place + 1) * layer.size), row * layer.size);
    gradients.set(tableName(model.table), dense);
  }
  const trained = variablesOf(architecture).filter((variable) => variable.trained);
  return new Map(
    trained.map((description) => [
      description.name,
      gradients.get(description.name) ?? new Float32Array(countOf(description)),
    ]),
  );
}

const extentOf = ({ width, height }: { width: number; height: number }) => ({ width, height });
