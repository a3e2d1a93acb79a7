const CALLS = [
  'drawArrays',
  'drawElements',
  'drawArraysInstanced',
  'drawElementsInstanced',
  'drawRangeElements',
] as const;

/** Draw calls of every WebGL 2 context of this realm while `work` runs; the calls still draw. */
export async function countDraws(work: () => Promise<void>): Promise<number> {
  const prototype = WebGL2RenderingContext.prototype;
  const own = CALLS.map((name) => [name, prototype[name]] as const);
  let count = 0;
  for (const [name, draw] of own)
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value(this: WebGL2RenderingContext, ...parameters: unknown[]) {
        count += 1;
        return Reflect.apply(draw, this, parameters);
      },
    });
  try {
    await work();
  } finally {
    for (const [name, draw] of own)
      Object.defineProperty(prototype, name, { configurable: true, writable: true, value: draw });
  }
  return count;
}
