import { expect, test } from 'vitest';
import { Intents, isUuid, localError, memoryStorage } from '../../src/sdk';
import type { Result } from '../../src/sdk';
import { FakeClock, settle } from './fakeClock';

type Answer = Result<{ done: number }>;
const lost: Answer = { ok: false, error: localError('unavailable', 'Lost.') };
const changed: Answer = { ok: false, error: localError('order_changed', 'Changed.', 4) };

/** A server that gives these answers in turn and notes the ids it was asked with. */
function server(...answers: Answer[]) {
  const ids: string[] = [];
  const command = (id: string): Promise<Answer> => {
    ids.push(id);
    return Promise.resolve(answers.shift() ?? { ok: true, done: ids.length });
  };
  return { ids, command };
}

test('A_double_click_is_one_command_and_both_get_its_answer', async () => {
  const { ids, command } = server();
  const intents = new Intents(memoryStorage(), new FakeClock());
  const both = await Promise.all([intents.act('pay 1', { version: 1 }, command), intents.act('pay 1', { version: 1 }, command)]);
  expect(both).toEqual([{ ok: true, done: 1 }, { ok: true, done: 1 }]);
  expect(ids).toHaveLength(1);
  expect(isUuid(ids[0])).toBe(true);
});

test('A_lost_answer_is_asked_for_again_with_the_same_id', async () => {
  const clock = new FakeClock();
  const { ids, command } = server(lost, { ok: false, error: localError('outcome_unknown', 'Perhaps.') });
  const answer = new Intents(memoryStorage(), clock).act('pay 1', { version: 1 }, command);
  await clock.advance(5_000);
  expect(await answer).toEqual({ ok: true, done: 3 });
  expect(new Set(ids).size).toBe(1);
});

test('After_the_last_attempt_a_person_may_ask_again_and_a_reloaded_page_too', async () => {
  const clock = new FakeClock();
  const storage = memoryStorage();
  const { ids, command } = server(lost, lost, lost, lost);
  const first = new Intents(storage, clock).act('pay 1', { version: 1 }, command);
  await clock.advance(60_000);
  expect(await first).toEqual(lost);
  expect(ids).toHaveLength(4);
  expect(await new Intents(storage, clock).act('pay 1', { version: 1 }, command)).toEqual({ ok: true, done: 5 });
  expect(new Set(ids).size).toBe(1);
});

test('A_definite_answer_ends_the_intention', async () => {
  const { ids, command } = server(changed);
  const intents = new Intents(memoryStorage(), new FakeClock());
  expect(await intents.act('pay 1', { version: 1 }, command)).toEqual(changed);
  await intents.act('pay 1', { version: 1 }, command);
  expect(new Set(ids).size).toBe(2);
});

test('Other_content_is_another_intention', async () => {
  const clock = new FakeClock();
  const { ids, command } = server(lost);
  const intents = new Intents(memoryStorage(), clock);
  void intents.act('ship 1', { tracking: 'AB123' }, command);
  await settle();
  await intents.act('ship 1', { tracking: 'CD456' }, command);
  expect(new Set(ids).size).toBe(2);
});

test.each(['busy', 'rate_limited'] as const)('A_server_that_says_%s_is_given_the_time_it_asks_for_and_some_more', async (name) => {
  const clock = new FakeClock();
  const { ids, command } = server({ ok: false, error: { ...localError(name, 'Later.'), retryAfterMs: 2_000 } });
  const answer = new Intents(memoryStorage(), clock, () => 0.5).act('pay 1', {}, command);
  await clock.advance(2_199);
  expect(ids).toHaveLength(1);
  await clock.advance(1);
  expect((await answer).ok).toBe(true);
  expect(new Set(ids).size).toBe(1);
});
