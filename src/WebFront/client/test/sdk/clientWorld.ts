// What every test of the client starts from: a server, a clock that stands still, a storage, and clients that are stopped at the end.
import { afterEach, beforeEach, expect } from 'vitest';
import { createClient, memoryStorage, timeline } from '../../src/sdk';
import type { ChatClient, ClientOptions, KeyValueStorage } from '../../src/sdk';
import { FakeClock } from './fakeClock';
import { FakeServer } from './fakeServer';
import type { Fate } from './fakeServer';

export const id = 'maria~amber';
export const store = 's:amber';

export let clock: FakeClock;
export let server: FakeServer;
export let storage: KeyValueStorage;
let running: ChatClient[];

beforeEach(() => {
  clock = new FakeClock();
  server = new FakeServer('maria', clock);
  storage = memoryStorage();
  running = [];
});

afterEach(() => Promise.all(running.map((client) => client.stop())));

export function create(more: Partial<ClientOptions> = {}): ChatClient {
  const client = createClient({
    urls: ['one', 'two'],
    token: () => 'token-1',
    storage,
    account: 'maria',
    transport: server,
    clock,
    random: () => 0.5,
    ...more,
  });
  running.push(client);
  return client;
}

export async function online(more: Partial<ClientOptions> = {}): Promise<ChatClient> {
  const client = create(more);
  client.start();
  await clock.advance(0);
  expect(client.state.connection.name).toBe('online');
  return client;
}

export const shown = (client: ChatClient) => timeline(client.state, id).map((entry) => entry.message?.body ?? `(${entry.pending!.status}) ${entry.pending!.body}`);
export const stored = () => server.log(id).messages.map((message) => message.body);
export const sends = () => server.calls.filter((call) => call.method === 'send').map((call) => call.argument);
export const onlyFor = (method: string, fate: Fate) => (call: { method: string }) => (call.method === method ? fate : ('answer' as const));
