import {
  adoptSummary,
  applyNewestPage,
  applyOlderPage,
  applyPush,
  applyReceipt,
  applyResume,
  emptyConversation,
} from './conversation';
import { reduceInbox, withTotals } from './inbox';
import type { InboxEvent } from './inbox';
import { Limits } from './limits';
import type {
  ConversationId,
  HelloReply,
  HistoryReply,
  Message,
  MessageId,
  Presence,
  Receipt,
  ResumeAnswer,
  SendReply,
  ServerEvent,
  Summary,
  WireError,
} from './protocol';
import { mySide } from './protocol';
import type { ChatState, ConnectionStatus, Conversation, OutboxItem } from './state';
import { initialState } from './state';

/** Everything that can change the state: what the server says, and what is done here. */
export type ChatEvent =
  | { readonly t: 'connection'; readonly status: ConnectionStatus }
  | { readonly t: 'hello'; readonly reply: HelloReply; readonly now: number }
  | { readonly t: 'signedOut'; readonly code: number }
  | { readonly t: 'events'; readonly list: readonly ServerEvent[]; readonly now: number }
  | { readonly t: 'summary'; readonly summary: Summary }
  | { readonly t: 'opening'; readonly conversation: ConversationId }
  | { readonly t: 'opened'; readonly conversation: ConversationId; readonly reply: HistoryReply }
  | { readonly t: 'openFailed'; readonly conversation: ConversationId; readonly error: WireError }
  | { readonly t: 'closed'; readonly conversation: ConversationId }
  | { readonly t: 'loadingOlder'; readonly conversation: ConversationId }
  | { readonly t: 'older'; readonly conversation: ConversationId; readonly reply: HistoryReply }
  | { readonly t: 'olderFailed'; readonly conversation: ConversationId; readonly error: WireError }
  | { readonly t: 'resumed'; readonly answer: ResumeAnswer }
  | { readonly t: 'forgotten'; readonly conversations: readonly ConversationId[] }
  | { readonly t: 'marked'; readonly conversation: ConversationId; readonly delivered: number; readonly read: number }
  | { readonly t: 'presence'; readonly list: readonly Presence[] }
  | { readonly t: 'tick'; readonly now: number }
  | { readonly t: 'queued'; readonly items: readonly OutboxItem[] }
  | { readonly t: 'outbox'; readonly id: MessageId; readonly status: OutboxItem['status']; readonly error: WireError | null }
  | { readonly t: 'unqueued'; readonly id: MessageId }
  | { readonly t: 'sent'; readonly item: OutboxItem; readonly reply: SendReply }
  | InboxEvent;

/** The next state. Pure: no clock, no randomness, and what is to be done about it is the client's affair. */
export function reduce(state: ChatState, event: ChatEvent): ChatState {
  switch (event.t) {
    case 'connection':
      return { ...state, connection: event.status };
    case 'hello':
      return welcome(state, event.reply, event.now);
    case 'signedOut':
      return { ...initialState, connection: { name: 'signedOut', code: event.code } };
    case 'events':
      return event.list.reduce((next, one) => applyServerEvent(next, one, event.now), state);
    case 'presence':
      return withPresence(state, event.list);
    case 'tick':
      return withoutTyping(state, (typing) => typing.until <= event.now);
    case 'forgotten': {
      const conversations = new Map(state.conversations);
      event.conversations.forEach((id) => conversations.delete(id));
      return { ...state, conversations };
    }
    case 'queued':
    case 'outbox':
    case 'unqueued':
      return reduceOutbox(state, event);
    case 'sent':
      return applySent(state, event.item, event.reply);
    case 'inboxLoading':
    case 'inboxLoaded':
    case 'inboxFailed':
      return reduceInbox(state, event);
    default:
      return reduceConversation(state, event);
  }
}

type ConversationEvent = Extract<
  ChatEvent,
  {
    t: 'summary' | 'opening' | 'opened' | 'openFailed' | 'closed' | 'loadingOlder' | 'older' | 'olderFailed' | 'resumed' | 'marked';
  }
>;

function reduceConversation(state: ChatState, event: ConversationEvent): ChatState {
  switch (event.t) {
    case 'summary':
      return update(state, event.summary.conversation, (held) => adoptSummary(held, event.summary));
    case 'opening':
      return update(state, event.conversation, (held) =>
        held.window === 'none' || held.window === 'error' ? { ...held, window: 'loading', error: null } : held,
      );
    case 'opened':
      return settled(
        update(state, event.conversation, (held) => applyNewestPage(held, pageOf(event.reply))),
        event.reply.messages,
      );
    case 'openFailed':
      return update(state, event.conversation, (held) => ({ ...closed(held), window: 'error', error: event.error }));
    case 'closed':
      return state.conversations.has(event.conversation) ? update(state, event.conversation, closed) : state;
    case 'loadingOlder':
      return update(state, event.conversation, (held) => ({ ...held, loadingOlder: true, error: null }));
    case 'older':
      return settled(
        update(state, event.conversation, (held) => applyOlderPage(held, pageOf(event.reply))),
        event.reply.messages,
      );
    case 'olderFailed':
      return update(state, event.conversation, (held) => ({ ...held, loadingOlder: false, error: event.error }));
    case 'resumed': {
      const next = update(state, event.answer.conversation, (held) => applyResume(held, event.answer));
      return event.answer.state === 'changes' ? settled(next, event.answer.messages) : next;
    }
    case 'marked':
      return update(state, event.conversation, (held) =>
        applyReceipt(held, { member: held.me, delivered: event.delivered, read: event.read }),
      );
  }
}

