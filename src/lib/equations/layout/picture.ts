import type { NodeId } from '../graph.ts';
import type { SymbolText } from '../symbol.ts';
import type { FrameName } from './frame.ts';
import type { Label } from './label.ts';

/**
 * A cell's diagram, laid out: everything has its place in px, and nothing is left to measure. Plain data, so that a page
 * carries it from the build.
 */
export interface Picture {
  readonly frame: FrameName;
  /** `cell`: one picture, wires from part to part. `lines`: each line by itself, joined by names, where one picture would tangle. */
  readonly form: 'cell' | 'lines';
  readonly width: number;
  readonly height: number;
  /** The cell's outlines: one, or one a line. */
  readonly bodies: readonly Box[];
  readonly parts: readonly Part[];
  readonly strips: readonly Strip[];
  readonly wires: readonly Wire[];
  readonly dots: readonly Dot[];
  readonly texts: readonly Text[];
  /** Gates from left to right, by the node whose value leaves them: the next picture of an edited text keeps to it. */
  readonly order: readonly string[];
  /** How the names that stand in it are written. */
  readonly letters: readonly Letter[];
}

/** A name as it is set: `Wf` as an italic W with f below it. */
export interface Letter extends SymbolText {
  readonly name: string;
}

/** A picture before its names are set. */
export type Unlettered = Omit<Picture, 'letters'>;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A gate, an operator, a function, or a name that stands for a wire. */
export interface Part extends Box {
  readonly kind: 'gate' | 'operator' | 'pill' | 'constant' | 'stub';
  /** The value that leaves it. */
  readonly node: NodeId;
  readonly label: Label;
}

/** The units of a value, in a row on the wire that carries it; its name and the chosen unit's number stand above. */
export interface Strip extends Box {
  readonly node: NodeId;
  /** What stands at its left above; undefined where there is no room, and the number stands alone. */
  readonly name: Label | undefined;
  /** What it stands for in the equations, with its prime; undefined for what lies within a line. */
  readonly symbol: string | undefined;
  readonly at: 'in' | 'out' | 'inside' | 'input';
  /** Where the name begins: left of the strip where it is long, so that it never touches the wire. */
  readonly nameX: number;
  /** The line that the name stands on: over the number's where both are too long for the strip. */
  readonly nameY: number;
  /** Where the number stands: up to the strip's right end, or right of a wire that passes upward. */
  readonly numberX: number;
  readonly numberAnchor: 'start' | 'end';
}

/** A stretch of a value's wire, from its source or a branch to the next branch or its end. */
export interface Wire {
  /** The value that it carries. */
  readonly node: NodeId;
  /** The values that are made from it by way of this stretch. */
  readonly to: readonly NodeId[];
  /** The parameter that lies on it: all of the stretch is lit with it. */
  readonly letter: string | undefined;
  /** Corners of its lines, x and y in turn; broken where another wire crosses over it. */
  readonly lines: readonly (readonly number[])[];
  /** An arrow head stands at the end of the last line. */
  readonly arrow: boolean;
}

/** A branch. */
export interface Dot {
  readonly node: NodeId;
  readonly to: readonly NodeId[];
  readonly x: number;
  readonly y: number;
}

/** A letter beside a wire, the sign of an operand, or a number of the chosen unit. */
export interface Text {
  readonly kind: 'letter' | 'mark' | 'number';
  /** For a number the value it shows; else the value that is read. */
  readonly node: NodeId;
  readonly label: Label;
  readonly x: number;
  /** Of the line that letters stand on. */
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly width: number;
}
