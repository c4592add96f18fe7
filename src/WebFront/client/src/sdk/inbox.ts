import { adoptSummary, emptyConversation } from './conversation';
import { Limits } from './limits';
import type { ConversationId, InboxReply, Principal, UnreadTotals, WireError } from './protocol';
import { mySide } from './protocol';
import { principalOf } from './selectors';
import type { ChatState, Conversation, Inbox, InboxQuery } from './state';
import { inboxKey } from './state';

export type InboxEvent =
  | { readonly t: 'inboxLoading'; readonly query: InboxQuery; readonly more: boolean }
  | { readonly t: 'inboxLoaded'; readonly query: InboxQuery; readonly more: boolean; readonly reply: InboxReply }
  | { readonly t: 'inboxFailed'; readonly query: InboxQuery; readonly error: WireError };

/** The lists: which were loaded, how far, and the totals of unread that came with them. */
export function reduceInbox(state: ChatState, event: InboxEvent): ChatState {
  const key = inboxKey(event.query);
  const held = state.inboxes.get(key);
  switch (event.t) {
    case 'inboxLoading': {
      const blank: Inbox = { ...event.query, status: 'loading', loadingMore: false, error: null, next: null, floor: 0 };
      // A list that is refreshed stays as it is until the answer is here.
      const next = event.more && held ? { ...held, loadingMore: true } : held?.status === 'ready' ? held : blank;
      return { ...state, inboxes: new Map(state.inboxes).set(key, next) };
    }
    case 'inboxFailed': {
      if (!held) {
        return state;
      }
      const status = held.status === 'loading' ? 'error' : held.status;
      return { ...state, inboxes: new Map(state.inboxes).set(key, { ...held, status, loadingMore: false, error: event.error }) };
    }
    case 'inboxLoaded':
      return loaded(state, event.query, event.reply);
  }
}

function loaded(state: ChatState, query: InboxQuery, reply: InboxReply): ChatState {
  const me = principalOf(state, query);
  const conversations = new Map(state.conversations);
  // Pushes may have overtaken the answer: the totals are corrected by what is newer here.
  let messages = reply.unread.messages;
  let unreadConversations = reply.unread.conversations;
  for (const summary of reply.conversations) {
    const id = summary.conversation;
    const known = conversations.get(id) ?? emptyConversation(id, mySide(id, state.user?.id ?? ''));
    const next = adoptSummary(known, summary);
    const unread = next.summary?.unread ?? 0;
    messages += unread - summary.unread;
    unreadConversations += Number(unread > 0) - Number(summary.unread > 0);
    conversations.set(id, next);
  }
  const next = reply.next ?? null;
  const floor = next === null ? 0 : (reply.conversations[reply.conversations.length - 1]?.lastAt ?? 0);
  const inbox: Inbox = { ...query, status: 'ready', loadingMore: false, error: null, next, floor };
  const staleInboxes = new Set(state.staleInboxes);
  const unread = new Map(state.unread);
  if (me) {
    staleInboxes.delete(me);
    unread.set(me, { messages: Math.max(0, messages), conversations: Math.max(0, unreadConversations) });
  }
  const inboxes = new Map(state.inboxes).set(inboxKey(query), inbox);
  return { ...state, conversations: bounded(state, conversations), inboxes, unread, staleInboxes };
}

/** Forgets the oldest conversations that nobody looks at when there are too many. */
function bounded(state: ChatState, conversations: Map<ConversationId, Conversation>) {
  if (conversations.size <= Limits.conversationsMax) {
    return conversations;
  }
  const waiting = new Set(state.outbox.map((item) => item.conversation));
  const idle = [...conversations.values()]
    .filter((held) => held.window === 'none' && !waiting.has(held.id))
    .sort((a, b) => (a.summary?.lastAt ?? 0) - (b.summary?.lastAt ?? 0));
  idle.slice(0, conversations.size - Limits.conversationsMax).forEach((held) => conversations.delete(held.id));
  return conversations;
}

/** Moves the totals by the change of one conversation that was known before and still is. */
export function withTotals(state: ChatState, me: Principal, before: number | null, after: number | null): ChatState {
  const totals = state.unread.get(me);
  if (!totals || before === null || after === null || before === after) {
    return state;
  }
  const moved: UnreadTotals = {
    messages: Math.max(0, totals.messages + after - before),
    conversations: Math.max(0, totals.conversations + Number(after > 0) - Number(before > 0)),
  };
  return { ...state, unread: new Map(state.unread).set(me, moved) };
}
