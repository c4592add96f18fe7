// Silo from silo: each silo lives in a network namespace of its own, and ports of the bridge between them are isolated.
import { command, pause } from './processes';
import type { Place } from './cluster';
import { usual } from './killing';
import type { Fault, Run } from './run';
import { outagesByConversation, deliveriesOf, seconds, spread } from './figures';
import { outagesOf } from '../checker/faultChecks';

const cutMs = 60_000;
const healMs = 30_000;
const silosCount = 3;
const bridge = 'chaosbr0';
const space = (i: number) => `chaos-silo-${i}`;
const port = (i: number) => `chaosv${i}`;

async function clear(): Promise<void> {
  for (let i = 0; i < silosCount; i++) {
    await command('ip', 'netns', 'del', space(i)).catch(() => undefined);
    await command('ip', 'link', 'del', port(i)).catch(() => undefined);
  }
  await command('ip', 'link', 'del', bridge).catch(() => undefined);
}

async function lay(): Promise<Place[]> {
  if (process.getuid!() !== 0) throw new Error('Network namespaces need root.');
  await clear();
  await command('ip', 'link', 'add', bridge, 'type', 'bridge');
  await command('ip', 'addr', 'add', '10.77.0.1/24', 'dev', bridge);
  await command('ip', 'link', 'set', bridge, 'up');
  const places: Place[] = [];
  for (let i = 0; i < silosCount; i++) {
    const address = `10.77.0.${10 + i}`;
    const inside = ['ip', 'netns', 'exec', space(i)];
    await command('ip', 'netns', 'add', space(i));
    await command('ip', 'link', 'add', port(i), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space(i));
    await command('ip', 'link', 'set', port(i), 'master', bridge, 'up');
    await command(inside[0]!, ...inside.slice(1), 'ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    for (const link of ['lo', 'eth0']) await command(inside[0]!, ...inside.slice(1), 'ip', 'link', 'set', link, 'up');
    // As docker-compose.yml does: a connection whose packets are dropped is given up after 13 s instead of 15 minutes.
    await command(inside[0]!, ...inside.slice(1), 'sysctl', '-q', '-w', 'net.ipv4.tcp_retries2=5');
    places.push({ enter: inside, address });
  }
  return places;
}

/** Isolated ports of a bridge hear everybody but each other: packets are dropped, nobody is told. */
const isolate = (i: number, on: boolean) => command('bridge', 'link', 'set', 'dev', port(i), 'isolated', on ? 'on' : 'off');

/** Starts again whoever ended because the others had voted it dead, as a supervisor does. */
function supervise(run: Run): () => void {
  const timer = setInterval(() => {
    for (const silo of run.cluster.silos) {
      if (silo.alive) continue;
      run.saw('silo-restarted', silo.name);
      silo.start();
    }
  }, 1_000);
  return () => clearInterval(timer);
}

export const network: Fault = {
  name: 'network',
  does: 'silo cut from silo for 60 s while all reach PostgreSQL and the fronts: one pair, then all three',
  prepare: lay,
  cleanUp: clear,
  async play(run) {
    await pause(5_000);
    const stop = supervise(run);
    for (const cut of [[0, 1], [0, 1, 2]]) {
      const healed = run.strike('network-cut', cut.map((i) => `silo-${i}`).join(' | '));
      for (const i of cut) await isolate(i, true);
      await pause(cutMs);
      for (const i of cut) await isolate(i, false);
      healed();
      await pause(healMs + 10_000);
    }
    await Promise.all(run.cluster.silos.map((silo) => silo.ready()));
    stop();
  },
  demand: (run) => ({ ...usual(run, 2), faults: { 'network-cut': 2 } }),
  figures(_, facts) {
    const deliveries = deliveriesOf(facts);
    const cuts = outagesOf(facts.entries).filter((outage) => outage.fault === 'network-cut');
    // A message written from 30 s after the network is whole waits for nothing any more.
    const late = cuts.map(({ healed }, i) => Math.max(0, ...deliveries.filter(({ queued, known }) => known > healed && queued < (cuts[i + 1]?.begun ?? Infinity)).map(({ known, queued }) => (known - queued > 2_000 ? known - healed : 0))));
    return [
      { what: 'last message that waited more than 2 s, answered after the network was whole (at most 30 s)', value: late.map(seconds).join(', '), bad: late.some((ms) => ms > healMs) },
      { what: 'a conversation is out, by cut', value: spread(outagesByConversation(deliveries, cuts)) },
      { what: 'silos that were voted dead and started again', value: String(facts.entries.filter((entry) => entry.op === 'fault' && entry.fault === 'silo-restarted').length) },
    ];
  },
};
