import type { Clock, Random } from './env';
import { ErrorCode } from './errors';
import { Limits } from './limits';
import type { MessageId, Result, SendReply, WireError } from './protocol';
import type { ChatEvent } from './reduce';
import { retryDelayMs } from './retry';
import type { ChatState, OutboxItem } from './state';
import type { KeyValueStorage } from './storage';
import { isFields } from './decode';
import { isUuid } from './uuid';

export interface OutboxOptions {
  readonly storage: KeyValueStorage;
  readonly account: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly state: () => ChatState;
  readonly dispatch: (event: ChatEvent) => void;
  readonly send: (item: OutboxItem) => Promise<Result<SendReply>>;
}

export interface Outbox {
  /** Begins, with what an earlier run or another tab left unsent. */
  restore(): void;
  add(item: OutboxItem): void;
  /** Starts what can be started; `fresh` forgets earlier failures, after a reconnect. */
  pump(fresh?: boolean): void;
  retry(id: MessageId): void;
  discard(id: MessageId): string | null;
  /** Removes from storage what left the state, by whichever way it was confirmed. */
  settle(): void;
  stop(): void;
}

/**
 * Sends what was written, in order for each conversation and one at a time, with the same id until
 * an answer decides. Each message is stored under its own key, so that tabs do not overwrite each
 * other; when two tabs send the same message, the id makes the second a repeat.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { storage, clock, random, state, dispatch } = options;
  const prefix = `chat.outbox.${options.account}.`;
  const persisted = new Set<MessageId>();
  const busy = new Set<string>();
  const attempts = new Map<string, number>();
  const waits = new Map<string, () => void>();
  let stopped = true;
  let run = 0;

  const persist = (item: OutboxItem) => {
    storage.set(prefix + item.id, JSON.stringify(item));
    persisted.add(item.id);
  };

  const find = (id: MessageId) => state().outbox.find((item) => item.id === id);

  const wait = (item: OutboxItem, error: WireError) => {
    const attempt = attempts.get(item.conversation) ?? 0;
    attempts.set(item.conversation, attempt + 1);
    const out = error.code === ErrorCode.unavailable || error.code === ErrorCode.outcome_unknown;
    const delay = (error.retryAfterMs ?? 0) + retryDelayMs(attempt, random, out ? Limits.outageRetryCapMs : Limits.retryCapMs);
    const cancel = clock.after(delay, () => {
      waits.delete(item.conversation);
      busy.delete(item.conversation);
      pump();
    });
    waits.set(item.conversation, cancel);
  };

  const sendOne = async (item: OutboxItem) => {
    const mine = run;
    busy.add(item.conversation);
    dispatch({ t: 'outbox', id: item.id, status: 'sending', error: null });
    const reply = await options.send(item);
    if (stopped || mine !== run) {
      return;
    }
    if (reply.ok) {
      attempts.delete(item.conversation);
      dispatch({ t: 'sent', item, reply });
    } else if (mayRepeat(reply.error)) {
      dispatch({ t: 'outbox', id: item.id, status: 'queued', error: reply.error });
      wait(item, reply.error);
      return;
    } else {
      dispatch({ t: 'outbox', id: item.id, status: 'failed', error: reply.error });
      const failed = find(item.id);
      if (failed) {
        persist(failed);
      }
    }
    busy.delete(item.conversation);
    settle();
    pump();
  };

  const pump = (fresh = false) => {
    if (fresh) {
      waits.forEach((cancel, conversation) => {
        cancel();
        busy.delete(conversation);
      });
      waits.clear();
      attempts.clear();
    }
    for (const item of state().outbox) {
      if (stopped || state().connection.name !== 'online') {
        return;
      }
      if (item.status !== 'queued' || busy.has(item.conversation) || !find(item.id)) {
        continue;
      }
      if (storage.get(prefix + item.id) === null) {
        // Another tab has sent or discarded it in the meantime.
        persisted.delete(item.id);
        dispatch({ t: 'unqueued', id: item.id });
        continue;
      }
      void sendOne(item);
    }
  };

  const settle = () => {
    const waiting = new Set(state().outbox.map((item) => item.id));
    for (const id of persisted) {
      if (!waiting.has(id)) {
        persisted.delete(id);
        storage.remove(prefix + id);
      }
    }
  };

  return {
    restore() {
      stopped = false;
      run++;
      busy.clear();
      const items = storage.keys(prefix).flatMap((key) => readItem(storage.get(key)) ?? []);
      items.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
      items.forEach((item) => persisted.add(item.id));
      dispatch({ t: 'queued', items });
    },
    add(item) {
      persist(item);
      dispatch({ t: 'queued', items: [item] });
      pump();
    },
    pump,
    retry(id) {
      const item = find(id);
      if (item?.status === 'failed') {
        dispatch({ t: 'outbox', id, status: 'queued', error: null });
        persist({ ...item, status: 'queued', error: null });
        pump();
      }
    },
    discard(id) {
      const item = find(id);
      if (!item || item.status === 'sending') {
        return null;
      }
      dispatch({ t: 'unqueued', id });
      settle();
      return item.body;
    },
    settle,
    stop() {
      stopped = true;
      persisted.clear(); // What waits stays in storage for the next run.
      waits.forEach((cancel) => cancel());
      waits.clear();
    },
  };
}

/** Whether the same call may do better later; a lost session is the connection's affair, not the message's. */
function mayRepeat(error: WireError): boolean {
  const session: readonly number[] = [ErrorCode.unauthenticated, ErrorCode.session_revoked, ErrorCode.hello_first];
  return error.temporary || session.includes(error.code);
}

/** What was stored, if it is whole; a send that was cut off by the end of the page is simply sent again. */
function readItem(text: string | null): OutboxItem | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (!isFields(value) || !isUuid(value['id']) || typeof value['body'] !== 'string' || typeof value['conversation'] !== 'string') {
      return null;
    }
    const item = value as unknown as OutboxItem;
    return item.status === 'failed' ? item : { ...item, status: 'queued', error: null };
  } catch {
    return null;
  }
}
