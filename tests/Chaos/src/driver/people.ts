// Faults of clients and of links: readers that stop, agents that go away in every way.
import type { Facts } from '../checker/facts';
import { outagesOf } from '../checker/faultChecks';
import { paceFigure, seconds } from './figures';
import { usual } from './killing';
import { command, pause } from './processes';
import type { Fault, Figure, Run } from './run';

const slowClients = 20;
const slowMs = 30_000;
const quietMs = 30_000;
const backMs = 15_000;
const mib = 1024 * 1024;

/** Buyers in a process that can be stopped as a whole: they neither read nor answer. Conversations have two clients, half of what is sent is the shop's. */
export const slow: Fault = {
  name: 'slow',
  does: `${slowClients} of 200 clients stop reading at 500 sends/s for ${slowMs / 1000} s`,
  shape: { clients: 200, rate: 500, workers: 2, agentsPerShop: 1, agentsShare: 0.5, apartBuyers: slowClients, repeats: 0.02, orders: 0 },
  async play(run) {
    const apart = run.crew.workers.at(-1)!;
    await pause(10_000); // The first seconds warm everything up.
    const quiet = run.strike('nobody-slow', 'none');
    await pause(quietMs);
    quiet();
    const before = run.cluster.fronts.map((front) => front.memory);
    let peak = 0;
    let cutMs = NaN;
    const began = Date.now();
    const healed = run.strike('slow', `${slowClients} clients`);
    apart.signal('SIGSTOP');
    while (Date.now() - began < slowMs) {
      await pause(250);
      peak = Math.max(peak, ...run.cluster.fronts.map((front, i) => (front.memory - before[i]!) / (slowClients / 2)));
      if (Number.isNaN(cutMs) && (await linksOf(run, apart.pid)) === 0) cutMs = Date.now() - began;
    }
    apart.signal('SIGCONT');
    healed();
    run.figures.push({ what: 'last slow client cut after (at most 15 s)', value: seconds(cutMs), bad: !(cutMs <= 15_000) });
    run.figures.push({ what: 'memory of a front per slow client, at its highest (at most 1 MiB)', value: `${(peak / mib).toFixed(2)} MiB`, bad: peak > mib });
    // While the load goes on; once it has ended all must have caught up (the run settles).
    await pause(backMs);
    const { online } = await apart.ask({ do: 'status' });
    run.figures.push({ what: `slow clients online again ${seconds(backMs)} later, the load going on`, value: `${online} of ${slowClients}` });
  },
  demand: (run) => ({ oks: { send: 20_000, deliver: 20_000, history: 50, read: 20 }, faults: { 'nobody-slow': 1, slow: 1 }, strangers: usual(run).strangers, repeats: 200 }),
  figures: (_, facts) => [paceFigure(facts, 'nobody-slow', 'slow', 1.5)],
};

/** Connections that fronts still keep to a process of clients. */
async function linksOf(run: Run, pid: number): Promise<number> {
  const ports = run.cluster.urls.map((url) => new URL(url).port);
  const told = await command('ss', '-tnpH', 'state', 'established');
  return told.split('\n').filter((line) => line.includes(`pid=${pid},`) && ports.some((port) => line.includes(`:${port} `))).length;
}

const agents = ['polite', 'silent', 'crash'] as const;
const leaves: Readonly<Record<(typeof agents)[number], { readonly store: string; readonly withinMs: number }>> = {
  polite: { store: 'bayt-al-bahar', withinMs: 2_000 },
  silent: { store: 'northway-cycles', withinMs: 30_000 },
  crash: { store: 'fanous-cairo', withinMs: 15_000 },
};
const staleMs = 60_000;

/** Agents of shops that have nobody else, in a process of their own: the crew answers for other shops. */
export const presence: Fault = {
  name: 'presence',
  does: 'an agent closes, falls silent, dies with their front; watchers on the other front',
  shape: { clients: 60, rate: 20, workers: 2, shops: 7 },
  async play(run) {
    await pause(5_000);
    const times = Math.max(1, Math.round(run.options.minutes / 2));
    for (let time = 0; time < times; time++) {
      for (const name of agents) await leave(run, name);
    }
  },
  demand: (run) => ({ ...usual(run, 1), faults: Object.fromEntries(agents.map((name) => [`agent-${name}`, 1])) }),
  figures: (_, facts) => agents.map((name) => told(facts, name)),
};

async function leave(run: Run, name: (typeof agents)[number]): Promise<void> {
  const { store, withinMs } = leaves[name];
  const guest = await run.guest(`agent-${name}`, store);
  run.truth(store, 'online', 5_000);
  await pause(8_000);
  const healed = run.strike(`agent-${name}`, store);
  run.truth(store, 'offline', withinMs);
  if (name === 'polite') await guest.ask({ do: 'leave', prefix: 'agent' });
  else if (name === 'silent') guest.signal('SIGSTOP');
  else {
    run.cluster.fronts[0]!.signal('SIGKILL');
    guest.signal('SIGKILL');
  }
  await pause(staleMs + 5_000);
  if (name === 'crash') {
    run.cluster.fronts[0]!.start();
    await run.cluster.fronts[0]!.ready();
  }
  guest.signal('SIGKILL');
  healed();
}

/** How long after each departure the watchers were told. */
function told(facts: Facts, name: (typeof agents)[number]): Figure {
  const { store, withinMs } = leaves[name];
  const times = outagesOf(facts.entries).filter((outage) => outage.fault === `agent-${name}`).flatMap(({ begun, healed }) => {
    const heard = facts.entries.filter((entry) => entry.op === 'presence' && entry.type === 'ok' && entry.store === store && entry.time > begun && entry.time < healed && entry.status === 'offline');
    return [...new Set(heard.map((entry) => entry.process))].map((process) => heard.find((entry) => entry.process === process)!.time - begun);
  });
  const worst = Math.max(0, ...times);
  return { what: `agent-${name}: watchers told after (at most ${seconds(withinMs)})`, value: times.map(seconds).join(', ') || 'never', bad: times.length === 0 || worst > withinMs };
}
