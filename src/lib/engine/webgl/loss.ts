import type { Loss } from '../architecture.ts';
import { FUNCTIONS } from './functions.ts';
import { drawnFor } from './numbers.ts';
import type { Room } from './part.ts';
import { ROWS, type Rows, whole } from './rows.ts';
import type { Value } from './texture.ts';

/** One answer beside its label, as functions over `answer(at, k)` and `label(at, k)`. */
interface Judge {
  /** (loss, whether it is right) */
  readonly judged: string;
  /** dL/d(the answer's k-th number) */
  readonly towards: string;
}

const JUDGES: Readonly<Record<Loss, Judge>> = {
  /** −log of the label's probability, from the log-odds. An answer of exactly even odds is not right. */
  verdict: {
    judged: `
  float margin = answer(at, 0) * (2.0 * label(at, 0) - 1.0);
  return vec2(softplusOf(-margin), margin > 0.0 ? 1.0 : 0.0);`,
    towards: `
  float side = 2.0 * label(at, 0) - 1.0;
  return -side * sigmoidOf(-side * answer(at, 0));`,
  },
  /** −log softmax at the label's class. Right where that class's logit is larger than every other. */
  classes: {
    judged: `
  int own = int(label(at, 0));
  float most = largest(at);
  float total = 0.0;
  bool right = true;
  for (int k = 0; k < outputs; k++) {
    total += exp(answer(at, k) - most);
    right = right && (k == own || answer(at, k) < answer(at, own));
  }
  return vec2(log(total) + most - answer(at, own), right ? 1.0 : 0.0);`,
    towards: `
  float most = largest(at);
  float total = 0.0;
  for (int j = 0; j < outputs; j++) total += exp(answer(at, j) - most);
  return exp(answer(at, k) - most) / total - (k == int(label(at, 0)) ? 1.0 : 0.0);`,
  },
  /** Squared error, mean over the outputs. */
  numbers: {
    judged: `
  float sum = 0.0;
  for (int k = 0; k < outputs; k++) {
    float error = answer(at, k) - label(at, k);
    sum += error * error;
  }
  return vec2(sum / float(outputs), 0.0);`,
    towards: 'return 2.0 * (answer(at, k) - label(at, k)) / float(outputs);',
  },
};

/** GLSL: `answerAt(step, example)`, `counts(..)`, `judged(..)` and `towards(..)` of one answer. */
export const judgeSource = (loss: Loss): string => `
uniform sampler2D answers, labels, counted;
uniform ivec2 answersOrigin, countedOrigin;
uniform ivec3 rows;
uniform int outputs;
/** Whether only some answers count. */
uniform int some;
${ROWS}${FUNCTIONS}
/** Step, example. */
float answer(ivec2 at, int k) {
  return texelFetch(answers, answersOrigin + stepAt(rows, at.x, outputs) + ivec2(k, at.y), 0).r;
}
float label(ivec2 at, int k) {
  return texelFetch(labels, stepAt(rows, at.x, ${loss === 'numbers' ? 'outputs' : '1'}) + ivec2(k, at.y), 0).r;
}
bool counts(ivec2 at) {
  return some == 0 || texelFetch(counted, countedOrigin + stepAt(rows, at.x, 1) + ivec2(0, at.y), 0).r != 0.0;
}
float largest(ivec2 at) {
  float most = answer(at, 0);
  for (int k = 1; k < outputs; k++) most = maxOf(most, answer(at, k));
  return most;
}
vec2 judged(ivec2 at) {${JUDGES[loss].judged}
}
float towards(ivec2 at, int k) {
  ${JUDGES[loss].towards}
}
`;

/** What a loss reads in one batch, as the uniforms of `judgeSource`. */
export interface Judged {
  readonly answers: Value;
  readonly rows: Rows;
  readonly labels: Value;
  /** [steps · batch, 1]: which answers count; none: all. */
  readonly counted: Value | undefined;
}

export const judgedUniforms = ({ answers, rows, labels, counted }: Judged, outputs: number) => ({
  answers: answers.texture,
  answersOrigin: [answers.x, answers.y],
  labels: labels.texture,
  counted: (counted ?? labels).texture,
  countedOrigin: counted === undefined ? [0, 0] : [counted.x, counted.y],
  some: counted === undefined ? 0 : 1,
  rows: [rows.batch, rows.steps, rows.fold],
  outputs,
});

const gradientSource = (loss: Loss): string => `
${judgeSource(loss)}
/** One over the answers that count. */
uniform float share;
out float result;
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), outputs);
  ivec2 at = place.zy;
  result = at.x < rows.y && counts(at) ? share * towards(at, place.x) : 0.0;
}`;

/** dL/d(the answers), where L is the mean over those that count. */
export function lossGradientFor(
  room: Room,
  loss: Loss,
  outputs: number,
  most: { batch: number; steps: number },
): (judged: Judged, count: number) => Value {
  const { device } = room;
  const made = drawnFor(room, outputs, most);
  const program = device.program(gradientSource(loss));
  return (judged, count) => {
    device.draw({
      program,
      target: made.target,
      at: { x: 0, y: 0, ...whole(judged.rows, outputs) },
      uniforms: { ...judgedUniforms(judged, outputs), share: 1 / Math.max(1, count) },
    });
    return made.value;
  };
}
