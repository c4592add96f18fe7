// kill -9 while ten SDK clients write: nothing acknowledged is lost or doubled, and no client has to be made anew.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatClient, ConversationId, MessageId } from '../../../src/WebFront/client/src/sdk';
import { device, eventually, isOnline, loadStore, must, register, signIn, stopAll, wholeOf } from '../support/device';
import { ChatServer } from '../support/server';

const store = 'lumen-audio';
const buyersCount = 8;
const devicesOfSeller = 2;
const writeEveryMs = 200;
const recoveryMs = 30_000;

let server: ChatServer;

beforeAll(async () => {
  server = await ChatServer.start('--Chat:Policy:SendBurst=1000', '--Chat:Policy:SendsPerSecond=1000');
});

afterAll(async () => {
  await stopAll();
  await server?.dispose();
});

/** One client that writes in turn to its conversations, and what it wrote, in order. */
class Writer {
  readonly written = new Map<ConversationId, MessageId[]>();
  private turn = 0;

  constructor(
    readonly client: ChatClient,
    readonly conversations: readonly ConversationId[],
  ) {}

  write(): void {
    const id = this.conversations[this.turn++ % this.conversations.length]!;
    const sent = must(this.client.send(id, `message ${this.turn}`));
    this.written.set(id, [...(this.written.get(id) ?? []), sent.id]);
  }

  /** Where the messages of a conversation stand that this client was told of. */
  told(id: ConversationId): Map<MessageId, number> {
    return new Map(this.client.state.conversations.get(id)!.messages.map((message) => [message.id, message.seq]));
  }
}

async function gather(): Promise<Writer[]> {
  const buyers = await Promise.all(
    Array.from({ length: buyersCount }, async (_, i) => {
      const client = device(server.url, await register(server.url, `crash-buyer-${i}`));
      await isOnline(client);
      const { id } = must(await client.contact(store));
      must(await client.open(id));
      const writer = new Writer(client, [id]);
      writer.write(); // The store's side may not begin.
      await eventually(() => expect(client.state.outbox).toEqual([]));
      return writer;
    }),
  );
  const ids = buyers.map((buyer) => buyer.conversations[0]!);
  const session = await signIn(server.url, 'wang-lei');
  const sellers = await Promise.all(
    Array.from({ length: devicesOfSeller }, async () => {
      const client = device(server.url, session);
      await isOnline(client);
      await loadStore(client, store);
      for (const id of ids) must(await client.open(id));
      return new Writer(client, ids);
    }),
  );
  return [...buyers, ...sellers];
}

test('Ten clients that write across kill -9 lose and double nothing and converge', async () => {
  const writers = await gather();
  const states = writers.map((writer) => writer.client.state.connection.name);
  expect(states).toEqual(Array(buyersCount + devicesOfSeller).fill('online'));
  const writing = setInterval(() => writers.forEach((writer) => writer.write()), writeEveryMs);
  try {
    const acknowledged = () => writers.every((writer) => writer.written.size > 0 && [...writer.written.values()].flat().length - writer.client.state.outbox.length >= 5);
    await eventually(() => expect(acknowledged()).toBe(true));
    await server.kill();
    await eventually(() => writers.forEach(({ client }) => expect(client.state.connection.name).not.toBe('online')));
    const before = writers.map((writer) => new Map(writer.conversations.map((id) => [id, writer.told(id)])));
    await server.startAgain();
    await Promise.all(writers.map(({ client }) => isOnline(client, recoveryMs)));
    clearInterval(writing);
    await eventually(() => writers.forEach(({ client }) => expect(client.state.outbox).toEqual([])), recoveryMs);
    await converged(writers, before);
  } finally {
    clearInterval(writing);
  }
});

async function converged(writers: readonly Writer[], before: readonly Map<ConversationId, Map<MessageId, number>>[]): Promise<void> {
  const witness = device(server.url, await signIn(server.url, 'wang-lei'));
  await isOnline(witness);
  for (const id of writers.flatMap((writer) => (writer.conversations.length === 1 ? writer.conversations : []))) {
    const stored = await wholeOf(witness, id);
    expect(stored.map((message) => message.seq)).toEqual(stored.map((_, i) => i + 1));
    const places = new Map(stored.map((message) => [message.id, message.seq]));
    const written = writers.flatMap((writer) => writer.written.get(id) ?? []);
    expect([...places.keys()].sort()).toEqual([...written].sort());
    for (const [i, writer] of writers.entries()) {
      const order = (writer.written.get(id) ?? []).map((message) => places.get(message)!);
      expect(order).toEqual([...order].sort((a, b) => a - b));
      for (const [message, seq] of before[i]!.get(id) ?? []) expect(places.get(message)).toBe(seq);
      if (writer.conversations.includes(id)) {
        await eventually(() => expect(writer.client.state.conversations.get(id)!.change).toBe(stored.length));
        expect(await wholeOf(writer.client, id)).toEqual(stored);
      }
    }
  }
}
