import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { createApi, createOrders, type OrdersApi } from '../../../src/WebFront/client/src/sdk';
import { demoPassword, soonMs } from './people';
import type { ChatServer } from './server';

/** Settings under which an order can be shipped a moment after it was paid. */
export const quickOrders = ['--Chat:Policy:OrderPaymentCheck=00:00:01', '--Chat:Policy:DeadlineSweep=00:00:01'] as const;

async function ordersOf(server: ChatServer, account: string): Promise<OrdersApi> {
  const session = await createApi({ base: server.url }).signIn({ name: account, password: demoPassword });
  if (!session.ok) throw new Error(`${account} cannot sign in: ${session.error.name}`);
  return createOrders({ base: server.url, token: () => session.token });
}

interface Purchase {
  readonly buyer: string;
  readonly store: string;
  readonly agent: string;
  readonly products: readonly string[];
}

/** Buys, pays, ships and receives, each by who does it in life; answers the completed order's id. */
export async function completedOrder(server: ChatServer, { buyer, store, agent, products }: Purchase): Promise<string> {
  const [mine, theirs] = await Promise.all([ordersOf(server, buyer), ordersOf(server, agent)]);
  const placed = await mine.place({ id: randomUUID(), store, lines: products.map((product) => ({ product, quantity: 1 })) });
  if (!placed.ok) throw new Error(`not placed: ${placed.error.name}`);
  const { id } = placed.order;
  const version = async () => {
    const now = await mine.get(id);
    if (!now.ok) throw new Error(now.error.name);
    return now.order.version;
  };
  expect(await mine.pay(id, { id: randomUUID(), version: await version(), method: 'card' })).toMatchObject({ ok: true });
  await vi.waitFor(async () => expect(await mine.get(id)).toMatchObject({ ok: true, order: { status: 'awaitingShipment' } }), {
    timeout: soonMs,
    interval: 100,
  });
  expect(await theirs.ship(id, { id: randomUUID(), version: await version(), tracking: 'LP00112233445', carrier: 'Post' })).toMatchObject({ ok: true });
  expect(await mine.confirmReceipt(id, { id: randomUUID(), version: await version() })).toMatchObject({ ok: true, status: 'completed' });
  return id;
}
