import { decodeEvents, isFields, isReplyTo } from './decode';
import type { Clock, Random } from './env';
import { ClosingCode, ErrorCode, localError, readError } from './errors';
import { Limits } from './limits';
import type { HelloReply, MethodName, Methods, Result, ServerEvent, WireError } from './protocol';
import { retryDelayMs } from './retry';
import type { ConnectionStatus } from './state';
import type { HubLink, HubTransport } from './transport';
import { ConnectError } from './transport';

export interface ConnectionOptions {
  readonly urls: readonly string[];
  readonly transport: HubTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly token: () => string | null;
  readonly renewToken: (() => Promise<string | null>) | null;
  /** What `hello` says, asked at each connect. */
  readonly hello: () => Methods['hello'][0];
  /** False when the device knows that it has no network. */
  readonly networkUp: () => boolean;
  readonly onStatus: (status: ConnectionStatus) => void;
  readonly onHello: (reply: HelloReply) => void;
  readonly onEvents: (events: readonly ServerEvent[], damaged: boolean) => void;
}

export interface Connection {
  start(): void;
  stop(): Promise<void>;
  /** Ends a wait: the network is back, or somebody looks at the page again. */
  wake(): void;
  /** Gives the link up when the device says that its network is gone. */
  suspend(): void;
  /** Never rejects: without a link it answers 1004, and 1006 when the link broke or nothing came in time. */
  call<M extends MethodName>(method: M, argument: Methods[M][0]): Promise<Result<Methods[M][1]>>;
}

type Closing = Extract<ServerEvent, { t: 'closing' }>;

