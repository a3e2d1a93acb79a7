import { PAD } from '../../imdb/format.ts';
import { answersOf, isPadded } from '../answers.ts';
import {
  type Architecture,
  type EmbeddingLayer,
  type Layer,
  type Value as Shape,
  valuesOf,
} from '../architecture.ts';
import type { Examples, Questions } from '../examples.ts';
import type { Limits } from '../learner.ts';
import { adamOnSheet, adamOnTable, type Pace, type Trainees, traineesFor } from './adam.ts';
import { buildConvolution } from './convolution.ts';
import { buildDense } from './dense.ts';
import { buildDropout } from './dropout.ts';
import { type Embedding, embeddingFor } from './embedding.ts';
import { type Ledger, ledgerFor } from './ledger.ts';
import { type Judged, lossGradientFor } from './loss.ts';
import { type Given, givenFor, rowsFor } from './numbers.ts';
import type { BuildCell, Made, Part, Pass, Place, Room } from './part.ts';
import { buildPooling } from './pooling.ts';
import { buildRecurrent } from './recurrent-layer.ts';
import { type Block, layOut, type Sheet } from './sheet.ts';
import type { Target, Texture, Value } from './texture.ts';

/** A layer's part, with where its blocks stand among the sheet's. */
interface Seat {
  readonly part: Part;
  readonly from: number;
}

/** A table of word vectors: trained, or as it was given. */
export interface Table {
  readonly embedding: Embedding;
  readonly trainees: Trainees | undefined;
  /** The numbers of a frozen one, and what they are read through. */
  readonly frozen: Texture | undefined;
  readonly frozenTarget: Target | undefined;
}

/** A model as draws on a device. */
export interface Model {
  /** Where its parameters stand, but for the table of an embedding. */
  readonly sheet: Sheet;
  readonly trainees: Trainees;
  readonly gradients: Target;
  readonly table: Table | undefined;
  readonly ledger: Ledger;
  /** What comes out, with its size. */
  readonly last: Shape;
  /** Steps that convolutions take off a sequence. */
  readonly lost: number;
  /** Forward. @param learns whether `judge` and `backward` follow */
  forward(questions: Questions, chance: Pass['chance'], learns: boolean): Made;
  /** Hands the labels of a batch over. */
  judge(examples: Examples, made: Made): Judgement;
  /** Loss, backward, and the batch's line in the ledger. */
  backward(judgement: Judgement, line: number): void;
  /** What an output's texture is read through. */
  readable(output: Texture): Target;
  /** Clipping and Adam. */
  update(pace: Omit<Pace, 'ledger'>): void;
}

interface Judgement {
  readonly judged: Judged;
  /** How many answers count. */
  readonly answers: number;
}

/** What every layer but the first embedding is drawn by. */
type Build<Kind extends Layer['kind']> = (layer: Layer & { readonly kind: Kind }, place: Place) => Part;

function builders(cell: BuildCell): {
  readonly [Kind in Exclude<Layer['kind'], 'plain'>]: Build<Kind>;
} {
  return {
    embedding: ({ name }) => {
      throw new Error(
        `${name}: an embedding reads word ids, so it has to be the first layer. Move it there.`,
      );
    },
    dropout: buildDropout,
    recurrent: (layer, place) => buildRecurrent(layer, place, cell),
    convolution: buildConvolution,
    pooling: buildPooling,
    dense: buildDense,
  };
}

/**
 * Puts a model into a room: all its programs, textures and targets.
 *
 * @param architecture checked (`../checks/model.ts`)
 * @throws Error for a layer that this engine lacks, and where the device has no textures so large
 */
