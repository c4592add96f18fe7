import type { Message, OrderCard, OrderId } from '../../sdk/protocol';
import type { Order, OrderLine, OrderSide } from '../../sdk/orders';

/** What a person may do to an order, as far as its card tells; the server has the last word. */
export type OrderAct = 'pay' | 'receipt' | 'cancel' | 'ship' | 'accept' | 'shipped' | 'extend' | 'refund' | 'again';

/** What this side may do now, the most likely first. `demo`: payment happens here, not at the marketplace. */
export function actsOf(card: OrderCard, side: OrderSide, demo: boolean): readonly OrderAct[] {
  const { status } = card;
  if (side === 'staff') return [];
  if (side === 'buyer') {
    if (status === 'awaitingPayment') return demo ? ['pay'] : [];
    if (status === 'awaitingShipment') return ['cancel'];
    if (status === 'shipped' || status === 'protection') return ['receipt'];
    return status === 'completed' || status === 'closed' ? ['again'] : [];
  }
  const refund: readonly OrderAct[] = (card.refunded?.minor ?? 0) < card.total.minor ? ['refund'] : [];
  if (status === 'awaitingShipment') return ['ship', ...refund];
  if (status === 'cancellationRequested') return ['accept', 'shipped', 'ship', ...refund];
  if (status === 'shipped') return ['extend', ...refund];
  return status === 'protection' || status === 'completed' ? refund : [];
}

/** The one a person is waited for; the others are shown less loudly. Null: the order waits for the other side, or nobody. */
export function mainAct(card: OrderCard, side: OrderSide, demo: boolean): OrderAct | null {
  const main = actsOf(card, side, demo)[0] ?? null;
  return main === 'cancel' || main === 'extend' || main === 'refund' || main === 'again' ? null : main;
}

/** The order as a card, the way the server makes one for a notice. */
export function cardOf(order: Order): OrderCard {
  const first = order.lines[0]?.product;
  const refunded = order.refunds.reduce((sum, refund) => sum + refund.amount.minor, 0);
  return {
    id: order.id,
    store: order.store,
    version: order.version,
    status: order.status,
    title: first?.title ?? '',
    image: first?.image ?? '',
    units: order.lines.reduce((sum, line) => sum + line.quantity - line.cancelled, 0),
    total: order.total,
    refunded: refunded > 0 ? { minor: refunded, currency: order.total.currency } : null,
    deadline: order.deadlines[0] ?? null,
  };
}

/** How many of a line are neither shipped nor cancelled. */
export const leftOf = (line: OrderLine): number => line.quantity - line.shipped - line.cancelled;

/** What may still be refunded, in minor units. */
export const refundable = (order: Order): number =>
  (order.paid?.minor ?? 0) - order.refunds.reduce((sum, refund) => sum + refund.amount.minor, 0);

const dayMs = 24 * 60 * 60_000;

/** By how many whole days the delivery may still be extended. */
export function extendableDays(order: Order): number {
  const delivery = order.deadlines.find((deadline) => deadline.kind === 'delivery');
  if (!delivery || order.deliveryExtendableUntil == null) return 0;
  return Math.max(0, Math.floor((order.deliveryExtendableUntil - delivery.at) / dayMs));
}

/** The newest message of each order among these: the one that carries the order's card. */
export function newestNotices(messages: readonly Message[]): ReadonlyMap<OrderId, Message> {
  const newest = new Map<OrderId, Message>();
  for (const message of messages) {
    const order = message.notice?.order;
    if (order && order.version > (newest.get(order.id)?.notice?.order.version ?? 0)) newest.set(order.id, message);
  }
  return newest;
}

export const isOver = (card: OrderCard): boolean => card.status === 'completed' || card.status === 'closed';

/** The order a conversation is about: the newest that is not over. */
export function openOrder(messages: readonly Message[]): OrderCard | null {
  let found: Message | null = null;
  for (const message of newestNotices(messages).values()) {
    if (!isOver(message.notice!.order) && message.seq > (found?.seq ?? 0)) found = message;
  }
  return found?.notice?.order ?? null;
}

/**
 * An amount as people write it in a field, in minor units of the currency; null when it is none. Both '.' and ',' may part the
 * fraction, and digits of any script count.
 */
export function parseAmount(text: string, digits: number): number | null {
  const plain = [...text.trim()].map(asciiDigit).join('').replace(/[٫,]/u, '.');
  const match = /^(\d{1,12})(?:\.(\d*))?$/u.exec(plain);
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > digits) return null;
  return Number(match[1]! + fraction.padEnd(digits, '0'));
}

function asciiDigit(char: string): string {
  const code = char.codePointAt(0)!;
  const zero = [0x0660, 0x06f0, 0x0966, 0xff10].find((first) => code >= first && code <= first + 9);
  return zero === undefined ? char : String(code - zero);
}

export const currencyDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** An amount for a field, with a point and no grouping. */
export const plainAmount = (minor: number, digits: number): string => (minor / 10 ** digits).toFixed(digits);
