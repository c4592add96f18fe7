import { useEffect, useRef, useState } from 'preact/hooks';
import { createApi, type Session } from '../sdk/api';
import type { ChatClient } from '../sdk/clientTypes';
import type { Person } from '../sdk/protocol';
import { initialState, type ChatState } from '../sdk/state';
import { readSetting, writeSetting } from './lib/settings';

/** Who is signed in on this device, and their live client once its code is loaded. */
export interface Auth {
  readonly user: Person | null;
  readonly client: ChatClient | null;
}

const setting = 'session';
let session: Session | null = readSession();
let auth: Auth = { user: session?.user ?? null, client: null };
let renewal: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export const sessionToken = (): string | null => session?.token ?? null;
export const api = createApi({ token: sessionToken });

function readSession(): Session | null {
  try {
    const kept = JSON.parse(readSetting(setting) ?? 'null') as Session | null;
    return kept && typeof kept.token === 'string' && kept.expiresAt > Date.now() ? kept : null;
  } catch {
    return null;
  }
}

function publish(next: Auth): void {
  auth = next;
  listeners.forEach((listener) => listener());
}

export const currentAuth = (): Auth => auth;

/** Takes a session that the server just gave, and connects. */
export async function enter(next: Session): Promise<void> {
  await auth.client?.stop();
  session = next;
  writeSetting(setting, JSON.stringify(next));
  publish({ user: next.user, client: null });
  await connect();
}

/** Brings back the session of the last visit, if it still holds. */
export async function connect(): Promise<void> {
  const mine = session;
  if (!mine) return;
  scheduleRenewal();
  const { createClient } = await import('../sdk/client');
  if (session?.user.id !== mine.user.id || auth.client) return;
  const client = createClient({
    token: () => session?.token ?? null,
    renewToken: renew,
    account: mine.user.id,
  });
  client.start();
  publish({ user: mine.user, client });
}

export async function leave(): Promise<void> {
  const { client } = auth;
  await api.signOut();
  await client?.stop();
  forget();
}

function forget(): void {
  session = null;
  clearTimeout(renewal);
  writeSetting(setting, null);
  publish({ user: null, client: null });
}

async function renew(): Promise<string | null> {
  const answer = await api.renew();
  if (!answer.ok || !session) return null;
  session = { token: answer.token, expiresAt: answer.expiresAt, user: answer.user };
  writeSetting(setting, JSON.stringify(session));
  scheduleRenewal();
  return session.token;
}

/** Renews at four fifths of what is left: an expired token can no longer ask for a new one. */
function scheduleRenewal(): void {
  clearTimeout(renewal);
  const left = (session?.expiresAt ?? 0) - Date.now();
  // Timers longer than 2^31 ms fire at once.
  if (left > 0) renewal = setTimeout(() => void renew(), Math.min(left * 0.8, 2 ** 31 - 1));
}

// Another tab signed out or in: this one follows.
addEventListener('storage', (event) => {
  if (event.key !== `ui:${setting}`) return;
  const next = readSession();
  if (next?.user.id === session?.user.id) {
    session = next;
    return;
  }
  void auth.client?.stop();
  session = next;
  publish({ user: next?.user ?? null, client: null });
  void connect();
});

export function useAuth(): Auth {
  const [value, setValue] = useState(auth);
  useEffect(() => {
    const listener = () => setValue(auth);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return value;
}

/** Part of the client's state; redraws only when that part changes (by identity, or `same`). */
export function useChat<T>(select: (state: ChatState) => T, same: (a: T, b: T) => boolean = Object.is): T {
  const { client } = useAuth();
  const [, redraw] = useState(0);
  const value = select(client?.state ?? initialState);
  const latest = useRef({ select, same, value });
  latest.current = { select, same, value };
  useEffect(() => {
    if (!client) return;
    const check = () => {
      const { select: pick, same: equal, value: shown } = latest.current;
      if (!equal(pick(client.state), shown)) redraw((n) => n + 1);
    };
    check();
    return client.subscribe(check);
  }, [client]);
  return value;
}
