import type { Clock, Random } from './env';
import type { KeyValueStorage } from './storage';
import type { HubTransport } from './transport';
import type { ChatState, InboxQuery } from './state';
import type { ConversationId, MessageId, Product, Result, StoreId } from './protocol';

export interface ClientOptions {
  /** Hub addresses, tried in turn; `/hub` of the page's own origin by default. */
  readonly urls?: readonly string[];
  /** The token to connect with; null when nobody is signed in. */
  readonly token: () => string | null;
  /** Asks for a new token when the old one ran out (9001, or 401); null ends the session. */
  readonly renewToken?: () => Promise<string | null>;
  /** Where the outbox and the device id are kept; localStorage in a browser, else memory. */
  readonly storage?: KeyValueStorage;
  /** The user's id, to tell outboxes apart: two accounts on one device must not send each other's messages. */
  readonly account?: string;
  readonly transport?: HubTransport;
  readonly clock?: Clock;
  readonly random?: Random;
}

export type Outcome = Promise<Result<object>>;

/**
 * One signed-in user's view of everything: `state` is immutable and replaced as a whole,
 * `subscribe` is told once for each batch of changes. Nothing here throws; calls made offline
 * answer with a temporary error, except `send`, which always takes the message.
 */
export interface ChatClient {
  readonly state: ChatState;
  subscribe(listener: () => void): () => void;
  /** Connects, and stays connected until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** The conversation with a store; nothing is stored before the first message. */
  contact(store: StoreId, product?: string): Promise<Result<{ id: ConversationId }>>;
  /** Loads the newest page unless it is here; when offline, it follows as soon as the link is back. */
  open(conversation: ConversationId): Outcome;
  /** Drops the messages of a conversation that is no longer shown from memory, keeping its summary. */
  close(conversation: ConversationId): void;
  /**
   * Puts a message into the outbox; it shows as pending at once and goes out in order. Refuses
   * with 3002, 3003 or 3004 before anything is queued, and with 1007 when the outbox is full.
   */
  send(conversation: ConversationId, body: string, product?: Product): Result<{ id: MessageId }>;
  /** Sends a failed message again, with its id. */
  retry(id: MessageId): void;
  /** Takes a message that is not being sent out of the outbox; answers its body, for the composer. */
  discard(id: MessageId): string | null;
  loadOlder(conversation: ConversationId): Outcome;
  /** Marks as read up to `seq`: at once in the state, soon at the server, again after a lost connection. */
  markRead(conversation: ConversationId, seq: number): void;
  /** Tells the others that I am typing; call it at every key, it is throttled. */
  typing(conversation: ConversationId): void;
  loadInbox(query: InboxQuery): Outcome;
  loadMoreInbox(query: InboxQuery): Outcome;
  /** Follows the presence of stores until the function it returns is called. */
  watch(stores: readonly StoreId[]): () => void;
  /** Whether somebody uses this device now; false makes a store "away" after a while. */
  setActive(active: boolean): void;
  setDuty(store: StoreId, onDuty: boolean): Outcome;
}
