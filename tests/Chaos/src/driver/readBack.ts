// At the end: everything again, by SQL and through every front, into the same history.
import type { Heard } from '../clients/plan';
import type { HistoryFile } from '../clients/recorder';
import { Recorder } from '../clients/recorder';
import { recordingTransport } from '../clients/recordingTransport';
import type { HubLink } from '../clients/sdk';
import { groupBy } from '../checker/facts';
import type { Entry, Line, Marks, Step } from '../history';
import { hashOf } from '../history';
import { shops } from './crew';
import type { Issuer } from './issuer';
import type { Database } from './postgres';

const pageSize = 100;

export async function readSql(file: HistoryFile, database: Database): Promise<void> {
  const recorder = new Recorder(file, 'sql');
  const json = async <T>(sql: string): Promise<T[]> => (await database.query(sql)).split('\n').filter(Boolean).map((line) => JSON.parse(line) as T);
  const logs = new Map<string, Line[]>();
  for (const { conversation, notice, body, hash, ...line } of await json<Line & { conversation: string; body?: string }>(database.messagesSql)) {
    const log = logs.get(conversation) ?? [];
    log.push({ ...line, hash: body === undefined ? hash : hashOf(body), ...(notice ? { notice } : {}) });
    logs.set(conversation, log);
  }
  for (const [conversation, messages] of logs) recorder.add('log', 'ok', { conversation, messages });
  for (const row of await json<{ conversation: string; head: number; change: number; marks: Marks[] }>(database.rowsSql)) recorder.add('row', 'ok', row);
}

/** Each conversation whole through each front: by its buyer through one, by an agent through the next. */
export async function readFronts(file: HistoryFile, issuer: Issuer, urls: readonly string[], conversations: readonly string[]): Promise<void> {
  for (const [at, url] of urls.entries()) {
    const groups = groupBy(conversations, (id) => (at % 2 === 0 ? id.slice(0, id.indexOf('~')) : agentOf(id)));
    const readers = [...groups];
    // A few at a time: this is reading back, not a load test.
    await Promise.all([0, 1, 2, 3].map(async (lane) => {
      for (let i = lane; i < readers.length; i += 4) await readAs(file, issuer, url, readers[i]![0], readers[i]![1]);
    }));
  }
}

const agentOf = (conversation: string): string => shops.find(([store]) => conversation.endsWith(`~${store}`))![1]!;

async function readAs(file: HistoryFile, issuer: Issuer, url: string, user: string, conversations: readonly string[]): Promise<void> {
  const front = new URL(url).port;
  const recorder = new FinalRecorder(file, `reader-${front}-${user}`, user);
  const link = await recordingTransport(recorder, () => 'no').connect(`${url}/hub`, issuer.token(user), { events: () => undefined, closed: () => undefined });
  await link.invoke('hello', { protocol: 1, device: crypto.randomUUID(), active: false });
  for (const conversation of conversations) await readWhole(link, conversation);
  await link.invoke('resume', { positions: conversations.slice(0, 100).map((conversation) => ({ conversation, change: 0 })) });
  await link.close();
}

async function readWhole(link: HubLink, conversation: string): Promise<void> {
  for (let before: number | undefined; ; ) {
    const reply = (await link.invoke('history', { conversation, limit: pageSize, ...(before === undefined ? {} : { before }) })) as {
      ok: boolean;
      messages: { seq: number }[];
      hasMore: boolean;
    };
    if (!reply.ok || !reply.hasMore) return;
    before = reply.messages[0]!.seq;
  }
}

/** Marks what it writes as read at the end. */
class FinalRecorder extends Recorder {
  override add(op: Entry['op'], type: Entry['type'], detail: Omit<Entry, 'process' | 'sequence' | 'time' | 'type' | 'op'> = {}): number {
    return super.add(op, type, { ...detail, final: true });
  }
}

interface OrderWire {
  readonly version: number;
  readonly steps: readonly { version: number; side: string; status: string; at: number }[];
  readonly terms: { readonly paymentWithin: number; readonly paymentCheck: number };
}

/** How long each status lasts by itself, by the terms that the order was promised. */
const termOf: Readonly<Record<string, keyof OrderWire['terms']>> = { awaitingPayment: 'paymentWithin', paymentCheck: 'paymentCheck' };

export async function readOrders(file: HistoryFile, url: string, orders: NonNullable<Heard['orders']>): Promise<void> {
  const recorder = new Recorder(file, 'orders-reader');
  for (const { order, token } of orders) {
    const call = recorder.add('order', 'invoke', { order });
    const response = await fetch(`${url}/api/orders/${order}`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) {
      recorder.add('order', 'fail', { call, order, code: response.status });
      continue;
    }
    const { version, steps, terms } = (await response.json()) as OrderWire;
    const told = steps.map(({ version: number, side, status, at }, i): Step => {
      const term = i > 0 ? termOf[steps[i - 1]!.status] : undefined;
      return { version: number, side, status, at, ...(term === undefined ? {} : { due: steps[i - 1]!.at + terms[term] }) };
    });
    recorder.add('order', 'ok', { call, order, version, steps: told, final: true });
  }
}
