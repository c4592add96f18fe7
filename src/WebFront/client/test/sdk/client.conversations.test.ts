import { describe, expect, test } from 'vitest';
import { inboxList, totalUnread } from '../../src/sdk';
import { clock, create, id, online, server, shown, store } from './clientWorld';
import { settle } from './fakeClock';

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
