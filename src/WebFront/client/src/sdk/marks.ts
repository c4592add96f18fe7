import type { Core } from './core';
import { Limits } from './limits';
import type { ConversationId } from './protocol';
import { retryDelayMs } from './retry';
import type { Conversation } from './state';

interface Mark {
  readonly delivered: number;
  readonly read: number;
}

export interface Marks {
  read(id: ConversationId, seq: number): void;
  /** Marks as delivered whatever the state holds that I have not confirmed yet. */
  confirm(): void;
  /** Whether a mark of this conversation still has to reach the server. */
  pending(id: ConversationId): boolean;
  /** After a reconnect: what was under way goes again. */
  refresh(): void;
  stop(): void;
}

/** Collects watermarks and sends them together; they only rise, so the last one says it all. */
export function createMarks(core: Core): Marks {
  const wanted = new Map<ConversationId, Mark>();
  // A mark that was refused for good is not offered again and again.
  const refused = new Map<ConversationId, number>();
  // A delivered mark is wanted once; the reply, not a loop over the state, decides about it.
  const looked = new Map<ConversationId, Conversation>();
  const sending = new Set<ConversationId>();
  let cancel: (() => void) | null = null;
  let attempt = 0;

  const want = (id: ConversationId, mark: Mark) => {
    const held = wanted.get(id) ?? { delivered: 0, read: 0 };
    const next = { delivered: Math.max(held.delivered, mark.delivered), read: Math.max(held.read, mark.read) };
    if (next.delivered !== held.delivered || next.read !== held.read) {
      wanted.set(id, next);
      schedule(Limits.markEveryMs);
    }
  };

  const schedule = (ms: number) => {
    cancel ??= core.clock.after(ms, () => {
      cancel = null;
      flush();
    });
  };

  const flush = () => {
    if (core.state().connection.name !== 'online') {
      return;
    }
    for (const [id, mark] of wanted) {
      if (!sending.has(id)) {
        sending.add(id);
        void send(id, mark);
      }
    }
  };

  const send = async (id: ConversationId, mark: Mark) => {
    const reply = await core.call('mark', {
      conversation: id,
      ...(mark.delivered > 0 ? { delivered: mark.delivered } : {}),
      ...(mark.read > 0 ? { read: mark.read } : {}),
    });
    sending.delete(id);
    if (!reply.ok && reply.error.temporary) {
      schedule(Limits.markEveryMs + (reply.error.retryAfterMs ?? 0) + retryDelayMs(attempt++, core.random));
      return;
    }
    attempt = 0;
    if (!reply.ok) {
      refused.set(id, Math.max(mark.delivered, mark.read));
    }
    if (wanted.get(id) === mark) {
      wanted.delete(id);
    } else {
      schedule(Limits.markEveryMs);
    }
    if (reply.ok) {
      core.dispatch({ t: 'marked', conversation: id, delivered: reply.delivered, read: reply.read });
    }
  };

  return {
    read(id, seq) {
      const head = core.state().conversations.get(id)?.summary?.head ?? 0;
      const read = Math.min(seq, head);
      if (read <= (refused.get(id) ?? 0) || read <= receiptOf(core.state().conversations.get(id)).read) {
        return;
      }
      want(id, { delivered: read, read });
      core.dispatch({ t: 'marked', conversation: id, delivered: read, read });
    },
    confirm() {
      for (const [id, held] of core.state().conversations) {
        if (looked.get(id) === held) {
          continue;
        }
        looked.set(id, held);
        const { summary } = held;
        const others = summary !== null && (summary.unread > 0 || (summary.last && summary.last.sender !== held.me));
        if (others && summary.head > receiptOf(held).delivered && summary.head > (refused.get(id) ?? 0)) {
          want(id, { delivered: summary.head, read: 0 });
        }
      }
    },
    pending: (id) => wanted.has(id),
    refresh() {
      refused.clear();
      attempt = 0;
      cancel?.();
      cancel = null;
      flush();
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}

function receiptOf(held: Conversation | undefined): Mark {
  return held?.summary?.receipts.find((receipt) => receipt.member === held.me) ?? { delivered: 0, read: 0 };
}
