/**
 * `node scripts/wasm-kernel.ts` compiles the training kernel (AssemblyScript) to two binaries, with and without relaxed
 * SIMD. It does nothing when they are there and nothing that they are made from has changed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main as compile, version } from 'assemblyscript/asc';
import { assemblyConstants, OWN_BYTES } from '../src/lib/engine/wasm/opcodes.ts';

const FOLDER = fileURLToPath(new URL('../src/lib/engine/wasm/', import.meta.url));
const SOURCES = join(FOLDER, 'assembly');
/** Where the binaries are kept. Not committed. */
const BINARIES = join(FOLDER, 'binaries');

/** By name, what each binary is built with besides `OPTIONS`. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  relaxed: ['--enable', 'relaxed-simd'],
};

/** No runtime, no imports but the memory, no data: what the kernel needs to know stands in its tape. */
const OPTIONS = [
  ...[
    '--runtime',
    'stub',
    '--importMemory',
    '--noExportMemory',
    '--initialMemory',
    '1',
    '--zeroFilledMemory',
  ],
  ...['--enable', 'simd', '--noAssert', '-O3'],
];

/** SHA-256 over everything that the binaries come from. */
function recipe(constants: string): string {
  const hash = createHash('sha256').update(JSON.stringify([version, OPTIONS, VARIANTS, constants]));
  for (const name of globSync('*.ts', { cwd: SOURCES }).sort())
    if (name !== 'opcodes.ts') hash.update(name).update(readFileSync(join(SOURCES, name)));
  return hash.digest('hex');
}

/** Writes so that whoever reads meanwhile, another run of this script included, meets a whole file only. */
function write(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${randomUUID()}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** Layouts begin after the kernel's own memory; the compiler alone knows how much that is. */
function checkOwnBytes(name: string, binary: Uint8Array): void {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(Uint8Array.from(binary));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const own = exports['ownBytes'];
  if (!(own instanceof WebAssembly.Global) || !(own.value <= OWN_BYTES))
    throw new Error(
      `the ${name} kernel takes ${own instanceof WebAssembly.Global ? own.value : 'unknown'} bytes for itself; OWN_BYTES in opcodes.ts leaves it ${OWN_BYTES}. Raise that.`,
    );
}

/**
 * Sees to it that the binaries are there and made from the present sources.
 * @returns whether there was anything to do, and the folder
 * @throws Error with the compiler's own words where it refuses the sources
 */
export async function ensureKernel(): Promise<{ readonly made: boolean; readonly folder: string }> {
  const constants = assemblyConstants();
  const present = recipe(constants);
  const stamp = join(BINARIES, 'recipe.txt');
  const names = Object.keys(VARIANTS).map((name) => join(BINARIES, `${name}.wasm`));
  if (names.every(existsSync) && existsSync(stamp) && readFileSync(stamp, 'utf8') === present)
    return { made: false, folder: BINARIES };
  mkdirSync(BINARIES, { recursive: true });
  rmSync(stamp, { force: true });
  write(join(SOURCES, 'opcodes.ts'), constants);
  for (const [name, options] of Object.entries(VARIANTS)) {
    const written = new Map<string, string | Uint8Array>();
    const { error, stderr } = await compile(
      [relative(FOLDER, join(SOURCES, 'index.ts')), '--outFile', 'kernel.wasm', ...OPTIONS, ...options],
      {
        readFile: (path, folder) => {
          const full = join(FOLDER, folder, path);
          return existsSync(full) ? readFileSync(full, 'utf8') : null;
        },
        writeFile: (path, content) => {
          written.set(path, content);
        },
        listFiles: () => [],
      },
    );
    const binary = written.get('kernel.wasm');
    if (error !== null || !(binary instanceof Uint8Array))
      throw new Error(
        `the ${name} kernel does not compile: ${error?.message ?? 'no binary came out'}\n${stderr}`,
      );
    checkOwnBytes(name, binary);
    write(join(BINARIES, `${name}.wasm`), binary);
  }
  write(stamp, present);
  return { made: true, folder: BINARIES };
}

if (import.meta.main) {
  const { made, folder } = await ensureKernel();
  const sizes = Object.keys(VARIANTS).map(
    (name) => `${name} ${readFileSync(join(folder, `${name}.wasm`)).length} bytes`,
  );
  console.log(`Kernel: ${made ? 'compiled' : 'up to date'}, ${sizes.join(', ')}.`);
}
