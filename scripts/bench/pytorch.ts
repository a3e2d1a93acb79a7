import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Runner } from './measure.ts';
import { within } from './within.ts';

const SCRIPT = fileURLToPath(new URL('./pytorch.py', import.meta.url));

const Hello = v.object({ torch: v.string() });
const Timed = v.object({ ms: v.pipe(v.number(), v.finite()) });
const Peak = v.object({ peak: v.number() });

/** A Python with PyTorch that answers on a pipe. It ends with this process, however that ends: its input does. */
export interface PyTorch {
  readonly version: string;
  /** Billions of operations a second, of all its threads, in a large product. */
  readonly peak: number;
  /** @throws Error with Python's own words */
  ask(question: Readonly<Record<string, unknown>>): Promise<unknown>;
  end(): void;
}

/** @throws Error where there is no such Python, or it has no torch */
export async function startPyTorch(python: string): Promise<PyTorch> {
  const child = spawn(python, ['-u', SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  // A write to a process that has gone; its end is noticed below.
  child.stdin.on('error', () => undefined);
  const gone = new Promise<never>((_, reject) => {
    child.on('error', ({ message }) =>
      reject(new Error(`${python} could not be started (${message}). Give --python the path of a Python.`)),
    );
    child.on('close', (status, signal) => {
      const last = complaint.trim().split('\n').at(-1) ?? '';
      reject(
        new Error(
          /No module named 'torch'/.test(last)
            ? `${python} has no PyTorch (${last}). Install torch there, or name another Python.`
            : `${python} ended (${signal ?? status}): ${last || 'without a word'}.`,
        ),
      );
    });
  });
  gone.catch(() => undefined);
  process.once('exit', () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await Promise.race([lines.next(), gone]);
    if (done) return gone;
    return JSON.parse(value);
  };
  const { torch } = v.parse(Hello, await answer());
  const ask: PyTorch['ask'] = (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return answer();
  };
  const { peak } = v.parse(Peak, await ask({ do: 'peak' }));
  return {
    version: torch,
    peak,
    ask,
    end: () => void child.stdin.end(),
  };
}

export function pytorchRunner(pytorch: PyTorch): Runner {
  return {
    engine: 'pytorch-cpu',
    prepare: async (of) => void (await within('pytorch-cpu', pytorch.ask({ do: 'prepare', of }))),
    time: async (batches) =>
      v.parse(Timed, await within('pytorch-cpu', pytorch.ask({ do: 'time', batches }))).ms,
    draws: async () => 0,
    end: async () => undefined,
  };
}
