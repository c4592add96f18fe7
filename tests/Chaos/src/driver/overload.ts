// More than there is room for: from one person, and for a database that takes nothing for a while.
import type { ClientPlan } from '../clients/plan';
import type { Facts } from '../checker/facts';
import { busiestSecond, refusals } from '../checker/faultChecks';
import { deliveriesOf, firstKnownAfter, paceFigure, seconds, spread, spreadOf } from './figures';
import { usual } from './killing';
import { pause } from './processes';
import type { Fault, Figure, Run } from './run';

const connections = 4;
const floodMs = 60_000;
const mib = 1024 * 1024;

/** One buyer with several connections to each front sends without pause; everybody has the budgets that we ship. */
export const flood: Fault = {
  name: 'flood',
  does: `one person floods over ${connections} connections for ${seconds(floodMs)}, beside 200 clients at 100 sends/s`,
  shape: {
    clients: 200,
    rate: 100,
    environment: { Chat__Policy__SendBurst: '30', Chat__Policy__SendsPerSecond: '5', Chat__Policy__CallBurst: '2000', Chat__Policy__CallsPerSecond: '200', Chat__Policy__RequestBurst: '500', Chat__Policy__RequestsPerSecond: '50' },
  },
  apart: (issuer, urls, stores) =>
    Array.from({ length: connections }, (_, i): ClientPlan => {
      const user = 'chaos-flooder';
      return { name: `flooder-${i}`, role: 'flooder', user, token: issuer.token(user), urls: [`${urls[i % urls.length]}/hub`], store: stores[0]!, conversations: [`${user}~${stores[0]}`] };
    }),
  async play(run) {
    await pause(10_000); // The first seconds warm everything up.
    const quiet = run.strike('nobody-floods', 'none');
    await pause(floodMs);
    quiet();
    const apart = run.crew.workers.at(-1)!;
    const healed = run.strike('flood', `${connections} connections`);
    await apart.ask({ do: 'flood', on: true });
    await pause(floodMs);
    healed();
    await apart.ask({ do: 'flood', on: false });
  },
  demand: (run) => ({ ...usual(run, 2), faults: { 'nobody-floods': 1, flood: 1 }, flood: { perSecond: 400, refused: 500, closed: 2 } }),
  figures(_, facts) {
    const sent = facts.attempts.filter(({ process }) => process.startsWith('flooder'));
    const refused = refusals(facts, 3011).filter(({ process }) => process.startsWith('flooder'));
    const closed = facts.entries.filter((entry) => entry.process.startsWith('flooder') && entry.state === 'closing' && entry.code === 9006).length;
    return [
      { what: 'the flood: sends tried, in its busiest second; accepted, refused, cut before an answer', value: `${sent.length}, ${busiestSecond(sent.map(({ begun }) => begun))}; ${sent.filter(({ outcome }) => outcome?.type === 'ok').length}, ${refused.length}, ${sent.filter(({ outcome }) => outcome?.type === 'info').length}` },
      { what: 'the flood: connections cut with 9006', value: String(closed) },
      paceFigure(facts, 'nobody-floods', 'flood', 2),
    ];
  },
};

const standstills = 3;
const standstillMs = 12_000;
const atOnceMs = 100;
const growthMax = 64 * mib;

/** The table of conversations is locked: every append hangs, as behind a database that is far too slow. */
export const standstill: Fault = {
  name: 'standstill',
  does: `the database takes nothing for ${seconds(standstillMs)}, ${standstills} times`,
  async play(run) {
    await pause(10_000);
    let growth = 0;
    for (let round = 0; round < standstills; round++) {
      const before = run.cluster.all.map((server) => server.memory);
      const lock = run.database.query(`BEGIN; LOCK TABLE conversation IN EXCLUSIVE MODE; SELECT pg_sleep(${standstillMs / 1000}); COMMIT`);
      const healed = run.strike('standstill', 'postgres');
      for (let at = 0; at < standstillMs; at += 500) {
        await pause(500);
        growth = Math.max(growth, ...run.cluster.all.map((server, i) => server.memory - before[i]!));
      }
      await lock;
      healed();
      await pause(15_000);
    }
    run.figures.push({ what: 'memory that a process grew by meanwhile, at most (64 MiB)', value: `${(growth / mib).toFixed(1)} MiB`, bad: growth > growthMax });
  },
  demand: (run) => ({ ...usual(run, 0.8), faults: { standstill: standstills }, busy: 20 }),
  figures: (run, facts) => [busyFigure(facts), resumption(facts), ends(run)],
};

function busyFigure(facts: Facts): Figure {
  const took = refusals(facts, 1007).map(({ begun, outcome }) => outcome!.time - begun);
  return { what: `busy was answered after (p50 at most ${atOnceMs} ms)`, value: spread(took), bad: !(spreadOf(took).p50 <= atOnceMs) };
}

function resumption(facts: Facts): Figure {
  const healed = facts.entries.filter((entry) => entry.op === 'fault' && entry.type === 'ok' && entry.fault === 'standstill').map(({ time }) => time);
  const first = healed.map((time) => firstKnownAfter(deliveriesOf(facts), time));
  return { what: 'first new answer after the database takes again (at most 5 s)', value: spread(first), bad: !(spreadOf(first).max <= 5_000) };
}

function ends(run: Run): Figure {
  const crashed = run.cluster.all.filter((server) => server.crashes > 0 || !server.alive);
  return { what: 'processes that ended by themselves', value: crashed.map((server) => server.name).join(', ') || 'none', bad: crashed.length > 0 };
}
