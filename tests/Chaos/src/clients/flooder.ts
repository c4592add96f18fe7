import type { ClientPlan } from './plan';
import type { HistoryFile } from './recorder';
import { Recorder } from './recorder';
import { recordingTransport } from './recordingTransport';
import type { HubLink } from './sdk';

/** Calls that wait for their answer before the next is written: what fits the socket's buffers, about. */
const inFlightMax = 2_000;
const burst = 64;
const againAfterMs = 250;

/** One connection of somebody who sends without pause, waits for no answer, and comes back at once when cut. */
export class Flooder {
  private readonly recorder: Recorder;
  private flooding = false;
  private running: Promise<void> = Promise.resolve();
  private readonly open = new Set<Promise<unknown>>();

  constructor(
    private readonly plan: ClientPlan,
    file: HistoryFile,
  ) {
    this.recorder = new Recorder(file, plan.name, plan.user, plan.name);
  }

  start(): void {
    this.flooding = true;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.flooding = false;
    await this.running;
    await Promise.all(this.open);
  }

  private async run(): Promise<void> {
    while (this.flooding) {
      await this.once().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    }
  }

  private async once(): Promise<void> {
    let up = true;
    const link = await recordingTransport(this.recorder, () => 'no').connect(this.plan.urls[0]!, this.plan.token, { events: () => undefined, closed: () => (up = false) });
    await link.invoke('hello', { protocol: 1, device: crypto.randomUUID(), active: false });
    while (up && this.flooding) {
      for (let i = 0; i < burst && this.open.size < inFlightMax; i++) this.send(link);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await link.close();
  }

  private send(link: HubLink): void {
    const body = `flood ${'lorem ipsum dolor '.repeat(6)}`;
    const sent = link.invoke('send', { conversation: this.plan.conversations[0]!, id: crypto.randomUUID(), body });
    const settled: Promise<unknown> = sent.catch(() => undefined).finally(() => this.open.delete(settled));
    this.open.add(settled);
  }
}
