import { ADAM, corrections } from '../optimiser.ts';
import type { SparseGradient, TablePlace } from './embedding.ts';
import { LINES } from './ledger.ts';
import { LISTED } from './numbers.ts';
import type { Room } from './part.ts';
import type { Extent } from './rows.ts';
import { ROWS } from './rows.ts';
import type { Target, Texture } from './texture.ts';

/** Parameters with Adam's two means of their gradient, of one layout. */
export interface Trained {
  readonly weights: Texture;
  readonly first: Texture;
  readonly second: Texture;
  readonly target: Target;
}

/** What is trained, twice: a draw reads one state and writes the other. */
export interface Trainees extends Extent {
  now(): Trained;
  /** The state that is drawn next becomes the present one. */
  swap(): void;
  next(): Trained;
}

export function traineesFor(room: Room, { width, height }: Extent): Trainees {
  const state = (): Trained => {
    const texture = () => room.texture({ width, height }, 'quad');
    const [weights, first, second] = [texture(), texture(), texture()];
    return { weights, first, second, target: room.target([weights, first, second]) };
  };
  let [now, next] = [state(), state()];
  return {
    width,
    height,
    now: () => now,
    next: () => next,
    swap: () => {
      [now, next] = [next, now];
    },
  };
}

/** The gradient's norm, and what clipping multiplies by: the same for every number, so worked out once a draw. */
const CORNER = `
uniform sampler2D ledger;
uniform int line;
uniform float most;
flat out float clipping;
void atCorner() {
  float squares = 0.0;
  for (int k = 0; k < ${LINES.columns}; k++) squares += texelFetch(ledger, ivec2(k, line), 0).r;
  float norm = sqrt(squares);
  clipping = norm > most ? most / norm : 1.0;
}`;

const UPDATE = `
uniform sampler2D weights, first, second;
uniform float rate, secondCorrection;
flat in float clipping;
layout(location = 0) out vec4 nextWeights;
layout(location = 1) out vec4 nextFirst;
layout(location = 2) out vec4 nextSecond;
void update(vec4 gradient) {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 g = clipping * gradient;
  vec4 m = ${ADAM.firstDecay} * texelFetch(first, at, 0) + ${1 - ADAM.firstDecay} * g;
  vec4 v = ${ADAM.secondDecay} * texelFetch(second, at, 0) + ${1 - ADAM.secondDecay} * g * g;
  nextFirst = m;
  nextSecond = v;
  nextWeights = texelFetch(weights, at, 0) - rate * m / (sqrt(secondCorrection * v) + ${ADAM.epsilon});
}
`;

const SHEET = `
${UPDATE}
uniform sampler2D gradients;
void main() { update(texelFetch(gradients, ivec2(gl_FragCoord.xy), 0)); }`;

/** Dense: a row that the batch doesn't meet has a gradient of zero, and moves by its means. */
const TABLE = `
${UPDATE}${ROWS}${LISTED}
uniform sampler2D gradients, places;
uniform int count, quads, fold, gradientFold;
void main() {
  ivec3 at = placeOf(ivec3(1, count, fold), ivec2(gl_FragCoord.xy), quads);
  int place = at.z < count ? int(listed(places, at.z)) : -1;
  ivec2 from = stepAt(ivec3(1, 0, gradientFold), max(place, 0), quads) + ivec2(at.x, 0);
  update(place < 0 ? vec4(0.0) : texelFetch(gradients, from, 0));
}`;

/** What one batch's update goes by. */
export interface Pace {
  readonly rate: number;
  /** The largest norm, or Infinity. */
  readonly clip: number;
  /** Batches learnt, this one included. */
  readonly step: number;
  /** Where the squares of the gradient were summed. */
  readonly ledger: Texture;
  readonly line: number;
}

const LARGEST_FLOAT = 3.4028234663852886e38;

const paced = ({ weights, first, second }: Trained, { rate, clip, step, ledger, line }: Pace) => {
  const corrected = corrections(rate, step);
  return {
    weights,
    first,
    second,
    ledger,
    line,
    most: Math.min(clip, LARGEST_FLOAT),
    rate: corrected.rate,
    secondCorrection: corrected.second,
  };
};

/** One draw: every parameter in the model's sheet. */
export function adamOnSheet({ device }: Room, trainees: Trainees, gradients: Texture): (pace: Pace) => void {
  const program = device.program(SHEET, CORNER);
  return (pace) => {
    device.draw({
      program,
      target: trainees.next().target,
      at: { x: 0, y: 0, width: trainees.width, height: trainees.height },
      uniforms: { ...paced(trainees.now(), pace), gradients },
    });
    trainees.swap();
  };
}

/** One draw: every row of a table of word vectors. */
export function adamOnTable(
  { device }: Room,
  trainees: Trainees,
  { count, quads, fold }: TablePlace,
  { target, places, place }: SparseGradient,
): (pace: Pace) => void {
  const program = device.program(TABLE, CORNER);
  const [gradients] = target.textures;
  if (gradients === undefined) throw new Error('a target has a texture');
  return (pace) => {
    device.draw({
      program,
      target: trainees.next().target,
      at: { x: 0, y: 0, width: trainees.width, height: trainees.height },
      uniforms: {
        ...paced(trainees.now(), pace),
        gradients,
        places,
        count,
        quads,
        fold,
        gradientFold: place.fold,
      },
    });
    trainees.swap();
  };
}
