import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HistoryFile, Recorder } from '../clients/recorder';
import type { ClientPlan } from '../clients/plan';
import type { Demand } from '../checker/faultChecks';
import type { Facts } from '../checker/facts';
import type { Entry } from '../history';
import { parseHistory } from '../history';
import { seeded } from '../random';
import type { Place, Programs } from './cluster';
import { Cluster, here } from './cluster';
import type { Worker } from './crew';
import { Crew, shops } from './crew';
import { Issuer } from './issuer';
import type { Database } from './postgres';
import { Postgres } from './postgres';
import { command, pause } from './processes';
import { readFronts, readOrders, readSql } from './readBack';
import { Sqlite } from './sqlite';

export interface Options {
  readonly minutes: number;
  readonly clients: number;
  readonly rate: number;
  readonly seed: number;
  readonly base: number;
  readonly home: string;
  readonly programs: Programs;
  /** Of another build, for upgrades. */
  readonly other?: Programs | undefined;
  readonly worker: string;
}

/** What a kind of fault needs around it, does, and must have seen. */
export interface Fault {
  readonly name: string;
  readonly does: string;
  readonly shape?: {
    readonly clients?: number;
    readonly rate?: number;
    readonly workers?: number;
    readonly bodyChars?: number;
    readonly shops?: number;
    readonly agentsPerShop?: number;
    readonly agentsShare?: number;
    readonly repeats?: number;
    readonly apartBuyers?: number;
    readonly environment?: Readonly<Record<string, string>>;
    readonly orders?: number;
    /** The database's directory is a file system in memory of this size. */
    readonly roomMiB?: number;
    /** One process with a file of its own instead of a cluster on PostgreSQL. */
    readonly sqlite?: boolean;
  };
  /** The cluster begins as the other build. */
  readonly startsOther?: boolean;
  /** Clients in a process of their own. */
  readonly apart?: (issuer: Issuer, urls: readonly string[], stores: readonly string[], conversationsOf: (store: string) => string[]) => readonly ClientPlan[];
  readonly prepare?: (options: Options) => Promise<readonly Place[]>;
  readonly cleanUp?: () => Promise<void>;
  readonly play: (run: Run) => Promise<void>;
  readonly demand: (run: Run) => Demand;
  readonly figures?: (run: Run, facts: Facts) => readonly Figure[];
}

/** A line of the table; with `bad` it is a violation. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly bad?: boolean;
}

const silosCount = 3;
const frontsCount = 2;
const drainMs = 120_000;
/** Deadlines of the last orders run out, and their notices arrive. */
const ordersMs = 30_000;

/** One run: servers, clients and the driver's own part of the history. */
export class Run {
  readonly random: () => number;
  readonly figures: Figure[] = [];
  readonly driver: Recorder;
  readonly rate: number;
  readonly clients: number;
  private readonly file: HistoryFile;
  private drained = true;

  private constructor(
    readonly options: Options,
    readonly fault: Fault,
    readonly cluster: Cluster,
    readonly database: Database,
    readonly issuer: Issuer,
    readonly crew: Crew,
  ) {
    this.random = seeded(options.seed);
    this.file = new HistoryFile(join(options.home, 'history', 'driver.jsonl'));
    this.driver = new Recorder(this.file, 'driver');
    this.rate = fault.shape?.rate ?? options.rate;
    this.clients = fault.shape?.clients ?? options.clients;
  }

  /** Starts everything; what was started is ended again when that fails. */
  static async start(options: Options, fault: Fault): Promise<Run> {
    const { home, base } = options;
    mkdirSync(join(home, 'history'), { recursive: true });
    const shape = fault.shape ?? {};
    const places = shape.sqlite ? [] : ((await fault.prepare?.(options)) ?? Array.from({ length: silosCount }, () => here));
    const address = places[0] === undefined || places[0] === here ? here.address : '10.77.0.1';
    const directory = `/var/tmp/chat-chaos-${base}/${options.seed}-${fault.name}-${Date.now()}`;
    mkdirSync(directory, { recursive: true });
    if (shape.roomMiB !== undefined) await command('mount', '-t', 'tmpfs', '-o', `size=${shape.roomMiB}m`, 'tmpfs', directory);
    const database = shape.sqlite ? new Sqlite(directory) : new Postgres(directory, address, base + 400);
    await database.create();
    await database.start();
    const issuer = new Issuer(base + 450);
    const cluster = new Cluster((fault.startsOther && options.other) || options.programs, home, base, { ...issuer.settings, ...database.settings, ...shape.environment }, places, shape.sqlite ? 1 : frontsCount);
    try {
      await cluster.start();
      const products = await productsOf(cluster.urls[0]!);
      const names = shops.slice(0, shape.shops ?? shops.length).map(([store]) => store);
      const crew = new Crew(
        {
          clients: shape.clients ?? options.clients,
          seed: options.seed,
          urls: cluster.urls,
          home,
          workers: shape.workers ?? 2,
          bodyChars: shape.bodyChars ?? 120,
          repeats: shape.repeats ?? 0.1,
          shops: names.length,
          agentsPerShop: shape.agentsPerShop ?? 2,
          ...(shape.agentsShare === undefined ? {} : { agentsShare: shape.agentsShare }),
          apartBuyers: shape.apartBuyers ?? 0,
          apart: (conversationsOf) => fault.apart?.(issuer, cluster.urls, names, conversationsOf) ?? [],
          products,
        },
        issuer,
        options.worker,
      );
      return new Run(options, fault, cluster, database, issuer, crew);
    } catch (failure) {
      cluster.kill();
      await closeDatabase(database, shape);
      issuer.close();
      throw failure;
    }
  }

