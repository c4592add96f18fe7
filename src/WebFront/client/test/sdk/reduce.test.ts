import { describe, expect, test } from 'vitest';
import { initialState, inboxKey, Limits, needsOf, reduce, tickOf, timeline } from '../../src/sdk';
import type { ChatEvent, ChatState, Message, OutboxItem, Summary } from '../../src/sdk';

const id = 'maria~amber';
const query = { store: null, filter: 'all' } as const;
const hello: ChatEvent = {
  t: 'hello',
  now: 1_000,
  reply: { user: { id: 'maria', name: 'María' }, stores: [], epoch: 'one', serverTime: 4_000, limits: initialState.limits },
};

/** Message `seq` of the store, as `change` left it. */
function message(seq: number, change = seq, more: Partial<Message> = {}): Message {
  const body = `${seq} as of ${change}`;
  return { seq, change, id: `m${seq}`, sender: 's:amber', by: 'tomasz', kind: 'text', body, sentAt: seq * 1_000, product: null, ...more };
}

function summary(head: number, change = head, unread = head, read = 0): Summary {
  return {
    conversation: id,
    buyer: { id: 'maria', name: 'María' },
    store: { id: 'amber', name: 'Amber' },
    head,
    change,
    last: head > 0 ? message(head) : null,
    lastAt: head * 1_000,
    unread,
    waitingSince: null,
    receipts: [
      { member: 'u:maria', delivered: read, read },
      { member: 's:amber', delivered: 0, read: 0 },
    ],
    product: null,
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const push = (...messages: Message[]): ChatEvent => ({
  t: 'events',
  now: 1_000,
  list: messages.map((pushed) => ({ t: 'message', conversation: id, message: pushed })),
});
const page = (from: number, to: number, change = to): ChatEvent => ({
  t: 'opened',
  conversation: id,
  reply: { conversation: summary(to, change), messages: range(from, to).map((seq) => message(seq)), hasMore: from > 1 },
});
const opening: ChatEvent = { t: 'opening', conversation: id };
const listed = (...of: Summary[]): ChatEvent => ({
  t: 'inboxLoaded',
  query,
  more: false,
  reply: { conversations: of, unread: { messages: of[0]!.unread, conversations: 1 } },
});

function check(given: ChatEvent[], then: (state: ChatState) => unknown, expected: unknown): void {
  expect(then([hello, ...given].reduce(reduce, initialState))).toEqual(expected);
}

const held = (state: ChatState) => state.conversations.get(id)!;
const seqs = (state: ChatState) => held(state).messages.map((stored) => stored.seq);
const position = (state: ChatState) => [held(state).change, needsOf(held(state))];

describe('positions', () => {
  test('A_gap_asks_for_resume_and_applies_nothing', () => check([opening, page(1, 4), push(message(6))], (s) => [seqs(s), ...position(s)], [[1, 2, 3, 4], 4, 'resume']));

  test('A_page_that_does_not_reach_the_window_leaves_the_position_where_it_was', () =>
    // Message 70 was edited as change 131; the push was lost, and the page from 81 does not show it.
    check([listed(summary(60)), opening, push(...range(61, 130).map((seq) => message(seq))), page(81, 130, 131)], (s) => [seqs(s)[0], ...position(s)], [61, 130, 'resume']));

  test('A_page_that_covers_the_window_brings_its_position', () =>
    check([listed(summary(4)), opening, page(1, 6)], (s) => [seqs(s), ...position(s)], [[1, 2, 3, 4, 5, 6], 6, null]));

  test('A_list_answer_during_the_load_does_not_hide_what_the_page_lacks', () =>
    check([listed(summary(5)), opening, listed(summary(7)), page(1, 5)], (s) => [seqs(s), ...position(s)], [[1, 2, 3, 4, 5], 5, 'resume']));

  test('A_reset_keeps_pushes_that_are_newer_than_it', () =>
    check(
      [opening, page(1, 4), push(message(12)), { t: 'resumed', answer: { conversation: id, state: 'reset', summary: summary(11) } }],
      (s) => [held(s).change, held(s).summary!.head, needsOf(held(s))],
      [12, 12, 'history'],
    ));

  test('A_late_page_does_not_bring_back_an_old_version', () =>
    check([opening, page(1, 4), push(message(2, 5)), page(1, 4)], (s) => held(s).messages[1]!.body, '2 as of 5'));

  test('A_conversation_that_is_gone_is_forgotten_but_not_one_that_may_begin', () => {
    const gone: ChatEvent = { t: 'resumed', answer: { conversation: id, state: 'gone' } };
    check([opening, page(1, 4), gone], (s) => s.conversations.has(id), false);
    check([{ t: 'summary', summary: summary(0) }, gone], (s) => s.conversations.has(id), true);
  });
});

describe('bounds', () => {
  test('The_window_keeps_the_newest', () =>
    check([opening, page(1, 4), push(...range(5, 700).map((seq) => message(seq)))], (s) => [seqs(s).length, seqs(s)[0], held(s).hasMore], [Limits.windowMessagesMax, 201, true]));

  test('What_was_paged_to_stays', () => {
    const older: ChatEvent = {
      t: 'older',
      conversation: id,
      reply: { conversation: summary(600), messages: range(1, 50).map((seq) => message(seq)), hasMore: false },
    };
    check([opening, page(51, 600), older], (s) => seqs(s).length, Limits.windowMessagesMax);
    check([opening, page(51, 100), older, push(...range(101, 540).map((seq) => message(seq)))], (s) => [seqs(s)[0], seqs(s).length], [1, 540]);
  });

  test('What_stands_aside_is_bounded', () =>
    check([opening, page(1, 4), push(...range(6, 500).map((seq) => message(seq)))], (s) => held(s).aside.length, Limits.asideMessagesMax));

  test('Unread_stops_at_its_cap', () =>
    check([listed(summary(4, 4, 998)), push(message(5), message(6), message(7))], (s) => held(s).summary!.unread, 999));
});

describe('unread', () => {
  const totals = (state: ChatState) => state.unread.get('u:maria');
  const read = (upTo: number): ChatEvent => ({ t: 'marked', conversation: id, delivered: upTo, read: upTo });

  test('Totals_follow_messages_and_marks', () => {
    check([listed(summary(4, 4, 2, 2)), push(message(5))], totals, { messages: 3, conversations: 1 });
    check([listed(summary(4, 4, 2, 2)), read(4)], totals, { messages: 0, conversations: 0 });
  });

  test('Totals_of_a_list_that_pushes_overtook_are_corrected', () =>
    check([listed(summary(4, 4, 2, 2)), push(message(5)), listed(summary(4, 4, 2, 2))], totals, { messages: 3, conversations: 1 }));

  test('A_mark_past_what_is_held_is_asked_about', () =>
    check([listed(summary(9)), read(5)], (s) => [held(s).summary!.unread, needsOf(held(s))], [4, 'resume']));

  test('A_mark_inside_the_window_is_counted_here', () =>
    check([opening, page(1, 9), read(7)], (s) => [held(s).summary!.unread, needsOf(held(s))], [2, null]));
});

describe('what is shown', () => {
  const item: OutboxItem = { id: 'x', conversation: id, body: 'Hi', product: null, card: null, createdAt: 1, status: 'sending', error: null };
  const mine = message(5, 5, { id: 'x', sender: 'u:maria', by: 'maria' });

  test('A_pending_message_becomes_the_stored_one_under_the_same_key', () => {
    const keys = (state: ChatState) => timeline(state, id).slice(4).map((entry) => [entry.key, entry.pending === null]);
    check([opening, page(1, 4), { t: 'queued', items: [item] }], keys, [['u:maria/x', false]]);
    check([opening, page(1, 4), { t: 'queued', items: [item] }, push(mine)], keys, [['u:maria/x', true]]);
  });

  test('Another_s_message_with_the_same_id_confirms_nothing', () =>
    check([opening, page(1, 4), { t: 'queued', items: [item] }, push(message(5, 5, { id: 'x' }))], (s) => s.outbox.length, 1));

  test('Ticks_follow_the_other_side_only', () => {
    const receipt = (member: 'u:maria' | 's:amber', delivered: number, upTo: number): ChatEvent => ({
      t: 'events',
      now: 1_000,
      list: [{ t: 'receipt', conversation: id, member, delivered, read: upTo }],
    });
    const tick = (state: ChatState) => tickOf(held(state), mine);
    const before = [opening, page(1, 4), push(mine)];
    check([...before, receipt('u:maria', 5, 5)], tick, 'sent');
    check([...before, receipt('s:amber', 5, 4)], tick, 'delivered');
    check([...before, receipt('s:amber', 5, 5)], tick, 'read');
  });

  test('A_failed_list_keeps_what_it_showed', () =>
    check(
      [
        { t: 'inboxLoading', query, more: false },
        listed(summary(4)),
        { t: 'inboxLoading', query, more: false },
        { t: 'inboxFailed', query, error: { code: 1004, name: 'unavailable', message: '', temporary: true } },
      ],
      (s) => [s.inboxes.get(inboxKey(query))!.status, s.inboxes.get(inboxKey(query))!.error?.code],
      ['ready', 1004],
    ));

  test('Signing_out_leaves_nothing_behind', () =>
    check([opening, page(1, 4), { t: 'signedOut', code: 2007 }], (s) => s, { ...initialState, connection: { name: 'signedOut', code: 2007 } }));

  test('Server_time_is_known_by_its_offset', () => check([], (s) => s.clockOffsetMs, 3_000));
});

describe('notices', () => {
  const told = (seq: number, sender: Message['sender']) => message(seq, seq, { kind: 'system', sender, by: '', notice: null });

  test.each([
    ['x:system', 1],
    ['s:amber', 1],
    ['u:maria', 0],
  ] as const)('Notice_of_%s_makes_%i_unread_for_the_buyer', (sender, unread) => {
    check([listed(summary(1, 1, 0, 1)), push(told(2, sender))], (state) => state.conversations.get(id)?.summary?.unread, unread);
  });

  test('Notice_is_neither_question_nor_answer', () => {
    const asked = message(2, 2, { sender: 'u:maria', by: 'maria' });
    const waiting = (state: ChatState) => state.conversations.get(id)?.summary?.waitingSince ?? null;
    check([listed(summary(1, 1, 0, 1)), push(told(2, 'u:maria'))], waiting, null);
    check([listed(summary(1, 1, 0, 1)), push(asked, told(3, 's:amber'), told(4, 'x:system'))], waiting, 2_000);
  });
});
