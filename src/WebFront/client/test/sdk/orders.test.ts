import { expect, test } from 'vitest';
import { createOrders } from '../../src/sdk';
import type { Message, Order, OrderReply } from '../../src/sdk';
import { decodeEvents } from '../../src/sdk/decode';
import { isOrderReply } from '../../src/sdk/decodeOrders';
import { contract } from './contracts';

const notices = contract<Message[]>('order-notices.json');
const answer = contract<OrderReply>('order-answer.json');

/** A front end that notes what it is asked and gives one answer. */
function front(body: unknown, status = 200) {
  const asked: { method: string; path: string; body: unknown }[] = [];
  const orders = createOrders({
    token: () => 'a token',
    fetch: (url, init) => {
      asked.push({ method: init?.method ?? '', path: String(url), body: init?.body ? JSON.parse(String(init.body)) : null });
      return Promise.resolve(new Response(JSON.stringify(body), { status }));
    },
  });
  return { asked, orders };
}

test('A_notice_of_each_change_in_the_contract_is_understood', () => {
  const conversation = 'emma~casa-lumbre';
  const { events, damaged } = decodeEvents(notices.map((message) => ({ t: 'message', conversation, message })));
  expect(damaged).toBe(false);
  expect(events).toHaveLength(17);
  expect(new Set(notices.map((message) => message.notice!.type)).size).toBe(17);
});

test('The_answer_in_the_contract_is_understood_and_comes_through_as_it_is', async () => {
  expect(isOrderReply(answer)).toBe(true);
  const { asked, orders } = front(answer);
  const done = await orders.ship('4711471147114711', { id: 'an id', version: 3, tracking: 'AB123456', items: [{ line: 1, quantity: 2 }] });
  expect(done).toEqual({ ok: true, ...answer });
  expect(asked).toEqual([
    {
      method: 'POST',
      path: '/api/orders/4711471147114711/parcels',
      body: { id: 'an id', version: 3, tracking: 'AB123456', items: [{ line: 1, quantity: 2 }] },
    },
  ]);
});

test('An_order_that_is_not_as_documented_is_never_handed_on', async () => {
  const damaged = { ...answer.order, lines: [{ line: 1 }] } as unknown as Order;
  expect(await front(damaged).orders.get('1')).toMatchObject({ ok: false, error: { code: 1000 } });
  expect(await front({ ...answer, order: damaged }).orders.confirmReceipt('1', { id: 'x', version: 1 })).toMatchObject({ ok: false });
});

test('A_list_asks_for_what_was_given_and_nothing_else', async () => {
  const { asked, orders } = front({ orders: [], next: 'more' });
  expect(await orders.list({ store: 'casa-lumbre', group: 'toShip', limit: 10 })).toEqual({ ok: true, orders: [], next: 'more' });
  await orders.list();
  expect(asked.map((one) => one.path)).toEqual(['/api/orders?store=casa-lumbre&group=toShip&limit=10', '/api/orders']);
});

test('A_refusal_keeps_its_code_and_its_limit', async () => {
  const error = { code: 5003, name: 'order_changed', message: 'Changed.', temporary: false, limit: 6 };
  const refused = await front({ ok: false, error }, 409).orders.acceptCancellation('1', { id: 'x', version: 4 });
  expect(refused).toMatchObject({ ok: false, error: { code: 5003, limit: 6 } });
});
