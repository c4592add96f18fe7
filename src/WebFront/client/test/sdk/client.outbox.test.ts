import { describe, expect, test } from 'vitest';
import { localError, timeline } from '../../src/sdk';
import { clock, create, id, online, onlyFor, sends, server, shown, storage, stored } from './clientWorld';
import { FakeServer } from './fakeServer';

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
