// The checker's own test: a clean history passes, and each planted fault is found, by its name and where it is.
import { describe, expect, test } from 'vitest';
import { check } from '../src/checker/check';
import type { Entry, Line } from '../src/history';
import { parseHistory } from '../src/history';
import type { Draft } from './cleanHistory';
import { cleanHistory, demand, flooded } from './cleanHistory';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const conversation = 'ann~shop';

const find = (history: Draft[], matches: (entry: Draft) => boolean): Draft => {
  const found = history.findLast(matches);
  if (!found) throw new Error('The clean history has no such entry.');
  return found;
};
const logOf = (history: Draft[]): Draft => find(history, (entry) => entry.op === 'log' && entry.conversation === conversation);
const sentOk = (entry: Draft): boolean => entry.op === 'send' && entry.type === 'ok' && entry.conversation === conversation && !entry.duplicate;

/** Changes the log and whatever was read from it, so that nothing but the planted fault is wrong. */
function everywhere(history: Draft[], change: (lines: readonly Line[]) => Line[]): void {
  for (const entry of history) {
    if (entry.conversation === conversation && (entry.op === 'log' || (entry.op === 'history' && entry.final))) entry.messages = change(entry.messages ?? []);
  }
}

interface Mutation {
  readonly name: string;
  readonly rule: string;
  readonly plant: (history: Draft[]) => void;
}

