import type { Person } from './person';

const callTimeoutMs = 15_000;
const againAfterMs = 1_000;
const giveUpMs = 60_000;

interface OrderReply {
  readonly version: number;
  readonly order: { readonly id: string };
}

/** Places an order as a page does: repeats under the same id until an answer decides; pays every other one. */
export async function placeOrder(person: Person, product: string, pays: boolean): Promise<string | null> {
  const { store } = person.plan;
  const id = crypto.randomUUID();
  const placed = await decide(person, '/api/orders', { id, store, lines: [{ product, quantity: 1 }] });
  if (!placed) return null;
  if (pays) await decide(person, `/api/orders/${placed.order.id}/pay`, { id: crypto.randomUUID(), version: placed.version, method: 'card' });
  return placed.order.id;
}

async function decide(person: Person, path: string, body: { readonly id: string; readonly [field: string]: unknown }): Promise<OrderReply | null> {
  const { recorder, plan } = person;
  const origins = plan.urls.map((url) => new URL(url).origin);
  const until = Date.now() + giveUpMs;
  for (let attempt = 0; Date.now() < until; attempt++) {
    const call = recorder.add('order', 'invoke', { id: body.id });
    try {
      const response = await fetch(`${origins[attempt % origins.length]}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${plan.token}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(callTimeoutMs),
      });
      const answer = (await response.json()) as OrderReply & { error?: { code: number; temporary: boolean } };
      if (response.ok) {
        recorder.add('order', 'ok', { call, id: body.id, order: answer.order.id, version: answer.version });
        return answer;
      }
      const surely = answer.error?.temporary === false;
      recorder.add('order', surely ? 'fail' : 'info', { call, id: body.id, code: answer.error?.code ?? response.status });
      if (surely) return null;
    } catch {
      recorder.add('order', 'info', { call, id: body.id, code: 1006 });
    }
    await new Promise((resolve) => setTimeout(resolve, againAfterMs));
  }
  return null;
}
