/**
 * `npm test`: types, lint, unit, law and browser tests; the last line counts them all.
 * `npm run check` (--fast) leaves the browser out.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { command, prepare } from './build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const fast = process.argv.includes('--fast');
let passed = 0;
let failed = 0;

/** A tool that passes or fails as a whole counts as one test. What it prints appears when it has ended. */
function tool(title: string, ...line: string[]): Promise<void> {
  const [name = '', ...parameters] = line;
  return new Promise((resolve) => {
    const child = spawn(name, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    let ended = false;
    const end = (how: string) => {
      if (ended) return;
      ended = true;
      console.log(`\n== ${title}: ${line.join(' ')}\n${output}`);
      if (how === '0') passed++;
      else {
        failed++;
        console.log(`${title} failed (${how}).`);
      }
      resolve();
    };
    child.on('error', (error) => end(`it could not be started: ${error.message}`));
    child.on('close', (status, signal) => end(String(status ?? signal)));
  });
}

/** Vitest's own counts; a file that could not be run, or a crash without a report, is a failure too. */
function tests(title: string, ...projects: string[]): void {
  const report = `${root}test-results/${title}.json`;
  rmSync(report, { force: true });
  console.log(`\n== ${title}`);
  const { status } = spawnSync(
    'vitest',
    [
      'run',
      ...projects.map((name) => `--project=${name}`),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  let counted = { numPassedTests: 0, numFailedTests: 0 };
  try {
    counted = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    console.log(`${title}: no report from vitest (${error}).`);
  }
  passed += counted.numPassedTests;
  failed += counted.numFailedTests;
  if (status !== 0 && counted.numFailedTests === 0) failed++;
}

mkdirSync(`${root}test-results`, { recursive: true });
try {
  prepare();
  command('astro', 'sync');
  // Between them the two checkers read every .ts, .astro and .svelte file; side by side they use two cores.
  await Promise.all([
    tool('types of pages', 'astro', 'check'),
    tool('types of islands', 'svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'),
  ]);
  await tool('lint', 'biome', 'ci', '.');
  tests('unit', 'unit', 'dom');
  if (!fast) tests('browser', 'browser');
} catch (error) {
  failed++;
  console.error(error);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
