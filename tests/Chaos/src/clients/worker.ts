// One operating-system process with many clients, told by the driver what to do. It never dies of a client's trouble.
import { Flooder } from './flooder';
import { placeOrder } from './orders';
import { Person } from './person';
import type { Command, Heard, WorkerPlan } from './plan';
import { HistoryFile } from './recorder';
import { Stranger } from './stranger';
import { seeded } from '../random';

const tickMs = 20;
const onlineWithinMs = 90_000;

let plan: WorkerPlan;
let file: HistoryFile;
let people: Person[] = [];
let strangers: Stranger[] = [];
let flooders: Flooder[] = [];
let random: () => number;
let stopLoad = () => {};
const orders: { order: string; token: string; user: string }[] = [];
let placing = 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(50)) {
    if (holds()) return true;
  }
  return holds();
}

async function connect(): Promise<Heard> {
  for (const person of people) {
    person.client.start();
    await pause(4); // Not all sockets in one instant: this is not the fault under test.
  }
  const online = await until(() => people.every((person) => person.isOnline), onlineWithinMs);
  const buyers = people.filter((person) => person.plan.role === 'buyer');
  await Promise.all(
    buyers.map(async (buyer) => {
      await buyer.client.contact(buyer.plan.store);
      await Promise.all(buyer.plan.conversations.map((id) => buyer.open(id)));
      buyer.plan.conversations.forEach((id) => buyer.write(id as never));
    }),
  );
  const stored = await until(() => buyers.every((buyer) => buyer.client.state.outbox.length === 0), onlineWithinMs);
  return { ok: online && stored, online: people.filter((person) => person.isOnline).length };
}

async function open(): Promise<Heard> {
  const agents = people.filter((person) => person.plan.role === 'agent');
  for (const agent of agents) {
    await agent.loadInbox();
    await Promise.all(agent.plan.conversations.map((id) => agent.open(id)));
  }
  people.filter((person) => person.plan.role === 'watcher').forEach((watcher) => watcher.client.watch(plan.stores));
  strangers.forEach((stranger) => stranger.start());
  return { ok: await until(() => agents.every((agent) => agent.isSettled), onlineWithinMs) };
}

function load(rate: number, ordersPerSecond: number): void {
  stopLoad();
  const writers = people.filter((person) => person.plan.conversations.length > 0 && person.plan.role !== 'watcher');
  const buyers = writers.filter((person) => person.plan.role === 'buyer');
  const agents = writers.filter((person) => person.plan.role === 'agent');
  if (rate === 0 || writers.length === 0) return;
  let owed = 0;
  let owedOrders = 0;
  let owedLooks = 0;
  let last = performance.now();
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const side = () => (plan.agentsShare === undefined || agents.length === 0 || buyers.length === 0 ? writers : random() < plan.agentsShare ? agents : buyers);
  const timer = setInterval(() => {
    const now = performance.now();
    const passed = Math.min(0.5, (now - last) / 1000);
    last = now;
    // At least one each second of everything that is not a send.
    for (owed += rate * passed; owed >= 1; owed--) any(side()).write();
    for (owedLooks += 2 * passed; owedLooks >= 1; owedLooks--) void (random() < 0.5 ? any(writers).lookAgain() : any(writers).loadInbox());
    for (owedOrders += ordersPerSecond * passed; owedOrders >= 1 && buyers.length > 0; owedOrders--) void order(any(buyers));
  }, tickMs);
  stopLoad = () => clearInterval(timer);
}

async function order(buyer: Person): Promise<void> {
  placing++;
  const placed = await placeOrder(buyer, plan.products[buyer.plan.store]!, random() < 0.5);
  placing--;
  if (placed !== null) orders.push({ order: placed, token: buyer.plan.token, user: buyer.plan.user });
}

async function drain(withinMs: number): Promise<Heard> {
  const writers = people.filter((person) => person.plan.role === 'buyer' || person.plan.role === 'agent');
  const ok = await until(() => placing === 0 && writers.every((person) => person.isSettled), withinMs);
  const late = writers.filter((person) => !person.isSettled);
  const text = late.slice(0, 3).map((person) => `${person.plan.name} is ${person.client.state.connection.name}, ${person.client.state.outbox.length} wait`);
  return { ok, waiting: late.length, text: text.join('; ') };
}

async function leave(prefix: string): Promise<Heard> {
  const leaving = people.filter((person) => person.plan.name.startsWith(prefix));
  people = people.filter((person) => !leaving.includes(person));
  await Promise.all(leaving.map((person) => person.client.stop()));
  return { ok: true };
}

async function obey(command: Command): Promise<Heard> {
  switch (command.do) {
    case 'begin':
      plan = command.plan;
      random = seeded(plan.seed);
      file = new HistoryFile(plan.file);
      people = plan.clients.filter((client) => client.role !== 'stranger' && client.role !== 'flooder').map((client) => new Person(client, file, random, plan.repeats, plan.bodyChars));
      strangers = plan.clients.filter((client) => client.role === 'stranger').map((client) => new Stranger(client, file));
      flooders = plan.clients.filter((client) => client.role === 'flooder').map((client) => new Flooder(client, file));
      return { ok: true };
    case 'connect':
      return connect();
    case 'open':
      return open();
    case 'load':
      load(command.rate, command.orders);
      return { ok: true };
    case 'drain':
      return drain(command.withinMs);
    case 'hold':
      people.forEach((person) => person.hold());
      return { ok: true, orders };
    case 'leave':
      return leave(command.prefix);
    case 'flood':
      if (command.on) flooders.forEach((flooder) => flooder.start());
      else await Promise.all(flooders.map((flooder) => flooder.stop()));
      return { ok: true };
    case 'status':
      return { ok: true, online: people.filter((person) => person.isOnline).length, waiting: people.reduce((sum, person) => sum + person.client.state.outbox.length, 0) };
    case 'end':
      stopLoad();
      await Promise.all([...people.map((person) => person.client.stop()), ...strangers.map((stranger) => stranger.stop())]);
      file.close();
      return { ok: true };
  }
}

process.on('message', ({ number, command }: { number: number; command: Command }) => {
  void obey(command)
    .catch((error: unknown): Heard => ({ ok: false, text: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
    .then((heard) => {
      process.send!({ number, heard });
      if (command.do === 'end') process.disconnect();
    });
});
