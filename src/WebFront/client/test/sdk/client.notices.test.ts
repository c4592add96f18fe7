import { describe, expect, test } from 'vitest';
import { inboxList, presenceOf, totalUnread, typingIn } from '../../src/sdk';
import { clock, create, id, online, server, store } from './clientWorld';
import { settle } from './fakeClock';

describe('notices, watches and lists', () => {
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
