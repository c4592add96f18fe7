import { isCount, isDeadline, isFields, isListOf, isMoney, isOrderCard, isProduct, isText } from './decode';
import type { Order, OrderReply, OrdersPage } from './orders';

const isLine = (value: unknown) =>
  isFields(value) && isCount(value['line']) && isProduct(value['product']) && ['quantity', 'shipped', 'cancelled'].every((name) => isCount(value[name]));

const isItem = (value: unknown) => isFields(value) && isCount(value['line']) && isCount(value['quantity']);

const isParcel = (value: unknown) =>
  isFields(value) && isCount(value['number']) && isText(value['tracking']) && isListOf(isItem)(value['items']) && isCount(value['shippedAt']);

const isRefund = (value: unknown) =>
  isFields(value) && isCount(value['number']) && isMoney(value['amount']) && isCount(value['dueAt']) && isText(value['status']);

const isStep = (value: unknown) =>
  isFields(value) && isCount(value['version']) && isText(value['change']) && isText(value['side']) && isCount(value['at']);

export function isOrder(value: unknown): value is Order {
  return (
    isFields(value) &&
    isText(value['id']) &&
    isText(value['conversation']) &&
    isText(value['buyer']) &&
    isText(value['store']) &&
    (value['side'] === 'buyer' || value['side'] === 'store' || value['side'] === 'staff') &&
    isCount(value['version']) &&
    isText(value['status']) &&
    isListOf(isLine)(value['lines']) &&
    isMoney(value['total']) &&
    (value['paid'] == null || isMoney(value['paid'])) &&
    isListOf(isParcel)(value['parcels']) &&
    (value['cancellation'] == null || isFields(value['cancellation'])) &&
    isListOf(isRefund)(value['refunds']) &&
    isListOf(isDeadline)(value['deadlines']) &&
    isFields(value['terms']) &&
    isListOf(isStep)(value['steps'])
  );
}

export function isOrderReply(value: unknown): value is OrderReply {
  return isFields(value) && isCount(value['version']) && isText(value['status']) && typeof value['duplicate'] === 'boolean' && isOrder(value['order']);
}

const isSummary = (value: unknown) => isFields(value) && isOrderCard(value['order']) && isText(value['buyer']) && isCount(value['placedAt']);

export function isOrders(value: unknown): value is OrdersPage {
  return isFields(value) && isListOf(isSummary)(value['orders']) && (value['next'] == null || isText(value['next']));
}
