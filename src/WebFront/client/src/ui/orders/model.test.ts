import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Message, OrderCard, OrderStatus } from '../../sdk/protocol';
import type { OrderReply } from '../../sdk/orders';
import { actsOf, cardOf, currencyDigits, extendableDays, leftOf, mainAct, newestNotices, openOrder, parseAmount, plainAmount, refundable } from './model';

const read = (name: string) => readFileSync(new URL(`../../../../../../tests/Contracts/${name}.json`, import.meta.url), 'utf8');
const messages = JSON.parse(read('order-notices')) as Message[];
const { order } = JSON.parse(read('order-answer')) as OrderReply;
const card = (status: OrderStatus, refunded = 0): OrderCard => ({ ...cardOf(order), status, refunded: { minor: refunded, currency: 'EUR' } });

describe('what a side may do', () => {
  it.each<[OrderStatus, string, string]>([
    ['awaitingPayment', 'pay', ''],
    ['paymentCheck', '', ''],
    ['awaitingShipment', 'cancel', 'ship refund'],
    ['cancellationRequested', '', 'accept shipped ship refund'],
    ['shipped', 'receipt', 'extend refund'],
    ['protection', 'receipt', 'refund'],
    ['completed', 'again', 'refund'],
    ['closed', 'again', ''],
  ])('%s', (status, buyer, store) => {
    expect(actsOf(card(status), 'buyer', true).join(' ')).toBe(buyer);
    expect(actsOf(card(status), 'store', true).join(' ')).toBe(store);
    expect(actsOf(card(status), 'staff', true)).toEqual([]);
  });

  it('pays only in the demo and refunds no more than was paid', () => {
    expect(actsOf(card('awaitingPayment'), 'buyer', false)).toEqual([]);
    expect(actsOf(card('completed', 25_800), 'store', true)).toEqual([]);
  });

  it('is loud only where the order waits for this side', () => {
    expect(mainAct(card('shipped'), 'buyer', true)).toBe('receipt');
    expect(mainAct(card('awaitingShipment'), 'buyer', true)).toBeNull();
    expect(mainAct(card('awaitingShipment'), 'store', true)).toBe('ship');
    expect(mainAct(card('shipped'), 'store', true)).toBeNull();
  });
});

describe('an order', () => {
  it('makes the card that the server would', () => {
    expect(cardOf(order)).toEqual({
      id: '4711471147114711',
      store: 'casa-lumbre',
      version: 7,
      status: 'shipped',
      title: 'Jarra azul',
      image: '/art/jarra-azul.svg',
      units: 10,
      total: { minor: 25_800, currency: 'EUR' },
      refunded: { minor: 5_800, currency: 'EUR' },
      deadline: order.deadlines[0],
    });
  });

  it('knows what is left to ship, to extend and to refund', () => {
    expect(order.lines.map(leftOf)).toEqual([0, 0]);
    expect(extendableDays(order)).toBe(60);
    expect(extendableDays({ ...order, deliveryExtendableUntil: null })).toBe(0);
    expect(refundable(order)).toBe(20_000);
  });
});

describe('notices', () => {
  it('show the card under the newest of each order, whatever came in between', () => {
    const other = { ...messages[0]!, seq: 99, notice: { ...messages[0]!.notice!, order: { ...messages[0]!.notice!.order, id: '1' } } };
    const newest = newestNotices([...messages, { ...other, seq: 100, kind: 'text', notice: null }, other]);
    expect(newest.get('4711471147114711')).toBe(messages.at(-1));
    expect(newest.get('1')).toBe(other);
    expect(newest.size).toBe(2);
  });

  it('name the open order of a conversation, and none when all are over', () => {
    expect(openOrder(messages.slice(0, 5))?.status).toBe('shipped');
    expect(openOrder(messages)).toBeNull();
    expect(openOrder([])).toBeNull();
  });
});

describe('amounts', () => {
  it.each([
    ['12.50', 2, 1250],
    ['12,5', 2, 1250],
    [' 12 ', 2, 1200],
    ['١٢٫٥', 2, 1250],
    ['0.01', 2, 1],
    ['1000', 0, 1000],
    ['1.234', 3, 1234],
  ])('%s with %d digits', (text, digits, minor) => {
    expect(parseAmount(text, digits)).toBe(minor);
  });

  it.each([['', 2], ['x', 2], ['1.234', 2], ['1.5', 0], ['-1', 2], ['1 000', 2], ['1e3', 2]])('refuses "%s" with %d digits', (text, digits) => {
    expect(parseAmount(text, digits)).toBeNull();
  });

  it('follow the currency', () => {
    expect([currencyDigits('EUR'), currencyDigits('JPY')]).toEqual([2, 0]);
    expect([plainAmount(1250, 2), plainAmount(1250, 0)]).toEqual(['12.50', '1250']);
  });
});
