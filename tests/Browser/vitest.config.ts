import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['sdk/**/*.test.ts', 'tests/**/*.test.ts'],
    environment: 'node',
    // Each file has a server and a browser of its own; two at once would fight for the same cores.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
