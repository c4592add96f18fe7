import type { CancellationReason, Message, Notice, OrderChange, OrderDeadline, OrderStatus } from '../../sdk/protocol';
import type { OrderGroup, OrderSide } from '../../sdk/orders';
import type { IconName } from '../components/Icon';
import type { TextKey, Translator } from '../i18n/index';
import { days, money } from '../lib/time';

/** What an order is called in each state, and how loudly. Never by colour alone: each has a word and a shape. */
export const states: Record<OrderStatus, { words: TextKey; icon: IconName; tone: '' | 'amber' | 'red' | 'good' }> = {
  awaitingPayment: { words: 'stateAwaitingPayment', icon: 'card', tone: 'amber' },
  paymentCheck: { words: 'statePaymentCheck', icon: 'clock', tone: '' },
  awaitingShipment: { words: 'stateAwaitingShipment', icon: 'box', tone: '' },
  cancellationRequested: { words: 'stateCancellationRequested', icon: 'alert', tone: 'red' },
  shipped: { words: 'stateShipped', icon: 'truck', tone: 'good' },
  protection: { words: 'stateProtection', icon: 'shield', tone: 'good' },
  completed: { words: 'stateCompleted', icon: 'check', tone: 'good' },
  closed: { words: 'stateClosed', icon: 'close', tone: '' },
};

export const groups: Record<OrderGroup, { words: TextKey; empty: TextKey; emptyText: TextKey; icon: IconName }> = {
  toPay: { words: 'orderToPay', empty: 'orderEmptyToPay', emptyText: 'orderEmptyToPayText', icon: 'card' },
  toShip: { words: 'orderToShip', empty: 'orderEmptyToShip', emptyText: 'orderEmptyToShipText', icon: 'box' },
  onTheWay: { words: 'orderOnTheWay', empty: 'orderEmptyOnTheWay', emptyText: 'orderEmptyOnTheWayText', icon: 'truck' },
  done: { words: 'orderDone', empty: 'orderEmptyDone', emptyText: 'orderEmptyDoneText', icon: 'check' },
};

export const deadlines: Record<OrderDeadline['kind'], { left: TextKey; then: TextKey }> = {
  payment: { left: 'leftPayment', then: 'thenPayment' },
  paymentCheck: { left: 'leftPaymentCheck', then: 'thenPaymentCheck' },
  cancellationAnswer: { left: 'leftCancellationAnswer', then: 'thenCancellationAnswer' },
  delivery: { left: 'leftDelivery', then: 'thenDelivery' },
  protection: { left: 'leftProtection', then: 'thenProtection' },
  refund: { left: 'leftRefund', then: 'thenRefund' },
};

export const reasons: Record<CancellationReason, TextKey> = {
  changedMind: 'reasonChangedMind',
  wrongItem: 'reasonWrongItem',
  wrongAddress: 'reasonWrongAddress',
  tooSlow: 'reasonTooSlow',
  sellerAsked: 'reasonSellerAsked',
  other: 'reasonOther',
};

const next: Record<'buyer' | 'store', Record<OrderStatus, TextKey>> = {
  buyer: {
    awaitingPayment: 'nextBuyerAwaitingPayment',
    paymentCheck: 'nextBuyerPaymentCheck',
    awaitingShipment: 'nextBuyerAwaitingShipment',
    cancellationRequested: 'nextBuyerCancellationRequested',
    shipped: 'nextBuyerShipped',
    protection: 'nextBuyerProtection',
    completed: 'nextBuyerCompleted',
    closed: 'nextBuyerClosed',
  },
  store: {
    awaitingPayment: 'nextStoreAwaitingPayment',
    paymentCheck: 'nextStorePaymentCheck',
    awaitingShipment: 'nextStoreAwaitingShipment',
    cancellationRequested: 'nextStoreCancellationRequested',
    shipped: 'nextStoreShipped',
    protection: 'nextStoreProtection',
    completed: 'nextStoreCompleted',
    closed: 'nextStoreClosed',
  },
};

/** What happens next, in one sentence for this side. */
export const nextWords = (side: OrderSide, status: OrderStatus): TextKey | null =>
  side === 'staff' ? null : (next[side][status] ?? null);

