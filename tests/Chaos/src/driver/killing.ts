// Faults that strike processes: silos, fronts, the database.
import type { Facts } from '../checker/facts';
import { outagesOf } from '../checker/faultChecks';
import { callTimes, deliveriesOf, firstKnownAfter, outagesByConversation, reconnectsOf, seconds, spread, spreadOf } from './figures';
import type { Postgres } from './postgres';
import { pause } from './processes';
import type { Fault, Figure, Run } from './run';

const outMs = 10_000;

export const usual = (run: Run, minutes = run.options.minutes) => {
  const sends = Math.floor(run.rate * minutes * 60 * 0.7);
  return { oks: { send: sends, deliver: sends, history: 100, read: 20, unread: 100, order: 10 }, strangers: 20, repeats: Math.floor(sends * 0.05) };
};

function outages(facts: Facts, fault: string, limitMs: number): Figure {
  const struck = outagesOf(facts.entries).filter((outage) => outage.fault === fault);
  const values = outagesByConversation(deliveriesOf(facts), struck);
  return { what: `a conversation is out, by fault (p99 at most ${seconds(limitMs)})`, value: spread(values), bad: !(spreadOf(values).p99 <= limitMs) };
}

export const siloKill: Fault = {
  name: 'silo-kill',
  does: 'kill -9 of a silo every 10 s, started again at once',
  async play(run) {
    const rounds = Math.max(1, Math.round(run.options.minutes * 6));
    for (let i = 0; i < rounds; i++) {
      const silo = run.cluster.silos[Math.floor(run.random() * run.cluster.silos.length)]!;
      const began = Date.now();
      const healed = run.strike('silo-kill', silo.name);
      silo.signal('SIGKILL');
      await pause(200);
      silo.start();
      await silo.ready().then(() => healed());
      await pause(Math.max(0, 10_000 - (Date.now() - began)));
    }
    await pause(10_000);
  },
  demand: (run) => ({ ...usual(run), faults: { 'silo-kill': Math.max(1, Math.round(run.options.minutes * 6)) } }),
  figures: (_, facts) => [outages(facts, 'silo-kill', outMs)],
};

const stopMs = 45_000;

/** Holds all appends of a moment, so that the silo is stopped with writes under way and others waiting behind them. */
async function holdWrites(run: Run, meanwhile: () => void): Promise<void> {
  const lock = run.database.query('BEGIN; LOCK TABLE conversation IN EXCLUSIVE MODE; SELECT pg_sleep(0.5); COMMIT');
  await pause(400);
  meanwhile();
  await lock;
}

export const siloStop: Fault = {
  name: 'silo-stop',
  does: 'SIGSTOP of a silo for 45 s in mid-write, then SIGCONT',
  async play(run) {
    const rounds = Math.max(1, Math.round(run.options.minutes * 60_000 / (stopMs + 30_000)));
    for (let i = 0; i < rounds; i++) {
      await pause(5_000);
      const silo = run.cluster.silos[Math.floor(run.random() * run.cluster.silos.length)]!;
      const fencedBefore = silo.said('Fenced');
      let healed = () => {};
      await holdWrites(run, () => {
        healed = run.strike('silo-stop', silo.name);
        silo.signal('SIGSTOP');
      });
      await pause(stopMs);
      silo.signal('SIGCONT');
      healed();
      await pause(10_000);
      for (let seen = silo.said('Fenced') - fencedBefore; seen > 0; seen--) run.saw('fenced', silo.name);
      // A silo that was voted dead meanwhile ends itself; whoever runs it starts it again.
      if (!silo.alive) silo.start();
      await silo.ready();
      await pause(10_000);
    }
  },
  demand: (run) => ({ ...usual(run), faults: { 'silo-stop': 1 }, seen: { fenced: 1 } }),
  figures: (_, facts) => [
    { what: 'writes refused by the fence', value: String(facts.entries.filter((entry) => entry.op === 'fault' && entry.fault === 'fenced').length) },
    { what: 'a conversation is out, by fault', value: spread(outagesByConversation(deliveriesOf(facts), outagesOf(facts.entries).filter((outage) => outage.fault === 'silo-stop'))) },
  ],
};

const restarts = 10;