/** Keeps one link up for as long as it is wanted: connects, says hello, waits, tries again, for ever. */
export function createConnection(options: ConnectionOptions): Connection {
  const { clock, random } = options;
  let status: ConnectionStatus = { name: 'idle' };
  let link: HubLink | null = null;
  let closing: Closing | null = null;
  let onlineSince = 0;
  let attempt = 0;
  let address = 0;
  let renewed = false;
  let cancelWait = () => {};
  // Everything asynchronous belongs to one life of the link; what comes from an earlier one is ignored.
  let life = 0;

  const become = (next: ConnectionStatus) => {
    status = next;
    options.onStatus(next);
  };

  const end = (next: ConnectionStatus) => {
    life++;
    cancelWait();
    const old = link;
    link = null;
    become(next);
    return old?.close().catch(() => undefined) ?? Promise.resolve();
  };

  /** `atLeastMs` is what the server asked for; jitter comes on top of it. */
  const tryLater = (atLeastMs = 0) => {
    const delay = atLeastMs + retryDelayMs(attempt, random);
    const retryAt = clock.now() + delay;
    void end(options.networkUp() ? { name: 'waiting', attempt, retryAt } : { name: 'offline' });
    attempt++;
    address++;
    cancelWait = clock.after(delay, () => void connect());
  };

  const renew = async () => {
    if (options.renewToken === null) {
      void end({ name: 'signedOut', code: ErrorCode.unauthenticated });
      return;
    }
    if (renewed) {
      tryLater(); // A new token was refused too; asking for another at once would spin.
      return;
    }
    renewed = true;
    const mine = life;
    const token = await options.renewToken().catch(() => undefined);
    if (mine !== life) {
      return;
    }
    if (token === null) {
      void end({ name: 'signedOut', code: ErrorCode.unauthenticated });
    } else if (token === undefined) {
      renewed = false;
      tryLater();
    } else {
      void connect();
    }
  };

  const refused = (error: WireError) => {
    if (error.code === ErrorCode.unauthenticated) {
      void renew();
    } else if (error.code === ErrorCode.session_revoked) {
      void end({ name: 'signedOut', code: error.code });
    } else if (error.code === ErrorCode.unsupported_protocol || error.code === ErrorCode.origin_refused) {
      void end({ name: 'refused', code: error.code });
    } else {
      tryLater(error.retryAfterMs ?? 0);
    }
  };

  const lost = () => {
    const told = closing;
    life++;
    cancelWait();
    attempt = clock.now() - onlineSince >= Limits.stableAfterMs ? 0 : attempt;
    link = null;
    if (told?.code === ClosingCode.token_expired) {
      become({ name: 'connecting', attempt });
      void renew();
    } else if (told?.code === ClosingCode.session_revoked) {
      void end({ name: 'signedOut', code: ErrorCode.session_revoked });
    } else if (told && !told.reconnect) {
      void end({ name: 'refused', code: told.code });
    } else {
      tryLater(told?.afterMs ?? 0);
    }
  };

  const connect = async () => {
    const mine = ++life;
    cancelWait();
    closing = null;
    const token = options.token();
    if (token === null) {
      void end({ name: 'signedOut', code: ErrorCode.unauthenticated });
      return;
    }
    become({ name: 'connecting', attempt });
    // A link that comes after its time, or for a life that is over, is closed again unused.
    const opening = options.transport.connect(options.urls[address % options.urls.length]!, token, {
      events: (list) => mine === life && receive(list),
      closed: () => mine === life && lost(),
    });
    const made = await within(clock, Limits.connectTimeoutMs, opening);
    if (mine !== life || !made.ok) {
      void opening.then((late) => late.close()).catch(() => undefined);
      if (mine === life) {
        refused(connectError(made.ok ? null : made.error));
      }
      return;
    }
    link = made.value;
    const reply = await invoke(link, 'hello', options.hello());
    if (mine !== life) {
      return;
    }
    if (!reply.ok) {
      const broken = link;
      link = null;
      life++;
      void broken.close().catch(() => undefined);
      refused(reply.error);
      return;
    }
    onlineSince = clock.now();
    renewed = false;
    options.onHello(reply);
    become({ name: 'online' });
  };

  const receive = (list: unknown) => {
    const { events, damaged } = decodeEvents(list);
    if (link !== null && events.some((event) => event.t === 'probe')) {
      // From the event itself, not a timer: those of a page in the background are held back.
      void invoke(link, 'here', {});
    }
    const told = events.find((event) => event.t === 'closing');
    if (told && told.t === 'closing') {
      closing = told;
      const mine = life;
      // The server closes; should it fail to, the link is of no use all the same.
      cancelWait = clock.after(Limits.closingGraceMs, () => {
        if (mine === life) {
          const old = link;
          lost();
          void old?.close().catch(() => undefined);
        }
      });
    }
    options.onEvents(events, damaged);
  };

  const invoke = async <M extends MethodName>(
    to: HubLink,
    method: M,
    argument: Methods[M][0],
  ): Promise<Result<Methods[M][1]>> => {
    const answer = await within(clock, Limits.callTimeoutMs, to.invoke(method, argument));
    return answer.ok ? readReply(method, answer.value) : { ok: false, error: callError(answer.error) };
  };

  return {
    start() {
      if (status.name === 'idle' || status.name === 'signedOut' || status.name === 'refused') {
        attempt = 0;
        renewed = false;
        void connect();
      }
    },
    stop: () => end({ name: 'idle' }),
    wake() {
      if (status.name === 'waiting' || status.name === 'offline') {
        void connect();
      }
    },
    suspend() {
      if (status.name === 'online' || status.name === 'waiting') {
        attempt = 0;
        tryLater();
      }
    },
    async call(method, argument) {
      if (link === null || status.name !== 'online') {
        return { ok: false, error: localError('unavailable', 'There is no connection.') };
      }
      return invoke(link, method, argument);
    },
  };
}

type Settled = { ok: true; value: never } | { ok: false; error: unknown };

/** The outcome of a promise, or of waiting for it. */
function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<Settled | { ok: true; value: T }> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve({ ok: false, error: null }));
    promise.then(
      (value) => {
        cancel();
        resolve({ ok: true, value });
      },
      (error: unknown) => {
        cancel();
        resolve({ ok: false, error });
      },
    );
  });
}

function readReply<M extends MethodName>(method: M, value: unknown): Result<Methods[M][1]> {
  if (isFields(value)) {
    if (value['ok'] === true && isReplyTo(method, value)) {
      return value as unknown as Result<Methods[M][1]>;
    }
    const error = value['ok'] === false ? readError(value['error']) : null;
    if (error) {
      return { ok: false, error };
    }
  }
  return { ok: false, error: localError('internal', `The reply to ${method} is not as documented.`) };
}

/** A completion error carries the error object as text; anything else means that the link broke. */
function callError(cause: unknown): WireError {
  const text = cause instanceof Error ? cause.message : '';
  try {
    const error = readError(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)));
    if (error) {
      return error;
    }
  } catch {
    // Not an error object.
  }
  return localError('outcome_unknown', 'The connection broke before the answer came.');
}

function connectError(cause: unknown): WireError {
  const status = cause instanceof ConnectError ? cause.status : null;
  if (status === 401) {
    return localError('unauthenticated', 'The token was refused.');
  }
  return status === 403
    ? localError('origin_refused', 'This page may not connect.')
    : localError('unavailable', 'The server cannot be reached.');
}
