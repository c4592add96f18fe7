/**
 * The wire shapes of docs/protocol.md, version 1. Times are milliseconds since 1970-01-01 UTC;
 * positions count from 1 and 0 means "none".
 */
export const protocolVersion = 1;

export type UserId = string;
export type StoreId = string;
export type ProductId = string;
/** Who takes part in a conversation: `u:<user>` or `s:<store>`. */
export type Principal = `u:${string}` | `s:${string}`;
/** Who wrote a message: a principal, or nobody in a notice that no side caused. */
export type Sender = Principal | 'x:system';
export type OrderId = string;
/** `<user>~<store>`. */
export type ConversationId = `${string}~${string}`;
/** A lower-case UUID, made by the client once for each message. */
export type MessageId = string;

export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export interface Product {
  readonly id: ProductId;
  readonly store: StoreId;
  readonly title: string;
  readonly price: Money;
  readonly image: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

export type OrderStatus =
  | 'awaitingPayment'
  | 'paymentCheck'
  | 'awaitingShipment'
  | 'cancellationRequested'
  | 'shipped'
  | 'protection'
  | 'completed'
  | 'closed';

export type OrderChange =
  | 'placed'
  | 'paid'
  | 'paymentChecked'
  | 'parcelShipped'
  | 'shipped'
  | 'cancellationRequested'
  | 'cancellationAccepted'
  | 'alreadyShipped'
  | 'cancellationExpired'
  | 'deliveryExtended'
  | 'deliveryEnded'
  | 'receiptConfirmed'
  | 'protectionEnded'
  | 'paymentExpired'
  | 'refundGranted'
  | 'refundPaid'
  | 'refundOverdue';

export type CancellationReason = 'changedMind' | 'wrongItem' | 'wrongAddress' | 'tooSlow' | 'sellerAsked' | 'other';

export interface OrderDeadline {
  readonly kind: 'payment' | 'paymentCheck' | 'cancellationAnswer' | 'delivery' | 'protection' | 'refund';
  readonly at: number;
}

/** An order as it was when the notice was made. Of two cards the higher `version` is the newer. */
export interface OrderCard {
  readonly id: OrderId;
  readonly store: StoreId;
  readonly version: number;
  readonly status: OrderStatus;
  readonly title: string;
  readonly image: string;
  readonly units: number;
  readonly total: Money;
  readonly refunded?: Money | null;
  readonly deadline?: OrderDeadline | null;
}

/** What a system message tells. A `type` that is not known yet is shown by the message's body. */
export interface Notice {
  readonly type: OrderChange;
  readonly order: OrderCard;
  readonly tracking?: string | null;
  readonly carrier?: string | null;
  readonly reason?: CancellationReason | null;
  readonly sellerAtFault?: boolean | null;
  readonly days?: number | null;
  readonly amount?: Money | null;
}

export interface Message {
  /** Order in the conversation; never changes. */
  readonly seq: number;
  /** The change that made this version of the message. */
  readonly change: number;
  readonly id: MessageId;
  readonly sender: Sender;
  /** The person who wrote: for a store, which of its agents. Empty in a notice that no person caused. */
  readonly by: UserId;
  readonly kind: 'text' | 'system';
  readonly body: string;
  readonly sentAt: number;
  readonly product?: Product | null;
  /** Only in system messages. */
  readonly notice?: Notice | null;
}

/** Watermarks of one member; they only rise. */
export interface Receipt {
  readonly member: Principal;
  readonly delivered: number;
  readonly read: number;
}

export interface Summary {
  readonly conversation: ConversationId;
  readonly buyer: Person;
  readonly store: Person;
  /** The highest `seq`; 0 when nothing was said yet. */
  readonly head: number;
  /** The highest `change`. */
  readonly change: number;
  readonly last?: Message | null;
  readonly lastAt: number;
  /** Messages of others after my read mark; 999 means "999 or more". */
  readonly unread: number;
  /** When the buyer's oldest unanswered message was sent; null when the store wrote last. */
  readonly waitingSince?: number | null;
  readonly receipts: readonly Receipt[];
  readonly product?: Product | null;
}

export interface Presence {
  readonly store: StoreId;
  readonly status: 'online' | 'away' | 'offline';
  readonly lastSeen?: number | null;
  /** The statement holds until then, in server time. */
  readonly until: number;
}

export interface Store {
  readonly id: StoreId;
  readonly name: string;
  readonly role: 'owner' | 'agent';
  readonly onDuty: boolean;
}

export interface WireError {
  readonly code: number;
  readonly name: string;
  readonly message: string;
  readonly temporary: boolean;
  readonly retryAfterMs?: number | null;
  readonly limit?: number | null;
}

/** Every call ends in one of these; an exception is a bug. */
export type Result<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly error: WireError };

