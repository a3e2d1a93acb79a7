import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs one of the project's commands and waits for it.
 * @throws Error that names the command and its exit status, when it fails.
 */
export function command(name: string, ...parameters: string[]): void {
  const { status, error } = spawnSync(name, parameters, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0)
    throw new Error(
      `\`${[name, ...parameters].join(' ')}\` ended with status ${status}; its own message stands above.`,
    );
}

/** Makes what the site is built from and git does not hold, each cached by its sources: the data pack, the WASM kernel. */
export function prepare(): void {
  command('node', 'scripts/data-pack.ts');
  command('node', 'scripts/wasm-kernel.ts');
}

/** Builds the site into `dist/`. */
export function build(): void {
  prepare();
  command('node', 'node_modules/astro/bin/astro.mjs', 'build');
}

if (import.meta.main) build();
