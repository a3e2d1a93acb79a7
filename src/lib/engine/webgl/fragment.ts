import type { Size } from '../../equations/graph.ts';
import type { Arrangement, Store } from './arrangement.ts';
import { type CellBlock, type ParameterPlace, parameterPlaces } from './cell-blocks.ts';
import { FUNCTIONS } from './functions.ts';
import { ROWS } from './rows.ts';

/** GLSL: the uniform that holds a size. */
export const SIZES: Readonly<Record<Size, string>> = { input: 'inputs', units: 'units' };

/** Samplers that any WebGL 2 device lets a fragment shader read. */
export const MOST_SAMPLERS = 16;

/** The text of one fragment shader in the making: what it declares, and names that nobody else uses. */
export class Fragment {
  readonly arrangement: Arrangement;
  readonly parameters: ReadonlyMap<string, ParameterPlace>;
  readonly #declared = new Map<string, string>();
  #names = 0;

  constructor(arrangement: Arrangement, blocks: readonly CellBlock[]) {
    this.arrangement = arrangement;
    this.parameters = parameterPlaces(blocks);
  }

  /** Declares a uniform, once. @returns its name */
  uniform(type: 'int' | 'ivec2' | 'ivec3' | 'sampler2D' | 'sampler2DArray', name: string): string {
    this.#declared.set(name, type);
    return name;
  }

  size(size: Size): string {
    return this.uniform('int', SIZES[size]);
  }

  sampler({ name, format }: Store, which: 'same' | 'other' | 'even' | 'odd' | undefined): string {
    const type = format === 'quad' ? 'sampler2DArray' : 'sampler2D';
    return this.uniform(type, which === undefined ? name : `${name}_${which}`);
  }

  fresh(stem: string): string {
    this.#names += 1;
    return `${stem}${this.#names}`;
  }

  get samplers(): number {
    return [...this.#declared.values()].filter((type) => type.startsWith('sampler')).length;
  }

  /** @param outputs how the program's outputs are called, in the order of the target's textures */
  source(outputs: readonly string[], main: readonly string[]): string {
    if (this.samplers > MOST_SAMPLERS)
      throw new Error(
        `This cell has more values than a WebGL program can read (${this.samplers} textures, at most ${MOST_SAMPLERS}): it has too many products one after the other. Train it with the WebAssembly engine.`,
      );
    const uniforms = [...this.#declared].map(([name, type]) => `uniform ${type} ${name};`);
    const declared = outputs.map((name, k) => `layout(location = ${k}) out vec4 ${name};`);
    return [...uniforms, ...declared, FUNCTIONS, ROWS, 'void main() {', ...main, '}', ''].join('\n');
  }
}
