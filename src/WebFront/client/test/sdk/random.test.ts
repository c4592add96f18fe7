import { describe, expect, test } from 'vitest';
import { createClient, inboxList, localError, memoryStorage, mySide, needsOf, otherSide, timeline, totalUnread } from '../../src/sdk';
import type { ChatClient, ConversationId, ServerEvent } from '../../src/sdk';
import { FakeClock, seeded, settle } from './fakeClock';
import { FakeServer } from './fakeServer';

/*
 * Random lives of a client: pushes lost, doubled and reordered, calls cut off before or after they took
 * effect, links broken, servers down, another device of the same user, restarts of the page. Whatever
 * happens, in the end the client shows what the log holds, and every send is in the log once, in order.
 */

const seeds = Array.from({ length: Number(process.env['CHAT_SEEDS'] ?? 150) }, (_, n) => n + 1);
const first = Number(process.env['CHAT_SEED'] ?? 0);
const stepsMax = 120;

class Life {
  readonly clock = new FakeClock();
  readonly server: FakeServer;
  readonly storage = memoryStorage();
  readonly written = new Map<ConversationId, string[]>();
  readonly random: () => number;
  readonly ids: ConversationId[];
  client: ChatClient;
  private serial = 0;
  private delayed: (() => void)[] = [];

  constructor(seed: number) {
    this.random = seeded(seed);
    const asStore = seed % 3 === 0;
    this.server = new FakeServer('maria', this.clock);
    this.server.resumeChangesMax = seed % 4 === 0 ? 6 : 300;
    this.server.resumesInHello = seed % 3 !== 0;
    this.server.stores = asStore ? [{ id: 'amber', name: 'Amber', role: 'agent', onDuty: true }] : [];
    this.ids = asStore ? ['noor~amber', 'emma~amber'] : ['maria~amber', 'maria~lamp'];
    this.ids.forEach((id) => this.peerPosts(id));
    this.server.carry = (event, deliver) => this.carry(event, deliver);
    this.server.fate = () => {
      const chance = this.random();
      return chance < 0.04 ? 'loseRequest' : chance < 0.08 ? 'loseReply' : chance < 0.11 ? localError('unavailable', 'Down.') : 'answer';
    };
    this.server.latencyMs = seed % 5 === 0 ? null : () => this.random() * (seed % 2 === 0 ? 50 : 700);
    this.client = this.create();
  }

  get query() {
    return { store: this.server.stores[0]?.id ?? null, filter: 'all' } as const;
  }

  create(): ChatClient {
    const client = createClient({
      urls: ['one'],
      token: () => 'token-1',
      storage: this.storage,
      account: 'maria',
      transport: this.server,
      clock: this.clock,
      random: this.random,
    });
    client.start();
    void client.loadInbox(this.query);
    return client;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }

  peerPosts(id: ConversationId): void {
    const me = mySide(id, 'maria');
    const peer = me.startsWith('u:') ? `s:${id.split('~')[1]}` : `u:${id.split('~')[0]}`;
    this.server.post(id, peer as `u:${string}`, `peer-${++this.serial}`, `peer ${this.serial}`);
  }

  carry(event: ServerEvent, deliver: (event: ServerEvent) => void): void {
    const chance = this.random();
    if (chance < 0.15) {
      return; // Lost.
    }
    if (chance < 0.35) {
      this.delayed.push(() => deliver(event));
      return;
    }
    deliver(event);
    if (chance < 0.5) {
      deliver(event);
    }
  }

  releaseDelayed(): void {
    const order = this.delayed.splice(0).map((run) => ({ run, at: this.random() }));
    order.sort((a, b) => a.at - b.at).forEach(({ run }) => run());
  }

