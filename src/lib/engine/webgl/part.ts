/**
 * How a layer draws itself on a device. Building a part makes its programs and textures, for the largest
 * batch; a batch then is `forward` of each part and `backward` in the reverse order, draws and nothing else: no object
 * is made per batch, and no number is read back.
 */
import type { Value as Shape } from '../architecture.ts';
import type { Device } from './device.ts';
import type { Extent, Rows } from './rows.ts';
import type { Block } from './sheet.ts';
import type { Format, Rectangle, Target, Texture, Value } from './texture.ts';

/**
 * Makes the textures and targets of one model, and frees them with it. A forecast has a room without a device:
 * it only counts, and its programs are never drawn with.
 */
export interface Room {
  readonly device: Pick<Device, 'program' | 'draw' | 'write' | 'side' | 'outputs'>;
  /** Zeros. @throws Error where the device has no texture so large */
  texture(extent: Extent, format: Format): Texture;
  target(textures: readonly Texture[]): Target;
}

/** What a part is built for. */
export interface Place {
  readonly room: Room;
  /** The layer's place in its model, from 0: dropout's key needs it. */
  readonly place: number;
  /** What comes in, with its size. */
  readonly input: Shape;
  /** Of the largest batch: examples, and steps of what comes in (1 where it is no sequence). */
  readonly most: { readonly batch: number; readonly steps: number };
  /** Whether somebody reads the input's adjoint. */
  readonly inputAdjoint: boolean;
}

/** A batch at hand, as one part meets it. */
export interface Pass {
  readonly input: Value;
  /** How the input's rows stand; steps is 1 where it is no sequence. */
  readonly rows: Rows;
  /** [steps · batch, 1]: 1 where a step is there, 0 where it is padding. None: all are there. */
  readonly mask: Value | undefined;
  /** The model's parameters (`sheet.ts`), and where the part's blocks stand in them, in the order of `blocks`. */
  readonly parameters: Texture;
  readonly at: readonly Rectangle[];
  /** Of dropout: none where nothing is dropped (outputs, lessons). */
  readonly chance: { readonly seed: number; readonly step: number } | undefined;
}

/** What a part made of a batch. */
export interface Made {
  readonly output: Value;
  readonly rows: Rows;
  readonly mask: Value | undefined;
}

export interface Part {
  /** The texels that its parameters take in the model's sheet. */
  readonly blocks: readonly Block[];
  forward(pass: Pass): Made;
  /**
   * Draws each of its blocks whole into the sheet of gradients, zeros where no slot is, and the input's adjoint.
   * @param adjoint dL/d(output), as `forward` gave it. Only to be read
   * @returns dL/d(input), laid out as the input is; undefined where nobody reads it
   */
  backward(pass: Pass, adjoint: Value, gradients: Target): Value | undefined;
}

/** One cell of a recurrent layer, in one direction. */
interface CellToDraw {
  readonly equations: string;
  readonly units: number;
  /** What its variables' names begin with. */
  readonly prefix: string;
  /**
   * `backward` runs from the last step to the first. Rows of input, output and mask stand in the order of the text all
   * the same.
   */
  readonly direction: 'forward' | 'backward';
  /** Whether the output is that of every step, or after the last one run, [batch, units]. */
  readonly sequences: boolean;
  /**
   * Where recurrent dropout is on: what a vector of so many elements that a product inside the loop reads is to be
   * multiplied by, [batch, size], ones in a pass without chance. Filled before `forward` draws. To be asked for while
   * the part is built; vectors of one size share it.
   */
  readonly keep: ((size: number) => Value) | undefined;
}

/** Builds a cell's part (`recurrent.ts`). @throws Error for a graph that cannot be planned, naming why */
export type BuildCell = (cell: CellToDraw, place: Place) => Part;
