import { describe, expect, test } from 'vitest';
import { localError } from '../../src/sdk';
import { clock, create, id, online, onlyFor, server, store } from './clientWorld';
import { settle } from './fakeClock';

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