export function modelIn(
  room: Room,
  architecture: Architecture,
  { size: batch, tokens: steps }: Limits,
  cell: BuildCell,
): Model {
  const { device } = room;
  const { layers, loss, input } = architecture;
  const most = { batch, steps };
  const values = valuesOf(architecture);
  const last = values.at(-1);
  if (last === undefined) throw new Error('a model has a last value');
  const [first] = layers;
  const reads = input === 'ids' && first?.kind === 'embedding' ? first : undefined;
  const table = reads && tableFor(room, reads, most);
  const given = input === 'ids' ? undefined : givenFor(room, input, most);
  const mask = reads?.masked ? givenFor(room, 1, most) : undefined;

  const { seats, blocks, made } = seat(room, architecture, values, reads ? 1 : 0, most, cell);
  const sheet = layOut(blocks, device.side);
  const trainees = traineesFor(room, sheet);
  const gradients = room.target([room.texture(sheet, 'quad')]);
  const [gradientTexture] = gradients.textures;
  if (gradientTexture === undefined) throw new Error('a target has a texture');

  const answersMost = last.sequence ? { batch, steps: made } : { batch, steps: 1 };
  const labels = givenFor(room, loss === 'numbers' ? last.size : 1, answersMost);
  const marks = last.sequence ? givenFor(room, 1, answersMost) : undefined;
  const gradient = lossGradientFor(room, loss, last.size, answersMost);
  const ledger = ledgerFor(room, loss, last.size, table?.embedding.gradient);
  const adam = adamOnSheet(room, trainees, gradientTexture);
  const adamTable =
    table?.trainees &&
    table.embedding.gradient &&
    adamOnTable(room, table.trainees, table.embedding.place, table.embedding.gradient);

  /** What each part met on the way forward, for the way back. */
  const passes: Pass[] = [];
  /** A few at most: a cell's last output may stand in one of two textures. */
  const readable = new Map<Texture, Target>();
  return {
    sheet,
    trainees,
    gradients,
    table,
    ledger,
    last,
    lost: steps - made,

    forward(questions, chance, learns) {
      const rows = rowsFor(device.side, most, questions.size, questions.tokens);
      const padded = mask !== undefined && isPadded(architecture, questions);
      if (padded)
        mask.put(
          Float32Array.from(questions.ids ?? [], (id) => (id === PAD ? 0 : 1)),
          rows,
        );
      let value: Made = {
        output: lookUp(table, given, questions, rows, learns),
        rows,
        mask: padded ? mask.value : undefined,
      };
      passes.length = 0;
      for (const { part, from } of seats) {
        const pass: Pass = {
          input: value.output,
          rows: value.rows,
          mask: value.mask,
          parameters: trainees.now().weights,
          at: sheet.places.slice(from, from + part.blocks.length),
          chance,
        };
        passes.push(pass);
        value = part.forward(pass);
      }
      return value;
    },

    judge(examples, { output, rows, mask }) {
      labels.put(examples.labels, rows);
      const marked = marks !== undefined && examples.counted !== undefined;
      if (marked) marks.put(examples.counted, rows);
      return {
        judged: {
          answers: output,
          rows,
          labels: labels.value,
          counted: marked ? marks.value : mask,
        },
        answers: answersOf(last, examples, rows.steps),
      };
    },

    backward({ judged, answers }, line) {
      let adjoint: Value | undefined = gradient(judged, answers);
      for (let k = seats.length - 1; k >= 0 && adjoint !== undefined; k--) {
        const [seat, pass] = [seats[k], passes[k]];
        if (seat === undefined || pass === undefined) throw new Error('a part has no pass to go back on');
        adjoint = seat.part.backward(pass, adjoint, gradients);
      }
      const [pass] = passes;
      if (adjoint !== undefined) table?.embedding.backward(adjoint, pass?.rows ?? judged.rows);
      ledger.enter(line, gradientTexture, judged);
    },

    readable(output) {
      const known = readable.get(output) ?? room.target([output]);
      readable.set(output, known);
      return known;
    },

    update(pace) {
      adam({ ...pace, ledger: ledger.texture });
      adamTable?.({ ...pace, ledger: ledger.texture });
    },
  };
}

function tableFor(room: Room, layer: EmbeddingLayer, most: { batch: number; steps: number }): Table {
  const embedding = embeddingFor(room, layer, most);
  const frozen = layer.trained ? undefined : room.texture(embedding.place, 'quad');
  return {
    embedding,
    trainees: layer.trained ? traineesFor(room, embedding.place) : undefined,
    frozen,
    frozenTarget: frozen && room.target([frozen]),
  };
}

/** The batch's words, looked up; or its vectors. */
function lookUp(
  table: Table | undefined,
  given: Given | undefined,
  questions: Questions,
  rows: Pass['rows'],
  learns: boolean,
): Value {
  if (table !== undefined) {
    const { embedding, trainees, frozen } = table;
    const texture = trainees?.now().weights ?? frozen;
    if (texture === undefined) throw new Error('a table has numbers');
    embedding.put(questions, learns);
    return embedding.forward(texture, rows);
  }
  if (given === undefined || questions.vectors === undefined)
    throw new Error('the model reads vectors, and the batch has none.');
  given.put(questions.vectors, rows);
  return given.value;
}

/** Builds the parts from the layer `start` on. */
function seat(
  room: Room,
  { layers }: Architecture,
  values: readonly Shape[],
  start: number,
  { batch, steps }: { batch: number; steps: number },
  cell: BuildCell,
): { readonly seats: readonly Seat[]; readonly blocks: readonly Block[]; readonly made: number } {
  const build = builders(cell);
  const seats: Seat[] = [];
  const blocks: Block[] = [];
  let made = steps;
  /** Whether something before the layer is trained. */
  let inputAdjoint = layers.slice(0, start).some((layer) => layer.kind === 'embedding' && layer.trained);
  for (const [place, layer] of layers.entries()) {
    const input = values[place];
    if (place < start || input === undefined) continue;
    if (layer.kind === 'plain')
      throw new Error(`${layer.name}: only the plain tfjs engine has tfjs's layer ${layer.className}.`);
    const most = { batch, steps: input.sequence ? made : 1 };
    // The table's type ties each kind to its own layer; TypeScript cannot follow that tie through a lookup.
    const part = (build[layer.kind] as Build<Layer['kind']>)(layer, {
      room,
      place,
      input,
      most,
      inputAdjoint,
    });
    if (layer.kind === 'convolution' && layer.padding === 'valid') made -= layer.width - 1;
    seats.push({ part, from: blocks.length });
    blocks.push(...part.blocks);
    inputAdjoint ||= part.blocks.length > 0;
  }
  return { seats, blocks, made };
}
