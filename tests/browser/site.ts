import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { build } from '../../scripts/build.ts';
import { serve } from '../../scripts/serve.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built site is served, without a slash at the end. */
    origin: string;
  }
}

/** Builds the site once (UNROLLED_BUILT=1 takes `dist/` as it is) and serves it while the tests run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!process.env['UNROLLED_BUILT']) build();
  const site = await serve(fileURLToPath(new URL('../../dist', import.meta.url)), 0);
  project.provide('origin', `http://127.0.0.1:${site.port}`);
  return site.close;
}
