// The wire, written down: every call with its outcome, every summary and presence that came with an answer or a push.
import type { Line, Op } from '../history';
import { hashOf } from '../history';
import type { Detail, Recorder } from './recorder';
import type { HelloReply, HubLink, HubTransport, Message, Presence, ResumeAnswer, Summary } from './sdk';
import { signalrTransport } from './sdk';

/** As long as the SDK waits. What comes later is nobody's answer any more. */
const callTimeoutMs = 15_000;
/** Refusals that tell for certain that nothing was done, though the same call may succeed later. */
const surelyRefused: readonly number[] = [1007, 3011];

interface WireError {
  readonly code: number;
  readonly temporary: boolean;
}
type Reply = { readonly ok: true } & Record<string, unknown>;
type Answer = { readonly reply: Reply } | { readonly code: number; readonly sure: boolean };

const ops: Readonly<Record<string, Op>> = { send: 'send', history: 'history', resume: 'resume', mark: 'read', inbox: 'unread' };

/** `repeat` decides, send by send, whether to deliberately send the same again. */
export function recordingTransport(recorder: Recorder, repeat: () => 'no' | 'at once' | 'after the answer'): HubTransport {
  return {
    async connect(url, token, handlers) {
      const front = new URL(url).port;
      const call = recorder.add('connect', 'invoke', { front });
      let inner: HubLink;
      try {
        inner = await signalrTransport.connect(url, token, {
          events(list) {
            recordEvents(recorder, list);
            handlers.events(list);
          },
          closed() {
            recorder.add('connect', 'info', { front, state: 'closed' });
            handlers.closed();
          },
        });
      } catch (cause) {
        recorder.add('connect', 'fail', { front, call });
        throw cause;
      }
      return recorded(recorder, inner, call, front, repeat);
    },
  };
}

function recorded(recorder: Recorder, inner: HubLink, connected: number, front: string, repeat: () => string): HubLink {
  const once = async (method: string, argument: object): Promise<unknown> => {
    const op = ops[method];
    if (method === 'hello') return hello(recorder, inner, argument, connected, front);
    if (!op) {
      const value = await inner.invoke(method, argument);
      recordOther(recorder, method, value, connected, front);
      return value;
    }
    const asked = argument as { conversation?: string; id?: string; body?: string; read?: number; delivered?: number };
    const detail: Detail = {
      ...(asked.conversation === undefined ? {} : { conversation: asked.conversation }),
      ...(method === 'send' ? { id: asked.id!, hash: hashOf(asked.body!) } : {}),
      front,
    };
    const call = recorder.add(op, 'invoke', detail);
    return settle(recorder, op, call, detail, inner.invoke(method, argument));
  };
  return {
    close: () => inner.close(),
    async invoke(method, argument) {
      const again = method === 'send' ? repeat() : 'no';
      const first = once(method, argument);
      if (again === 'at once') void once(method, argument).catch(() => undefined);
      const value = await first;
      if (again === 'after the answer') void once(method, argument).catch(() => undefined);
      return value;
    },
  };
}

/** Who holds something is told with the welcome what they missed. */
async function hello(recorder: Recorder, inner: HubLink, argument: object, connected: number, front: string): Promise<unknown> {
  const { positions } = argument as { positions?: readonly unknown[] };
  const call = positions?.length ? recorder.add('resume', 'invoke', { front }) : null;
  const missed = (reply: Reply | null) => {
    if (call === null) return;
    if (reply?.['resumed']) recordReply(recorder, 'resume', call, { front }, { ok: true, conversations: reply['resumed'] });
    else recorder.add('resume', 'info', { front, call, code: 1006 });
  };
  try {
    const value = await inner.invoke('hello', argument);
    recordOther(recorder, 'hello', value, connected, front);
    missed((value as Reply).ok ? (value as Reply) : null);
    return value;
  } catch (cause) {
    missed(null);
    throw cause;
  }
}