export interface ServerLimits {
  readonly bodyCodePointsMax: number;
  readonly resumeChangesMax: number;
  readonly typingEveryMs: number;
  readonly typingGoneMs: number;
}

export interface HelloReply {
  readonly user: Person;
  readonly stores: readonly Store[];
  /** Names the log the positions count in; positions of another epoch are worthless. */
  readonly epoch: string;
  readonly serverTime: number;
  readonly limits: ServerLimits;
  /** As `resume` answers for the positions that were named; missing when that cannot be answered now. */
  readonly resumed?: readonly ResumeAnswer[] | null;
}

export interface SendReply {
  readonly seq: number;
  readonly change: number;
  readonly sentAt: number;
  readonly duplicate: boolean;
  readonly product?: Product | null;
}

export interface HistoryReply {
  readonly conversation: Summary;
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
}

export interface Position {
  readonly conversation: ConversationId;
  readonly change: number;
}

export type ResumeAnswer =
  | { readonly conversation: ConversationId; readonly state: 'caught_up'; readonly summary: Summary }
  | {
      readonly conversation: ConversationId;
      readonly state: 'changes';
      readonly messages: readonly Message[];
      readonly summary: Summary;
    }
  | { readonly conversation: ConversationId; readonly state: 'reset'; readonly summary: Summary }
  | { readonly conversation: ConversationId; readonly state: 'gone' };

export type InboxFilter = 'all' | 'unread' | 'needsReply';

export interface UnreadTotals {
  readonly messages: number;
  readonly conversations: number;
}

export interface InboxReply {
  readonly conversations: readonly Summary[];
  readonly next?: string | null;
  readonly unread: UnreadTotals;
}

/** What each hub method takes and what its success adds. */
export interface Methods {
  hello: [{ protocol: number; device: string; active: boolean; probe: boolean; positions: readonly Position[] }, HelloReply];
  contact: [{ store: StoreId; product?: ProductId }, { conversation: Summary }];
  send: [{ conversation: ConversationId; id: MessageId; body: string; product?: ProductId }, SendReply];
  history: [{ conversation: ConversationId; before?: number; limit: number }, HistoryReply];
  resume: [{ positions: readonly Position[] }, { conversations: readonly ResumeAnswer[] }];
  mark: [{ conversation: ConversationId; delivered?: number; read?: number }, { delivered: number; read: number }];
  typing: [{ conversation: ConversationId }, object];
  inbox: [{ store?: StoreId; filter: InboxFilter; before?: string; limit: number }, InboxReply];
  watch: [{ stores: readonly StoreId[] }, { presence: readonly Presence[] }];
  activity: [{ active: boolean }, object];
  duty: [{ store: StoreId; onDuty: boolean }, { presence: Presence }];
  here: [object, object];
}

export type MethodName = keyof Methods;

export type ServerEvent =
  | { readonly t: 'message'; readonly conversation: ConversationId; readonly message: Message }
  | ({ readonly t: 'receipt'; readonly conversation: ConversationId } & Receipt)
  | { readonly t: 'typing'; readonly conversation: ConversationId; readonly member: Principal; readonly by: UserId }
  | { readonly t: 'presence'; readonly stores: readonly Presence[] }
  | { readonly t: 'resync'; readonly reason: string }
  | { readonly t: 'probe' }
  | { readonly t: 'stores'; readonly stores: readonly Store[] }
  | {
      readonly t: 'closing';
      readonly code: number;
      readonly name: string;
      readonly reconnect: boolean;
      readonly afterMs?: number | null;
    };

export function userPrincipal(user: UserId): Principal {
  return `u:${user}`;
}

export function storePrincipal(store: StoreId): Principal {
  return `s:${store}`;
}

export function conversationId(user: UserId, store: StoreId): ConversationId {
  return `${user}~${store}`;
}

/** The two members of a conversation, which its id names. */
export function membersOf(conversation: ConversationId): { buyer: Principal; store: Principal } {
  const at = conversation.indexOf('~');
  return { buyer: userPrincipal(conversation.slice(0, at)), store: storePrincipal(conversation.slice(at + 1)) };
}

/** The principal this user speaks as in a conversation: its buyer, else its store. */
export function mySide(conversation: ConversationId, me: UserId): Principal {
  const members = membersOf(conversation);
  return members.buyer === userPrincipal(me) ? members.buyer : members.store;
}
