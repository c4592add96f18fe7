import type { Person, Product, WireError } from '../sdk/protocol';
import { navigate } from './lib/router';
import { act, orders } from './orders/store';

/**
 * Places an order of one product and shows it. However often the answer is lost, it is one order; a new one may be placed as
 * soon as this one is. Somebody who is not signed in comes back here afterwards.
 */
export async function buyNow(user: Person | null, product: Product, quantity: number): Promise<WireError | null> {
  if (!user) {
    navigate(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    return null;
  }
  const { store } = product;
  const lines = [{ product: product.id, quantity }];
  const answer = await act(`place ${user.id} ${product.id}`, { lines }, null, (id) => orders.place({ id, store, lines }));
  if (!answer.ok) return answer.error;
  navigate(`/orders/${answer.order.id}`);
  return null;
}
