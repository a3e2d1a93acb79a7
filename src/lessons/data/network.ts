import { unpack } from '../../components/stage/packed.ts';
import type { Cell } from '../../lib/cells/cell.ts';
import { findCell } from '../../lib/cells/index.ts';
import type { TrainedModel } from '../../lib/engine/model.ts';
import { PAD, START } from '../../lib/imdb/format.ts';

/** What `scripts/lesson-weights.py` writes of a network; arrays are packed as the stage packs them. */
export interface StoredNetwork {
  readonly cell: string;
  readonly sizes: TrainedModel['sizes'];
  readonly parameters: Readonly<Record<string, string>>;
  readonly head: { readonly weights: string; readonly bias: number };
  /** The vector of the mark that begins every review. */
  readonly start: string;
  /** The vectors of the lesson's words alone: the whole vocabulary's would be half a megabyte. */
  readonly words: Readonly<Record<string, string>>;
  readonly training: Training;
}

/** How it was trained, and how well it does. */
export interface Training {
  readonly reviews: number;
  readonly tokens: number;
  readonly vocabulary: number;
  readonly batch: number;
  readonly rate: number;
  readonly clip: number;
  readonly dropout: number;
  readonly seed: number;
  /** On the validation part, after each epoch. */
  readonly validation: readonly {
    readonly epoch: number;
    readonly accuracy: number;
    readonly loss: number;
  }[];
  /** Counted from 1. */
  readonly keptEpoch: number;
  readonly test: { readonly accuracy: number; readonly loss: number; readonly reviews: number };
  readonly date: string;
  readonly software: string;
}

/** A network that the lessons ship. */
export interface LessonNetwork {
  readonly cell: Cell;
  /** Its vocabulary is PAD, START and the lesson's words. */
  readonly model: TrainedModel;
  /** The word of each id of `model`. */
  readonly vocabulary: readonly string[];
  readonly training: Training;
}

/** How the mark that begins every review is written where words stand. */
export const START_WORD = '(start)';

/** Opens a stored network. @throws Error where an array has the wrong length or the cell is in no list */
export function openNetwork(stored: StoredNetwork): LessonNetwork {
  const { sizes, training } = stored;
  const cell = findCell(stored.cell);
  const words = Object.entries(stored.words);
  const rows = [
    new Float32Array(sizes.input),
    unpack('the vector of START', stored.start, sizes.input),
    ...words.map(([word, packed]) => unpack(`the vector of “${word}”`, packed, sizes.input)),
  ];
  const embedding = new Float32Array(rows.length * sizes.input);
  for (const [id, row] of rows.entries()) embedding.set(row, id * sizes.input);
  const vocabulary: string[] = [];
  vocabulary[PAD] = '';
  vocabulary[START] = START_WORD;
  vocabulary.push(...words.map(([word]) => word));
  return {
    cell,
    model: {
      equations: cell.equations,
      sizes,
      parameters: new Map(
        Object.entries(stored.parameters).map(([name, packed]) => [
          name,
          unpack(`parameter ${name}`, packed, sizes.units * lengthOfRow(name, sizes)),
        ]),
      ),
      embedding,
      vocabulary: vocabulary.length,
      tokens: training.tokens,
      head: { weights: unpack('the head', stored.head.weights, sizes.units), bias: stored.head.bias },
    },
    vocabulary,
    training,
  };
}

/** By the names that all cells of the list share: W multiplies x, U multiplies h, b is a vector. */
function lengthOfRow(name: string, sizes: TrainedModel['sizes']): number {
  return name.startsWith('W') ? sizes.input : name.startsWith('U') ? sizes.units : 1;
}

/**
 * The ids of a sentence as the network reads it: START, then a word each.
 * @throws Error for a word whose vector the lesson doesn't ship
 */
export function idsOf({ vocabulary }: LessonNetwork, sentence: string): number[] {
  return [
    START,
    ...sentence.split(' ').map((word) => {
      const id = vocabulary.indexOf(word);
      if (id <= START)
        throw new Error(
          `“${word}” has no vector in src/lessons/data. Add its sentence to sentences.json and run scripts/lesson-weights.py --ship-only.`,
        );
      return id;
    }),
  ];
}

/** The words that stand for a sentence's ids. */
export function wordsOf({ vocabulary }: LessonNetwork, ids: readonly number[]): string[] {
  return ids.map((id) => vocabulary[id] ?? '');
}
