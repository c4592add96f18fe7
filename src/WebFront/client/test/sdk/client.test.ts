import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient, inboxList, localError, memoryStorage, presenceOf, timeline, totalUnread, typingIn } from '../../src/sdk';
import type { ChatClient, ClientOptions, KeyValueStorage } from '../../src/sdk';
import { FakeClock, settle } from './fakeClock';
import { FakeServer } from './fakeServer';
import type { Fate } from './fakeServer';

const id = 'maria~amber';
const store = 's:amber';

let clock: FakeClock;
let server: FakeServer;
let storage: KeyValueStorage;
let running: ChatClient[];

beforeEach(() => {
  clock = new FakeClock();
  server = new FakeServer('maria', clock);
  storage = memoryStorage();
  running = [];
});

afterEach(() => Promise.all(running.map((client) => client.stop())));

function create(more: Partial<ClientOptions> = {}): ChatClient {
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

async function online(more: Partial<ClientOptions> = {}): Promise<ChatClient> {
  const client = create(more);
  client.start();
  await clock.advance(0);
  expect(client.state.connection.name).toBe('online');
  return client;
}

const shown = (client: ChatClient) => timeline(client.state, id).map((entry) => entry.message?.body ?? `(${entry.pending!.status}) ${entry.pending!.body}`);
const stored = () => server.log(id).messages.map((message) => message.body);
const sends = () => server.calls.filter((call) => call.method === 'send').map((call) => call.argument);
const onlyFor = (method: string, fate: Fate) => (call: { method: string }) => (call.method === method ? fate : ('answer' as const));

describe('connection', () => {
  test('Hello_is_the_first_call', async () => {
    await online();
    expect(server.calls[0]).toMatchObject({ method: 'hello', argument: { protocol: 1, active: true } });
  });

  test('A_client_says_that_it_answers_probes_and_answers_each_with_one_call', async () => {
    await online();
    expect(server.calls[0]!.argument).toMatchObject({ probe: true });
    const answers = () => server.calls.filter((call) => call.method === 'here').map((call) => call.argument);
    await clock.advance(60_000);
    expect(answers()).toEqual([]);
    server.push({ t: 'probe' });
    expect(answers()).toEqual([{}]);
    server.pushRaw([{ t: 'typing', conversation: id, member: store, by: 'agent-1' }, { t: 'probe' }]);
    expect(answers()).toEqual([{}, {}]);
  });

  test('Device_id_survives_a_restart', async () => {
    await online();
    await online();
    const [first, second] = server.calls.filter((call) => call.method === 'hello');
    expect(first!.argument['device']).toBe(second!.argument['device']);
  });

  test('Attempts_go_on_for_ever_with_capped_waits_and_rotate_the_addresses', async () => {
    server.up = false;
    const client = create();
    client.start();
    await clock.advance(3_600_000);
    expect(client.state.connection.name).toBe('waiting');
    expect(server.connects.length).toBeGreaterThan(200); // 15 s is half of the cap
    expect(server.connects.slice(0, 4).map((connect) => connect.url)).toEqual(['one', 'two', 'one', 'two']);
    server.up = true;
    await clock.advance(30_000);
    expect(client.state.connection.name).toBe('online');
  });

  test('Lost_link_is_replaced_and_the_wait_is_told', async () => {
    const client = await online();
    await clock.advance(10_000);
    server.cut();
    await settle();
    expect(client.state.connection).toMatchObject({ name: 'waiting', retryAt: clock.now() + 250 });
    await clock.advance(250);
    expect(client.state.connection.name).toBe('online');
  });

  test('Server_that_drops_every_link_at_once_is_not_hammered', async () => {
    const client = create();
    client.start();
    for (let round = 0; round < 50; round++) {
      await clock.advance(1_000);
      server.cut();
    }
    expect(server.connects.length).toBeLessThan(20);
  });

  test('Expired_token_is_renewed_once_and_used', async () => {
    let token = 'token-1';
    let renewals = 0;
    const renewToken = async () => {
      renewals++;
      server.tokens.add((token = 'token-2'));
      return token;
    };
    const client = await online({ token: () => token, renewToken });
    server.close(9001, true);
    await clock.advance(0);
    expect(client.state.connection.name).toBe('online');
    expect(server.connects.map((connect) => connect.token)).toEqual(['token-1', 'token-2']);
    expect(renewals).toBe(1);
  });

  test('Refused_token_that_cannot_be_renewed_signs_out', async () => {
    const client = create({ token: () => 'stolen', renewToken: async () => null });
    client.start();
    await clock.advance(60_000);
    expect(client.state.connection).toEqual({ name: 'signedOut', code: 2001 });
    expect(server.connects.length).toBe(1);
  });

  test('Renewal_that_cannot_be_reached_is_tried_again', async () => {
    let tries = 0;
    const renewToken = async () => {
      if (++tries < 3) {
        throw new Error('offline');
      }
      server.tokens.add('stolen');
      return 'stolen';
    };
    const client = create({ token: () => 'stolen', renewToken });
    client.start();
    await clock.advance(60_000);
    expect(client.state.connection.name).toBe('online');
  });

  test('Renewed_token_that_is_refused_again_does_not_spin', async () => {
    let renewals = 0;
    const client = create({ token: () => 'stolen', renewToken: async () => `bad-${renewals++}` });
    client.start();
    await clock.advance(600_000);
    expect(renewals).toBeLessThan(100);
    expect(client.state.connection.name).toBe('waiting');
  });

  test.each([
    [9002, { name: 'signedOut', code: 2007 }],
    [9005, { name: 'refused', code: 9005 }],
  ])('Closing_code_%i_ends_it', async (code, status) => {
    const client = await online();
    server.close(code, false);
    await clock.advance(120_000);
    expect(client.state.connection).toEqual(status);
    expect(server.connects.length).toBe(1);
  });

  test('Who_is_kept_away_for_flooding_comes_back_after_the_time_given_and_not_before', async () => {
    const client = await online();
    server.close(9006, true, 10_000);
    await clock.advance(9_999);
    expect(server.connects.length).toBe(1);
    await clock.advance(500);
    expect(client.state.connection.name).toBe('online');
  });

  test('Draining_server_is_left_alone_for_as_long_as_it_says_and_another_address_is_used', async () => {
    const client = await online();
    server.close(9004, true, 4_000);
    await clock.advance(3_999);
    expect(server.connects.length).toBe(1);
    await clock.advance(500);
    expect(client.state.connection.name).toBe('online');
    expect(server.connects.map((connect) => connect.url)).toEqual(['one', 'two']);
  });

  test('Announced_close_that_does_not_come_is_made', async () => {
    await online();
    server.pushRaw([{ t: 'closing', code: 9004, name: 'draining', reconnect: true, afterMs: 0 }]);
    await clock.advance(10_000);
    expect(server.connects.length).toBe(2);
  });

  test('Refused_hello_names_the_protocol', async () => {
    server.fate = onlyFor('hello', localError('unsupported_protocol', 'No.'));
    const client = create();
    client.start();
    await clock.advance(60_000);
    expect(client.state.connection).toEqual({ name: 'refused', code: 1003 });
  });

  test('Stop_is_final_and_start_begins_anew', async () => {
    const client = await online();
    await client.stop();
    await clock.advance(60_000);
    expect(client.state.connection.name).toBe('idle');
    expect(server.linked).toBe(false);
    client.start();
    await clock.advance(0);
    expect(client.state.connection.name).toBe('online');
  });

  test('Silent_connect_is_given_up', async () => {
    const silent = create({ transport: { connect: () => new Promise(() => {}) } });
    silent.start();
    await clock.advance(15_100);
    expect(silent.state.connection.name).toBe('waiting');
  });
});

describe('outbox', () => {
  test('Message_shows_at_once_and_keeps_its_key_when_stored', async () => {
    const client = await online();
    await client.open(id);
    client.send(id, 'Hello');
    const [pending] = timeline(client.state, id);
    expect(pending!.pending?.body).toBe('Hello');
    await clock.advance(0);
    const [confirmed] = timeline(client.state, id);
    expect(confirmed!.message?.seq).toBe(1);
    expect(confirmed!.key).toBe(pending!.key);
  });

  test('Sends_made_offline_go_out_in_order', async () => {
    const client = create();
    for (const body of ['one', 'two', 'three']) {
      expect(client.send(id, body).ok).toBe(true);
    }
    expect(shown(client)).toEqual(['(queued) one', '(queued) two', '(queued) three']);
    client.start();
    await clock.advance(0);
    expect(stored()).toEqual(['one', 'two', 'three']);
    expect(client.state.outbox).toEqual([]);
  });

  test.each(['loseRequest', 'loseReply'] as const)('Send_without_an_answer_is_repeated_with_the_same_id: %s', async (fate) => {
    const client = await online();
    let lost = 0;
    server.fate = ({ method }) => (method === 'send' && lost++ < 2 ? fate : 'answer');
    client.send(id, 'one');
    client.send(id, 'two');
    await clock.advance(60_000);
    expect(stored()).toEqual(['one', 'two']);
    expect(sends().slice(0, 3).map((send) => send['id'])).toEqual(Array(3).fill(sends()[0]!['id']));
    expect(client.state.outbox).toEqual([]);
  });

  test.each([
    ['outcome_unknown', null],
    ['busy', 3_000],
    ['unavailable', null],
    ['internal', null],
    ['rate_limited', 9_000],
  ] as const)('Temporary_refusal_is_repeated: %s', async (name, retryAfterMs) => {
    const client = await online();
    server.fate = onlyFor('send', { ...localError(name, 'Later.'), retryAfterMs });
    client.send(id, 'one');
    await clock.advance((retryAfterMs ?? 0) > 0 ? retryAfterMs! : 100);
    expect(sends().length).toBe(1);
    expect(shown(client)).toEqual(['(queued) one']);
    server.fate = () => 'answer';
    await clock.advance(60_000);
    expect(stored()).toEqual(['one']);
    expect(new Set(sends().map((send) => send['id'])).size).toBe(1);
  });

  test.each([
    ['unavailable', true],
    ['outcome_unknown', true],
    ['busy', false],
  ] as const)('Message_goes_out_soon_after_a_long_outage_but_a_busy_server_is_left_alone: %s', async (name, soon) => {
    const client = await online({ random: () => 0.999 });
    server.fate = onlyFor('send', localError(name, 'Later.'));
    client.send(id, 'one');
    await clock.advance(307_000);
    server.fate = () => 'answer';
    await clock.advance(5_000);
    expect(stored()).toEqual(soon ? ['one'] : []);
    await clock.advance(30_000);
    expect(stored()).toEqual(['one']);
  });

  test('Permanent_refusal_keeps_the_body_and_lets_the_next_message_pass', async () => {
    const client = await online();
    server.fate = ({ method, argument }) =>
      method === 'send' && argument['body'] === 'bad' ? localError('product_not_found', 'No such product.') : 'answer';
    const bad = client.send(id, 'bad');
    client.send(id, 'good');
    await clock.advance(60_000);
    expect(stored()).toEqual(['good']);
    expect(client.state.outbox).toMatchObject([{ body: 'bad', status: 'failed', error: { code: 3010 } }]);
    expect(sends().length).toBe(2);

    server.fate = () => 'answer';
    client.retry(bad.ok ? bad.id : '');
    await clock.advance(0);
    expect(stored()).toEqual(['good', 'bad']);
    expect(sends()[2]!['id']).toBe(bad.ok && bad.id);
  });

  test('Failed_message_can_be_taken_back', async () => {
    const client = await online();
    server.fate = onlyFor('send', localError('message_too_long', 'Too long.', 10));
    const sent = client.send(id, 'a long message');
    await clock.advance(0);
    expect(client.discard(sent.ok ? sent.id : '')).toBe('a long message');
    expect(client.state.outbox).toEqual([]);
    expect(storage.keys('chat.outbox.')).toEqual([]);
  });

  test('Outbox_survives_a_restart_with_ids_order_and_failures', async () => {
    server.up = false;
    const first = create();
    first.start();
    const ids = ['one', 'two'].map((body) => first.send(id, body));
    await clock.advance(1_000);
    await first.stop();

    server.up = true;
    const second = await online();
    await clock.advance(0);
    expect(stored()).toEqual(['one', 'two']);
    expect(server.log(id).messages.map((message) => message.id)).toEqual(ids.map((sent) => sent.ok && sent.id));
    expect(second.state.outbox).toEqual([]);
    expect(storage.keys('chat.outbox.')).toEqual([]);
  });

  test('Two_tabs_with_one_storage_store_each_message_once_in_order', async () => {
    server.up = false;
    const first = create();
    first.start();
    ['one', 'two', 'three'].forEach((body) => first.send(id, body));
    const second = create();
    second.start();
    server.up = true;
    await clock.advance(120_000);
    expect(stored()).toEqual(['one', 'two', 'three']);
    expect([first.state.outbox, second.state.outbox]).toEqual([[], []]);
  });

  test('Other_accounts_on_the_device_do_not_send_it', async () => {
    const maria = create();
    maria.send(id, 'from Maria');
    const other = new FakeServer('noor', clock);
    await online({ account: 'noor', transport: other });
    await clock.advance(60_000);
    expect(other.calls.some((call) => call.method === 'send')).toBe(false);
  });

  test('Signing_out_keeps_what_waits_for_the_next_sign_in', async () => {
    const client = await online();
    server.fate = onlyFor('send', localError('unavailable', 'Down.'));
    client.send(id, 'one');
    await clock.advance(100);
    server.close(9002, false);
    await clock.advance(0);
    expect(client.state.outbox).toEqual([]);
    server.fate = () => 'answer';
    await online();
    await clock.advance(0);
    expect(stored()).toEqual(['one']);
  });

  test('Body_that_cannot_be_sent_is_refused_at_once', async () => {
    const client = create();
    expect(['', 'a\0', 'x'.repeat(3001)].map((body) => client.send(id, body))).toMatchObject([
      { ok: false, error: { code: 3002 } },
      { ok: false, error: { code: 3004 } },
      { ok: false, error: { code: 3003, limit: 3000 } },
    ]);
    expect(client.state.outbox).toEqual([]);
  });
});

describe('conversations', () => {
  test('Live_message_arrives_and_is_marked_as_delivered_in_one_call', async () => {
    server.post(id, store, 'm1', 'Hi');
    const client = await online();
    await client.loadInbox({ store: null, filter: 'all' });
    await client.open(id);
    server.post(id, store, 'm2', 'there');
    server.post(id, store, 'm3', '!');
    await clock.advance(200);
    expect(shown(client)).toEqual(['Hi', 'there', '!']);
    expect(server.calls.filter((call) => call.method === 'mark').map((call) => call.argument)).toEqual([{ conversation: id, delivered: 3 }]);
    expect(totalUnread(client.state)).toBe(3);
  });

  test('Reading_clears_unread_at_once_and_reaches_the_server_after_an_outage', async () => {
    server.post(id, store, 'm1', 'Hi');
    const client = await online();
    await client.loadInbox({ store: null, filter: 'all' });
    await client.open(id);
    server.up = false;
    server.cut();
    await settle();
    client.markRead(id, 1);
    expect(totalUnread(client.state)).toBe(0);
    server.up = true;
    await clock.advance(60_000);
    expect(server.summary(id).unread).toBe(0);
    expect(totalUnread(client.state)).toBe(0);
  });

  test.each([true, false])('What_was_missed_comes_with_hello_or_from_an_older_server_by_resume_%s', async (inHello) => {
    server.resumesInHello = inHello;
    server.post(id, store, 'm1', '1');
    const client = await online();
    await client.open(id);
    server.cut();
    server.post(id, store, 'm2', '2');
    await clock.advance(5_000);
    expect(shown(client)).toEqual(['1', '2']);
    const said = server.calls.filter((call) => call.method === 'hello').map((call) => call.argument['positions']);
    expect(said).toEqual([[], [{ conversation: id, change: 1 }]]);
    expect(server.calls.filter((call) => call.method === 'resume').length).toBe(inHello ? 0 : 1);
  });

  test('Lost_push_is_asked_for_only_after_a_moment', async () => {
    server.post(id, store, 'm1', '1');
    const client = await online();
    await client.open(id);
    const resumes = () => server.calls.filter((call) => call.method === 'resume').length;
    server.carry = () => {};
    server.post(id, store, 'm2', '2');
    server.carry = (event, deliver) => deliver(event);
    server.post(id, store, 'm3', '3');
    await clock.advance(200);
    expect([resumes(), shown(client)]).toEqual([0, ['1']]);
    await clock.advance(100);
    expect([resumes(), shown(client)]).toEqual([1, ['1', '2', '3']]);
  });

  test('Own_message_does_not_vanish_while_an_earlier_push_is_missing', async () => {
    server.post(id, store, 'm1', '1');
    const client = await online();
    await client.open(id);
    server.carry = () => {};
    server.post(id, store, 'm2', '2');
    client.send(id, 'mine');
    await clock.advance(0);
    expect(shown(client)).toEqual(['1', 'mine']);
    await clock.advance(300);
    expect(shown(client)).toEqual(['1', '2', 'mine']);
  });

  test('What_was_missed_while_away_comes_by_resume', async () => {
    server.post(id, store, 'm1', '1');
    const client = await online();
    await client.loadInbox({ store: null, filter: 'all' });
    await client.open(id);
    server.cut();
    server.post(id, store, 'm2', '2');
    server.post('maria~lamp', 's:lamp', 'l1', 'New here');
    await clock.advance(1_000);
    expect(shown(client)).toEqual(['1', '2']);
    expect(inboxList(client.state, { store: null, filter: 'all' }).map((held) => held.id).sort()).toEqual([id, 'maria~lamp'].sort());
    expect(totalUnread(client.state)).toBe(3);
  });

  test('Too_much_missed_is_paged_anew', async () => {
    server.resumeChangesMax = 5;
    server.post(id, store, 'm0', '0');
    const client = await online();
    await client.open(id);
    server.cut();
    for (let n = 1; n <= 60; n++) {
      server.post(id, store, `m${n}`, String(n));
    }
    await clock.advance(1_000);
    const held = client.state.conversations.get(id)!;
    expect([held.messages.length, held.messages[0]!.seq, held.hasMore]).toEqual([50, 12, true]);
    await client.loadOlder(id);
    expect(shown(client)).toEqual(Array.from({ length: 61 }, (_, n) => String(n)));
    expect(client.state.conversations.get(id)!.hasMore).toBe(false);
  });

  test('First_message_of_a_stranger_makes_a_complete_conversation', async () => {
    const client = await online();
    await client.loadInbox({ store: null, filter: 'all' });
    server.post(id, store, 'm1', 'Hello from the shop');
    await clock.advance(1_000);
    expect(client.state.conversations.get(id)!.summary).toMatchObject({ head: 1, unread: 1, store: { name: 's:amber' } });
    expect(totalUnread(client.state)).toBe(1);
    expect(inboxList(client.state, { store: null, filter: 'unread' })).toEqual([]);
    await client.loadInbox({ store: null, filter: 'unread' });
    expect(inboxList(client.state, { store: null, filter: 'unread' }).length).toBe(1);
  });

  test('Contact_and_first_message_need_no_history', async () => {
    const client = await online();
    const contact = await client.contact('amber');
    expect(contact).toEqual({ ok: true, id });
    expect(await client.open(id)).toEqual({ ok: true });
    client.send(id, 'Is it real?');
    await clock.advance(0);
    expect(shown(client)).toEqual(['Is it real?']);
    expect(server.calls.some((call) => call.method === 'history')).toBe(false);
  });

  test('Conversation_of_somebody_else_ends_in_an_error_state', async () => {
    const client = await online();
    expect(await client.open('noor~amber')).toMatchObject({ ok: false, error: { code: 3001 } });
    expect(client.state.conversations.get('noor~amber')).toMatchObject({ window: 'error', error: { code: 3001 } });
  });

  test('Conversation_opened_offline_loads_when_the_link_is_back', async () => {
    server.post(id, store, 'm1', 'Hi');
    server.up = false;
    const client = create();
    client.start();
    await clock.advance(100);
    expect(await client.open(id)).toMatchObject({ ok: false, error: { temporary: true } });
    server.up = true;
    await clock.advance(60_000);
    expect(shown(client)).toEqual(['Hi']);
  });

  test('Another_epoch_drops_what_was_held', async () => {
    server.post(id, store, 'm1', 'old log');
    server.post(id, store, 'm2', 'lost by the restore');
    const client = await online();
    await client.open(id);
    server.cut();
    server.logs.clear();
    server.epoch = 'two';
    server.post(id, store, 'n1', 'restored');
    await clock.advance(5_000);
    expect(shown(client)).toEqual(['restored']);
    expect(client.state.conversations.get(id)!.change).toBe(1);
  });

  test('Damaged_push_and_resync_bring_everything_up_to_date', async () => {
    server.post(id, store, 'm1', '1');
    const client = await online();
    await client.open(id);
    for (const raw of [[{ t: 'message' }], [{ t: 'resync', reason: 'node_lost' }]]) {
      server.carry = () => {};
      server.post(id, store, `x${server.log(id).change}`, String(server.log(id).change + 1));
      server.pushRaw(raw);
      await clock.advance(10);
    }
    expect(shown(client)).toEqual(['1', '2', '3']);
  });
});

describe('the rest', () => {
  test('Typing_is_throttled_when_sent_and_fades_when_received', async () => {
    const client = await online();
    [0, 1, 2].forEach(() => client.typing(id));
    await clock.advance(2_000);
    client.typing(id);
    expect(server.calls.filter((call) => call.method === 'typing').length).toBe(2);
    server.push({ t: 'typing', conversation: id, member: 's:amber', by: 'tomasz' });
    await clock.advance(5_900);
    expect(typingIn(client.state, id, clock.now())).toMatchObject([{ by: 'tomasz' }]);
    await clock.advance(200);
    expect(client.state.typing).toEqual([]);
  });

  test('Message_ends_the_typing_of_its_writer', async () => {
    const client = await online();
    server.push({ t: 'typing', conversation: id, member: 's:amber', by: 'amber' });
    server.post(id, store, 'm1', 'Done');
    await settle();
    expect(client.state.typing).toEqual([]);
  });

  test('Watch_set_is_counted_coalesced_and_told_again_after_a_reconnect', async () => {
    const client = await online();
    const watches = () => server.calls.filter((call) => call.method === 'watch').map((call) => call.argument['stores']);
    const release = client.watch(['amber', 'lamp']);
    const other = client.watch(['amber']);
    await clock.advance(60);
    expect(watches()).toEqual([['lamp', 'amber']]);
    release();
    release();
    await clock.advance(60);
    expect(watches().slice(1)).toEqual([['amber']]);
    server.cut();
    await clock.advance(1_000);
    expect(watches().slice(2)).toEqual([['amber']]);
    other();
    await clock.advance(60);
    expect(watches().slice(3)).toEqual([[]]);
  });

  test('Presence_lapses_when_nothing_newer_is_heard', async () => {
    const client = await online();
    server.presence.set('amber', { store: 'amber', status: 'online', until: clock.now() + 30_000 });
    client.watch(['amber']);
    await clock.advance(60);
    expect(presenceOf(client.state, 'amber', clock.now())?.status).toBe('online');
    server.up = false;
    server.cut();
    await clock.advance(30_000);
    expect(presenceOf(client.state, 'amber', clock.now())?.status).toBe('offline');
    expect(presenceOf(client.state, 'unknown', clock.now())).toBeNull();
  });

  test('Subscribers_are_told_once_for_changes_made_together', async () => {
    const client = await online();
    await settle();
    let told = 0;
    const leave = client.subscribe(() => told++);
    server.pushRaw([1, 2, 3].map((n) => ({ t: 'typing', conversation: id, member: 's:amber', by: `agent-${n}` })));
    await settle();
    expect(told).toBe(1);
    leave();
    server.push({ t: 'typing', conversation: id, member: 's:amber', by: 'agent-4' });
    await settle();
    expect(told).toBe(1);
  });

  test('Duty_changes_the_store_and_its_presence', async () => {
    server.stores = [{ id: 'amber', name: 'Amber', role: 'agent', onDuty: false }];
    const client = await online();
    expect(await client.setDuty('amber', true)).toMatchObject({ ok: true });
    expect(client.state.stores[0]!.onDuty).toBe(true);
    expect(presenceOf(client.state, 'amber', clock.now())?.status).toBe('online');
  });

  test('Inbox_pages_extend_the_list_without_a_hole', async () => {
    for (let n = 0; n < 65; n++) {
      await clock.advance(1_000);
      server.post(`maria~shop-${n}`, `s:shop-${n}`, `m${n}`, 'Hi');
    }
    const client = await online();
    const query = { store: null, filter: 'all' } as const;
    const lengths = [];
    await client.loadInbox(query);
    lengths.push(inboxList(client.state, query).length);
    await client.loadMoreInbox(query);
    lengths.push(inboxList(client.state, query).length);
    await client.loadMoreInbox(query);
    lengths.push(inboxList(client.state, query).length);
    expect(lengths).toEqual([30, 60, 65]);
    expect(inboxList(client.state, query)[0]!.id).toBe('maria~shop-64');
    expect(totalUnread(client.state)).toBe(65);
  });

  test('Calls_without_a_link_answer_with_a_temporary_error', async () => {
    const client = create();
    expect(await client.contact('amber')).toMatchObject({ ok: false, error: { code: 1004, temporary: true } });
    expect(await client.loadInbox({ store: null, filter: 'all' })).toMatchObject({ ok: false, error: { code: 1004 } });
  });
});
