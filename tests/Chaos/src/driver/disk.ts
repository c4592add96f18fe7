// A file system that is full: a small one in memory, filled to the last byte and emptied again.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from '../checker/facts';
import { outagesOf } from '../checker/faultChecks';
import { deliveriesOf, firstKnownAfter, seconds, spread, spreadOf } from './figures';
import { usual } from './killing';
import { pause } from './processes';
import { Postgres } from './postgres';
import type { Fault, Figure, Run } from './run';

const fullMs = 30_000;
const resumesWithinMs = 10_000;
const rounds = 2;

/** Takes every free byte of the database's file system, also those that the database gives back meanwhile. */
class Filler {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(directory, 'filler');
  }

  fill(): void {
    const file = openSync(this.path, 'a');
    for (let size = 1 << 20; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch {
        size >>= 1;
      }
    }
    closeSync(file);
  }

  empty(): void {
    rmSync(this.path, { force: true });
  }
}

async function play(run: Run): Promise<void> {
  const filler = new Filler(run.database.directory);
  for (let round = 0; round < rounds; round++) {
    await pause(10_000);
    const healed = run.strike('disk-full', run.database.directory);
    for (const end = Date.now() + fullMs; Date.now() < end; await pause(1_000)) filler.fill();
    filler.empty();
    healed();
    if (run.database instanceof Postgres && !(await run.database.isUp())) {
      // It could not write its log and ended itself; whoever runs it starts it again.
      run.saw('database-ended', 'postgres');
      await run.database.start();
    }
    await pause(15_000);
  }
}

function figures(run: Run, facts: Facts): Figure[] {
  const deliveries = deliveriesOf(facts);
  const full = outagesOf(facts.entries).filter((outage) => outage.fault === 'disk-full');
  const refused = full.map(({ begun, healed }) => facts.attempts.filter(({ outcome }) => outcome && outcome.type !== 'ok' && outcome.time > begun && outcome.time < healed).length);
  const stored = full.map(({ begun, healed }) => facts.attempts.filter(({ outcome }) => outcome?.type === 'ok' && !outcome.duplicate && outcome.time > begun && outcome.time < healed).length);
  const first = full.map(({ healed }) => firstKnownAfter(deliveries, healed));
  const crashed = run.cluster.all.filter((server) => server.crashes > 0 || !server.alive);
  return [
    { what: 'sends refused while the disk was full', value: refused.join(', '), bad: refused.some((count) => count === 0) },
    { what: 'sends acknowledged meanwhile (all are stored: there was room left inside a page)', value: stored.join(', ') },
    { what: 'first new answer after there is space (at most 10 s)', value: spread(first), bad: !(spreadOf(first).max <= resumesWithinMs) },
    { what: 'the database ended itself', value: String(facts.entries.filter((entry) => entry.fault === 'database-ended').length) },
    { what: 'servers that ended by themselves', value: crashed.map((server) => server.name).join(', ') || 'none', bad: crashed.length > 0 },
  ];
}

const disk = (name: string, on: string, shape: Fault['shape']): Fault => ({
  name,
  does: `the disk of ${on} full for ${seconds(fullMs)}, ${rounds} times`,
  shape: { clients: 60, rate: 30, orders: 0.5, roomMiB: 220, ...shape },
  play,
  demand: (run) => ({ ...usual(run, 0.8), faults: { 'disk-full': rounds } }),
  figures,
});

export const diskPostgres = disk('disk-postgres', 'PostgreSQL', {});
export const diskSqlite = disk('disk-sqlite', 'SQLite', { sqlite: true });
