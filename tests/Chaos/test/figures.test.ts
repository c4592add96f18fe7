import { expect, test } from 'vitest';
import { gather } from '../src/checker/facts';
import { outagesOf } from '../src/checker/faultChecks';
import { deliveriesOf, firstKnownAfter, outagesByConversation, paceFigure, reconnectsOf, spreadOf } from '../src/driver/figures';
import type { Entry } from '../src/history';
import { cleanHistory } from './cleanHistory';

let sequence = 0;
const entry = (time: number, op: Entry['op'], type: Entry['type'], more: Partial<Entry> = {}): Entry => ({ process: 'ann/1', sequence: ++sequence, time, type, op, ...more });

test('Percentiles are values that occurred, the highest included', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ count: 3, p50: 2, p99: 3, max: 3 });
  expect(spreadOf([]).p99).toBeNaN();
});

test('A conversation is out from the fault to the answer that its writer waited for', () => {
  const history = [
    entry(900, 'queue', 'invoke', { id: 'a', conversation: 'c' }),
    entry(1000, 'fault', 'invoke', { process: 'driver', fault: 'kill' }),
    entry(1500, 'queue', 'invoke', { id: 'b', conversation: 'c' }),
    entry(4000, 'send', 'ok', { id: 'a', conversation: 'c' }),
    entry(4100, 'send', 'ok', { id: 'b', conversation: 'c' }),
    entry(5000, 'queue', 'invoke', { id: 'd', conversation: 'c' }),
    entry(5010, 'send', 'ok', { id: 'd', conversation: 'c' }),
  ];
  const facts = gather(history);
  expect(outagesByConversation(deliveriesOf(facts), outagesOf(facts.entries))).toEqual([3000]);
  expect(firstKnownAfter(deliveriesOf(facts), 1400)).toBe(2700);
});

test('A message that the SDK read back from the log counts as known then', () => {
  const facts = gather([entry(1, 'queue', 'invoke', { id: 'a', conversation: 'c' }), entry(9, 'deliver', 'ok', { id: 'a', conversation: 'c', seq: 1 })]);
  expect(deliveriesOf(facts)).toMatchObject([{ queued: 1, known: 9 }]);
});

test('A reconnect ends with the first resume on the new link', () => {
  const facts = gather([
    entry(100, 'connect', 'info', { state: 'closed' }),
    entry(200, 'connect', 'invoke'),
    entry(210, 'connect', 'fail'),
    entry(600, 'connect', 'invoke'),
    entry(650, 'connect', 'ok'),
    entry(700, 'resume', 'ok', { state: 'caught_up' }),
    entry(900, 'resume', 'ok', { state: 'caught_up' }),
  ]);
  expect(reconnectsOf(facts)).toEqual([{ lost: 100, downMs: 600, attemptMs: 100 }]);
});

test('A clean history is known to its writers at once', () => {
  const waits = deliveriesOf(gather(cleanHistory(1))).map(({ queued, known }) => known - queued);
  expect(waits).toHaveLength(60);
  expect(Math.max(...waits)).toBeLessThan(100);
});

test('The pace of the others is their p99 while it goes on, over their p99 before', () => {
  const message = (id: string, queued: number, took: number) => [entry(queued, 'queue', 'invoke', { id, conversation: 'c' }), entry(queued + took, 'send', 'ok', { id, conversation: 'c' })];
  const strikes = (fault: string, from: number, to: number) => {
    const begun = entry(from, 'fault', 'invoke', { process: 'driver', fault });
    return [begun, entry(to, 'fault', 'ok', { process: 'driver', fault, call: begun.sequence })];
  };
  const run = (slower: number) => gather([
    ...strikes('quiet', 1000, 2000), ...strikes('flood', 3000, 4000),
    ...message('a', 1100, 10), ...message('b', 1200, 20), ...message('c', 3100, 10), ...message('d', 3200, slower), ...message('e', 4100, 900),
  ]);
  expect(paceFigure(run(40), 'quiet', 'flood', 2).bad).toBe(false);
  expect(paceFigure(run(41), 'quiet', 'flood', 2).bad).toBe(true);
  expect(paceFigure(gather([]), 'quiet', 'flood', 2).bad).toBe(true);
});