const mutations: Mutation[] = [
  {
    name: 'an acknowledged message is lost',
    rule: 'lost',
    plant: (history) => everywhere(history, (lines) => lines.filter((line) => line.seq !== 5)),
  },
  {
    name: 'the newest acknowledged message is lost, and the row with it',
    rule: 'lost',
    plant(history) {
      const count = logOf(history).messages!.length;
      everywhere(history, (lines) => lines.filter((line) => line.seq !== count));
      for (const entry of history) if (entry.conversation === conversation && entry.head === count) entry.head = count - 1;
    },
  },
  {
    name: 'an id stands twice',
    rule: 'duplicate id',
    plant: (history) => everywhere(history, (lines) => lines.map((line) => (line.seq === 7 ? { ...line, id: lines[2]!.id, sender: lines[2]!.sender } : line))),
  },
  {
    name: 'a repeat is answered with another seq',
    rule: 'repeat answered otherwise',
    plant(history) {
      const repeat = find(history, (entry) => entry.op === 'send' && entry.type === 'ok' && entry.duplicate === true);
      repeat.seq = repeat.seq! + 1;
    },
  },
  {
    name: 'two messages swap their seqs',
    rule: 'order',
    plant: (history) =>
      everywhere(history, (lines) => lines.map((line) => (line.seq === 4 ? { ...lines[4]!, seq: 4 } : line.seq === 5 ? { ...lines[3]!, seq: 5 } : line))),
  },
  {
    name: 'an answer names the seq of another message',
    rule: 'other message',
    plant(history) {
      const reply = find(history, sentOk);
      reply.seq = reply.seq! - 1;
    },
  },
  {
    name: 'a seq is skipped',
    rule: 'gap',
    plant: (history) => everywhere(history, (lines) => lines.map((line) => (line.seq >= 6 ? { ...line, seq: line.seq + 1 } : line))),
  },
  {
    name: 'a stored body is another',
    rule: 'body changed',
    plant: (history) => everywhere(history, (lines) => lines.map((line) => (line.seq === 3 ? { ...line, hash: 'ffff' } : line))),
  },
  {
    name: 'one reader is shown another body',
    rule: 'readers disagree',
    plant: (history) => void (find(history, (entry) => entry.op === 'deliver' && entry.process === 'sam/1').hash = 'ffff'),
  },
  {
    name: 'a message that nobody wrote',
    rule: 'phantom',
    plant: (history) => everywhere(history, (lines) => lines.map((line) => (line.seq === 3 ? { ...line, id: 'id-of-nobody' } : line))),
  },
  {
    name: 'a delivery is shown after a later one',
    rule: 'delivery order',
    plant(history) {
      const later = find(history, (entry) => entry.op === 'deliver' && entry.process === 'sam/1' && entry.conversation === conversation);
      const index = history.indexOf(later);
      history.splice(index + 1, 0, { ...history.find((entry) => entry.op === 'deliver' && entry.process === 'sam/1' && entry.conversation === conversation)!, time: later.time + 1 });
    },
  },
  {
    name: 'a delivery is left out without a reset',
    rule: 'silent gap',
    plant(history) {
      const skipped = history.find((entry) => entry.op === 'deliver' && entry.process === 'sam/1' && entry.conversation === conversation && entry.seq === 4)!;
      history.splice(history.indexOf(skipped), 1);
    },
  },
  {
    name: 'a watermark falls',
    rule: 'watermark fell',
    plant(history) {
      const seen = find(history, (entry) => entry.op === 'unread' && entry.conversation === conversation);
      seen.marks = seen.marks!.map((marks) => (marks.member === 's:shop' ? { ...marks, read: 1, delivered: 1 } : marks));
    },
  },
  {
    name: 'an acknowledged watermark is not in the row',
    rule: 'watermark fell',
    plant(history) {
      const row = find(history, (entry) => entry.op === 'row' && entry.conversation === conversation);
      row.marks = row.marks!.map((marks) => ({ ...marks, read: 0, delivered: 0 }));
    },
  },
  {
    name: 'a watermark passes the head',
    rule: 'watermark past the head',
    plant(history) {
      const seen = find(history, (entry) => entry.op === 'unread');
      seen.marks = seen.marks!.map((marks) => ({ ...marks, delivered: seen.head! + 1 }));
    },
  },
  {
    name: 'unread is not what a recount gives',
    rule: 'unread',
    plant: (history) => void (find(history, (entry) => entry.op === 'unread').unread! += 1),
  },
  {
    name: 'the row holds a wrong unread',
    rule: 'unread',
    plant(history) {
      const row = find(history, (entry) => entry.op === 'row');
      row.marks = row.marks!.map((marks) => ({ ...marks, unread: marks.unread! + 2 }));
    },
  },
  {
    name: 'a send is acknowledged while the database is down',
    rule: 'acknowledged while down',
    plant(history) {
      const [begin, end] = ['invoke', 'ok'].map((type) => find(history, (entry) => entry.fault === 'postgres-down' && entry.type === type));
      const reply = find(history, sentOk);
      history.find((entry) => entry.sequence === reply.call && entry.process === reply.process)!.time = begin!.time + 1;
      reply.time = end!.time - 1;
    },
  },
  {
    name: 'a stranger reads a conversation',
    rule: 'stranger',
    plant(history) {
      const refused = find(history, (entry) => entry.user === 'stranger' && entry.type === 'fail');
      Object.assign(refused, { type: 'ok', messages: logOf(history).messages!.slice(0, 1) });
    },
  },
  {
    name: 'a stranger is pushed a message',
    rule: 'stranger',
    plant(history) {
      const shown = find(history, (entry) => entry.op === 'deliver');
      history.push({ ...shown, process: 'stranger/1', user: 'stranger', sequence: 1000 });
    },
  },
  {
    name: 'a stranger learns that a conversation exists by another code',
    rule: 'stranger',
    plant: (history) => void (find(history, (entry) => entry.user === 'stranger' && entry.type === 'fail').code = 4002),
  },
  {
    name: 'a message is never acknowledged',
    rule: 'never acknowledged',
    plant(history) {
      const queued = find(history, (entry) => entry.op === 'queue');
      history.push({ ...queued, id: 'id-forgotten', sequence: 1001 });
    },
  },
  {
    name: 'a call gets no answer at all',
    rule: 'no answer',
    plant(history) {
      const answer = find(history, (entry) => entry.op === 'read' && entry.type === 'ok');
      history.splice(history.indexOf(answer), 1);
    },
  },
  {
    name: 'one front tells less than the log at the end',
    rule: 'read back',
    plant(history) {
      const page = find(history, (entry) => entry.op === 'history' && entry.front === 'front-1' && entry.conversation === conversation);
      page.messages = page.messages!.slice(1);
    },
  },
  {
    name: 'a client does not catch up',
    rule: 'not converged',
    plant: (history) => void (find(history, (entry) => entry.op === 'held').change! -= 1),
  },
  {
    name: 'a watcher shows a store that is gone',
    rule: 'presence',
    plant: (history) => void (find(history, (entry) => entry.op === 'presence' && entry.type === 'ok').status = 'online'),
  },
  {
    name: 'an order is closed before its time',
    rule: 'deadline early',
    plant(history) {
      const order = find(history, (entry) => entry.op === 'order' && entry.final === true);
      order.steps = order.steps!.map((step) => (step.side === 'system' ? { ...step, at: step.due! - 1 } : step));
    },
  },
  {
    name: 'a transition is told twice',
    rule: 'notice',
    plant(history) {
      const log = find(history, (entry) => entry.op === 'log' && entry.conversation === 'bob~shop');
      log.messages = log.messages!.map((line) => (line.notice === 'o1/2' ? { ...line, notice: 'o1/1' } : line));
    },
  },
  {
    name: 'an acknowledged order is lost',
    rule: 'order lost',
    plant: (history) => void (find(history, (entry) => entry.op === 'order' && entry.final === true).order = 'o2'),
  },
  {
    name: 'a message is stored though every attempt was refused',
    rule: 'refused, yet stored',
    plant(history) {
      const { id } = find(history, sentOk);
      for (const entry of history) if (entry.op === 'send' && entry.id === id && entry.type !== 'invoke') Object.assign(entry, { type: 'fail', code: 3011 });
    },
  },
  {
    name: 'the log changes its name',
    rule: 'epoch',
    plant: (history) => void (history.at(-1)!.epoch = 'e2'),
  },
];

