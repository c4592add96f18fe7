import type { TimelineEntry } from '../../sdk/selectors';
import { dayKey } from './time';

/** Messages of one sender closer together than this are drawn as one group. */
export const groupGapMs = 5 * 60_000;

export type ThreadRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'new'; readonly key: string }
  | {
      readonly kind: 'entry';
      readonly key: string;
      readonly entry: TimelineEntry;
      readonly mine: boolean;
      /** First and last of a group: where the name and the tail go. */
      readonly first: boolean;
      readonly last: boolean;
    };

interface Facts {
  readonly sender: string;
  readonly by: string;
  readonly at: number;
  readonly system: boolean;
}

function factsOf(entry: TimelineEntry, me: string): Facts {
  if (entry.message) {
    const { sender, by, sentAt, kind } = entry.message;
    return { sender, by: sender === me ? '' : by, at: sentAt, system: kind === 'system' };
  }
  return { sender: me, by: '', at: entry.pending.createdAt, system: false };
}

/**
 * The thread as rows: a day separator before the first message of each day, the "New" separator
 * before the first message of somebody else after `newAfter` (0: none), and messages in groups.
 */
export function threadRows(entries: readonly TimelineEntry[], me: string, newAfter: number): ThreadRow[] {
  const rows: ThreadRow[] = [];
  const facts = entries.map((entry) => factsOf(entry, me));
  let day = '';
  let separated = newAfter <= 0;
  const breaks = entries.map((entry, i) => {
    const own = facts[i]!;
    const before = facts[i - 1];
    const startsNew = !separated && entry.message !== null && entry.message.seq > newAfter && own.sender !== me;
    if (startsNew) separated = true;
    const startsDay = !before || dayKey(before.at) !== dayKey(own.at);
    const joins =
      before !== undefined &&
      !startsDay &&
      !startsNew &&
      !own.system &&
      !before.system &&
      before.sender === own.sender &&
      before.by === own.by &&
      own.at - before.at < groupGapMs;
    return { startsDay, startsNew, first: !joins };
  });
  entries.forEach((entry, i) => {
    const own = facts[i]!;
    const { startsDay, startsNew, first } = breaks[i]!;
    if (startsDay && dayKey(own.at) !== day) {
      day = dayKey(own.at);
      rows.push({ kind: 'day', key: `day ${day} ${entry.key}`, at: own.at });
    }
    if (startsNew) rows.push({ kind: 'new', key: 'new' });
    rows.push({
      kind: 'entry',
      key: entry.key,
      entry,
      mine: own.sender === me,
      first,
      last: breaks[i + 1]?.first ?? true,
    });
  });
  return rows;
}

/** Which message shows its ticks: the newest stored one of mine. 0 when there is none. */
export function lastOwnSeq(entries: readonly TimelineEntry[], me: string): number {
  for (let i = entries.length - 1; i >= 0; i--) {
    const message = entries[i]?.message;
    if (message && message.sender === me && message.kind === 'text') return message.seq;
  }
  return 0;
}

/** How many messages of others lie after a position. */
export function countNew(entries: readonly TimelineEntry[], me: string, after: number): number {
  let count = 0;
  for (let i = entries.length - 1; i >= 0; i--) {
    const message = entries[i]?.message;
    if (!message) continue;
    if (message.seq <= after) break;
    if (message.sender !== me) count++;
  }
  return count;
}
