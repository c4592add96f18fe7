import { isOrder, isOrderReply, isOrders } from './decodeOrders';
import { localError } from './errors';
import type { CancellationReason, ConversationId, Money, OrderCard, OrderChange, OrderDeadline, OrderId, OrderStatus, Product, ProductId, Result, StoreId, UserId } from './protocol';
import { request, search, type ApiOptions } from './rest';

/*
 * Orders over REST: docs/protocol.md part 8. Times are milliseconds since 1970-01-01 UTC, lengths of time milliseconds.
 */

export type PaymentMethod = 'card' | 'wallet' | 'bankTransfer' | 'other';
export type OrderGroup = 'toPay' | 'toShip' | 'onTheWay' | 'done';
/** Whom the reader is to an order; staff read and do nothing. */
export type OrderSide = 'buyer' | 'store' | 'staff';

export interface OrderLine {
  /** From 1. */
  readonly line: number;
  readonly product: Product;
  readonly quantity: number;
  readonly shipped: number;
  readonly cancelled: number;
}

export interface ParcelItem {
  readonly line: number;
  readonly quantity: number;
}

export interface Parcel {
  readonly number: number;
  readonly tracking: string;
  readonly carrier?: string | null;
  readonly items: readonly ParcelItem[];
  readonly shippedAt: number;
}

export interface Cancellation {
  readonly reason: CancellationReason;
  readonly sellerAtFault: boolean;
  readonly note?: string | null;
  readonly requestedAt: number;
  readonly answer: 'open' | 'accepted' | 'alreadyShipped' | 'expired';
}

export interface OrderRefund {
  readonly number: number;
  readonly amount: Money;
  readonly method: PaymentMethod;
  readonly dueAt: number;
  readonly status: 'due' | 'overdue' | 'paid';
}

/** What the order was promised. */
export interface OrderTerms {
  readonly paymentWithin: number;
  readonly paymentCheck: number;
  readonly cancellationAnswerWithin: number;
  readonly delivery: number;
  readonly deliveryMax: number;
  readonly protection: number;
  readonly refundWithin: number;
}

export interface OrderStep {
  readonly version: number;
  readonly change: OrderChange;
  readonly side: 'system' | 'buyer' | 'store' | 'marketplace';
  readonly by?: UserId | null;
  readonly at: number;
  readonly status: OrderStatus;
}

export interface Order {
  readonly id: OrderId;
  readonly conversation: ConversationId;
  readonly buyer: UserId;
  readonly store: StoreId;
  /** The reader's side. */
  readonly side: OrderSide;
  readonly version: number;
  readonly status: OrderStatus;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly paid?: Money | null;
  readonly method?: PaymentMethod | null;
  readonly parcels: readonly Parcel[];
  readonly cancellation?: Cancellation | null;
  readonly refunds: readonly OrderRefund[];
  /** Soonest first. */
  readonly deadlines: readonly OrderDeadline[];
  readonly shippedAt?: number | null;
  readonly deliveryExtendableUntil?: number | null;
  readonly terms: OrderTerms;
  /** Oldest first. */
  readonly steps: readonly OrderStep[];
}

export interface OrderReply {
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: number;
  readonly duplicate: boolean;
  readonly order: Order;
}

export interface OrderSummary {
  readonly order: OrderCard;
  readonly buyer: UserId;
  readonly placedAt: number;
}

export interface OrdersPage {
  readonly orders: readonly OrderSummary[];
  readonly next?: string | null;
}

/** Names a command: made once for each thing a person wants done (see `Intents`), and the version they decided on. */
export interface OrderCommand {
  readonly id: string;
  readonly version: number;
}

type Done = Promise<Result<OrderReply>>;

/** Nothing throws: a broken network is error 1004. A repeat of a command with the same id acts once. */
export interface OrdersApi {
  list(query?: { store?: StoreId; group?: OrderGroup; before?: string; limit?: number }): Promise<Result<OrdersPage>>;
  get(order: OrderId): Promise<Result<{ order: Order }>>;
  place(command: { id: string; store: StoreId; lines: readonly { product: ProductId; quantity: number }[] }): Done;
  /** Demo mode only. */
  pay(order: OrderId, command: OrderCommand & { method: PaymentMethod }): Done;
  /** Without `items` the parcel holds all that is left. */
  ship(order: OrderId, command: OrderCommand & { tracking: string; carrier?: string; items?: readonly ParcelItem[] }): Done;
  cancel(order: OrderId, command: OrderCommand & { reason: CancellationReason; sellerAtFault: boolean; note?: string }): Done;
  acceptCancellation(order: OrderId, command: OrderCommand): Done;
  alreadyShipped(order: OrderId, command: OrderCommand & { tracking: string; carrier?: string }): Done;
  extend(order: OrderId, command: OrderCommand & { days: number }): Done;
  confirmReceipt(order: OrderId, command: OrderCommand): Done;
  /** `minor` counts the smallest units of the currency. */
  refund(order: OrderId, command: OrderCommand & { minor: number; currency: string }): Done;
  /** Places a new order of the same lines at today's prices. */
  again(order: OrderId, command: { id: string }): Done;
}

export function createOrders(options: ApiOptions = {}): OrdersApi {
  const path = (order: OrderId, step = '') => `/api/orders/${encodeURIComponent(order)}${step}`;
  const post = async (to: string, body: object): Done => checked(await request(options, 'POST', to, body), isOrderReply);
  return {
    list: async (query = {}) => checked(await request(options, 'GET', `/api/orders${search(query)}`), isOrders),
    get: async (order) => {
      const answer = checked(await request(options, 'GET', path(order)), isOrder);
      return answer.ok ? { ok: true, order: answer } : answer;
    },
    place: (command) => post('/api/orders', command),
    pay: (order, command) => post(path(order, '/pay'), command),
    ship: (order, command) => post(path(order, '/parcels'), command),
    cancel: (order, command) => post(path(order, '/cancellation'), command),
    acceptCancellation: (order, command) => post(path(order, '/cancellation/accept'), command),
    alreadyShipped: (order, command) => post(path(order, '/cancellation/shipped'), command),
    extend: (order, command) => post(path(order, '/extension'), command),
    confirmReceipt: (order, command) => post(path(order, '/receipt'), command),
    refund: (order, command) => post(path(order, '/refunds'), command),
    again: (order, command) => post(path(order, '/again'), command),
  };
}

/** An answer that is not as documented is a fault of the server, and never reaches the page. */
function checked<T extends object>(answer: Result<{ value: unknown }>, isRight: (value: unknown) => value is T): Result<T> {
  if (!answer.ok) {
    return answer;
  }
  return isRight(answer.value) ? { ok: true, ...answer.value } : { ok: false, error: localError('internal', 'The answer is malformed.') };
}