export const postgres: Fault = {
  name: 'postgres',
  does: 'PostgreSQL restarted -m immediate 10 times, and one outage of 60 s',
  async play(run) {
    for (let i = 0; i < restarts; i++) {
      await pause(8_000);
      await strikeDatabase(run, 0);
    }
    await pause(12_000);
    await strikeDatabase(run, 60_000);
    await pause(20_000);
  },
  demand: (run) => ({ ...usual(run, 3), faults: { 'postgres-restart': restarts + 1, 'postgres-down': restarts + 1 } }),
  figures: (run, facts) => [...recovery(facts), ends(run)],
};

async function strikeDatabase(run: Run, forMs: number): Promise<void> {
  const server = run.database as Postgres;
  const healed = run.strike('postgres-restart', 'postgres');
  await server.stopAtOnce();
  const up = run.strike('postgres-down', 'postgres', { down: true });
  await pause(forMs);
  up();
  await server.start();
  healed();
}

function recovery(facts: Facts): Figure[] {
  const deliveries = deliveriesOf(facts);
  const struck = outagesOf(facts.entries).filter((outage) => outage.fault === 'postgres-restart');
  const first = struck.map((outage) => firstKnownAfter(deliveries, outage.healed));
  const behind = struck.flatMap((outage, i) => {
    const until = struck[i + 1]?.begun ?? Infinity;
    return deliveries.filter(({ queued, known }) => known > outage.healed && queued < until && queued > outage.begun - 60_000 && queued < outage.healed + 5_000).map(({ queued, known }) => known - Math.max(queued, outage.healed));
  });
  // From then on nobody is refused; a client that backed off meanwhile may come later by itself.
  const refused = struck.map(({ healed }, i) => {
    const until = struck[i + 1]?.begun ?? Infinity;
    const late = facts.attempts.filter(({ begun, outcome }) => outcome && outcome.type !== 'ok' && outcome.code !== 3001 && begun > healed && begun < until);
    return Math.max(0, ...late.map(({ begun }) => begun - healed));
  });
  return [
    { what: 'last send that was still refused after the database is back (at most 5 s)', value: spread(refused), bad: !(spreadOf(refused).max <= 5_000) },
    { what: 'first new answer after the database is back', value: spread(first), bad: !(spreadOf(first).max <= 5_000) },
    { what: 'messages written before that or within 5 s, answered after it is back', value: spread(behind) },
  ];
}

function ends(run: Run): Figure {
  const crashed = run.cluster.all.filter((server) => server.crashes > 0 || !server.alive);
  return { what: 'processes that ended by themselves', value: crashed.length === 0 ? 'none' : crashed.map((server) => server.name).join(', '), bad: crashed.length > 0 };
}

export const frontKill: Fault = {
  name: 'front-kill',
  does: 'a front killed every 15 s, 1,000 clients that reconnect at once',
  shape: { clients: 1000, workers: 3, rate: 50 },
  async play(run) {
    const rounds = Math.max(2, Math.round(run.options.minutes * 4));
    for (let i = 0; i < rounds; i++) {
      const front = run.cluster.fronts[i % run.cluster.fronts.length]!;
      const began = Date.now();
      const healed = run.strike('front-kill', front.name);
      front.signal('SIGKILL');
      await pause(200);
      front.start();
      await front.ready().then(() => healed());
      await pause(Math.max(0, 15_000 - (Date.now() - began)));
    }
    await pause(5_000);
  },
  demand: (run) => ({ ...usual(run), oks: { ...usual(run).oks, resume: 1000 }, faults: { 'front-kill': Math.max(2, Math.round(run.options.minutes * 4)) } }),
  figures(_, facts) {
    const reconnects = reconnectsOf(facts);
    const attempts = reconnects.map((one) => one.attemptMs);
    return [
      { what: 'resume: from the attempt that succeeds until all is up to date (p99 at most 3 s)', value: spread(attempts), bad: !(spreadOf(attempts).p99 <= 3_000) },
      { what: 'resume: the call that brings it alone, hello for most', value: spread(callTimes(facts, 'resume')) },
      { what: 'from the lost link until all is up to date, the jittered wait included', value: spread(reconnects.map((one) => one.downMs)) },
    ];
  },
};
