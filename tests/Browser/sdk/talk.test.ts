// The SDK in Node against the real server: what a page would live through, without a page.
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createApi, ErrorCode, principalOf, tickOf } from '../../../src/WebFront/client/src/sdk';
import type { ChatClient, ConversationId, Session } from '../../../src/WebFront/client/src/sdk';
import { Cable } from '../support/cable';
import { device, eventually, isOnline, loadStore, must, password, register, signIn, stopAll, texts, wholeOf } from '../support/device';
import { ChatServer } from '../support/server';

const store = 'lumen-audio';
const agent = 'wang-lei';
const signingKey = randomBytes(32);

let server: ChatServer;
let cable: Cable;
let seller: Session;

beforeAll(async () => {
  server = await ChatServer.start(
    '--Chat:Policy:SendBurst=1000',
    '--Chat:Policy:SendsPerSecond=1000',
    `--Chat:Auth:SigningKey=${signingKey.toString('base64')}`,
  );
  cable = await Cable.to(server.url);
  seller = await signIn(server.url, agent);
});

afterEach(async () => {
  await stopAll();
  cable.mend();
});

afterAll(async () => {
  cable?.close();
  await server?.dispose();
});

/** A new buyer with the thread of the store open. */
async function buyerAt(url: string, name: string): Promise<{ buyer: ChatClient; id: ConversationId }> {
  const buyer = device(url, await register(server.url, name));
  await isOnline(buyer);
  const { id } = must(await buyer.contact(store, 'halo-headphones'));
  must(await buyer.open(id));
  return { buyer, id };
}

async function sellerOpens(url: string, id: ConversationId): Promise<ChatClient> {
  const client = device(url, seller);
  await isOnline(client);
  await loadStore(client, store);
  must(await client.open(id));
  return client;
}

/** The same session in a token that runs out at another time. */
function withExpiry(session: Session, seconds: number): string {
  const [head, body] = session.token.split('.') as [string, string];
  const claims = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), exp: Math.floor(Date.now() / 1000) + seconds };
  const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', signingKey).update(signed).digest('base64url')}`;
}

/** A port that nobody listens on. */
async function deadUrl(): Promise<string> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return `http://127.0.0.1:${port}`;
}

test('Registering and signing in give sessions that the hub takes; a wrong password gives none', async () => {
  const api = createApi({ base: server.url });
  must(await api.register({ name: 'rest-rita', displayName: 'Rita', password }));
  expect(await api.signIn({ name: 'rest-rita', password: `${password}?` })).toMatchObject({ ok: false, error: { code: ErrorCode.bad_credentials } });
  const session = must(await api.signIn({ name: 'rest-rita', password }));
  const client = device(server.url, session);
  await isOnline(client);
  expect(client.state.user).toEqual({ id: 'rest-rita', name: 'Rita' });
  expect(must(await createApi({ base: server.url, token: () => session.token }).me()).user.id).toBe('rest-rita');
});

test('Two clients talk live, with unread counts and ticks', async () => {
  const { buyer, id } = await buyerAt(server.url, 'live-lea');
  must(buyer.send(id, 'Do they fold flat?'));
  await eventually(() => expect(texts(buyer, id)).toEqual(['Do they fold flat?']));
  const other = await sellerOpens(server.url, id);
  expect(texts(other, id)).toEqual(['Do they fold flat?']);
  expect(other.state.conversations.get(id)!.summary!.unread).toBe(1);
  must(other.send(id, 'They do.'));
  await eventually(() => expect(texts(buyer, id)).toEqual(['Do they fold flat?', 'They do.']));
  other.markRead(id, 2);
  await eventually(() => {
    const held = buyer.state.conversations.get(id)!;
    expect(tickOf(held, held.messages[0]!)).toBe('read');
  });
  expect(other.state.conversations.get(id)!.summary!.unread).toBe(0);
});

