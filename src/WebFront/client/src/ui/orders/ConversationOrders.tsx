import { useMemo } from 'preact/hooks';
import type { ConversationId, Message, OrderCard as Card } from '../../sdk/protocol';
import { useI18n } from '../i18n/context';
import { useQuery } from '../lib/hooks';
import { useChat } from '../session';
import { OrderCard } from './OrderNotice';
import { newestNotices } from './model';
import { orders } from './store';

const shownMax = 3;
const none: readonly Message[] = [];

/** The newest orders of a conversation: as the messages here tell of them, and older ones by asking. */
export function ConversationOrders({ id, asStore }: { id: ConversationId; asStore: boolean }) {
  const { t } = useI18n();
  const messages = useChat((state) => state.conversations.get(id)?.messages ?? none);
  const [buyer = '', store = ''] = id.split('~');
  const { data } = useQuery(`orders of ${id} ${asStore}`, async () => {
    const answer = await orders.list({ limit: 50, ...(asStore ? { store } : {}) });
    if (!answer.ok) throw new Error(answer.error.name);
    return answer.orders.filter((one) => one.buyer === buyer && one.order.store === store).map((one) => one.order);
  });
  const cards = useMemo(() => {
    const newest = new Map<string, Card>((data ?? []).map((card) => [card.id, card]));
    for (const message of newestNotices(messages).values()) {
      const card = message.notice!.order;
      const held = newest.get(card.id);
      // One that only the messages know of was placed since, so it comes first.
      if (!held) newest.set(card.id, card);
      else if (card.version > held.version) newest.set(card.id, card);
    }
    const known = new Set((data ?? []).map((card) => card.id));
    return [...newest.values()].sort((a, b) => Number(known.has(a.id)) - Number(known.has(b.id))).slice(0, shownMax);
  }, [data, messages]);
  return (
    <section data-testid="context-orders">
      <h3 class="label">{t('orders')}</h3>
      {cards.length === 0 && <p class="muted">{t('orderNone')}</p>}
      {cards.map((card) => (
        <OrderCard key={card.id} card={card} side={asStore ? 'store' : 'buyer'} quiet />
      ))}
    </section>
  );
}
