import type { Entry, Line, Marks } from '../history';
import { memberOf } from '../history';

/** One attempt to send: what was asked, and what came of it as far as the client knows. */
export interface Attempt {
  readonly conversation: string;
  readonly id: string;
  readonly hash: string;
  readonly process: string;
  readonly user: string;
  readonly begun: number;
  readonly outcome: Entry | null;
}

/** Everything said about a conversation's counters at one instant between `begun` and `ended`. */
export interface Sight {
  readonly conversation: string;
  readonly process: string;
  readonly begun: number;
  readonly ended: number;
  /** A list is read past the grain: it may show what is stored an instant before the conversation itself does. */
  readonly listed: boolean;
  readonly entry: Entry;
}

/** The history, sorted out once for all checks. Pure: made of the entries and of nothing else. */
export interface Facts {
  readonly entries: readonly Entry[];
  readonly log: ReadonlyMap<string, ReadonlyMap<number, Line>>;
  readonly rows: ReadonlyMap<string, Entry>;
  readonly attempts: readonly Attempt[];
  readonly storesOf: ReadonlyMap<string, readonly string[]>;
  readonly sights: readonly Sight[];
  readonly invocations: ReadonlyMap<string, Entry>;
}

export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export const callKey = (process: string, sequence: number): string => `${process}/${sequence}`;

export function gather(history: readonly Entry[]): Facts {
  const entries = [...history].sort((a, b) => a.time - b.time || a.sequence - b.sequence);
  const log = new Map<string, Map<number, Line>>();
  const rows = new Map<string, Entry>();
  const storesOf = new Map<string, readonly string[]>();
  const invocations = new Map<string, Entry>();
  const outcomes = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.op === 'log') {
      const held = log.get(entry.conversation!) ?? new Map<number, Line>();
      entry.messages!.forEach((line) => held.set(line.seq, line));
      log.set(entry.conversation!, held);
    } else if (entry.op === 'row') {
      rows.set(entry.conversation!, entry);
    } else if (entry.op === 'connect' && entry.type === 'ok') {
      storesOf.set(entry.user!, entry.stores ?? []);
    } else if (entry.type === 'invoke') {
      invocations.set(callKey(entry.process, entry.sequence), entry);
    } else if (entry.call !== undefined && entry.op === 'send') {
      outcomes.set(callKey(entry.process, entry.call), entry);
    }
  }
  return { entries, log, rows, attempts: attemptsOf(entries, outcomes), storesOf, sights: sightsOf(entries, invocations), invocations };
}

function attemptsOf(entries: readonly Entry[], outcomes: ReadonlyMap<string, Entry>): Attempt[] {
  const invoked = entries.filter((entry) => entry.op === 'send' && entry.type === 'invoke');
  return invoked.map((entry) => ({
    conversation: entry.conversation!,
    id: entry.id!,
    hash: entry.hash!,
    process: entry.process,
    user: entry.user!,
    begun: entry.time,
    outcome: outcomes.get(callKey(entry.process, entry.sequence)) ?? null,
  }));
}

function sightsOf(entries: readonly Entry[], invocations: ReadonlyMap<string, Entry>): Sight[] {
  const seen = entries.filter((entry) => entry.op === 'unread' && entry.type === 'ok');
  return seen.map((entry) => {
    const invoked = invocations.get(callKey(entry.process, entry.call ?? -1));
    return { conversation: entry.conversation!, process: entry.process, begun: invoked?.time ?? entry.time, ended: entry.time, listed: invoked?.op === 'unread', entry };
  });
}

/** The side a user is on, by what the server told at `hello`; null for a stranger. */
export const sideOf = (facts: Facts, conversation: string, user: string): string | null =>
  memberOf(conversation, user, facts.storesOf.get(user) ?? []);

export const marksOf = (entry: Entry, member: string): Marks =>
  entry.marks?.find((marks) => marks.member === member) ?? { member, delivered: 0, read: 0 };

/** Unread as the protocol defines it, counted over the log up to `head`. */
export function recount(lines: ReadonlyMap<number, Line>, head: number, member: string, read: number): number {
  let count = 0;
  for (let seq = read + 1; seq <= head; seq++) {
    const line = lines.get(seq);
    if (line && line.sender !== member) count++;
  }
  return Math.min(999, count);
}
