import { describe, expect, test } from 'vitest';
import { initialState, membersOf, mySide, needsOf, reduce } from '../../src/sdk';
import type { ChatEvent, ChatState, Conversation, HistoryReply, Message, Methods, ServerEvent, Summary } from '../../src/sdk';
import { contract, contractsIn } from './contracts';

interface Snapshot {
  summary: Summary;
  messages: Message[];
}

type Answer = {
  [M in 'send' | 'resume' | 'mark' | 'history']: { reply: M; request: Methods[M][0]; answer: Methods[M][1] & { ok: true } };
}['send' | 'resume' | 'mark' | 'history'];

interface Case {
  name: string;
  user: string;
  before: Snapshot;
  events: (ServerEvent | Answer)[];
  after: Snapshot;
}

const now = 1_782_900_000_000;

function signedIn(user: string): ChatState {
  const limits = initialState.limits;
  const reply = { user: { id: user, name: user }, stores: [], epoch: 'one', serverTime: now, limits };
  return reduce(initialState, { t: 'hello', reply, now });
}

function history({ summary, messages }: Snapshot): HistoryReply {
  return { conversation: summary, messages, hasMore: (messages[0]?.seq ?? 1) > 1 };
}

function opened(user: string, snapshot: Snapshot): ChatState {
  const conversation = snapshot.summary.conversation;
  const opening = reduce(signedIn(user), { t: 'opening', conversation });
  return reduce(opening, { t: 'opened', conversation, reply: history(snapshot) });
}

function listed(user: string, snapshot: Snapshot): ChatState {
  const store = membersOf(snapshot.summary.conversation).buyer === `u:${user}` ? null : snapshot.summary.store.id;
  const unread = { messages: snapshot.summary.unread, conversations: Number(snapshot.summary.unread > 0) };
  const reply = { conversations: [snapshot.summary], unread };
  return reduce(signedIn(user), { t: 'inboxLoaded', query: { store, filter: 'all' }, more: false, reply });
}

function apply(state: ChatState, step: ServerEvent | Answer): ChatState {
  return stepEvents(step).reduce(reduce, state);
}

function stepEvents(step: ServerEvent | Answer): ChatEvent[] {
  if ('t' in step) {
    return [{ t: 'events', list: [step], now }];
  }
  switch (step.reply) {
    case 'send': {
      const { conversation, id, body, product } = step.request;
      const item = { id, conversation, body, product: product ?? null, card: null, createdAt: now, error: null };
      return [
        { t: 'queued', items: [{ ...item, status: 'sending' }] },
        { t: 'sent', item: { ...item, status: 'sending' }, reply: step.answer },
      ];
    }
    case 'resume':
      return step.answer.conversations.map((answer) => ({ t: 'resumed', answer }));
    case 'mark':
      return [{ t: 'marked', conversation: step.request.conversation, delivered: step.answer.delivered, read: step.answer.read }];
    case 'history': {
      const conversation = step.request.conversation;
      return [{ t: step.request.before === undefined ? 'opened' : 'older', conversation, reply: step.answer }];
    }
  }
}

function plainSummary(summary: Summary | null) {
  const receipts = [...(summary?.receipts ?? [])].sort((a, b) => (a.member < b.member ? -1 : 1));
  return summary && { ...summary, last: summary.last && plainMessage(summary.last), product: summary.product ?? null, receipts };
}

/** `by` of what was sent here is the signed-in user; everything else comes from the wire. */
function plainMessage(message: Message) {
  return { ...message, product: message.product ?? null };
}

function plain(conversation: Conversation) {
  const { change, hasMore, aside, messages, summary } = conversation;
  return { change, hasMore, aside, needs: needsOf(conversation), summary: plainSummary(summary), messages: messages.map(plainMessage) };
}

describe.each(contractsIn('convergence').map((path) => contract<Case>(path)))('$name', ({ user, before, events, after }) => {
  const id = after.summary.conversation;

  test('Old_snapshot_and_events_equal_a_fresh_snapshot', () => {
    const end = events.reduce(apply, opened(user, before));
    expect(plain(end.conversations.get(id)!)).toEqual(plain(opened(user, after).conversations.get(id)!));
    expect(end.outbox).toEqual([]);
  });

  test('Applying_everything_twice_changes_nothing_more', () => {
    const once = events.reduce(apply, opened(user, before));
    const pushes = events.filter((step) => 't' in step);
    const again = pushes.reduce(apply, once);
    expect(plain(again.conversations.get(id)!)).toEqual(plain(once.conversations.get(id)!));
  });

  test('A_list_that_never_opened_it_has_the_same_summary_and_total', () => {
    let end = events.reduce(apply, listed(user, before));
    if (needsOf(end.conversations.get(id)!) === 'resume') {
      end = reduce(end, { t: 'resumed', answer: { conversation: id, state: 'caught_up', summary: after.summary } });
    }
    const conversation = end.conversations.get(id)!;
    expect(plainSummary(conversation.summary)).toEqual(plainSummary(after.summary));
    expect(needsOf(conversation)).toBeNull();
    expect(end.unread.get(mySide(id, user))).toEqual(listed(user, after).unread.get(mySide(id, user)));
  });
});

test('There_are_cases', () => {
  expect(contractsIn('convergence').length).toBeGreaterThanOrEqual(8);
});

