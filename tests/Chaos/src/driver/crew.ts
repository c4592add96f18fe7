import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { ClientPlan, Command, Heard, WorkerPlan } from '../clients/plan';
import type { Issuer } from './issuer';

/** Shops of the demo marketplace and people who answer for them. */
export const shops: readonly (readonly [store: string, ...agents: string[]])[] = [
  ['casa-lumbre', 'elena-navarro', 'javier-soto'],
  ['atelier-garance', 'garance-moreau'],
  ['jantar-gdansk', 'lukasz-wisniewski', 'kasia-zielinska'],
  ['lana-apuseni', 'ana-popescu'],
  ['lesnaya-igrushka', 'dmitri-orlov', 'maria-sokolova'],
  ['yunwu-tea', 'li-na'],
  ['lumen-audio', 'wang-lei', 'chen-yu'],
  ['bayt-al-bahar', 'omar-rashid'],
  ['fanous-cairo', 'layla-haddad'],
  ['northway-cycles', 'tom-hargreaves', 'priya-shah'],
];

/** One process full of clients. */
export class Worker {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (heard: Heard) => void>();
  private number = 0;

  constructor(program: string, readonly plan: WorkerPlan) {
    this.child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child.on('message', ({ number, heard }: { number: number; heard: Heard }) => {
      this.waiting.get(number)?.(heard);
      this.waiting.delete(number);
    });
    this.child.on('exit', () => this.waiting.forEach((answer) => answer({ ok: false, text: 'a process of clients has ended' })));
  }

  get pid(): number {
    return this.child.pid!;
  }

  ask(command: Command): Promise<Heard> {
    return new Promise((resolve) => {
      const number = ++this.number;
      this.waiting.set(number, resolve);
      this.child.send({ number, command });
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

export interface CrewShape {
  readonly clients: number;
  readonly seed: number;
  readonly urls: readonly string[];
  readonly home: string;
  readonly workers: number;
  readonly bodyChars: number;
  readonly repeats: number;
  readonly shops: number;
  readonly agentsPerShop: number;
  readonly agentsShare?: number;
  /** So many of the buyers are in a process of their own, last in the list of workers, with what `apart` adds. */
  readonly apartBuyers: number;
  readonly apart: (conversationsOf: (store: string) => string[]) => readonly ClientPlan[];
  readonly products: Readonly<Record<string, string>>;
}

/** All clients of a run, in as many processes as the shape says. */
export class Crew {
  readonly workers: Worker[];
  readonly conversations: readonly string[];
  /** Shops that the crew answers for. */
  readonly stores: readonly string[];
  private readonly guests: Worker[] = [];

  constructor(private readonly shape: CrewShape, issuer: Issuer, private readonly program: string) {
    const stores = shops.slice(0, shape.shops);
    this.stores = stores.map(([store]) => store);
    const agents = stores.length * shape.agentsPerShop;
    const buyers = Math.max(stores.length, shape.clients - agents);
    const hubs = (i: number) => shape.urls.map((_, at) => `${shape.urls[(i + at) % shape.urls.length]}/hub`);
    const buyerName = (i: number) => `chaos-buyer-${String(i).padStart(4, '0')}`;
    const storeOf = (i: number) => stores[i % stores.length]![0];
    const ofStore = (store: string) => Array.from({ length: buyers }, (_, i) => i).filter((i) => storeOf(i) === store).map((i) => `${buyerName(i)}~${store}`);
    const plans: ClientPlan[] = [];
    for (let i = 0; i < buyers; i++) {
      const user = buyerName(i);
      plans.push({ name: user, role: 'buyer', user, token: issuer.token(user), urls: hubs(i), store: storeOf(i), conversations: [`${user}~${storeOf(i)}`] });
    }
    stores.forEach(([store, ...people], i) => {
      for (let at = 0; at < shape.agentsPerShop; at++) {
        const user = people[at % people.length]!;
        plans.push({ name: `agent-${store}-${at}`, role: 'agent', user, token: issuer.token(user), urls: hubs(i + at), store, conversations: ofStore(store) });
      }
    });
    const apart = [...plans.filter((plan) => plan.role === 'buyer').slice(buyers - shape.apartBuyers), ...shape.apart(ofStore)];
    this.conversations = [...new Set([...plans.filter((plan) => plan.role === 'buyer'), ...apart].flatMap((plan) => plan.conversations))];
    for (const i of [0, 1]) {
      plans.push({ name: `stranger-${i}`, role: 'stranger', user: `chaos-stranger-${i}`, token: issuer.token(`chaos-stranger-${i}`), urls: hubs(i), store: stores[0]![0], conversations: this.conversations });
      plans.push({ name: `watcher-${i}`, role: 'watcher', user: `chaos-watcher-${i}`, token: issuer.token(`chaos-watcher-${i}`), urls: hubs(i), store: stores[0]![0], conversations: [] });
    }
    const together = plans.filter((plan) => !apart.includes(plan));
    const parts = Array.from({ length: shape.workers }, (_, at) => together.filter((_, i) => i % shape.workers === at));
    if (apart.length > 0) parts.push(apart);
    this.workers = parts.map((clients, i) => new Worker(program, this.planOf(clients, i)));
  }

  private planOf(clients: readonly ClientPlan[], i: number): WorkerPlan {
    const { home, seed, products, repeats, bodyChars, agentsShare } = this.shape;
    return { file: join(home, 'history', `clients-${i}.jsonl`), seed: seed * 100 + i, clients, stores: shops.map(([store]) => store), products, repeats, bodyChars, ...(agentsShare === undefined ? {} : { agentsShare }) };
  }

  /** One more client, in a process of its own that is not asked with the others. */
  async join(plan: ClientPlan): Promise<Worker> {
    const guest = new Worker(this.program, this.planOf([plan], this.workers.length + this.guests.length));
    this.guests.push(guest);
    await guest.ask({ do: 'begin', plan: guest.plan });
    await this.all({ do: 'connect' }, [guest]);
    return guest;
  }

  /** The same to all; fails when one could not. */
  async all(command: Command, workers = this.workers): Promise<Heard[]> {
    const heard = await Promise.all(workers.map((worker) => worker.ask(command)));
    const failed = heard.find((one) => !one.ok);
    if (failed) throw new Error(`The clients could not ${command.do}: ${failed.text || JSON.stringify(failed)}`);
    return heard;
  }

  begin(): Promise<Heard[]> {
    return Promise.all(this.workers.map((worker) => worker.ask({ do: 'begin', plan: worker.plan })));
  }

  /** Sends a second over all processes but the one apart. */
  load(rate: number, orders: number, workers: number): Promise<Heard[]> {
    return this.all({ do: 'load', rate: rate / workers, orders: orders / workers }, this.workers.slice(0, workers));
  }

  kill(): void {
    [...this.workers, ...this.guests].forEach((worker) => {
      worker.signal('SIGCONT');
      worker.signal('SIGKILL');
    });
  }
}
