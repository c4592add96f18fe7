import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { createApi, createClient, inboxKey, memoryStorage } from '../../../src/WebFront/client/src/sdk';
import type { ChatClient, ClientOptions, ConversationId, Result, Session } from '../../../src/WebFront/client/src/sdk';

const people = new URL('../../../src/WebFront/Demo/people.json', import.meta.url);
const { demoPassword } = JSON.parse(readFileSync(people, 'utf8')) as { demoPassword: string };
export const password = 'a long enough secret';

/** How long anything may take that needs no recovery, on a busy machine. */
export const soonMs = 10_000;

/** Waits until an assertion holds. */
export const eventually = (holds: () => void, withinMs = soonMs): Promise<void> =>
  vi.waitFor(holds, { timeout: withinMs, interval: 20 });

export function must<T extends object>(result: Result<T>): { ok: true } & T {
  expect(result).toMatchObject({ ok: true });
  return result as { ok: true } & T;
}

export const signIn = async (url: string, name: string): Promise<Session> =>
  must(await createApi({ base: url }).signIn({ name, password: demoPassword }));

export const register = async (url: string, name: string): Promise<Session> =>
  must(await createApi({ base: url }).register({ name, displayName: `The ${name}`, password }));

const running: ChatClient[] = [];

/** The SDK as a page runs it, at one device of somebody who is signed in. */
export function device(url: string, session: Session, more: Partial<ClientOptions> = {}): ChatClient {
  const client = createClient({
    urls: [`${url}/hub`],
    token: () => session.token,
    account: session.user.id,
    storage: memoryStorage(),
    // The pauses between attempts, kept short: nobody else shares this server.
    random: () => Math.random() / 5,
    ...more,
  });
  running.push(client);
  client.start();
  return client;
}

export const stopAll = (): Promise<unknown> => Promise.all(running.splice(0).map((client) => client.stop()));

export const isOnline = (client: ChatClient, withinMs = soonMs): Promise<void> =>
  eventually(() => expect(client.state.connection.name).toBe('online'), withinMs);

/** Bodies of what a client holds of a conversation, oldest first. */
export const texts = (client: ChatClient, id: ConversationId): string[] =>
  client.state.conversations.get(id)?.messages.map((message) => message.body) ?? [];

/** All of a conversation, paged back to its beginning. */
export async function wholeOf(client: ChatClient, id: ConversationId) {
  must(await client.open(id));
  while (client.state.conversations.get(id)!.hasMore) must(await client.loadOlder(id));
  return client.state.conversations.get(id)!.messages.map(({ seq, id: message, sender, body }) => ({ seq, id: message, sender, body }));
}

/** The list of a store, as its agents see it, loaded. */
export async function loadStore(client: ChatClient, store: string): Promise<void> {
  const query = { store, filter: 'all' } as const;
  must(await client.loadInbox(query));
  expect(client.state.inboxes.get(inboxKey(query))?.status).toBe('ready');
}
