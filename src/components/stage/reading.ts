import { ROLES, type Role } from '../../lib/cells/cell.ts';
import {
  countParameters,
  elements,
  type Graph,
  type Sizes,
  statementName,
} from '../../lib/equations/graph.ts';
import { named, type Recording, run } from '../../lib/equations/numbers.ts';
import { unpack } from './packed.ts';
import type { Pictures } from './pictures.ts';
import type { Place } from './place.ts';
import { symmetricBound } from './scale.ts';
import type { StageSubject } from './subject.ts';
import { type SymbolInfo, symbolsOf } from './symbol.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A subject unpacked and read: all that the panels show follows from it. */
export interface Reading {
  readonly name: string;
  readonly origin: string;
  readonly graph: Graph;
  readonly sizes: Sizes;
  readonly parameters: number;
  readonly words: readonly string[];
  readonly recording: Recording;
  readonly verdict: Verdict;
  readonly symbols: ReadonlyMap<string, SymbolInfo>;
  /** Statement names in order: `f`, `c'`. */
  readonly statements: readonly string[];
  /** What the heat map can show, by statement name: states first, as the cell's memory, then the others. */
  readonly shown: readonly string[];
  readonly start: Place;
  readonly typeset: readonly string[];
  readonly symbolHtml: ReadonlyMap<string, string>;
  readonly pictures: Pictures | undefined;
}

/** More than any cell on the site has, little enough that a page stays responsive. */
const MOST_UNITS = 256;
const MOST_WORDS = 4096;

/**
 * Opens a subject: checks and unpacks its numbers, runs the cell over the review.
 *
 * @throws Error whose message a reader can act on: arrays that are missing or of the wrong size
 */
export function readSubject(subject: StageSubject): Reading {
  const { graph, sizes, words } = subject;
  checkSize('units', sizes.units);
  checkSize('input', sizes.input);
  if (words.length > MOST_WORDS)
    throw new Error(
      `this review has ${words.length} words; the stage opens on at most ${MOST_WORDS}. Keep its last ones.`,
    );
  const packed = new Map(subject.parameters);
  const parameters = new Map(
    graph.parameters.map(({ name, shape }) => {
      const text = packed.get(name);
      if (text === undefined)
        throw new Error(
          `parameter ${name} is missing: the equations read it, the subject has ${[...packed.keys()].join(', ') || 'none'}.`,
        );
      return [name, unpack(`parameter ${name}`, text, elements(shape, sizes))] as const;
    }),
  );
  const vectors = unpack('the word vectors', subject.inputs, words.length * sizes.input);
  const weights = unpack('the verdict’s weights', subject.head.weights, sizes.units);
  const inputs = words.map((_, word) => vectors.subarray(word * sizes.input, (word + 1) * sizes.input));
  const recording = run(graph, sizes, parameters, inputs);
  const verdict = verdictOf(recording, weights, subject.head.bias);
  const statements = graph.statements.map(statementName);
  const states = graph.states.map(({ name }) => `${name}'`);
  const known: readonly string[] = ROLES;
  const roles = new Map<string, Role>(
    Object.entries(subject.roles).filter(([, role]) => known.includes(role)),
  );
  const start = subject.start ?? tellingPlace(recording, verdict, weights);
  return {
    name: subject.name,
    origin: subject.origin,
    graph,
    sizes,
    parameters: countParameters(graph, sizes),
    words,
    recording,
    verdict,
    symbols: symbolsOf(graph, roles),
    statements,
    shown: [...states, ...statements.filter((name) => !states.includes(name))],
    start: within(start, words.length, statements.length, sizes.units),
    typeset: subject.typeset,
    symbolHtml: new Map(subject.symbols),
    pictures: subject.pictures,
  };
}

function checkSize(what: string, size: number): void {
  if (!(Number.isInteger(size) && size >= 1 && size <= MOST_UNITS))
    throw new Error(
      `the stage was given ${size} as ${what}; expected a whole number from 1 to ${MOST_UNITS}.`,
    );
}

/** The place nearest to the wished one that exists. */
export function within(place: Place, words: number, statements: number, units: number): Place {
  const clamp = (value: number, count: number) => Math.max(0, Math.min(Math.round(value) || 0, count - 1));
  return {
    word: clamp(place.word, words),
    step: clamp(place.step, statements),
    unit: clamp(place.unit, units),
  };
}

/**
 * A place worth opening at: the word that pushed the verdict furthest, the line that defines the first state, and
 * the unit that carried most of the push.
 */
function tellingPlace(recording: Recording, verdict: Verdict, weights: Float32Array): Place {
  const word = largest(verdict.pushes);
  const { graph, steps } = recording;
  const step = Math.max(
    0,
    graph.statements.findIndex(({ primed }) => primed),
  );
  const now = steps[word];
  if (now === undefined) return { word: 0, step, unit: 0 };
  const before = now.before.get(graph.output);
  const after = now.after.get(graph.output);
  const carried = Array.from(
    weights,
    (weight, unit) => weight * ((after?.[unit] ?? 0) - (before?.[unit] ?? 0)),
  );
  return { word, step, unit: largest(carried) };
}

/** Index of the number that is largest in size; 0 of none. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((best, value, k) => (Math.abs(value) > Math.abs(numbers[best] ?? 0) ? k : best), 0);
}

/** A named value over the whole review: one array a word. */
export function valuesOf({ recording }: Reading, name: string): readonly Float64Array[] {
  return recording.steps.map((_, step) => named(recording, step, name));
}

/** The bound of a value's colour scale: what it can't leave, else the largest that it reaches over the review. */
export function boundOf(reading: Reading, name: string): number {
  const range = reading.symbols.get(name)?.range;
  if (range?.[0] === 0) return range[1];
  return symmetricBound(valuesOf(reading, name).flatMap((values) => [...values]));
}