describe('A clean history', () => {
  test.each(seeds)('passes (seed %i)', (seed) => {
    expect(check(cleanHistory(seed), demand)).toEqual([]);
  });

  test('passes in whatever order its lines are read, and from its text', () => {
    const text = [...cleanHistory(1)].reverse().map((entry) => JSON.stringify(entry)).join('\n');
    expect(check(parseHistory(`${text}\n`), demand)).toEqual([]);
  });
});

test('A list may show a stored mark an instant before the conversation does, and no longer once it was acknowledged', () => {
  const ahead = (told: 'unread' | 'history') => {
    const base = { process: 'sam/1', user: 'sam', conversation } as const;
    const marks = (read: number) => [{ member: 's:shop', delivered: read, read }];
    const history: Entry[] = [
      { ...base, sequence: 1, time: 1, type: 'invoke', op: told },
      { ...base, sequence: 2, time: 2, type: 'ok', op: 'unread', call: 1, head: 1, unread: 0, marks: marks(1) },
      { ...base, sequence: 3, time: 3, type: 'invoke', op: 'history' },
      { ...base, sequence: 4, time: 4, type: 'ok', op: 'unread', call: 3, head: 1, unread: 1, marks: marks(0) },
    ];
    return check(history, demand).map((finding) => finding.rule);
  };
  expect(ahead('unread')).not.toContain('watermark fell');
  expect(ahead('history')).toContain('watermark fell');
});

describe('A planted fault is found', () => {
  test.each(mutations)('$name', ({ rule, plant }) => {
    for (const seed of seeds) {
      const history = cleanHistory(seed);
      plant(history);
      const findings = check(history as Entry[], demand);
      expect(findings.map((finding) => finding.rule)).toContain(rule);
      for (const { text } of findings) expect(text).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});

describe('A run that proves nothing is refused', () => {
  const refused = (plant: (history: Draft[]) => Draft[]): string[] => check(plant(cleanHistory(1)), demand).map((finding) => finding.rule);

  test('when nothing happened at all', () => expect(refused(() => [])).toContain('vacuous'));

  test('when a fault was never put in', () =>
    expect(refused((history) => history.filter((entry) => entry.fault !== 'silo-kill'))).toContain('vacuous'));

  test('when a fault was never healed', () =>
    expect(refused((history) => history.filter((entry) => entry.fault !== 'silo-kill' || entry.type !== 'ok'))).toContain('vacuous'));

  test('when no stranger tried', () =>
    expect(refused((history) => history.filter((entry) => entry.user !== 'stranger'))).toContain('vacuous'));

  test('when nothing was repeated', () =>
    expect(refused((history) => history.filter((entry) => entry.duplicate !== true))).toContain('vacuous'));

  test('when what had to be seen was not seen', () =>
    expect(check(cleanHistory(1), { ...demand, seen: { 'silo-stop': 1 } }).map((finding) => finding.rule)).toContain('vacuous'));

  test('when the database was not read', () =>
    expect(refused((history) => history.filter((entry) => entry.op !== 'log'))).toContain('vacuous'));
});

describe('A flood', () => {
  const wanted = { ...demand, flood: { perSecond: 50, refused: 90, closed: 2 } };
  const rulesOf = (history: readonly Draft[]) => check(history as Entry[], wanted).map((finding) => finding.rule);

  test('that is refused and cut passes', () => expect(rulesOf(flooded(5))).toEqual([]));

  test('that sent too little at a time proves nothing', () => expect(rulesOf(flooded(50))).toContain('vacuous'));

  test('that was never refused proves nothing', () => expect(rulesOf(flooded(5).filter((entry) => entry.code !== 3011))).toContain('vacuous'));

  test('that was never cut is a violation', () => expect(rulesOf(flooded(5).filter((entry) => entry.code !== 9006))).toContain('vacuous'));

  test('of which a refused message is stored is found', () => {
    const history = flooded(5);
    const refused = find(history, (entry) => entry.code === 3011);
    everywhere(history, (lines) => [...lines, { ...lines.at(-1)!, seq: lines.length + 1, change: lines.length + 1, id: refused.id!, sender: 'u:ann', hash: refused.hash! }]);
    expect(rulesOf(history)).toContain('refused, yet stored');
  });
});

test('Busy that never came proves nothing', () =>
  expect(check(cleanHistory(1), { ...demand, busy: 1 }).map((finding) => finding.rule)).toContain('vacuous'));

test('Many findings of one kind are told in a bounded number of lines', () => {
  const history = cleanHistory(1);
  everywhere(history, () => []);
  expect(check(history, demand).filter((finding) => finding.rule === 'lost').length).toBeLessThanOrEqual(21);
});
