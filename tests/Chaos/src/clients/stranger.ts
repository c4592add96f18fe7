import type { ClientPlan } from './plan';
import type { HistoryFile } from './recorder';
import { Recorder } from './recorder';
import { recordingTransport } from './recordingTransport';
import type { HubLink } from './sdk';

const between = 400;

/** Somebody signed in who asks for other people's conversations by every method, and for some that nobody has. */
export class Stranger {
  private readonly recorder: Recorder;
  private timer: NodeJS.Timeout | null = null;
  private link: HubLink | null = null;
  private turn = 0;
  private under: Promise<void> | null = null;

  constructor(
    private readonly plan: ClientPlan,
    file: HistoryFile,
  ) {
    this.recorder = new Recorder(file, plan.name, plan.user, plan.name);
  }

  start(): void {
    this.timer = setInterval(() => {
      this.under ??= this.step()
        .catch(() => void (this.link = null))
        .finally(() => (this.under = null));
    }, between);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.under;
    await this.link?.close();
  }

  private async step(): Promise<void> {
    this.link ??= await this.connect();
    const turn = this.turn++;
    const known = this.plan.conversations[turn % this.plan.conversations.length]!;
    const conversation = turn % 3 === 2 ? `nobody-${turn}~${this.plan.store}` : known;
    const methods: [string, object][] = [
      ['history', { conversation, limit: 50 }],
      ['send', { conversation, id: crypto.randomUUID(), body: 'let me in' }],
      ['mark', { conversation, read: 1 }],
      ['resume', { positions: [{ conversation, change: 0 }] }],
    ];
    await this.link.invoke(...methods[Math.floor(turn / 3) % methods.length]!);
  }

  private async connect(): Promise<HubLink> {
    const closed = () => (this.link = null);
    const url = this.plan.urls[this.turn++ % this.plan.urls.length]!;
    const link = await recordingTransport(this.recorder, () => 'no').connect(url, this.plan.token, { events: () => undefined, closed });
    const said = (await link.invoke('hello', { protocol: 1, device: crypto.randomUUID(), active: false })) as { ok: boolean };
    if (said.ok) return link;
    await link.close();
    throw new Error('hello was refused, as while grains cannot be reached');
  }
}
