// What happened in a run, one line of JSON for each thing that a client asked, was answered, or was told. The checker sees
// nothing else: what the database holds at the end stands in the history too, read by SQL (`log`, `row`).
import { createHash } from 'node:crypto';

export type Op =
  /** A link that said hello (`ok`), or lost it (`info`). */
  | 'connect'
  /** A person pressed Send: the message is in the outbox. */
  | 'queue'
  /** One attempt to send, as the wire saw it; deliberate repeats too. */
  | 'send'
  /** The SDK put a message into what it shows. */
  | 'deliver'
  /** One answer of `resume`. */
  | 'resume'
  | 'history'
  /** Watermarks moved by `mark`. */
  | 'read'
  /** A summary, in whichever answer it came: head, watermarks and unread at one instant. */
  | 'unread'
  /** Placing or paying an order, and how it stands at the end. */
  | 'order'
  /** What a watcher was told of a store (`ok`), and what the driver made true (`invoke`). */
  | 'presence'
  /** What an SDK client shows at the end. */
  | 'held'
  /** Messages of a conversation, by SQL. */
  | 'log'
  /** The row of a conversation, by SQL. */
  | 'row'
  /** A fault begins (`invoke`) and is healed (`ok`); `info` is something seen of it. */
  | 'fault';

/** `info`: nobody knows whether it happened. A call that timed out is never `fail`. */
export type Outcome = 'invoke' | 'ok' | 'fail' | 'info';

export interface Line {
  readonly seq: number;
  readonly change: number;
  readonly id: string;
  readonly sender: string;
  /** Of the body. */
  readonly hash: string;
  /** Only messages of kind `system`: order and version that the notice tells. */
  readonly notice?: string;
}

export interface Entry {
  /** One client at one device, `driver` or `sql`. */
  readonly process: string;
  /** Gapless from 1 in each process. */
  readonly sequence: number;
  /** Milliseconds of the machine's monotonic clock, the same in all processes. */
  readonly time: number;
  readonly type: Outcome;
  readonly op: Op;
  readonly user?: string;
  readonly device?: string;
  readonly epoch?: string;
  /** `sequence` of the invocation that this is the outcome of. */
  readonly call?: number;
  readonly conversation?: string;
  /** Client message id. */
  readonly id?: string;
  readonly seq?: number;
  readonly change?: number;
  readonly sender?: string;
  readonly hash?: string;
  readonly duplicate?: boolean;
  readonly code?: number;
  readonly stores?: readonly string[];
  readonly state?: string;
  readonly messages?: readonly Line[];
  /** This read belongs to the reading back at the end. */
  readonly final?: boolean;
  readonly front?: string;
  readonly member?: string;
  readonly head?: number;
  readonly delivered?: number;
  readonly read?: number;
  readonly unread?: number;
  readonly marks?: readonly Marks[];
  readonly store?: string;
  readonly status?: string;
  readonly withinMs?: number;
  readonly order?: string;
  readonly version?: number;
  readonly steps?: readonly Step[];
  readonly fault?: string;
  readonly target?: string;
  /** With a restart: the process before it, and the one after. */
  readonly pid?: number;
  /** With a process that ended: how long after it was told to. Its exit code is `code`, -1 for a signal. */
  readonly tookMs?: number;
  /** With a fault: nothing can be stored until it is healed. */
  readonly down?: boolean;
}

export interface Marks {
  readonly member: string;
  readonly delivered: number;
  readonly read: number;
  /** Only in rows: what is stored as unread. */
  readonly unread?: number;
}

export interface Step {
  readonly version: number;
  readonly side: string;
  readonly status: string;
  /** Milliseconds since 1970, of the server. */
  readonly at: number;
  /** When the status that this step ended was to end by itself; absent where a person ended it. */
  readonly due?: number;
}

export const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex').slice(0, 16);

/** Who somebody speaks as in a conversation; null for a stranger. */
export function memberOf(conversation: string, user: string, stores: readonly string[]): string | null {
  const at = conversation.indexOf('~');
  const store = conversation.slice(at + 1);
  return conversation.slice(0, at) === user ? `u:${user}` : stores.includes(store) ? `s:${store}` : null;
}

export const membersOf = (conversation: string): readonly [string, string] => {
  const at = conversation.indexOf('~');
  return [`u:${conversation.slice(0, at)}`, `s:${conversation.slice(at + 1)}`];
};

export const parseHistory = (text: string): Entry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
