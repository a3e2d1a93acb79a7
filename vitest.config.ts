import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Unit and law tests stand beside what they test; browser tests walk the built site in `tests/browser`. */
export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ['browser'] },
  test: {
    // One realm for many files: half the time, since tfjs and the DOM are loaded once. What a test put in place of
    // a global or a method is taken back after it, so that no file depends on the order.
    pool: 'threads',
    isolate: false,
    unstubGlobals: true,
    restoreMocks: true,
    // For tests that hang. How long one takes is no verdict: machines may have other things to do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['src/components/**'],
        },
      },
      {
        extends: true,
        test: { name: 'dom', environment: 'happy-dom', include: ['src/components/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: 'tests/browser/site.ts',
          fileParallelism: false,
        },
      },
    ],
  },
});
