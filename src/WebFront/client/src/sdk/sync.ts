import { needsOf } from './conversation';
import type { Core, Tasks } from './core';
import { Limits } from './limits';
import type { ConversationId, HistoryReply, Position, Result, ResumeAnswer } from './protocol';
import { principalOf } from './selectors';
import type { Conversation, InboxQuery } from './state';
import { inboxKey } from './state';

export interface Sync {
  /** What `hello` asks to be resumed: the first page of what is held. */
  positions(): readonly Position[];
  /** What it was answered; used by the `restart` that follows. */
  greeted(answers: readonly ResumeAnswer[]): void;
  /** After `hello`, and after a `resync`: everything held is brought up to date. */
  restart(): void;
  /** Starts whatever the state says is missing. Cheap when nothing is. */
  pursue(): void;
  /** False until everything held was brought up to date on this link. */
  readonly resumed: boolean;
  loadNewest(id: ConversationId): Promise<Result<object>>;
  loadInbox(query: InboxQuery, more: boolean): Promise<Result<object>>;
  stop(): void;
}

/**
 * Turns what the state lacks into questions to the log. While a mark of a conversation is on its way
 * (`marking`) its unread is not asked for: the answer would be older than the mark.
 */
export function createSync(core: Core, tasks: Tasks, marking: (id: ConversationId) => boolean, onResumed: () => void): Sync {
  const { state, dispatch, call, clock } = core;
  let behind: ConversationId[] | null = null;
  let answered: readonly ResumeAnswer[] = [];
  let inboxesDue = new Set<string>();
  let cancelGrace: (() => void) | null = null;

  const online = () => state().connection.name === 'online';

  const positionsOf = (ids: readonly ConversationId[]): Position[] =>
    ids.map((id) => ({ conversation: id, change: state().conversations.get(id)?.change ?? 0 }));

  const resume = async (ids: readonly ConversationId[]): Promise<boolean> => {
    const reply = await call('resume', { positions: positionsOf(ids) });
    if (reply.ok) {
      reply.conversations.forEach((answer) => dispatch({ t: 'resumed', answer }));
    }
    return reply.ok;
  };

  /** One page of what was held when the link came up; true when that was the last. */
  const catchUp = async (): Promise<boolean> => {
    while (behind !== null && behind.length > 0) {
      const page = behind.slice(0, Limits.resumePositionsMax);
      const before = behind;
      if (!(await resume(page))) {
        return false;
      }
      if (behind !== before) {
        return false; // A new round began meanwhile.
      }
      behind = behind.slice(page.length);
    }
    behind = null;
    onResumed();
    return true;
  };

  const isGap = (held: Conversation) =>
    needsOf(held) === 'resume' && !(marking(held.id) && needsOf({ ...held, stale: false }) === null);

  const fillGaps = (): Promise<boolean> => {
    const gaps = [...state().conversations.values()].filter(isGap).map((held) => held.id);
    return gaps.length === 0 ? Promise.resolve(true) : resume(gaps.slice(0, Limits.resumePositionsMax));
  };

  const loadNewest = async (id: ConversationId): Promise<Result<object>> => {
    const held = state().conversations.get(id);
    if (held?.summary?.head === 0) {
      // Nothing is stored before the first message, so there is nothing to ask for.
      dispatch({ t: 'opened', conversation: id, reply: { ok: true, conversation: held.summary, messages: [], hasMore: false } as HistoryReply });
      return { ok: true };
    }
    const reply = await call('history', { conversation: id, limit: Limits.historyPage });
    if (reply.ok) {
      dispatch({ t: 'opened', conversation: id, reply });
    } else if (!reply.error.temporary) {
      dispatch({ t: 'openFailed', conversation: id, error: reply.error });
    }
    return reply;
  };

  const loadInbox = async (query: InboxQuery, more: boolean): Promise<Result<object>> => {
    const before = more ? (state().inboxes.get(inboxKey(query))?.next ?? undefined) : undefined;
    dispatch({ t: 'inboxLoading', query, more });
    const store = query.store ?? undefined;
    const reply = await call('inbox', { store, filter: query.filter, before, limit: Limits.inboxPage });
    if (!reply.ok) {
      dispatch({ t: 'inboxFailed', query, error: reply.error });
      return reply;
    }
    // An answer to a page that was asked for before the list began anew would tear a hole.
    if (!more || state().inboxes.get(inboxKey(query))?.next === before) {
      dispatch({ t: 'inboxLoaded', query, more, reply });
    }
    return reply;
  };

  const refreshInboxes = () => {
    for (const [key, inbox] of state().inboxes) {
      const me = principalOf(state(), inbox);
      if (inboxesDue.has(key) || (me !== null && state().staleInboxes.has(me))) {
        tasks.run(`inbox ${key}`, async () => {
          const reply = await loadInbox({ store: inbox.store, filter: inbox.filter }, false);
          if (reply.ok || !reply.error.temporary) {
            inboxesDue.delete(key);
          }
          return reply.ok;
        });
      }
    }
  };

  const pursue = () => {
    if (!online()) {
      return;
    }
    if (behind !== null) {
      tasks.run('catch up', catchUp);
      return;
    }
    refreshInboxes();
    let gaps = false;
    for (const held of state().conversations.values()) {
      if (needsOf(held) === 'history') {
        tasks.run(`history ${held.id}`, async () => {
          const reply = await loadNewest(held.id);
          return reply.ok || !reply.error.temporary;
        });
      } else if (isGap(held)) {
        gaps = true;
      }
    }
    if (gaps && cancelGrace === null) {
      // The missing push may only have been overtaken; it gets a moment to arrive.
      cancelGrace = clock.after(Limits.gapGraceMs, () => {
        cancelGrace = null;
        if (online() && behind === null) {
          tasks.run('gaps', fillGaps);
        }
      });
    }
  };

  return {
    positions: () => positionsOf(heldOrder([...state().conversations.values()]).keep.slice(0, Limits.resumePositionsMax)),
    greeted(answers) {
      answered = answers;
    },
    restart() {
      tasks.refresh();
      const done = answered;
      answered = [];
      const { keep, forget } = heldOrder([...state().conversations.values()]);
      if (forget.length > 0) {
        dispatch({ t: 'forgotten', conversations: forget });
      }
      const known = new Set(done.map((answer) => answer.conversation));
      behind = keep.filter((id) => !known.has(id));
      done.forEach((answer) => dispatch({ t: 'resumed', answer }));
      inboxesDue = new Set(state().inboxes.keys());
      pursue();
    },
    pursue,
    get resumed() {
      return behind === null;
    },
    loadNewest,
    loadInbox,
    stop() {
      tasks.refresh();
      cancelGrace?.();
      cancelGrace = null;
    },
  };
}


/** What to resume, shown conversations first; a summary that is not worth a call is forgotten, the lists bring it back. */
function heldOrder(conversations: readonly Conversation[]): { keep: ConversationId[]; forget: ConversationId[] } {
  const shown = conversations.filter((held) => held.window === 'ready').map((held) => held.id);
  const others = conversations
    .filter((held) => held.window === 'none' || held.window === 'error')
    .sort((a, b) => (b.summary?.lastAt ?? 0) - (a.summary?.lastAt ?? 0))
    .map((held) => held.id);
  return {
    keep: [...shown, ...others.slice(0, Limits.resumeSummariesMax)],
    forget: others.slice(Limits.resumeSummariesMax),
  };
}
