import { ConnectError, conversationId, localError, membersOf, mySide } from '../../src/sdk';
import type {
  Clock,
  ConversationId,
  HubLink,
  HubTransport,
  LinkHandlers,
  Message,
  MethodName,
  Methods,
  Position,
  Presence,
  Principal,
  ResumeAnswer,
  ServerEvent,
  Summary,
  WireError,
} from '../../src/sdk';

interface Log {
  messages: Message[];
  change: number;
  receipts: Map<Principal, { delivered: number; read: number }>;
}

export interface Call {
  method: MethodName;
  argument: Record<string, unknown>;
}

/** What becomes of a call: answered, refused, or cut off before or after the server took it. */
export type Fate = 'answer' | 'loseRequest' | 'loseReply' | WireError;

/**
 * One user's server, after docs/protocol.md: a log for each conversation, marks, and links that can be
 * cut. It is told apart from the client on purpose; the two share only the wire shapes.
 */
export class FakeServer implements HubTransport {
  readonly logs = new Map<ConversationId, Log>();
  readonly calls: Call[] = [];
  readonly connects: { url: string; token: string }[] = [];
  readonly presence = new Map<string, Presence>();
  readonly tokens = new Set(['token-1']);
  stores: { id: string; name: string; role: 'owner' | 'agent'; onDuty: boolean }[] = [];
  epoch = 'one';
  up = true;
  resumeChangesMax = 300;
  /** Servers of before pass `positions` over. */
  resumesInHello = true;
  fate: (call: Call) => Fate = () => 'answer';
  /** How long a request, and then its reply, is under way; null: no time at all. */
  latencyMs: (() => number) | null = null;
  /** Carries events to the client; tests replace it to lose, double or delay them. */
  carry: (event: ServerEvent, deliver: (event: ServerEvent) => void) => void = (event, deliver) => deliver(event);
  private link: { handlers: LinkHandlers; hello: boolean; hanging: ((error: Error) => void)[] } | null = null;

  constructor(
    readonly user: string,
    private readonly clock: Clock,
  ) {}

  connect(url: string, token: string, handlers: LinkHandlers): Promise<HubLink> {
    this.connects.push({ url, token });
    if (!this.up) {
      return Promise.reject(new ConnectError('down', null));
    }
    if (!this.tokens.has(token)) {
      return Promise.reject(new ConnectError('refused', 401));
    }
    const link = { handlers, hello: false, hanging: [] as ((error: Error) => void)[] };
    this.link = link;
    return Promise.resolve({
      invoke: (method, argument) => this.invoke(link, { method: method as MethodName, argument: argument as Record<string, unknown> }),
      close: () => {
        this.cut(link);
        return Promise.resolve();
      },
    });
  }

  get linked(): boolean {
    return this.link !== null;
  }

  /** Breaks the link without a word; calls under way never learn what became of them. */
  cut(link = this.link): void {
    if (link === null) {
      return;
    }
    if (this.link === link) {
      this.link = null;
    }
    link.hanging.splice(0).forEach((reject) => reject(new Error('Connection closed with an error.')));
    link.handlers.closed();
  }

  push(...events: ServerEvent[]): void {
    const link = this.link;
    events.forEach((event) => this.carry(event, (carried) => this.link === link && link?.hello && link.handlers.events([carried])));
  }

  /** Pushes as they are, past `carry`. */
  pushRaw(list: unknown): void {
    this.link?.handlers.events(list);
  }

  close(code: number, reconnect: boolean, afterMs: number | null = null): void {
    this.pushRaw([{ t: 'closing', code, name: 'closing', reconnect, afterMs }]);
    this.cut();
  }

  log(conversation: ConversationId): Log {
    const { buyer, store } = membersOf(conversation);
    const none = () => ({ delivered: 0, read: 0 });
    const log = this.logs.get(conversation) ?? { messages: [], change: 0, receipts: new Map([[buyer, none()], [store, none()]]) };
    this.logs.set(conversation, log);
    return log;
  }

  /** Stores a message; `sentHere` leaves the event out, as for the connection that sent it. */
  post(conversation: ConversationId, sender: Principal, id: string, body: string, sentHere = false): Message {
    const log = this.log(conversation);
    log.change++;
    const seq = log.messages.length + 1;
    const message: Message = { seq, change: log.change, id, sender, by: sentHere ? this.user : sender.slice(2), kind: 'text', body, sentAt: this.clock.now(), product: null };
    log.messages.push(message);
    if (!sentHere) {
      this.push({ t: 'message', conversation, message });
    }
    return message;
  }

  edit(conversation: ConversationId, seq: number, body: string): void {
    const log = this.log(conversation);
    log.change++;
    const message = { ...log.messages[seq - 1]!, body, change: log.change };
    log.messages[seq - 1] = message;
    this.push({ t: 'message', conversation, message });
  }

  mark(conversation: ConversationId, member: Principal, delivered: number, read: number): { delivered: number; read: number } {
    const held = this.log(conversation).receipts.get(member)!;
    held.read = Math.max(held.read, read);
    held.delivered = Math.max(held.delivered, delivered, held.read);
    this.push({ t: 'receipt', conversation, member, ...held });
    return { ...held };
  }

  summary(conversation: ConversationId): Summary {
    const { messages, change, receipts } = this.log(conversation);
    const me = mySide(conversation, this.user);
    const { buyer, store } = membersOf(conversation);
    const last = messages[messages.length - 1] ?? null;
    const read = receipts.get(me)!.read;
    return {
      conversation,
      buyer: { id: buyer.slice(2), name: buyer },
      store: { id: store.slice(2), name: store },
      head: messages.length,
      change,
      last,
      lastAt: last?.sentAt ?? 0,
      unread: Math.min(999, messages.filter((message) => message.sender !== me && message.seq > read).length),
      waitingSince: messages.slice(messages.findLastIndex((message) => message.sender === store) + 1)[0]?.sentAt ?? null,
      receipts: [...receipts].map(([member, marks]) => ({ member, ...marks })),
      product: null,
    };
  }

