import { describe, expect, test } from 'vitest';
import { checkBody, codePoints, isUuid, retryDelayMs, uuid7 } from '../../src/sdk';
import { decodeEvents } from '../../src/sdk/decode';

describe('retry', () => {
  test.each([
    [0, 500],
    [1, 1_000],
    [5, 16_000],
    [6, 30_000],
    [1_000_000, 30_000],
  ])('Attempt_%i_waits_at_most_%i_ms', (attempt, cap) => {
    expect(retryDelayMs(attempt, () => 0)).toBe(0);
    expect(retryDelayMs(attempt, () => 0.999999)).toBeLessThan(cap);
    expect(retryDelayMs(attempt, () => 0.999999)).toBeGreaterThan(cap * 0.99);
  });
});

describe('uuid', () => {
  test('Ids_are_version_7_and_sort_by_time', () => {
    const ids = [1, 1_000, 1_782_900_000_000, 1_782_900_000_001].map(uuid7);
    expect(ids.every(isUuid)).toBe(true);
    expect(ids.every((id) => id[14] === '7' && '89ab'.includes(id[19]!))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });

  test('Ids_of_one_millisecond_differ', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => uuid7(5))).size).toBe(1_000);
  });
});

describe('body', () => {
  test.each([
    ['empty', '', 3002],
    ['white space', ' \n\t ', 3002],
    ['U+0000', 'a\0b', 3004],
    ['lone high surrogate', 'a\ud83d', 3004],
    ['lone low surrogate', '\ude00a', 3004],
    ['one too long', 'x'.repeat(3001), 3003],
    ['one emoji too long', '😀'.repeat(3001), 3003],
    ['exactly as long as allowed', '😀'.repeat(3000), null],
    ['right to left', 'مرحبا', null],
  ])('%s', (_, body, code) => {
    expect(checkBody(body, 3000)?.code ?? null).toBe(code);
  });

  test('Length_counts_code_points', () => {
    expect(codePoints('a😀é')).toBe(3);
  });
});

describe('decode', () => {
  const typing = { t: 'typing', conversation: 'a~b', member: 'u:a', by: 'a' };

  test('Unknown_events_and_fields_are_ignored', () => {
    expect(decodeEvents([{ t: 'party' }, { ...typing, mood: 1 }])).toEqual({ events: [{ ...typing, mood: 1 }], damaged: false });
  });

  test('Inherited_names_are_no_events', () => {
    expect(decodeEvents([{ t: 'constructor' }])).toEqual({ events: [], damaged: false });
  });

  test.each([
    ['no list', { t: 'typing' }],
    ['no type', [{}]],
    ['message without position', [{ t: 'message', conversation: 'a~b', message: { seq: 1 } }]],
    ['position as text', [{ t: 'receipt', conversation: 'a~b', member: 'u:a', delivered: '1', read: 0 }]],
    ['strange conversation', [{ ...typing, conversation: 'a' }]],
  ])('Damage_is_told: %s', (_, list) => {
    expect(decodeEvents(list)).toEqual({ events: [], damaged: true });
  });

  test('Good_events_next_to_a_damaged_one_are_kept', () => {
    expect(decodeEvents([typing, { t: 'message' }, typing])).toEqual({ events: [typing, typing], damaged: true });
  });
});

describe('notices', () => {
  const order = {
    id: '1234567890123456',
    store: 'amber',
    version: 3,
    status: 'shipped',
    title: 'Teapot',
    image: '/teapot.svg',
    units: 2,
    total: { minor: 6_900, currency: 'EUR' },
    deadline: { kind: 'delivery', at: 5_000 },
  };
  const event = (notice: unknown, sender = 'x:system') => ({
    t: 'message',
    conversation: 'maria~amber',
    message: { seq: 1, change: 1, id: 'n', sender, by: '', kind: 'system', body: 'Order shipped.', sentAt: 1_000, notice },
  });

  test.each(['x:system', 's:amber', 'u:maria'])('Notice_of_%s_is_understood', (sender) => {
    const { events, damaged } = decodeEvents([event({ type: 'shipped', order, tracking: 'AB123456' }, sender)]);
    expect(damaged).toBe(false);
    expect(events).toHaveLength(1);
  });

  test('Type_that_is_not_known_yet_is_kept', () => {
    expect(decodeEvents([event({ type: 'teleported', order })]).damaged).toBe(false);
  });

  test.each([
    ['no order', { type: 'shipped' }],
    ['a total that is no money', { type: 'shipped', order: { ...order, total: 69 } }],
    ['a deadline without a time', { type: 'shipped', order: { ...order, deadline: { kind: 'delivery' } } }],
    ['a broken amount', { type: 'refundGranted', order, amount: { minor: 1.5, currency: 'EUR' } }],
  ])('Notice_with_%s_is_damaged', (_, notice) => {
    expect(decodeEvents([event(notice)]).damaged).toBe(true);
  });

  test('Nobody_else_may_be_a_sender', () => {
    expect(decodeEvents([event({ type: 'shipped', order }, 'x:other')]).damaged).toBe(true);
  });
});