  /** Puts a fault in; the function it answers heals it. `down`: nothing can be stored meanwhile. */
  strike(fault: string, target: string, more: { readonly down?: boolean; readonly pid?: number } = {}): (more?: { readonly pid?: number }) => void {
    const call = this.driver.add('fault', 'invoke', { fault, target, ...more });
    return (after = {}) => void this.driver.add('fault', 'ok', { fault, target, call, ...after });
  }

  saw(fault: string, target: string): void {
    this.driver.add('fault', 'info', { fault, target });
  }

  /** From now on this is so, and watchers show it within that time. */
  truth(store: string, status: string, withinMs: number): void {
    this.driver.add('presence', 'invoke', { store, status, withinMs });
  }

  async connect(): Promise<void> {
    await this.crew.begin();
    await this.crew.all({ do: 'connect' });
    await this.crew.all({ do: 'open' });
  }

  /** One more agent, alone in a process, on the first front. */
  async guest(name: string, store: string): Promise<Worker> {
    const user = shops.find(([one]) => one === store)![1]!;
    const plan: ClientPlan = { name, role: 'agent', user, token: this.issuer.token(user), urls: [`${this.cluster.urls[0]}/hub`], store, conversations: [] };
    return this.crew.join(plan);
  }

  load(rate = this.rate): Promise<unknown> {
    return this.crew.load(rate, rate === 0 ? 0 : (this.fault.shape?.orders ?? 2), this.fault.shape?.workers ?? 2);
  }

  /** Everything is healed: let all settle, then write down what everybody shows and what is stored. */
  async settle(): Promise<void> {
    await this.load(0);
    const began = Date.now();
    const heard = await Promise.all(this.crew.workers.map((worker) => worker.ask({ do: 'drain', withinMs: drainMs })));
    this.drained = heard.every((one) => one.ok);
    const waiting = heard.map((one) => one.text).filter(Boolean).join('; ');
    this.figures.push({ what: 'settled after the load ended', value: this.drained ? `${((Date.now() - began) / 1000).toFixed(1)} s` : `NOT: ${waiting}`, bad: !this.drained });
    for (const store of this.crew.stores) this.truth(store, 'online', 30_000);
    await pause(ordersMs + 2_000);
    const held = await this.crew.all({ do: 'hold' });
    await readOrders(this.file, this.cluster.urls[0]!, held.flatMap((one) => one.orders ?? []));
    await readFronts(this.file, this.issuer, this.cluster.urls, this.crew.conversations);
    await readSql(this.file, this.database);
    await this.crew.all({ do: 'end' }); // Only now is all of the history in its files.
  }

  async end(): Promise<void> {
    this.crew.kill();
    await this.cluster.end();
    await closeDatabase(this.database, this.fault.shape ?? {});
    this.issuer.close();
    this.file.close();
    await this.fault.cleanUp?.();
  }

  history(): Entry[] {
    this.file.flush();
    const directory = join(this.options.home, 'history');
    return readdirSync(directory).flatMap((name) => parseHistory(readFileSync(join(directory, name), 'utf8')));
  }
}

/** What is stored is in the history; the files themselves are not kept. */
async function closeDatabase(database: Database, shape: NonNullable<Fault['shape']>): Promise<void> {
  await database.stop();
  if (shape.roomMiB !== undefined) await command('umount', '-l', database.directory).catch(() => undefined);
  rmSync(database.directory, { recursive: true, force: true });
}

async function productsOf(url: string): Promise<Record<string, string>> {
  const { products } = (await (await fetch(`${url}/api/products`)).json()) as { products: { id: string; store: string }[] };
  return Object.fromEntries(products.map(({ id, store }) => [store, id]));
}
