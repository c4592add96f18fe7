import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// One HTML page for each entry; a page that is not written yet is no error.
const pages = { app: here('index.html'), widget: here('widget.html') };
const input = Object.fromEntries(Object.entries(pages).filter(([, page]) => existsSync(page)));

const front = process.env['CHAT_FRONT'] ?? 'http://localhost:5080';

export default defineConfig({
  // esbuild compiles JSX for Preact by itself, so no framework plugin is needed.
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir: here('../wwwroot'),
    emptyOutDir: true,
    target: 'es2022',
    rollupOptions: { input },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': front,
      '/hub': { target: front, ws: true },
    },
  },
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts', 'src/**/*.test.tsx'],
    environment: 'node',
  },
});
