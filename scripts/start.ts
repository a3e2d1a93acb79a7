/** `npm start`: builds the site, serves it, prints where. PORT chooses the first port to try. */
import { fileURLToPath } from 'node:url';
import { build } from './build.ts';
import { serve } from './serve.ts';

const wanted = process.env['PORT'] ?? '4321';
const port = Number(wanted);
if (!Number.isInteger(port) || port < 1 || port > 65_435) {
  console.error(`PORT is "${wanted}"; it has to be a whole number from 1 to 65435.`);
  process.exit(1);
}
build();
const site = await serve(fileURLToPath(new URL('../dist', import.meta.url)), port);
console.log(`\nUnrolled is at http://127.0.0.1:${site.port}/ (Ctrl+C ends it)`);
