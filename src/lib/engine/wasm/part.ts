/**
 * How a layer puts itself on a batch's tape. A layer is given a `Place` (memory, its input, its variables) and gives a
 * `Part`: where its output is, and what it adds to the tape forward and backward. It runs no arithmetic itself.
 *
 * Sequences lie in memory TIME-MAJOR: all rows of step 0 first, [steps · batch, size]; so the rows of step t are
 * `rowsOf(block, t * batch, batch)`, and a product over all steps is one instruction.
 */
import type { Block, Ids } from './block.ts';
import type { Layout } from './layout.ts';
import type { Tape } from './tape.ts';

/**
 * Where a part takes memory. Batches of all shapes use the same memory one after another, so it starts with whatever
 * the last one left there (not with zeros), and nothing in it outlives the batch. `number` gives constants.
 */
export type Scope = Pick<Layout, 'block' | 'slot' | 'number' | 'packed' | 'ids'>;

/** What a layer is given. */
export interface Place {
  readonly memory: Scope;
  /** Examples in the batch. */
  readonly batch: number;
  /** Steps of the input; 1 where it is one vector an example. */
  readonly steps: number;
  /** [steps · batch, size] time-major, or [batch, size]. Only to be read. Its rows may have gaps between them. */
  readonly input: Block;
  /** [steps · batch, 1]: 1 where a step is there, 0 where it is padding. None: all are there. */
  readonly mask: Block | undefined;
  /**
   * Whether `backward` will be called; what only that needs is not kept otherwise. Where it is not, the variables'
   * gradients must not be written.
   */
  readonly learns: boolean;
  /**
   * Where dL/d(input) goes, of the input's shape, every number of it written by `backward`; none: nobody asks for it.
   * It shares no memory with the input.
   */
  readonly inputGradient: Block | undefined;
  /**
   * Variables, by their names within the layer: a matrix as it is, a vector as one row [1, n], three dimensions
   * [a, b, c] as [a · b, c]. Several that lie one right after the other in memory (`Arrangement`) are given as one
   * block: matrices of equally many columns one under the other, vectors side by side.
   * @throws Error for a name that there isn't, and for several that don't lie so
   */
  weights(...names: readonly string[]): Block;
  /** Their gradients, the same way: `backward` writes each of them whole. One never written stays zero. */
  gradients(...names: readonly string[]): Block;
}

/** Where a dropout's bits come from: one word each, written before every batch. */
interface Chance {
  /** `keyOf` of chance.ts. */
  readonly key: Ids;
  /** The number of the batch's first example; not 0 where this is a part of a batch. */
  readonly first: Ids;
}

/** What a whole layer is given. */
export interface LayerPlace extends Place {
  /**
   * Only where dropout is on. @param which what is added to the layer's place for the key: 0, or of a recurrent layer's
   * k-th cell 1000 (k + 1)
   */
  readonly chance: ((which: number) => Chance) | undefined;
}

/** A layer on a tape. */
export interface Part {
  /** [steps' · batch, size'] time-major, or [batch, size']. */
  readonly output: Block;
  /** Steps of the output; 1 where it is one vector an example. */
  readonly steps: number;
  /** Adds what makes the output of the input. */
  forward(tape: Tape): void;
  /**
   * Adds what makes the gradients of the variables and of the input.
   * @param outputGradient dL/d(output), of the output's shape, its rows perhaps with gaps between them. Nobody reads it
   * afterwards: it may be overwritten; so may the output
   */
  backward(tape: Tape, outputGradient: Block): void;
}

/** One cell of a recurrent layer, in one direction. */
export interface CellOnTape {
  readonly equations: string;
  readonly units: number;
  /**
   * `backward` runs from the last step to the first. Rows of input, output and mask stand in the order of the text all
   * the same: the state before step t is then step t + 1's.
   */
  readonly direction: 'forward' | 'backward';
  /** Whether the output is that of every step, [steps · batch, units], or after the last one run, [batch, units]. */
  readonly sequences: boolean;
}

/** What a cell is given: its weights by the names of the equations' parameters. */
export interface CellPlace extends Place {
  /**
   * Where recurrent dropout is on: what a vector of so many elements that a product inside the loop reads is to be
   * multiplied by, [batch, size], zeros and 1 / (1 − rate), the same at all steps. To be asked for while the part is
   * made; it is filled before `forward`'s instructions run. A cell's vectors of one size share it.
   */
  readonly keep: ((size: number) => Block) | undefined;
}

/** Puts a cell on the tape (`recurrent.ts`). @throws Error for a graph that cannot be planned, naming why */
export type PutCell = (cell: CellOnTape, place: CellPlace) => Omit<Part, 'steps'>;

/**
 * The order in which a layer's variables lie in memory, one right after the other, so that some can be used as one
 * block: for an LSTM Wf, Wi, Wo, Wg, then Uf, Ui, and so on. Every variable once, by its name within the layer.
 */
export type Arrangement = (equations: string) => readonly string[];