  readonly steps: readonly (() => unknown)[] = [
    () => this.peerPosts(this.pick(this.ids)),
    () => this.peerPosts(this.pick(this.ids)),
    () => this.write(this.pick(this.ids)),
    () => this.write(this.pick(this.ids)),
    () => this.releaseDelayed(),
    () => this.clock.advance(this.random() * 100),
    () => this.clock.advance(this.random() * 100),
    () => this.clock.advance(this.random() * 400),
    () => this.clock.advance(this.random() * 20_000),
    () => void this.client.open(this.pick(this.ids)),
    () => this.random() < 0.3 && this.client.close(this.pick(this.ids)),
    () => void this.client.loadOlder(this.pick(this.ids)),
    () => {
      const held = this.client.state.conversations.get(this.pick(this.ids));
      if (held?.messages.length) {
        this.client.markRead(held.id, this.pick(held.messages).seq);
      }
    },
    () => {
      const id = this.pick(this.ids);
      const head = this.server.log(id).messages.length;
      const member = this.random() < 0.5 ? mySide(id, 'maria') : [...this.server.log(id).receipts.keys()][0]!;
      this.server.mark(id, member, Math.ceil(this.random() * head), Math.floor(this.random() * head));
    },
    () => {
      const id = this.pick(this.ids);
      this.server.edit(id, this.pick(this.server.log(id).messages).seq, `edited ${++this.serial}`);
    },
    () => {
      const id = this.pick(this.ids);
      this.server.post(id, mySide(id, 'maria'), `device-${++this.serial}`, `other device ${this.serial}`);
    },
    () => this.random() < 0.5 && this.server.cut(),
    () => {
      this.server.up = this.random() < 0.6;
      if (!this.server.up) {
        this.server.cut();
      }
    },
    async () => {
      if (this.random() < 0.2) {
        await this.client.stop();
        this.client = this.create();
      }
    },
  ];

  write(id: ConversationId): void {
    const sent = this.client.send(id, `mine ${++this.serial}`);
    if (sent.ok) {
      this.written.set(id, [...(this.written.get(id) ?? []), sent.id]);
    }
  }

  /** What must hold at every moment. */
  checkAlways(): void {
    for (const held of this.client.state.conversations.values()) {
      const seqs = held.messages.map((message) => message.seq);
      expect(seqs).toEqual(seqs.map((_, at) => seqs[0]! + at));
      const keys = timeline(this.client.state, held.id).map((entry) => entry.key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(held.change).toBeLessThanOrEqual(this.server.log(held.id).change);
      expect(held.summary?.unread ?? 0).toBeLessThanOrEqual(held.summary?.head ?? 0);
    }
  }

  /** A fair network, one more link, and time. */
  async end(): Promise<void> {
    this.delayed = [];
    this.server.carry = (event, deliver) => deliver(event);
    this.server.fate = () => 'answer';
    this.server.latencyMs = () => 20;
    this.server.up = true;
    await this.clock.advance(60_000);
    this.server.cut();
    await this.clock.advance(60_000);
    void this.client.loadInbox(this.query);
    this.ids.forEach((id) => void this.client.open(id));
    await this.clock.advance(60_000);
  }

  checkEnd(): void {
    const { state } = this.client;
    expect(state.outbox).toEqual([]);
    for (const id of this.ids) {
      const held = state.conversations.get(id)!;
      const log = this.server.log(id);
      expect(needsOf(held)).toBeNull();
      expect(held.change).toBe(log.change);
      expect(held.messages.length).toBeGreaterThan(0);
      expect(held.messages).toEqual(log.messages.slice(-held.messages.length));
      const { receipts, ...summary } = held.summary!;
      const { receipts: expected, ...expectedSummary } = this.server.summary(id);
      expect(summary).toEqual(expectedSummary);
      expect([...receipts].sort(byMember)).toEqual([...expected].sort(byMember));
      const others = receipts.find((receipt) => receipt.member === otherSide(held));
      expect(others).toBeDefined();
      // Every message written here is stored once and in the order of writing.
      const written = this.written.get(id) ?? [];
      expect(log.messages.map((message) => message.id).filter((stored) => written.includes(stored))).toEqual(written);
    }
    const unread = this.ids.reduce((sum, id) => sum + this.server.summary(id).unread, 0);
    expect(totalUnread(state)).toBe(unread);
    expect(inboxList(state, this.query).map((held) => held.id).sort()).toEqual([...this.ids].sort());
  }
}

const byMember = (a: { member: string }, b: { member: string }) => (a.member < b.member ? -1 : 1);

describe('Any life of a client ends with what the log holds', () => {
  test.each(first > 0 ? [first] : seeds)('seed %i', async (seed) => {
    const life = new Life(seed);
    for (let step = 0; step < stepsMax; step++) {
      await life.pick(life.steps)();
      await settle();
      life.checkAlways();
    }
    await life.end();
    life.checkEnd();
    await life.client.stop();
  });
});
