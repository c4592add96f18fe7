import type { ConversationId, Message, Presence, Principal, StoreId } from './protocol';
import { membersOf, mySide, storePrincipal, userPrincipal } from './protocol';
import type { ChatState, Conversation, InboxQuery, OutboxItem } from './state';
import { inboxKey } from './state';

/** One line of a thread: a stored message, or one of mine that is still on its way. */
export type TimelineEntry =
  | { readonly key: string; readonly message: Message; readonly pending: null }
  | { readonly key: string; readonly message: null; readonly pending: OutboxItem };

/**
 * The thread as it is shown: the window, messages of mine that are stored but whose predecessors
 * are still on their way, then what waits in the outbox. The key survives the confirmation.
 */
export function timeline(state: ChatState, id: ConversationId): readonly TimelineEntry[] {
  const conversation = state.conversations.get(id);
  const me = conversation?.me ?? mySide(id, state.user?.id ?? '');
  const held = conversation?.messages ?? [];
  // By seq, so that of several versions the newest stays.
  const mineAside = new Map<number, Message>();
  for (const message of conversation?.aside ?? []) {
    if (message.sender === me && message.seq > (held.at(-1)?.seq ?? 0)) {
      mineAside.set(message.seq, message);
    }
  }
  const stored = [...held, ...mineAside.values()].map<TimelineEntry>((message) => ({
    key: `${message.sender}/${message.id}`,
    message,
    pending: null,
  }));
  const waiting = state.outbox.filter((item) => item.conversation === id);
  if (waiting.length === 0) {
    return stored;
  }
  // A message that another run of this page has sent may be stored before this one hears of it.
  const keys = new Set(stored.map((entry) => entry.key));
  const pending = waiting
    .map<TimelineEntry>((item) => ({ key: `${me}/${item.id}`, message: null, pending: item }))
    .filter((entry) => !keys.has(entry.key));
  return [...stored, ...pending];
}

export type Tick = 'sent' | 'delivered' | 'read';

/** How far a message of mine has come with the other side. */
export function tickOf(conversation: Conversation, message: Message): Tick {
  const others = (conversation.summary?.receipts ?? []).filter((receipt) => receipt.member !== message.sender);
  if (others.some((receipt) => receipt.read >= message.seq)) {
    return 'read';
  }
  return others.some((receipt) => receipt.delivered >= message.seq) ? 'delivered' : 'sent';
}

/** My read mark in a conversation; the "New" separator stands after it. */
export function readMark(conversation: Conversation): number {
  return conversation.summary?.receipts.find((receipt) => receipt.member === conversation.me)?.read ?? 0;
}

/**
 * What may be said of a store now: the last statement while it holds, offline after it.
 * Null when nothing was ever heard. `now` is the local clock.
 */
export function presenceOf(state: ChatState, store: StoreId, now: number): Presence | null {
  const heard = state.presence.get(store);
  if (!heard) {
    return null;
  }
  const holds = now + state.clockOffsetMs <= heard.until;
  return holds || heard.status === 'offline' ? heard : { ...heard, status: 'offline', lastSeen: heard.lastSeen ?? heard.until };
}

/** People other than me who are typing in a conversation at the local time `now`. */
export function typingIn(state: ChatState, id: ConversationId, now: number): readonly { member: Principal; by: string }[] {
  return state.typing.filter((typing) => typing.conversation === id && typing.until > now);
}

/** The conversations of a list, newest first, as far as it was paged. */
export function inboxList(state: ChatState, query: InboxQuery): readonly Conversation[] {
  const inbox = state.inboxes.get(inboxKey(query));
  const me = principalOf(state, query);
  if (!inbox || !me) {
    return [];
  }
  const listed: Conversation[] = [];
  for (const conversation of state.conversations.values()) {
    const summary = conversation.summary;
    if (!summary || summary.head === 0 || conversation.me !== me || summary.lastAt < inbox.floor) {
      continue;
    }
    if (query.filter === 'unread' ? summary.unread > 0 : query.filter === 'needsReply' ? summary.waitingSince != null : true) {
      listed.push(conversation);
    }
  }
  return listed.sort(
    (a, b) => b.summary!.lastAt - a.summary!.lastAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

/** Unread of everything I answer for: my own inbox and those of my stores. */
export function totalUnread(state: ChatState): number {
  let sum = 0;
  for (const totals of state.unread.values()) {
    sum += totals.messages;
  }
  return sum;
}

/** The principal whose list a query names; null before the first `hello`. */
export function principalOf(state: ChatState, query: InboxQuery): Principal | null {
  if (query.store !== null) {
    return storePrincipal(query.store);
  }
  return state.user ? userPrincipal(state.user.id) : null;
}

/** The other member of a conversation. */
export function otherSide(conversation: Conversation): Principal {
  const members = membersOf(conversation.id);
  return members.buyer === conversation.me ? members.store : members.buyer;
}
