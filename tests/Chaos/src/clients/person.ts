import { hashOf } from '../history';
import type { ClientPlan } from './plan';
import { recordingTransport } from './recordingTransport';
import type { HistoryFile } from './recorder';
import { Recorder } from './recorder';
import type { ChatClient, ConversationId } from './sdk';
import { createClient, memoryStorage } from './sdk';

/** Marks as read what others wrote, about one time in so many. */
const readsEvery = 6;

/** The SDK at one device of somebody, with everything it does and shows written down. */
export class Person {
  readonly client: ChatClient;
  readonly recorder: Recorder;
  private readonly looked = new Map<string, unknown>();
  private readonly shown = new Map<string, number>();
  private written = 0;

  constructor(
    readonly plan: ClientPlan,
    file: HistoryFile,
    private readonly random: () => number,
    private readonly repeats: number,
    private readonly bodyChars: number,
  ) {
    const storage = memoryStorage();
    this.recorder = new Recorder(file, plan.name, plan.user, plan.name);
    this.client = createClient({
      urls: plan.urls,
      token: () => plan.token,
      account: plan.user,
      storage,
      random,
      transport: recordingTransport(this.recorder, () => this.whetherToRepeat()),
    });
    this.client.subscribe(() => this.look());
  }

  get isOnline(): boolean {
    return this.client.state.connection.name === 'online';
  }

  /** Writes into one of the conversations; false when the outbox is full. */
  write(conversation = this.any()): boolean {
    const body = `${this.plan.name} ${++this.written} `.padEnd(this.bodyChars, 'lorem ipsum dolor ');
    const sent = this.client.send(conversation, body);
    if (sent.ok) this.recorder.add('queue', 'invoke', { conversation, id: sent.id, hash: hashOf(body) });
    return sent.ok;
  }

  async open(conversation: string): Promise<void> {
    await this.client.open(conversation as ConversationId);
  }

  /** Looks away from a conversation and at it again, which asks for its newest page. */
  async lookAgain(): Promise<void> {
    const conversation = this.any();
    if (this.client.state.conversations.get(conversation)?.window !== 'ready') return;
    this.look();
    this.client.close(conversation);
    this.shown.delete(conversation);
    this.recorder.add('deliver', 'info', { conversation, state: 'closed' });
    await this.open(conversation);
  }

  async loadInbox(): Promise<void> {
    await this.client.loadInbox({ store: this.plan.role === 'agent' ? this.plan.store : null, filter: 'all' });
  }

  /** Whether everything written is stored and everything shown is up to date. */
  get isSettled(): boolean {
    const { state } = this.client;
    return this.isOnline && state.outbox.length === 0 && this.plan.conversations.every((id) => {
      const held = state.conversations.get(id as ConversationId);
      return held?.window === 'ready' && held.aside.length === 0 && !held.stale && held.summary !== null && held.summary.change <= held.change;
    });
  }

  hold(): void {
    for (const conversation of this.plan.conversations) {
      const held = this.client.state.conversations.get(conversation as ConversationId);
      const head = held?.messages.at(-1)?.seq ?? 0;
      this.recorder.add('held', 'ok', { conversation, head, change: held?.change ?? 0, unread: held?.summary?.unread ?? -1 });
    }
  }

  private any(): ConversationId {
    const { conversations } = this.plan;
    return conversations[Math.floor(this.random() * conversations.length)] as ConversationId;
  }

  private whetherToRepeat(): 'no' | 'at once' | 'after the answer' {
    if (this.random() >= this.repeats) return 'no';
    return this.random() < 0.5 ? 'at once' : 'after the answer';
  }

  /** What the SDK shows now and did not show before. */
  private look(): void {
    for (const [id, held] of this.client.state.conversations) {
      if (this.looked.get(id) === held) continue;
      this.looked.set(id, held);
      if (held.window !== 'ready') {
        this.shown.delete(id);
        continue;
      }
      const before = this.shown.get(id) ?? 0;
      const newest = held.messages.at(-1)?.seq ?? 0;
      if (newest <= before) continue;
      for (const { seq, change, id: message, sender, body } of held.messages.slice(-(newest - before))) {
        if (seq > before) this.recorder.add('deliver', 'ok', { conversation: id, seq, change, id: message, sender, hash: hashOf(body) });
      }
      this.shown.set(id, newest);
      if (held.summary && held.summary.unread > 0 && this.random() * readsEvery < 1) this.client.markRead(id, newest);
    }
  }
}