interface Wording {
  readonly icon: IconName;
  /** Whose doing it is, when it is one side's. */
  readonly by?: 'buyer';
  readonly buyer: TextKey;
  readonly store: TextKey;
}

/** Each change as either side reads it. */
const changes: Record<OrderChange, Wording> = {
  placed: { icon: 'bag', by: 'buyer', buyer: 'noticePlacedMine', store: 'noticePlaced' },
  paid: { icon: 'card', by: 'buyer', buyer: 'noticePaidMine', store: 'noticePaid' },
  paymentChecked: { icon: 'check', buyer: 'noticePaymentCheckedBuyer', store: 'noticePaymentCheckedStore' },
  parcelShipped: { icon: 'box', buyer: 'noticeParcelShipped', store: 'noticeParcelShippedMine' },
  shipped: { icon: 'truck', buyer: 'noticeShipped', store: 'noticeShippedMine' },
  cancellationRequested: { icon: 'alert', by: 'buyer', buyer: 'noticeCancellationRequestedMine', store: 'noticeCancellationRequested' },
  cancellationAccepted: { icon: 'close', buyer: 'noticeCancellationAccepted', store: 'noticeCancellationAcceptedMine' },
  alreadyShipped: { icon: 'truck', buyer: 'noticeAlreadyShipped', store: 'noticeAlreadyShippedMine' },
  cancellationExpired: { icon: 'close', buyer: 'noticeCancellationExpiredBuyer', store: 'noticeCancellationExpiredStore' },
  deliveryExtended: { icon: 'clock', buyer: 'noticeDeliveryExtended', store: 'noticeDeliveryExtendedMine' },
  deliveryEnded: { icon: 'shield', buyer: 'noticeDeliveryEnded', store: 'noticeDeliveryEnded' },
  receiptConfirmed: { icon: 'check', by: 'buyer', buyer: 'noticeReceiptConfirmedMine', store: 'noticeReceiptConfirmed' },
  protectionEnded: { icon: 'check', buyer: 'noticeProtectionEnded', store: 'noticeProtectionEnded' },
  paymentExpired: { icon: 'close', buyer: 'noticePaymentExpired', store: 'noticePaymentExpired' },
  refundGranted: { icon: 'refund', buyer: 'noticeRefundGranted', store: 'noticeRefundGranted' },
  refundPaid: { icon: 'refund', buyer: 'noticeRefundPaid', store: 'noticeRefundPaid' },
  refundOverdue: { icon: 'alert', buyer: 'noticeRefundOverdue', store: 'noticeRefundOverdue' },
};

export const changeIcon = (change: OrderChange): IconName => changes[change]?.icon ?? 'info';

interface Names {
  readonly buyer: string;
  readonly store: string;
}

/** A name in its own direction, whatever the sentence around it is written in. */
const isolated = (name: string): string => `\u2068${name}\u2069`;

/** What happened, in the reader's words; null for a kind that is not known yet. Staff read of either side what the other reads. */
export function changeWords(change: OrderChange, side: OrderSide, names: Names, i18n: Translator): string | null {
  const wording = changes[change];
  if (!wording) return null;
  const reader = side === 'staff' ? (wording.by === 'buyer' ? 'store' : 'buyer') : side;
  return i18n.t(wording[reader], { name: isolated(names[reader === 'buyer' ? 'store' : 'buyer']) });
}

/** What belongs to it: an amount, a tracking number, a reason. */
export function noticeDetail(notice: Notice, i18n: Translator): string {
  const { amount, reason, days: more, tracking, carrier } = notice;
  const parts = [
    tracking,
    carrier,
    amount && money(amount.minor, amount.currency, i18n.lang),
    reason && i18n.t(reasons[reason] ?? 'reasonOther'),
    more && days(more, i18n.lang),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** A message for one line of a list, a notification or a screen reader: notices in the reader's words, texts as they are. */
export function messageWords(message: Message, me: string, otherName: string, i18n: Translator): string {
  if (!message.notice) return message.body;
  const names = { buyer: otherName, store: otherName };
  return changeWords(message.notice.type, me.startsWith('s:') ? 'store' : 'buyer', names, i18n) ?? message.body;
}
