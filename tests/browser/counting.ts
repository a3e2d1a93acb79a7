import type { Page } from 'playwright-core';

/** What a worker holds on to; what is deleted or collected is not counted. */
export interface Holdings {
  /** WebAssembly memories and their bytes. */
  readonly memories: number;
  readonly bytes: number;
  /** WebGL objects by kind, of all contexts. */
  readonly objects: Readonly<Record<string, number>>;
  readonly contexts: number;
}

/** Put in front of every worker's script, in a browser that was started with `--js-flags=--expose-gc`. */
export const COUNTER = `
{
  const memories = [];
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = class extends Memory {
    constructor(...given) {
      super(...given);
      memories.push(new WeakRef(this));
    }
  };
  const objects = {};
  const contexts = [];
  const own = OffscreenCanvas.prototype.getContext;
  OffscreenCanvas.prototype.getContext = function (...given) {
    const context = own.apply(this, given);
    if (context !== null && !contexts.some((known) => known.deref() === context)) contexts.push(new WeakRef(context));
    return context;
  };
  const proto = WebGL2RenderingContext.prototype;
  for (const name of Object.getOwnPropertyNames(proto)) {
    const [, verb, kind] = /^(create|delete|fence)(Buffer|Texture|Framebuffer|Program|Shader|VertexArray|Query|Sync|Renderbuffer)$/.exec(name) ?? [];
    if (verb === undefined) continue;
    const method = proto[name];
    proto[name] = function (...given) {
      const made = method.apply(this, given);
      objects[kind] ??= 0;
      objects[kind] += verb === 'delete' ? (given[0] ? -1 : 0) : 1;
      return made;
    };
  }
  const channel = new BroadcastChannel('holdings');
  channel.onmessage = async ({ data }) => {
    if (data !== 'count') return;
    for (let k = 0; k < 4; k++) {
      await gc({ type: 'major', execution: 'async' });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const alive = memories.map((memory) => memory.deref()).filter((memory) => memory !== undefined);
    channel.postMessage({
      memories: alive.length,
      bytes: alive.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
      objects,
      contexts: contexts.filter((context) => context.deref() !== undefined).length,
    });
  };
}
`;

/** Asks the page's one worker. */
export function holdingsOf(page: Page): Promise<Holdings> {
  return page.evaluate(
    () =>
      new Promise<Holdings>((resolve) => {
        const channel = new BroadcastChannel('holdings');
        channel.onmessage = ({ data }) => {
          if (data === 'count') return;
          channel.close();
          resolve(data);
        };
        channel.postMessage('count');
      }),
  );
}