test('Sends made offline go out once and in order when the link is back', async () => {
  const { buyer, id } = await buyerAt(cable.url, 'tunnel-tom');
  must(buyer.send(id, 'before'));
  await eventually(() => expect(texts(buyer, id)).toEqual(['before']));
  const other = await sellerOpens(server.url, id);
  const written = Array.from({ length: 8 }, (_, i) => `tunnel ${i}`);
  // The first is stored, but its answer is lost: only its id keeps it single.
  cable.deafen();
  must(buyer.send(id, written[0]!));
  await eventually(() => expect(texts(other, id)).toEqual(['before', written[0]]));
  cable.cut();
  await eventually(() => expect(buyer.state.connection.name).not.toBe('online'));
  written.slice(1).forEach((body) => must(buyer.send(id, body)));
  expect(buyer.state.outbox.map((item) => item.body)).toEqual(written);
  cable.mend();
  await eventually(() => expect(texts(other, id)).toEqual(['before', ...written]));
  await eventually(() => expect(texts(buyer, id)).toEqual(['before', ...written]));
  expect(buyer.state.outbox).toEqual([]);
});

test('Who missed more than 300 messages starts anew at the newest page, with the right unread', async () => {
  const { buyer, id } = await buyerAt(server.url, 'many-mia');
  must(buyer.send(id, 'message 1'));
  await eventually(() => expect(texts(buyer, id)).toHaveLength(1));
  const other = await sellerOpens(cable.url, id);
  other.markRead(id, 1);
  await eventually(() => expect(buyer.state.conversations.get(id)!.summary!.receipts).toContainEqual({ member: `s:${store}`, delivered: 1, read: 1 }));
  cable.cut();
  await eventually(() => expect(other.state.connection.name).not.toBe('online'));
  const last = 312;
  for (let i = 2; i <= last; i++) must(buyer.send(id, `message ${i}`));
  await eventually(() => expect(buyer.state.outbox).toEqual([]), 30_000);
  expect(texts(other, id)).toEqual(['message 1']);
  cable.mend();
  // A resume with changes would have joined them to the message held; a reset begins with a page.
  await eventually(() => expect(texts(other, id)).toEqual(Array.from({ length: 50 }, (_, i) => `message ${last - 49 + i}`)));
  const held = other.state.conversations.get(id)!;
  expect(held).toMatchObject({ hasMore: true, window: 'ready', summary: { unread: last - 1, head: last } });
  expect((await wholeOf(other, id)).map((message) => message.body)).toEqual(Array.from({ length: last }, (_, i) => `message ${i + 1}`));
});

test('A token that runs out is renewed, and what came meanwhile arrives', async () => {
  const { buyer, id } = await buyerAt(server.url, 'token-theo');
  must(buyer.send(id, 'one'));
  await eventually(() => expect(texts(buyer, id)).toEqual(['one']));
  const api = createApi({ base: server.url, token: () => seller.token });
  const seen: string[] = [];
  let renewals = 0;
  let token = withExpiry(seller, 3);
  const other = device(server.url, seller, {
    token: () => token,
    async renewToken() {
      renewals++;
      must(buyer.send(id, 'two'));
      await eventually(() => expect(texts(buyer, id)).toEqual(['one', 'two']));
      token = must(await api.renew()).token;
      return token;
    },
  });
  other.subscribe(() => seen.push(other.state.connection.name));
  await isOnline(other);
  must(await other.open(id));
  expect(renewals).toBe(0);
  await eventually(() => expect(texts(other, id)).toEqual(['one', 'two']));
  expect(renewals).toBe(1);
  expect(other.state.connection.name).toBe('online');
  expect(seen).not.toContain('signedOut');
});

test('A client whose session was signed out elsewhere ends in signedOut and stays there', async () => {
  const session = await register(server.url, 'gone-gus');
  const client = device(server.url, session);
  await isOnline(client);
  must(await createApi({ base: server.url, token: () => session.token }).signOut());
  await eventually(() => expect(client.state.connection).toEqual({ name: 'signedOut', code: ErrorCode.session_revoked }));
  const again = device(server.url, session);
  await eventually(() => expect(again.state.connection.name).toBe('signedOut'));
  expect(principalOf(client.state, { store: null, filter: 'all' })).toBeNull();
});

test('With several addresses a client gets past a dead one, and comes back when the living one was away', async () => {
  const session = await register(server.url, 'many-max');
  const client = device(server.url, session, { urls: [`${await deadUrl()}/hub`, `${cable.url}/hub`] });
  await isOnline(client);
  cable.cut();
  await eventually(() => expect(client.state.connection.name).not.toBe('online'));
  cable.mend();
  await isOnline(client);
});