function applyServerEvent(state: ChatState, event: ServerEvent, now: number): ChatState {
  switch (event.t) {
    case 'message': {
      const { conversation, message } = event;
      const heard = withoutTyping(state, (typing) => typing.conversation === conversation && typing.by === message.by);
      const known = heard.conversations.has(conversation);
      const next = settled(update(heard, conversation, (held) => applyPush(held, message)), [message]);
      return known ? next : withStaleTotals(next, conversation);
    }
    case 'receipt':
      return state.conversations.has(event.conversation)
        ? update(state, event.conversation, (held) => applyReceipt(held, event satisfies Receipt))
        : state;
    case 'typing': {
      if (event.by === state.user?.id) {
        return state;
      }
      const others = withoutTyping(state, (typing) => typing.conversation === event.conversation && typing.by === event.by);
      const { conversation, member, by } = event;
      const typing = [...others.typing, { conversation, member, by, until: now + state.limits.typingGoneMs }];
      return { ...others, typing: typing.slice(-Limits.typingMax) };
    }
    case 'presence':
      return withPresence(state, event.stores);
    case 'stores':
      return { ...state, stores: event.stores };
    case 'resync':
    case 'probe':
    case 'closing':
      return state; // They ask the client to do something; none says anything about the state.
  }
}

function welcome(state: ChatState, reply: HelloReply, now: number): ChatState {
  const sameLog = state.epoch === null || (state.epoch === reply.epoch && state.user?.id === reply.user.id);
  const conversations = new Map<ConversationId, Conversation>();
  for (const [id, held] of state.conversations) {
    // Before the first hello nobody knows which side is mine.
    const me = mySide(id, reply.user.id);
    if (sameLog) {
      conversations.set(id, held.me === me ? held : { ...held, me });
    } else if (held.window !== 'none') {
      conversations.set(id, { ...emptyConversation(id, me), window: 'loading' });
    }
  }
  return {
    ...state,
    user: reply.user,
    stores: reply.stores,
    epoch: reply.epoch,
    limits: reply.limits,
    clockOffsetMs: reply.serverTime - now,
    conversations,
  };
}

function applySent(state: ChatState, item: OutboxItem, reply: SendReply): ChatState {
  const next = update(state, item.conversation, (held) => {
    const message: Message = {
      seq: reply.seq,
      change: reply.change,
      id: item.id,
      sender: held.me,
      by: state.user?.id ?? '',
      kind: 'text',
      body: item.body,
      sentAt: reply.sentAt,
      product: reply.product ?? null,
    };
    return applyPush(held, message);
  });
  return reduceOutbox(next, { t: 'unqueued', id: item.id });
}

function reduceOutbox(state: ChatState, event: Extract<ChatEvent, { t: 'queued' | 'outbox' | 'unqueued' }>): ChatState {
  switch (event.t) {
    case 'queued': {
      const known = new Set(state.outbox.map((item) => item.id));
      return { ...state, outbox: [...state.outbox, ...event.items.filter((item) => !known.has(item.id))] };
    }
    case 'outbox':
      return {
        ...state,
        outbox: state.outbox.map((item) => (item.id === event.id ? { ...item, status: event.status, error: event.error } : item)),
      };
    case 'unqueued':
      return { ...state, outbox: state.outbox.filter((item) => item.id !== event.id) };
  }
}

/** Messages of mine that are in the log now wait no longer, whichever way they became known. */
function settled(state: ChatState, messages: readonly Message[]): ChatState {
  if (state.outbox.length === 0) {
    return state;
  }
  const stored = new Set(messages.map((message) => `${message.sender}/${message.id}`));
  const outbox = state.outbox.filter((item) => {
    const me = state.conversations.get(item.conversation)?.me;
    return !stored.has(`${me ?? ''}/${item.id}`);
  });
  return outbox.length === state.outbox.length ? state : { ...state, outbox };
}

/** Changes one conversation, made when it is new, and carries the change of its unread over to the totals. */
export function update(
  state: ChatState,
  id: ConversationId,
  change: (held: Conversation) => Conversation | null,
): ChatState {
  const held = state.conversations.get(id) ?? emptyConversation(id, mySide(id, state.user?.id ?? ''));
  const next = change(held);
  if (next === state.conversations.get(id)) {
    return state;
  }
  const conversations = new Map(state.conversations);
  if (next === null) {
    conversations.delete(id);
  } else {
    conversations.set(id, next);
  }
  return withTotals({ ...state, conversations }, held.me, held.summary?.unread ?? null, next?.summary?.unread ?? null);
}

/** A closed window keeps its summary; what was missed of the messages is missed no longer. */
function closed(held: Conversation): Conversation {
  const { id, me, summary, aside, stale } = held;
  const empty = { ...emptyConversation(id, me), summary, aside, stale, change: held.change };
  return summary ? adoptSummary(empty, summary) : empty;
}

function pageOf(reply: HistoryReply) {
  return { summary: reply.conversation, messages: reply.messages, hasMore: reply.hasMore };
}

function withStaleTotals(state: ChatState, id: ConversationId): ChatState {
  const { me } = state.conversations.get(id)!;
  return state.unread.has(me) ? { ...state, staleInboxes: new Set([...state.staleInboxes, me]) } : state;
}

function withPresence(state: ChatState, list: readonly Presence[]): ChatState {
  if (list.length === 0) {
    return state;
  }
  const presence = new Map(state.presence);
  list.forEach((statement) => presence.set(statement.store, statement));
  return { ...state, presence };
}

function withoutTyping(state: ChatState, gone: (typing: ChatState['typing'][number]) => boolean): ChatState {
  return state.typing.some(gone) ? { ...state, typing: state.typing.filter((typing) => !gone(typing)) } : state;
}
