import { useEffect, useState } from 'preact/hooks';
import { createOrders, type Order, type OrderReply } from '../../sdk/orders';
import { Intents } from '../../sdk/intents';
import { ErrorCode } from '../../sdk/errors';
import type { OrderCard, OrderId, Result } from '../../sdk/protocol';
import { browserStorage } from '../../sdk/storage';
import { useQuery } from '../lib/hooks';
import { api, currentAuth, sessionToken } from '../session';
import { cardOf } from './model';

export const orders = createOrders({ token: sessionToken });

/** Of this tab: another one is another person's click as far as the order is concerned, and the order decides between them. */
export const intents = new Intents(browserStorage(() => globalThis.sessionStorage));

/** The newest version seen of each order, as one person sees it: whoever signs in next starts with none. */
let known = new Map<OrderId, Order>();
let knownBy: string | null = null;
const listeners = new Set<() => void>();

function mine(): Map<OrderId, Order> {
  const me = currentAuth().user?.id ?? null;
  if (me !== knownBy) {
    known = new Map();
    knownBy = me;
  }
  return known;
}

export function learn(order: Order): void {
  if ((mine().get(order.id)?.version ?? 0) > order.version) return;
  mine().set(order.id, order);
  listeners.forEach((listener) => listener());
}

export const knownOrder = (id: OrderId): Order | null => mine().get(id) ?? null;

/** What was learnt of an order; redraws when there is more. */
export function useKnownOrder(id: OrderId): Order | null {
  const [order, setOrder] = useState(() => knownOrder(id));
  useEffect(() => {
    const listener = () => setOrder(knownOrder(id));
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, [id]);
  return order?.id === id ? order : knownOrder(id);
}

/** A card, or what is known since: after a click the answer is here before the notice. */
export function useNewestCard(card: OrderCard): OrderCard {
  const order = useKnownOrder(card.id);
  return order && order.version > card.version ? cardOf(order) : card;
}

export async function fetchOrder(id: OrderId): Promise<Result<{ order: Order }>> {
  const answer = await orders.get(id);
  if (answer.ok) learn(answer.order);
  return answer;
}

/** Runs a command once; whatever it came to, the newest order is known afterwards. */
export async function act(
  name: string,
  content: object,
  order: OrderId | null,
  command: (id: string) => Promise<Result<OrderReply>>,
): Promise<Result<OrderReply>> {
  const answer = await intents.act(name, content, command);
  if (answer.ok) learn(answer.order);
  else if (order && (answer.error.code === ErrorCode.order_changed || answer.error.code === ErrorCode.order_wrong_state)) {
    await fetchOrder(order);
  }
  return answer;
}

/** Whether payments happen here: only in the demo. */
export function useDemo(): boolean {
  const { data } = useQuery('demo', async () => {
    const answer = await api.demo();
    if (!answer.ok && answer.error.temporary) throw new Error(answer.error.name);
    return answer.ok ? answer.accounts : [];
  });
  return (data?.length ?? 0) > 0;
}