  private invoke(link: NonNullable<typeof this.link>, call: Call): Promise<unknown> {
    this.calls.push(call);
    if (this.link !== link) {
      return Promise.reject(new Error('Connection closed.'));
    }
    const fate = this.fate(call);
    return new Promise((resolve, reject) => {
      link.hanging.push(reject);
      if (fate === 'loseRequest') {
        return;
      }
      this.travel(() => {
        // What was sent before a cut may still arrive after it; its reply does not.
        const reply = typeof fate === 'object' ? { ok: false, error: fate } : structuredClone(this.take(link, call));
        if (fate !== 'loseReply') {
          this.travel(() => this.link === link && resolve(reply));
        }
      });
    });
  }

  private travel(arrive: () => void): void {
    if (this.latencyMs === null) {
      arrive();
    } else {
      this.clock.after(this.latencyMs(), arrive);
    }
  }

  private take(link: NonNullable<typeof this.link>, call: Call): object {
    if (!link.hello && call.method !== 'hello') {
      return { ok: false, error: localError('hello_first', 'Say hello.') };
    }
    link.hello = true;
    return this.answer(call);
  }

  private answer({ method, argument }: Call): object {
    const handle = this.handlers[method] as (argument: never) => object;
    const reply = handle(argument as never);
    return 'code' in reply ? { ok: false, error: reply } : { ok: true, ...reply };
  }

  private resumed(positions: readonly Position[]): ResumeAnswer[] {
    let left = this.resumeChangesMax;
    return positions.map(({ conversation, change }): ResumeAnswer => {
      const log = this.log(conversation);
      if (log.messages.length === 0) {
        return { conversation, state: 'gone' };
      }
      const summary = this.summary(conversation);
      const messages = log.messages.filter((message) => message.change > change).sort((a, b) => a.change - b.change);
      if (change > log.change || messages.length > left) {
        return { conversation, state: 'reset', summary };
      }
      left -= messages.length;
      return messages.length === 0
        ? { conversation, state: 'caught_up', summary }
        : { conversation, state: 'changes', messages, summary };
    });
  }

  private readonly handlers: { [M in MethodName]: (argument: Methods[M][0]) => Methods[M][1] | WireError } = {
    hello: ({ positions }) => ({
      ...(this.resumesInHello ? { resumed: this.resumed(positions) } : {}),
      user: { id: this.user, name: this.user },
      stores: this.stores,
      epoch: this.epoch,
      serverTime: this.clock.now(),
      limits: { bodyCodePointsMax: 3000, resumeChangesMax: this.resumeChangesMax, typingEveryMs: 2000, typingGoneMs: 6000 },
    }),
    contact: ({ store }) => ({ conversation: this.summary(conversationId(this.user, store)) }),
    send: ({ conversation, id, body }) => {
      const me = mySide(conversation, this.user);
      const known = this.log(conversation).messages.find((message) => message.id === id && message.sender === me);
      if (known && known.body !== body) {
        return localError('id_conflict', 'Used.');
      }
      const stored = known ?? this.post(conversation, me, id, body, true);
      return { seq: stored.seq, change: stored.change, sentAt: stored.sentAt, duplicate: known !== undefined, product: null };
    },
    history: ({ conversation, before, limit }) => {
      const { messages } = this.log(conversation);
      if (messages.length === 0) {
        return localError('conversation_not_found', 'None.');
      }
      const older = messages.slice(0, (before ?? messages.length + 1) - 1);
      return { conversation: this.summary(conversation), messages: older.slice(-limit), hasMore: older.length > limit };
    },
    resume: ({ positions }) => ({ conversations: this.resumed(positions) }),
    mark: ({ conversation, delivered, read }) => {
      if (Math.max(delivered ?? 0, read ?? 0) > this.log(conversation).messages.length) {
        return localError('bad_position', 'Past the head.');
      }
      return this.mark(conversation, mySide(conversation, this.user), delivered ?? 0, read ?? 0);
    },
    typing: () => ({}),
    inbox: ({ store, filter, before, limit }) => {
      const mine = [...this.logs.keys()]
        .filter((id) => (store === undefined ? membersOf(id).buyer === `u:${this.user}` : membersOf(id).store === `s:${store}`))
        .map((id) => this.summary(id))
        .filter((summary) => summary.head > 0);
      const unread = mine.filter((summary) => summary.unread > 0);
      const from = Number(before ?? 0);
      const chosen = filter === 'unread' ? unread : filter === 'needsReply' ? mine.filter((summary) => summary.waitingSince != null) : mine;
      const sorted = chosen.sort((a, b) => b.lastAt - a.lastAt);
      return {
        conversations: sorted.slice(from, from + limit),
        next: from + limit < sorted.length ? String(from + limit) : null,
        unread: { messages: unread.reduce((sum, summary) => sum + summary.unread, 0), conversations: unread.length },
      };
    },
    watch: ({ stores }) => ({ presence: stores.flatMap((store) => this.presence.get(store) ?? []) }),
    activity: () => ({}),
    here: () => ({}),
    duty: ({ store, onDuty }) => ({ presence: { store, status: onDuty ? 'online' : 'offline', until: this.clock.now() + 30_000 } }),
  };
}
