import { type Place, placeHash } from './place.ts';
import { type Reading, within } from './reading.ts';
import { byWeight } from './verdict.ts';
import { centred, clampStart, follow, windowSize } from './window.ts';

/** Milliseconds that a sub-step lasts at speed 1. */
const STEP = 900;

/** What the Speed switch offers. */
export const SPEEDS = [0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/**
 * Where the reader is. The panels hold nothing of their own: they are drawn from this and the reading, and a press
 * in any of them changes only this.
 */
export class Stage {
  readonly reading: Reading;
  readonly #ranks: readonly number[];
  word = $state(0);
  /** Index of the statement that runs. */
  step = $state(0);
  unit = $state(0);
  /** The letter under the pointer or the focus, lit in every panel. */
  lit = $state<string | undefined>(undefined);
  /** The letter that a tap or a press keeps lit. */
  pinned = $state<string | undefined>(undefined);
  /** The named value that the heat map shows. */
  shown = $state('');
  playing = $state(false);
  speed = $state<Speed>(1);
  /** First word of the heat map's window. */
  windowStart = $state(0);
  /** Whether the reader has moved: only then does the place go into the address. */
  moved = $state(false);

  constructor(reading: Reading) {
    this.reading = reading;
    this.#ranks = byWeight(reading.verdict);
    this.word = reading.start.word;
    this.step = reading.start.step;
    this.unit = reading.start.unit;
    this.shown = reading.shown[0] ?? '';
    this.windowStart = centred(reading.start.word, reading.words.length);
  }

  get steps(): number {
    return this.reading.statements.length;
  }

  get words(): number {
    return this.reading.words.length;
  }

  get windowSize(): number {
    return windowSize(this.words);
  }

  /** What is lit now. */
  get lights(): string | undefined {
    return this.lit ?? this.pinned;
  }

  get place(): Place {
    return { word: this.word, step: this.step, unit: this.unit };
  }

  get hash(): string {
    return placeHash(this.place);
  }

  get atStart(): boolean {
    return this.word === 0 && this.step === 0;
  }

  get atEnd(): boolean {
    return this.word === this.words - 1 && this.step === this.steps - 1;
  }

  /** Goes to a place, or as near as the review allows. */
  go(place: Partial<Place>): void {
    const next = within({ ...this.place, ...place }, this.words, this.steps, this.reading.sizes.units);
    this.moved = true;
    this.word = next.word;
    this.step = next.step;
    this.unit = next.unit;
    this.windowStart = follow(this.windowStart, next.word, this.words);
  }

  /** So many sub-steps on, or back where negative; stops at the review's ends. */
  move(steps: number): void {
    const position = this.word * this.steps + this.step + steps;
    const clamped = Math.max(0, Math.min(position, this.words * this.steps - 1));
    this.go({ word: Math.floor(clamped / this.steps), step: clamped % this.steps });
  }

  moveWord(words: number): void {
    this.go({ word: this.word + words });
  }

  moveUnit(units: number): void {
    this.go({ unit: this.unit + units });
  }

  first(): void {
    this.go({ word: 0, step: 0 });
  }

  last(): void {
    this.go({ word: this.words - 1, step: this.steps - 1 });
  }

  /** Moves the window alone; now stays where it is. */
  slide(start: number): void {
    this.windowStart = clampStart(start, this.words);
  }

  /** Brings now back into the window. */
  backToNow(): void {
    this.windowStart = centred(this.word, this.words);
  }

  /** Now's rank among the words by weight, 0 for the heaviest. */
  get rank(): number {
    return this.#ranks.indexOf(this.word);
  }

  /** Goes to the next lighter word, or a heavier one where negative. */
  moveRank(ranks: number): void {
    const word = this.#ranks[this.rank + ranks];
    if (word === undefined) return;
    this.go({ word });
    this.backToNow();
  }

  /** Plays from here; from the start where the review has been read to its end. */
  toggle(): void {
    if (!this.playing && this.atEnd) this.first();
    this.playing = !this.playing;
  }

  /** Milliseconds until the next sub-step while it plays. */
  get pace(): number {
    return STEP / this.speed;
  }

  /** One beat of playing. */
  tick(): void {
    this.move(1);
    if (this.atEnd) this.playing = false;
  }

  /** Lets go of a letter that a tap kept lit. */
  letGo(): void {
    this.pinned = undefined;
  }

  /** A tap keeps a letter lit; a second one lets it go. */
  pin(symbol: string): void {
    this.pinned = this.pinned === symbol ? undefined : symbol;
  }
}
