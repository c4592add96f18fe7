// A truthful server and its clients in a few lines: what a clean history looks like, made from a seed.
import type { Entry, Line, Marks } from '../src/history';
import { hashOf } from '../src/history';
import { seeded } from '../src/random';
import type { Demand } from '../src/checker/faultChecks';

export type Draft = { -readonly [Key in keyof Entry]: Entry[Key] };

export const demand: Demand = {
  oks: { send: 40, deliver: 80, history: 2, read: 5, unread: 5, resume: 1 },
  faults: { 'silo-kill': 1, 'postgres-down': 1 },
  strangers: 2,
  repeats: 3,
};

export const conversations = ['ann~shop', 'bob~shop'] as const;

class Writer {
  readonly entries: Draft[] = [];
  time = 1000;
  private readonly sequences = new Map<string, number>();

  add(process: string, op: Entry['op'], type: Entry['type'], more: Partial<Entry> = {}): Draft {
    const sequence = (this.sequences.get(process) ?? 0) + 1;
    this.sequences.set(process, sequence);
    const user = process.replace(/\/.*/, '');
    const entry: Draft = { process, sequence, time: (this.time += 5), type, op, user, device: process, epoch: 'e1', ...more };
    this.entries.push(entry);
    return entry;
  }
}

export function cleanHistory(seed: number): Draft[] {
  const random = seeded(seed);
  const writer = new Writer();
  const logs = new Map<string, Line[]>(conversations.map((id) => [id, []]));
  const marks = new Map<string, Marks[]>(conversations.map((id) => [id, [none(`u:${id.slice(0, 3)}`), none('s:shop')]]));
  for (const [user, stores] of [['ann', []], ['bob', []], ['sam', ['shop']], ['stranger', []]] as const) {
    writer.add(`${user}/1`, 'connect', 'ok', { stores });
  }
  const kill = writer.add('driver', 'fault', 'invoke', { fault: 'silo-kill', target: 'silo-0' });
  for (let i = 0; i < 60; i++) {
    const conversation = conversations[i % 2]!;
    const log = logs.get(conversation)!;
    const own = marks.get(conversation)!;
    const me = random() < 0.7 ? 0 : 1;
    say(writer, conversation, log, me === 0 ? `${conversation.slice(0, 3)}/1` : 'sam/1', own[me]!.member, `text ${i}`, random);
    if (i % 5 === 0) mark(writer, conversation, 'sam/1', own, 1, log.length);
    if (i % 4 === 0) look(writer, conversation, 'sam/1', own, 1, log);
    if (i === 30) writer.add('driver', 'fault', 'ok', { fault: 'silo-kill', call: kill.sequence });
  }
  databaseFails(writer);
  for (const id of conversations) strangerTries(writer, id);
  for (const id of conversations) readBack(writer, id, logs.get(id)!, marks.get(id)!);
  return writer.entries;
}

/** The same, and 100 sends of a flood with so many milliseconds between two, all refused. */
export function flooded(everyMs: number): Draft[] {
  const history = cleanHistory(1);
  const start = history.at(-1)!.time;
  const flooder = { process: 'flooder-0', user: 'ann', device: 'flooder-0', epoch: 'e1' } as const;
  let sequence = 0;
  const add = (time: number, op: Entry['op'], type: Entry['type'], more: Partial<Entry>) => history.push({ ...flooder, sequence: ++sequence, time, op, type, ...more });
  for (let i = 0; i < 100; i++) {
    const what = { conversation: conversations[0], id: `flood-${i}`, hash: hashOf(`flood ${i}`) };
    add(start + i * everyMs, 'send', 'invoke', what);
    add(start + i * everyMs + 1, 'send', 'fail', { ...what, call: sequence, code: 3011 });
  }
  for (const _ of [1, 2]) add(start + 100 * everyMs, 'connect', 'info', { state: 'closing', code: 9006 });
  return history;
}

const none = (member: string): Marks => ({ member, delivered: 0, read: 0 });