async function settle(recorder: Recorder, op: Op, call: number, detail: Detail, sent: Promise<unknown>): Promise<unknown> {
  let told = false;
  const tell = (answer: Answer) => {
    if (told) return;
    told = true;
    if ('reply' in answer) recordReply(recorder, op, call, detail, answer.reply);
    else recorder.add(op, answer.sure ? 'fail' : 'info', { ...detail, call, code: answer.code });
  };
  const timer = setTimeout(() => tell({ code: 1006, sure: false }), callTimeoutMs);
  try {
    const value = await sent;
    tell(answerOf(value));
    return value;
  } catch (cause) {
    tell({ code: 1006, sure: false });
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

function answerOf(value: unknown): Answer {
  const reply = value as Reply | { readonly ok: false; readonly error: WireError };
  if (reply.ok) return { reply };
  const error = (reply as { error: WireError }).error;
  return { code: error.code, sure: !error.temporary || surelyRefused.includes(error.code) };
}

function recordReply(recorder: Recorder, op: Op, call: number, detail: Detail, reply: Reply): void {
  switch (op) {
    case 'send':
      recorder.add(op, 'ok', { ...detail, call, seq: reply['seq'] as number, change: reply['change'] as number, duplicate: reply['duplicate'] as boolean });
      break;
    case 'history':
      recordSummary(recorder, call, reply['conversation'] as Summary);
      recorder.add(op, 'ok', { ...detail, call, messages: (reply['messages'] as Message[]).map(lineOf) });
      break;
    case 'resume': {
      const answers = reply['conversations'] as ResumeAnswer[];
      if (answers.length === 0) recorder.add(op, 'ok', { call, state: 'nothing held' });
      for (const answer of answers) {
        if (answer.state !== 'gone') recordSummary(recorder, call, answer.summary);
        recorder.add(op, 'ok', { ...detail, call, conversation: answer.conversation, state: answer.state });
      }
      break;
    }
    case 'read':
      recorder.add(op, 'ok', { ...detail, call, delivered: reply['delivered'] as number, read: reply['read'] as number });
      break;
    default:
      (reply['conversations'] as Summary[]).forEach((summary) => recordSummary(recorder, call, summary));
  }
}

function recordOther(recorder: Recorder, method: string, value: unknown, connected: number, front: string): void {
  const reply = value as Reply;
  if (!reply?.ok) return;
  if (method === 'hello') {
    const hello = reply as unknown as HelloReply;
    recorder.epoch = hello.epoch;
    recorder.add('connect', 'ok', { call: connected, front, stores: hello.stores.map((store) => store.id) });
  } else if (method === 'watch') {
    recordPresence(recorder, reply['presence'] as Presence[]);
  }
}

function recordEvents(recorder: Recorder, list: unknown): void {
  for (const event of list as { t: string; stores?: Presence[]; code?: number }[]) {
    if (event.t === 'presence') recordPresence(recorder, event.stores!);
    else if (event.t === 'closing' || event.t === 'resync') recorder.add('connect', 'info', { state: event.t, ...(event.code === undefined ? {} : { code: event.code }) });
  }
}

function recordPresence(recorder: Recorder, stores: readonly Presence[]): void {
  for (const { store, status } of stores) recorder.add('presence', 'ok', { store, status });
}

function recordSummary(recorder: Recorder, call: number, summary: Summary): void {
  const { conversation, head, change, unread, receipts } = summary;
  recorder.add('unread', 'ok', { call, conversation, head, change, unread, marks: receipts.map(({ member, delivered, read }) => ({ member, delivered, read })) });
}

export const lineOf = (message: Message): Line => ({
  seq: message.seq,
  change: message.change,
  id: message.id,
  sender: message.sender,
  hash: hashOf(message.body),
  ...(message.notice ? { notice: `${message.notice.order.id}/${message.notice.order.version}` } : {}),
});
