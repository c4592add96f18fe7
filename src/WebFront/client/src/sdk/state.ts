import { Limits } from './limits';
import type {
  ConversationId,
  InboxFilter,
  Message,
  MessageId,
  Person,
  Presence,
  Principal,
  ProductId,
  Product,
  ServerLimits,
  Store,
  StoreId,
  Summary,
  UnreadTotals,
  UserId,
  WireError,
} from './protocol';

export type ConnectionStatus =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'online' }
  /** Another attempt starts at `retryAt` (local clock). */
  | { readonly name: 'waiting'; readonly attempt: number; readonly retryAt: number }
  /** The device has no network; the next attempt starts when it has. */
  | { readonly name: 'offline' }
  /** The session ended; only a new sign-in helps. */
  | { readonly name: 'signedOut'; readonly code: number }
  /** The server will not have this connection (too many of them, another protocol); `start` tries anew. */
  | { readonly name: 'refused'; readonly code: number };

/** How much of a conversation's messages is here. */
export type WindowStatus = 'none' | 'loading' | 'ready' | 'error';

export interface Conversation {
  readonly id: ConversationId;
  /** The principal I speak as here. */
  readonly me: Principal;
  /** Null until the server told who takes part; kept up to date by events afterwards. */
  readonly summary: Summary | null;
  /** Ascending by `seq`, without a hole, ending at the newest message held. */
  readonly messages: readonly Message[];
  /** Whether older messages than the window exist. */
  readonly hasMore: boolean;
  readonly window: WindowStatus;
  readonly loadingOlder: boolean;
  /** Why the last load failed, for the error state of the panel. */
  readonly error: WireError | null;
  /** How many messages the user paged back to; the window is not trimmed below it. */
  readonly paged: number;
  /** The highest change up to which everything is here. */
  readonly change: number;
  /** Pushes that came before their predecessors, ascending by `change`. */
  readonly aside: readonly Message[];
  /** The unread count is an estimate: a read mark rose past what is held here. */
  readonly stale: boolean;
}

export interface OutboxItem {
  readonly id: MessageId;
  readonly conversation: ConversationId;
  readonly body: string;
  readonly product: ProductId | null;
  /** The card as the page showed it, so that the pending message can show it too. */
  readonly card: Product | null;
  readonly createdAt: number;
  /** `queued` waits for its turn or for the network; `failed` waits for the user. */
  readonly status: 'queued' | 'sending' | 'failed';
  readonly error: WireError | null;
}

export interface Typing {
  readonly conversation: ConversationId;
  readonly member: Principal;
  readonly by: UserId;
  /** Local clock. */
  readonly until: number;
}

/** Which list: my own as a buyer (`store` null) or that of a store, under a filter. */
export interface InboxQuery {
  readonly store: StoreId | null;
  readonly filter: InboxFilter;
}

export interface Inbox extends InboxQuery {
  readonly status: 'loading' | 'ready' | 'error';
  readonly loadingMore: boolean;
  readonly error: WireError | null;
  /** Cursor of the next page; null when all of it is here. */
  readonly next: string | null;
  /** `lastAt` of the oldest conversation paged to; older ones are not shown until paged. */
  readonly floor: number;
}

export interface ChatState {
  readonly connection: ConnectionStatus;
  readonly user: Person | null;
  readonly stores: readonly Store[];
  readonly epoch: string | null;
  readonly limits: ServerLimits;
  /** Server clock minus local clock. */
  readonly clockOffsetMs: number;
  readonly conversations: ReadonlyMap<ConversationId, Conversation>;
  /** Keyed by `inboxKey`. */
  readonly inboxes: ReadonlyMap<string, Inbox>;
  /** Unread over all conversations of a principal of mine. */
  readonly unread: ReadonlyMap<Principal, UnreadTotals>;
  /** Principals whose totals must be asked for again. */
  readonly staleInboxes: ReadonlySet<Principal>;
  /** In the order in which they were written. */
  readonly outbox: readonly OutboxItem[];
  readonly typing: readonly Typing[];
  readonly presence: ReadonlyMap<StoreId, Presence>;
}

export const initialState: ChatState = {
  connection: { name: 'idle' },
  user: null,
  stores: [],
  epoch: null,
  limits: {
    bodyCodePointsMax: Limits.bodyCodePointsMax,
    resumeChangesMax: 300,
    typingEveryMs: Limits.typingEveryMs,
    typingGoneMs: Limits.typingGoneMs,
  },
  clockOffsetMs: 0,
  conversations: new Map(),
  inboxes: new Map(),
  unread: new Map(),
  staleInboxes: new Set(),
  outbox: [],
  typing: [],
  presence: new Map(),
};

export function inboxKey(query: InboxQuery): string {
  return `${query.store ?? ''}|${query.filter}`;
}
