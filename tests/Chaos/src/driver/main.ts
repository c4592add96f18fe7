// ./chat chaos: puts faults in while real clients write, and lets the checker judge what they saw.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../checker/check';
import type { Finding } from '../checker/findings';
import { gather } from '../checker/facts';
import { faults, named } from './faults';
import type { Figure, Options } from './run';
import { Run } from './run';
import { countsOf, table } from './report';
import type { Fault } from './run';

const { values } = parseArgs({
  options: {
    fault: { type: 'string', default: 'all' },
    minutes: { type: 'string', default: '5' },
    clients: { type: 'string', default: '200' },
    rate: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    'base-port': { type: 'string', default: '7100' },
  },
});

const say = (text: string): void => console.log(text);

function number(name: 'minutes' | 'clients' | 'rate' | 'seed' | 'base-port', min: number, max: number): number {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < min || value > max) {
    console.error(`chat: --${name} is a number from ${min} to ${max}`);
    process.exit(2);
  }
  return value;
}

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; this program is started by ./chat chaos.`);
  return value;
};

async function one(fault: Fault, options: Options): Promise<boolean> {
  say(`\n== ${fault.name}: ${fault.does} (seed ${options.seed}); history in ${options.home}`);
  const began = Date.now();
  let run: Run | null = null;
  let findings: readonly Finding[];
  let figures: readonly Figure[] = [];
  let counts: readonly Figure[] = [];
  try {
    run = await Run.start(options, fault);
    await run.connect();
    say(`   ${run.clients} clients are online; the faults begin.`);
    await run.load();
    await fault.play(run);
    await run.settle();
    const facts = gather(run.history());
    findings = check(facts.entries, fault.demand(run));
    counts = countsOf(facts);
    figures = [...run.figures, ...(fault.figures?.(run, facts) ?? [])];
  } catch (failure) {
    findings = [{ rule: 'the run failed', text: failure instanceof Error ? (failure.stack ?? failure.message) : String(failure) }];
  } finally {
    await run?.end().catch((failure: unknown) => say(`   The end was not clean: ${String(failure)}`));
  }
  const violations = [...findings, ...figures.filter((figure) => figure.bad).map((figure) => ({ rule: 'figure', text: `${figure.what}: ${figure.value}` }))];
  const head = [
    { what: 'fault', value: fault.does },
    { what: 'seed, clients, sends/s', value: `${options.seed}, ${run?.clients ?? '–'}, ${run?.rate ?? '–'}` },
    { what: 'took', value: `${((Date.now() - began) / 1000).toFixed(0)} s; ${cpus().length} cores, load average at the end ${loadavg().map((load) => load.toFixed(1)).join(' ')}` },
  ];
  const text = [table([...head, ...counts, ...figures]), ...violations.map(({ rule, text: what }) => `VIOLATION ${rule}: ${what}`), `${violations.length} violations`].join('\n');
  mkdirSync(options.home, { recursive: true });
  writeFileSync(join(options.home, 'report.txt'), `${text}\n`);
  say(text);
  return violations.length === 0;
}

async function main(): Promise<number> {
  const chosen = values.fault === 'all' ? faults : named.filter((fault) => fault.name === values.fault);
  if (chosen.length === 0) {
    console.error(`chat: --fault is all or one of ${named.map((fault) => fault.name).join(', ')}`);
    return 2;
  }
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  const common = {
    minutes: number('minutes', 0.2, 600),
    clients: number('clients', 20, 5_000),
    rate: number('rate', 1, 5_000),
    seed: number('seed', 0, 1e9),
    base: number('base-port', 1024, 65_000),
    programs: { silo: setting('CHAT_CHAOS_SILO'), front: setting('CHAT_CHAOS_WEBFRONT'), content: setting('CHAT_CHAOS_CONTENT') },
    other: process.env['CHAT_CHAOS_OTHER_SILO']
      ? { silo: setting('CHAT_CHAOS_OTHER_SILO'), front: setting('CHAT_CHAOS_OTHER_WEBFRONT'), content: setting('CHAT_CHAOS_OTHER_CONTENT') }
      : undefined,
    worker: join(import.meta.dirname, 'worker.mjs'),
  };
  if (chosen.some((fault) => fault.startsOther) && !common.other) {
    console.error('chat: an upgrade needs the programs of another build: --other-build DIR');
    return 2;
  }
  let good = true;
  for (const fault of chosen) {
    good = (await one(fault, { ...common, home: join(setting('CHAT_CHAOS_HOME'), `${stamp}-${fault.name}`) })) && good;
  }
  return good ? 0 : 1;
}

process.exit(await main());