function say(writer: Writer, conversation: string, log: Line[], process: string, sender: string, body: string, random: () => number): void {
  const id = `id-${conversation}-${log.length}`;
  const hash = hashOf(body);
  writer.add(process, 'queue', 'invoke', { conversation, id, hash });
  const seq = log.length + 1;
  for (let attempt = 0; attempt < (random() < 0.2 ? 2 : 1); attempt++) {
    const call = writer.add(process, 'send', 'invoke', { conversation, id, hash }).sequence;
    if (attempt === 0 && random() < 0.1) {
      writer.add(process, 'send', 'info', { conversation, id, call, code: 1006 });
      attempt--;
      continue;
    }
    writer.add(process, 'send', 'ok', { conversation, id, call, seq, change: seq, duplicate: attempt > 0 });
  }
  const line = { seq, change: seq, id, sender, hash };
  log.push(line);
  for (const reader of [`${conversation.slice(0, 3)}/1`, 'sam/1']) writer.add(reader, 'deliver', 'ok', { conversation, ...line });
}

function mark(writer: Writer, conversation: string, process: string, own: Marks[], me: number, read: number): void {
  const call = writer.add(process, 'read', 'invoke', { conversation, read }).sequence;
  own[me] = { member: own[me]!.member, delivered: read, read };
  writer.add(process, 'read', 'ok', { conversation, call, delivered: read, read });
}

function look(writer: Writer, conversation: string, process: string, own: readonly Marks[], me: number, log: readonly Line[], more: Partial<Entry> = {}): void {
  const { member, read } = own[me]!;
  const call = writer.add(process, 'history', 'invoke', { conversation }).sequence;
  const unread = log.filter((line) => line.seq > read && line.sender !== member).length;
  writer.add(process, 'unread', 'ok', { conversation, call, head: log.length, change: log.length, marks: [...own], unread });
  writer.add(process, 'history', 'ok', { conversation, call, messages: log.slice(0, 50), ...more });
}

function databaseFails(writer: Writer): void {
  const call = writer.add('driver', 'fault', 'invoke', { fault: 'postgres-down', down: true }).sequence;
  const resumed = writer.add('ann/1', 'resume', 'invoke', {}).sequence;
  writer.add('ann/1', 'resume', 'ok', { call: resumed, conversation: 'ann~shop', state: 'caught_up' });
  writer.add('driver', 'fault', 'ok', { fault: 'postgres-down', call });
  writer.add('driver', 'presence', 'invoke', { store: 'shop', status: 'offline', withinMs: 10 });
  writer.add('ann/1', 'presence', 'ok', { store: 'shop', status: 'offline' });
  const placed = writer.add('bob/1', 'order', 'invoke', { id: 'o1' }).sequence;
  writer.add('bob/1', 'order', 'ok', { call: placed, order: 'o1', version: 1 });
}

function strangerTries(writer: Writer, conversation: string): void {
  const call = writer.add('stranger/1', 'history', 'invoke', { conversation }).sequence;
  writer.add('stranger/1', 'history', 'fail', { conversation, call, code: 3001 });
  const resumed = writer.add('stranger/1', 'resume', 'invoke', {}).sequence;
  writer.add('stranger/1', 'resume', 'ok', { conversation, call: resumed, state: 'gone' });
}

function readBack(writer: Writer, conversation: string, log: Line[], own: Marks[]): void {
  if (conversation === 'bob~shop') {
    for (const version of [1, 2]) log.push({ ...line(log.length + 1), id: `notice-${version}`, sender: 'x:system', notice: `o1/${version}` });
    const steps = [{ version: 1, side: 'buyer', status: 'awaitingPayment', at: 1000 }, { version: 2, side: 'system', status: 'closed', at: 3050, due: 3000 }];
    const call = writer.add('bob/1', 'order', 'invoke', { id: 'o1' }).sequence;
    writer.add('bob/1', 'order', 'ok', { call, order: 'o1', version: 2, final: true, steps });
  }
  const unread = own.map(({ member, read }) => log.filter((held) => held.seq > read && held.sender !== member).length);
  writer.add('sql', 'log', 'ok', { conversation, messages: [...log] });
  writer.add('sql', 'row', 'ok', { conversation, head: log.length, change: log.length, marks: own.map((marks, i) => ({ ...marks, unread: unread[i]! })) });
  for (const front of ['front-0', 'front-1']) look(writer, conversation, 'sam/1', own, 1, log, { final: true, front });
  writer.add('sam/1', 'held', 'ok', { conversation, head: log.length, change: log.length, unread: unread[1]! });
}

const line = (seq: number): Line => ({ seq, change: seq, id: '', sender: '', hash: hashOf(`notice ${seq}`) });
