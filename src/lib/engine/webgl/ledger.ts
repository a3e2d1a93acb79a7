import type { Loss } from '../architecture.ts';
import type { SparseGradient } from './embedding.ts';
import { metExtent } from './embedding.ts';
import { type Judged, judgedUniforms, judgeSource } from './loss.ts';
import type { Room } from './part.ts';
import type { Target, Texture } from './texture.ts';

/**
 * A batch's figures as one line of a texture: in each column a part of the sums (the gradient's square, loss, right
 * answers), which is as few draws as can be and leaves the last addition, in float64, to the host. Lines are read some
 * time later, many at once; the one after the last is for a lesson, which is no batch.
 */
export const LINES = { columns: 128, rows: 256, lesson: 256 } as const;

const source = (loss: Loss, sparse: boolean): string => `
${judgeSource(loss)}
uniform sampler2D gradients, sums;
uniform ivec2 sheet, met;
out vec4 result;
float squares(vec4 texel) { return dot(texel, texel); }
void main() {
  int first = int(gl_FragCoord.x);
  result = vec4(0.0);
  for (int k = first; k < sheet.x * sheet.y; k += ${LINES.columns})
    result.r += squares(texelFetch(gradients, ivec2(k % sheet.x, k / sheet.x), 0));
  ${
    sparse
      ? `for (int k = first; k < met.x * met.y; k += ${LINES.columns})
    result.r += squares(texelFetch(sums, ivec2(k % met.x, k / met.x), 0));`
      : ''
  }
  for (int k = first; k < rows.x * rows.y; k += ${LINES.columns}) {
    ivec2 at = ivec2(k / rows.x, k % rows.x);
    if (counts(at)) result.gb += judged(at);
  }
}`;

/** What the host makes of a line. */
interface Entry {
  /** Sums over the answers that count. */
  readonly loss: number;
  readonly right: number;
  readonly norm: number;
}

/** @param floats a line's, four a column */
export function entryOf(floats: Float32Array): Entry {
  let [squares, loss, right] = [0, 0, 0];
  for (let k = 0; k < floats.length; k += 4) {
    squares += floats[k] ?? Number.NaN;
    loss += floats[k + 1] ?? Number.NaN;
    right += floats[k + 2] ?? Number.NaN;
  }
  return { loss, right, norm: Math.sqrt(squares) };
}

export interface Ledger {
  readonly target: Target;
  readonly texture: Texture;
  /** One draw: a batch's line. @param gradients the model's sheet of gradients */
  enter(line: number, gradients: Texture, judged: Judged): void;
}

export function ledgerFor(
  room: Room,
  loss: Loss,
  outputs: number,
  sparse: SparseGradient | undefined,
): Ledger {
  const { device } = room;
  const texture = room.texture({ width: LINES.columns, height: LINES.rows + 1 }, 'quad');
  const target = room.target([texture]);
  const program = device.program(source(loss, sparse !== undefined));
  return {
    target,
    texture,
    enter(line, gradients, judged) {
      const met = sparse && metExtent(sparse);
      device.draw({
        program,
        target,
        at: { x: 0, y: line, width: LINES.columns, height: 1 },
        uniforms: {
          ...judgedUniforms(judged, outputs),
          gradients,
          sheet: [gradients.width, gradients.height],
          sums: sparse?.target.textures[0] ?? gradients,
          met: [met?.width ?? 0, met?.height ?? 0],
        },
      });
    },
  };
}
