/** What a WebGL context was asked for: draws, and objects by kind, made less deleted. */
export interface Calls {
  readonly draws: number;
  readonly linked: number;
  /** How often anything was made or deleted. */
  readonly turnover: number;
  readonly alive: Readonly<Record<string, number>>;
  /** Bytes of textures that were made. */
  readonly bytes: number;
}

let draws = 0;
let linked = 0;
let turnover = 0;
let bytes = 0;
const alive: Record<string, number> = {};

const contexts: WebGL2RenderingContext[] = [];

/** Takes every context away that was made so far. */
export function loseContexts(): void {
  for (const gl of contexts.splice(0))
    if (!gl.isContextLost()) gl.getExtension('WEBGL_lose_context')?.loseContext();
}

/** Counts from now on, on every context. */
export function watch(): void {
  const { getContext } = OffscreenCanvas.prototype;
  Reflect.set(OffscreenCanvas.prototype, 'getContext', function (this: OffscreenCanvas, ...given: unknown[]) {
    const context: unknown = Reflect.apply(getContext, this, given);
    if (context instanceof WebGL2RenderingContext && !contexts.includes(context)) contexts.push(context);
    return context;
  });
  const proto = WebGL2RenderingContext.prototype;
  const around = <
    Name extends 'drawArrays' | 'drawElements' | 'linkProgram' | 'texStorage2D' | 'texStorage3D',
  >(
    name: Name,
    note: (...given: number[]) => void,
  ): void => {
    const own = proto[name] as (...given: unknown[]) => unknown;
    Object.assign(proto, {
      [name](this: WebGL2RenderingContext, ...given: unknown[]) {
        note(...(given as number[]));
        return own.apply(this, given);
      },
    });
  };
  around('drawArrays', () => draws++);
  around('drawElements', () => draws++);
  around('linkProgram', () => linked++);
  const texel = (format: number) => (format === WebGL2RenderingContext.RGBA32F ? 16 : 4);
  around('texStorage2D', (_target, _levels, format, width, height) => {
    bytes += texel(format ?? 0) * (width ?? 0) * (height ?? 0);
  });
  around('texStorage3D', (_target, _levels, format, width, height, depth) => {
    bytes += texel(format ?? 0) * (width ?? 0) * (height ?? 0) * (depth ?? 0);
  });
  for (const name of Object.getOwnPropertyNames(proto)) {
    const [, verb, kind] = /^(create|delete|fence)([A-Z]\w*)$/.exec(name) ?? [];
    if (verb === undefined || kind === undefined) continue;
    const own = Reflect.get(proto, name) as (...given: unknown[]) => unknown;
    Reflect.set(proto, name, function (this: WebGL2RenderingContext, ...given: unknown[]) {
      turnover++;
      alive[kind] = (alive[kind] ?? 0) + (verb === 'delete' ? (given[0] ? -1 : 0) : 1);
      return own.apply(this, given);
    });
  }
}

export const calls = (): Calls => ({ draws, linked, turnover, alive: { ...alive }, bytes });
