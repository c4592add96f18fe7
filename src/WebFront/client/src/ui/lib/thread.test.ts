import { describe, expect, it } from 'vitest';
import type { Message } from '../../sdk/protocol';
import type { TimelineEntry } from '../../sdk/selectors';
import { countNew, groupGapMs, lastOwnSeq, threadRows } from './thread';

const me = 'u:ann';
const other = 's:shop';
const noon = new Date(2026, 4, 10, 12).getTime();

function said(seq: number, sender: string, sentAt: number, more: Partial<Message> = {}): TimelineEntry {
  const message: Message = {
    seq,
    change: seq,
    id: `id-${seq}`,
    sender: sender as Message['sender'],
    by: sender.slice(2),
    kind: 'text',
    body: `message ${seq}`,
    sentAt,
    ...more,
  };
  return { key: `${sender}/id-${seq}`, message, pending: null };
}

function waiting(id: string, createdAt: number): TimelineEntry {
  return {
    key: `${me}/${id}`,
    message: null,
    pending: { id, conversation: 'ann~shop', body: 'x', product: null, card: null, createdAt, status: 'queued', error: null },
  };
}

/** The rows as short words: "day", "new", and for each message its key end, f(irst) and l(ast). */
const shape = (entries: TimelineEntry[], newAfter = 0) =>
  threadRows(entries, me, newAfter).map((row) =>
    row.kind === 'entry' ? `${row.key.split('/')[1]}${row.first ? ' f' : ''}${row.last ? ' l' : ''}` : row.kind,
  );

describe('threadRows', () => {
  it('groups neighbours of one sender and starts a group for another', () => {
    const entries = [said(1, other, noon), said(2, other, noon + 1000), said(3, me, noon + 2000)];
    expect(shape(entries)).toEqual(['day', 'id-1 f', 'id-2 l', 'id-3 f l']);
  });

  it('ends a group after a pause', () => {
    expect(shape([said(1, me, noon), said(2, me, noon + groupGapMs)])).toEqual(['day', 'id-1 f l', 'id-2 f l']);
  });

  it('tells agents of one store apart', () => {
    const entries = [said(1, other, noon, { by: 'li' }), said(2, other, noon + 1, { by: 'wang' })];
    expect(shape(entries)).toEqual(['day', 'id-1 f l', 'id-2 f l']);
  });

  it('puts one separator before each local day', () => {
    const late = new Date(2026, 4, 10, 23, 59, 59).getTime();
    const entries = [said(1, me, late), said(2, me, late + 1000), said(3, me, late + 2000)];
    expect(shape(entries)).toEqual(['day', 'id-1 f l', 'day', 'id-2 f', 'id-3 l']);
  });

  it('puts the new line before the first unread message of somebody else', () => {
    const entries = [said(1, other, noon), said(2, me, noon + 1), said(3, other, noon + 2), said(4, other, noon + 3)];
    expect(shape(entries, 1)).toEqual(['day', 'id-1 f l', 'id-2 f l', 'new', 'id-3 f', 'id-4 l']);
    expect(shape(entries, 0)).not.toContain('new');
    expect(shape(entries, 4)).not.toContain('new');
  });

  it('lets a system message stand alone', () => {
    const entries = [said(1, other, noon), said(2, other, noon + 1, { kind: 'system' }), said(3, other, noon + 2)];
    expect(shape(entries)).toEqual(['day', 'id-1 f l', 'id-2 f l', 'id-3 f l']);
  });

  it('joins a waiting message to my last one', () => {
    expect(shape([said(1, me, noon), waiting('w', noon + 1000)])).toEqual(['day', 'id-1 f', 'w l']);
  });
});

describe('positions', () => {
  const entries = [said(1, me, noon), said(2, other, noon), said(3, other, noon), waiting('w', noon)];

  it('finds my last stored message', () => {
    expect(lastOwnSeq(entries, me)).toBe(1);
    expect(lastOwnSeq([], me)).toBe(0);
  });

  it('counts messages of others after a position', () => {
    expect(countNew(entries, me, 0)).toBe(2);
    expect(countNew(entries, me, 2)).toBe(1);
    expect(countNew(entries, me, 3)).toBe(0);
  });
});
