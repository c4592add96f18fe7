import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Server } from './processes';

export interface Programs {
  readonly silo: string;
  readonly front: string;
  /** Where the front finds what it serves. */
  readonly content: string;
}

/** Figures of the marketplace that a run changes; everything else is as shipped, durability above all. */
const policy: Readonly<Record<string, string>> = {
  Chat__Policy__SendBurst: '1000',
  Chat__Policy__SendsPerSecond: '1000',
  // A few people stand for many here; only the fault that floods asks what one may do.
  Chat__Policy__CallBurst: '1000000',
  Chat__Policy__CallsPerSecond: '100000',
  Chat__Policy__RequestBurst: '100000',
  Chat__Policy__RequestsPerSecond: '10000',
  Chat__Policy__OrderPaymentWithin: '00:00:15',
  Chat__Policy__OrderPaymentCheck: '00:00:08',
  Chat__Policy__DeadlineSweep: '00:00:01',
  Chat__Demo: 'true',
  Logging__LogLevel__Default: 'Information',
};

export interface Place {
  /** What a process is started by: nothing, or the way into its network namespace. */
  readonly enter: readonly string[];
  readonly address: string;
}

export const here: Place = { enter: [], address: '127.0.0.1' };

/** Silos and fronts as processes of their own, on one database. */
export class Cluster {
  private readonly commands = new Map<Server, (programs: Programs) => readonly string[]>();
  readonly silos: Server[];
  readonly fronts: Server[];
  readonly urls: string[];

  constructor(programs: Programs, home: string, base: number, settings: Readonly<Record<string, string>>, places: readonly Place[], fronts: number) {
    const logs = join(home, 'logs');
    mkdirSync(logs, { recursive: true });
    const common = { ...policy, ...settings };
    this.silos = places.map(({ enter, address }, i) => {
      const [silo, gateway, health] = [base + 100 + i, base + 200 + i, base + 300 + i];
      const environment = { ...common, Chat__Silo__SiloPort: `${silo}`, Chat__Silo__GatewayPort: `${gateway}`, Chat__Silo__HealthPort: `${health}`, Chat__Silo__AdvertisedIP: address };
      const argv = (of: Programs) => [...enter, 'dotnet', of.silo];
      return this.add(argv, new Server(`silo-${i}`, argv(programs), environment, `http://${address}:${health}/health/ready`, join(logs, `silo-${i}.log`), home));
    });
    this.urls = Array.from({ length: fronts }, (_, i) => `http://127.0.0.1:${base + i}`);
    this.fronts = this.urls.map((url, i) => {
      const argv = (of: Programs) => ['dotnet', of.front, '--urls', url, '--contentRoot', of.content];
      return this.add(argv, new Server(`front-${i}`, argv(programs), { Chat__Mode: 'front', ...common }, `${url}/health/ready`, join(logs, `front-${i}.log`), home));
    });
  }

  private add(command: (programs: Programs) => readonly string[], server: Server): Server {
    this.commands.set(server, command);
    return server;
  }

  /** Each process is of these programs from its next start on. */
  use(programs: Programs): void {
    this.commands.forEach((command, server) => server.become(command(programs)));
  }

  get all(): Server[] {
    return [...this.silos, ...this.fronts];
  }

  async start(): Promise<void> {
    // The first makes the schema.
    this.all[0]!.start();
    await this.all[0]!.ready();
    this.all.slice(1).forEach((server) => server.start());
    await Promise.all(this.all.map((server) => server.ready(120_000)));
  }

  async end(): Promise<void> {
    await Promise.all(this.fronts.map((server) => server.end()));
    await Promise.all(this.silos.map((server) => server.end()));
  }

  /** Ends everything at once, when the run itself has failed. */
  kill(): void {
    this.all.forEach((server) => server.signal('SIGKILL'));
  }
}
