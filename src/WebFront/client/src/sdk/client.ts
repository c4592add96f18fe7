import { checkBody } from './body';
import type { ChatClient, ClientOptions } from './clientTypes';
import { createConnection } from './connection';
import { createTasks } from './core';
import type { Core } from './core';
import { systemClock } from './env';
import { localError } from './errors';
import { Limits } from './limits';
import { createMarks } from './marks';
import { createOutbox } from './outbox';
import { protocolVersion } from './protocol';
import type { ConversationId, MessageId, Product, Result, ServerEvent } from './protocol';
import { reduce } from './reduce';
import type { ChatEvent } from './reduce';
import { signalrTransport } from './signalrTransport';
import { initialState } from './state';
import type { ChatState, ConnectionStatus, OutboxItem } from './state';
import { browserStorage } from './storage';
import type { KeyValueStorage } from './storage';
import { createSync } from './sync';
import { isUuid, uuid7 } from './uuid';
import { createWatches } from './watches';
import { onNetworkChange, networkUp } from './network';

export function createClient(options: ClientOptions): ChatClient {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const storage = options.storage ?? browserStorage();
  const listeners = new Set<() => void>();
  const lastTyping = new Map<ConversationId, number>();
  let state: ChatState = initialState;
  let flushing = false;
  let active = true;
  let waiters: (() => boolean)[] = [];
  let cancelTick = () => {};
  let stopListening = () => {};

  const dispatch = (event: ChatEvent) => {
    const next = reduce(state, event);
    if (next !== state) {
      state = next;
      flush();
    }
  };

  /** What follows from a new state, once for all changes made in one go. */
  const flush = () => {
    if (flushing) {
      return;
    }
    flushing = true;
    queueMicrotask(() => {
      flushing = false;
      outbox.settle();
      marks.confirm();
      sync.pursue();
      waiters = waiters.filter((waiting) => !waiting());
      listeners.forEach((listener) => listener());
    });
  };

  const connection = createConnection({
    urls: options.urls ?? ['/hub'],
    transport: options.transport ?? signalrTransport,
    clock,
    random,
    token: options.token,
    renewToken: options.renewToken ?? null,
    networkUp,
    hello: () => ({ protocol: protocolVersion, device: deviceId(storage, clock.now()), active, probe: true, positions: sync.positions() }),
    onHello: (reply) => {
      // Answers about another log, or for somebody else, say nothing about what is held.
      const same = state.epoch === reply.epoch && state.user?.id === reply.user.id;
      dispatch({ t: 'hello', reply, now: clock.now() });
      sync.greeted(same ? (reply.resumed ?? []) : []);
    },
    onStatus: (status) => onStatus(status),
    onEvents: (events, damaged) => onEvents(events, damaged),
  });

  const core: Core = { clock, random, state: () => state, dispatch, call: connection.call };
  const tasks = createTasks(clock, random, () => {
    sync.pursue();
    watches.check();
  });
  const marks = createMarks(core);
  const watches = createWatches(core, tasks);
  const outbox = createOutbox({
    ...core,
    storage,
    account: options.account ?? '',
    send: ({ conversation, id, body, product }) =>
      connection.call('send', { conversation, id, body, ...(product === null ? {} : { product }) }),
  });
  const sync = createSync(core, tasks, marks.pending, () => outbox.pump(true));

  const onStatus = (status: ConnectionStatus) => {
    if (status.name === 'signedOut') {
      outbox.stop(); // First, so that what waits is kept for the next sign-in of this account.
      stopListening();
      dispatch({ t: 'signedOut', code: status.code });
      return;
    }
    dispatch({ t: 'connection', status });
    if (status.name === 'online') {
      sync.restart();
      watches.refresh();
      marks.refresh();
    } else {
      sync.stop();
      lastTyping.clear();
    }
  };

  const onEvents = (events: readonly ServerEvent[], damaged: boolean) => {
    dispatch({ t: 'events', list: events, now: clock.now() });
    if (damaged || events.some((event) => event.t === 'resync')) {
      sync.restart();
    }
    if (events.some((event) => event.t === 'presence')) {
      watches.heard();
    }
    if (events.some((event) => event.t === 'typing')) {
      scheduleTick();
    }
  };

  const scheduleTick = () => {
    cancelTick();
    if (state.typing.length > 0) {
      const next = Math.min(...state.typing.map((typing) => typing.until));
      cancelTick = clock.after(Math.max(0, next - clock.now()), () => {
        dispatch({ t: 'tick', now: clock.now() });
        scheduleTick();
      });
    }
  };

  /** Resolves when the window of a conversation is there, or is known not to come. */
  const opened = (id: ConversationId): Promise<Result<object>> =>
    new Promise((resolve) => {
      const settle = (): boolean => {
        const held = state.conversations.get(id);
        if (held?.window === 'loading' && state.connection.name === 'online') {
          return false;
        }
        const error = held?.error ?? localError('unavailable', 'There is no connection.');
        resolve(held?.window === 'ready' ? { ok: true } : { ok: false, error });
        return true;
      };
      if (!settle()) {
        waiters.push(settle);
      }
    });

  const queue = (conversation: ConversationId, body: string, product: Product | undefined): Result<{ id: MessageId }> => {
    const error = checkBody(body, state.limits.bodyCodePointsMax);
    if (error) {
      return { ok: false, error };
    }
    if (state.outbox.length >= Limits.outboxItemsMax) {
      return { ok: false, error: localError('busy', 'Too many messages wait to be sent.', Limits.outboxItemsMax) };
    }
    // Strictly rising, also within one millisecond: a restart sorts by it.
    const createdAt = state.outbox.reduce((newest, item) => Math.max(newest, item.createdAt + 1), clock.now());
    const item: OutboxItem = {
      id: uuid7(createdAt),
      conversation,
      body,
      product: product?.id ?? null,
      card: product ?? null,
      createdAt,
      status: 'queued',
      error: null,
    };
    outbox.add(item);
    return { ok: true, id: item.id };
  };

  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      const { name } = state.connection;
      if (name === 'idle' || name === 'signedOut') {
        outbox.restore();
        stopListening();
        stopListening = onNetworkChange({ up: connection.wake, down: connection.suspend });
      }
      connection.start();
    },
    async stop() {
      stopListening();
      outbox.stop();
      sync.stop();
      marks.stop();
      watches.stop();
      cancelTick();
      await connection.stop();
    },
    async contact(store, product) {
      const reply = await connection.call('contact', product === undefined ? { store } : { store, product });
      if (!reply.ok) {
        return reply;
      }
      dispatch({ t: 'summary', summary: reply.conversation });
      return { ok: true, id: reply.conversation.conversation };
    },
    open(conversation) {
      dispatch({ t: 'opening', conversation });
      return opened(conversation);
    },
    close: (conversation) => dispatch({ t: 'closed', conversation }),
    send: queue,
    retry: outbox.retry,
    discard: outbox.discard,
    async loadOlder(conversation) {
      const held = state.conversations.get(conversation);
      const before = held?.messages[0]?.seq;
      if (!held || held.window !== 'ready' || !held.hasMore || held.loadingOlder || before === undefined) {
        return { ok: true };
      }
      if (held.paged >= Limits.pagedMessagesMax) {
        return { ok: false, error: localError('too_many', 'No more messages fit here.', Limits.pagedMessagesMax) };
      }
      dispatch({ t: 'loadingOlder', conversation });
      const reply = await connection.call('history', { conversation, before, limit: Limits.historyPage });
      dispatch(reply.ok ? { t: 'older', conversation, reply } : { t: 'olderFailed', conversation, error: reply.error });
      return reply;
    },
    markRead: marks.read,
    typing(conversation) {
      const now = clock.now();
      const last = lastTyping.get(conversation);
      if (state.connection.name === 'online' && (last === undefined || now - last >= state.limits.typingEveryMs)) {
        lastTyping.set(conversation, now);
        void connection.call('typing', { conversation });
      }
    },
    async loadInbox(query) {
      return sync.loadInbox(query, false);
    },
    async loadMoreInbox(query) {
      return sync.loadInbox(query, true);
    },
    watch: watches.add,
    setActive(next) {
      if (next !== active) {
        active = next;
        void connection.call('activity', { active });
      }
    },
    async setDuty(store, onDuty) {
      const reply = await connection.call('duty', { store, onDuty });
      if (reply.ok) {
        const stores = state.stores.map((mine) => (mine.id === store ? { ...mine, onDuty } : mine));
        onEvents([{ t: 'stores', stores }, { t: 'presence', stores: [reply.presence] }], false);
      }
      return reply;
    },
  };
}

/** Names this device to the server, so that its connections can be told from those of other devices. */
function deviceId(storage: KeyValueStorage, now: number): string {
  const key = 'chat.device';
  const known = storage.get(key);
  if (isUuid(known)) {
    return known;
  }
  const made = uuid7(now);
  storage.set(key, made);
  return made;
}
