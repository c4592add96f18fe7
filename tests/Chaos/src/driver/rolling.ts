// Rolling restarts and upgrades: every process stopped politely and started again, one after another.
import type { Facts } from '../checker/facts';
import { repeatedCalls, restartFault, restartsOf, stoppedFault } from '../checker/restartChecks';
import type { Programs } from './cluster';
import { deliveriesOf, outagesByConversation, reconnectsOf, seconds, spread } from './figures';
import { usual } from './killing';
import { pause } from './processes';
import type { Server } from './processes';
import type { Fault, Figure, Run } from './run';

const rounds = 3;
/** Between two stops, so that what one of them caused is not taken for the next one's. */
const restMs = 4_000;

async function restart(run: Run, server: Server, impatient: boolean): Promise<void> {
  const ready = run.strike(restartFault, server.name, { pid: server.pid });
  const { code, tookMs } = await server.stop(impatient);
  run.driver.add('fault', 'info', { fault: stoppedFault, target: server.name, code, tookMs });
  server.start();
  await server.ready(60_000, 50);
  ready({ pid: server.pid });
}

/** All, silos before fronts as an upgrade goes, or the other way round as the way back. */
async function rollAll(run: Run, servers: readonly Server[], impatient = false): Promise<void> {
  for (const server of servers) {
    await restart(run, server, impatient);
    await pause(restMs);
  }
}

const demandOf = (run: Run, times: number) => ({ ...usual(run, (run.cluster.all.length * times * restMs) / 60_000), faults: {}, restarts: { targets: run.cluster.all.map((server) => server.name), times } });

function figures(run: Run, facts: Facts): Figure[] {
  const deliveries = deliveriesOf(facts);
  const restarts = restartsOf(facts);
  const out = (kind: string) => {
    const begins = restarts.map((one) => one.begun);
    return begins.flatMap((_, i) => (restarts[i]!.target.startsWith(kind) ? outagesByConversation(deliveries.filter(({ queued }) => queued < (begins[i + 1] ?? Infinity)), [restarts[i]!]) : []));
  };
  const ends = facts.entries.filter((entry) => entry.fault === stoppedFault);
  const took = (kind: string) => spread(ends.filter((entry) => entry.target!.startsWith(kind)).map((entry) => entry.tookMs!));
  const crashed = run.cluster.all.filter((server) => server.crashes > 0 || !server.alive);
  return [
    { what: 'restarts', value: [...new Set(restarts.map((one) => one.target))].map((target) => `${target} ${restarts.filter((one) => one.target === target).length}`).join(', ') },
    { what: 'a conversation is out, by stop of a silo', value: spread(out('silo')) },
    { what: 'a conversation is out, by stop of a front', value: spread(out('front')) },
    { what: 'told to stop until ended, silos', value: took('silo') },
    { what: 'told to stop until ended, fronts', value: took('front') },
    { what: 'told to stop until ready again', value: spread(restarts.map(({ begun, healed }) => healed - begun)) },
    { what: 'links lost, and back and up to date', value: spread(reconnectsOf(facts).map((one) => one.downMs)) },
    { what: 'calls told to repeat, by code', value: repeatedCalls(facts).map(([code, count]) => `${code}: ${count}`).join(', ') || 'none' },
    { what: 'processes that ended by themselves', value: crashed.map((server) => server.name).join(', ') || 'none', bad: crashed.length > 0 },
  ];
}

export const rolling: Fault = {
  name: 'rolling',
  does: `every process stopped with SIGTERM and started again, one at a time, ${rounds} times; ${seconds(restMs)} between`,
  async play(run) {
    await pause(5_000);
    // In the last round everybody is told to stop again and again.
    for (let round = 1; round <= rounds; round++) await rollAll(run, run.cluster.all, round === rounds);
    await pause(5_000);
  },
  demand: (run) => demandOf(run, rounds),
  figures,
};

const versions = (from: Programs | undefined, to: Programs): readonly [Programs, Programs] => {
  if (!from) throw new Error('An upgrade needs other programs: --other-build DIR.');
  return [from, to];
};

export const upgrade: Fault = {
  name: 'upgrade',
  does: 'a cluster of the other build, rolled to this one, silos first, and back, fronts first',
  startsOther: true,
  async play(run) {
    const [from, to] = versions(run.options.other, run.options.programs);
    await pause(5_000);
    run.cluster.use(to);
    await rollAll(run, run.cluster.all);
    run.saw('upgraded', 'all');
    await pause(5_000);
    run.cluster.use(from);
    await rollAll(run, [...run.cluster.fronts, ...run.cluster.silos]);
    run.saw('downgraded', 'all');
    await pause(5_000);
  },
  demand: (run) => ({ ...demandOf(run, 2), seen: { upgraded: 1, downgraded: 1 } }),
  figures,
};
