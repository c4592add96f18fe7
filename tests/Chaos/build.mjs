// The driver and the clients as plain Node programs. Packages stay where npm put them: the SDK's own import of SignalR is
// found from here.
import { build } from 'esbuild';

await build({
  entryPoints: { driver: 'src/driver/main.ts', worker: 'src/clients/worker.ts', check: 'src/driver/checkAgain.ts' },
  outdir: 'bin',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
