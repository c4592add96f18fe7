// Rolling restarts: a clean one passes, and each planted fault is found.
import { describe, expect, test } from 'vitest';
import { check } from '../src/checker/check';
import type { Demand } from '../src/checker/faultChecks';
import { gather } from '../src/checker/facts';
import { repeatedCalls } from '../src/checker/restartChecks';
import type { Entry } from '../src/history';
import type { Draft } from './cleanHistory';
import { cleanHistory, demand as usual } from './cleanHistory';

const targets = ['silo-0', 'front-0'];
const times = 3;
const demand: Demand = { ...usual, restarts: { targets, times } };

/** The clean history with every process restarted thrice behind its other faults. */
function rolled(): Draft[] {
  const history = cleanHistory(1);
  const sequences = history.filter((entry) => entry.process === 'driver').map((entry) => entry.sequence);
  let sequence = Math.max(...sequences);
  let time = 1_000;
  let pid = 100;
  const add = (type: Entry['type'], more: Partial<Entry>): Draft => {
    const entry: Draft = { process: 'driver', sequence: ++sequence, time: (time += 1), type, op: 'fault', ...more };
    history.push(entry);
    return entry;
  };
  for (let round = 0; round < times; round++) {
    for (const target of targets) {
      const call = add('invoke', { fault: 'restart', target, pid: pid++ }).sequence;
      add('info', { fault: 'stopped', target, code: 0, tookMs: 1_500 });
      add('ok', { fault: 'restart', target, call, pid });
    }
  }
  return history;
}

const rulesOf = (history: readonly Draft[]): string[] => check(history as Entry[], demand).map((finding) => finding.rule);
const last = (history: Draft[], matches: (entry: Draft) => boolean): Draft => history.findLast(matches)!;

test('A clean rolling restart passes', () => expect(check(rolled() as Entry[], demand)).toEqual([]));

describe('A planted fault of a rolling restart is found', () => {
  const plants: readonly (readonly [name: string, rule: string, plant: (history: Draft[]) => void])[] = [
    ['a process was restarted only twice', 'not restarted', (history) => void history.splice(history.findIndex((entry) => entry.fault === 'restart' && entry.target === 'front-0'), 1)],
    ['a process never became ready again', 'not restarted', (history) => void history.splice(history.indexOf(last(history, (entry) => entry.fault === 'restart' && entry.type === 'ok')), 1)],
    ['the process that is ready is the one that was to be stopped', 'not restarted', (history) => {
      const ready = last(history, (entry) => entry.fault === 'restart' && entry.type === 'ok');
      ready.pid = history.find((entry) => entry.op === 'fault' && entry.process === 'driver' && entry.sequence === ready.call)!.pid!;
    }],
    ['nobody wrote down which process it was', 'not restarted', (history) => {
      for (const entry of history) if (entry.target === 'silo-0') delete entry.pid;
    }],
    ['two processes were away at once', 'two at once', (history) => {
      const ready = history.find((entry) => entry.fault === 'restart' && entry.type === 'ok')!;
      ready.time += 2.5;
    }],
    ['a process ended with an error', 'bad stop', (history) => void (last(history, (entry) => entry.fault === 'stopped').code = 134)],
    ['a process was killed by a signal', 'bad stop', (history) => void (last(history, (entry) => entry.fault === 'stopped').code = -1)],
    ['a process took too long to end', 'bad stop', (history) => void (last(history, (entry) => entry.fault === 'stopped').tookMs = 30_001)],
    ['a process was never seen to end', 'bad stop', (history) => void history.splice(history.indexOf(last(history, (entry) => entry.fault === 'stopped')), 1)],
    ['a person was refused for good', 'refused', (history) => {
      const send = last(history, (entry) => entry.op === 'send' && entry.type === 'info');
      Object.assign(send, { type: 'fail', code: 1000 });
    }],
  ];
  test.each(plants)('%s', (_, rule, plant) => {
    const history = rolled();
    plant(history);
    expect(rulesOf(history)).toContain(rule);
    for (const { text } of check(history as Entry[], demand)) expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  test('and none of it where no restarts are demanded', () => expect(check(cleanHistory(1) as Entry[], usual)).toEqual([]));
});

test('A call told to repeat is no refusal for good, and is counted by its code; strangers and lost links are not', () => {
  const history = rolled();
  const send = last(history, (entry) => entry.op === 'send' && entry.type === 'info');
  send.code = 1007;
  send.type = 'fail';
  expect(rulesOf(history)).not.toContain('refused');
  const counts = new Map(repeatedCalls(gather(history as Entry[])));
  expect(counts.get(1007)).toBe(1);
  expect(counts.has(3001)).toBe(false);
});
