import { useEffect, useState } from 'preact/hooks';
import { ErrorCode } from '../../sdk/errors';
import type { Order, OrderSide } from '../../sdk/orders';
import type { OrderId, WireError } from '../../sdk/protocol';
import { LoadFailed, Skeleton, StatePanel } from '../components/bits';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { usePageTitle } from '../lib/tab';
import { useStoreNames } from '../market';
import { keepOpen } from '../messages/opened';
import { OrderReviews } from '../reviews/OrderReviews';
import { useAuth, useChat } from '../session';
import { ActButtons } from './acts';
import { StateChip } from './bits';
import { Countdown } from './Countdown';
import { cardOf } from './model';
import { OrderDialogs } from './OrderDialogs';
import { CancellationFacts, History, Lines, Parcels, Refunds, Sums, Terms } from './OrderFacts';
import { fetchOrder, useKnownOrder } from './store';
import { nextWords } from './words';

export interface Names {
  readonly buyer: string;
  readonly store: string;
}

/** One order: what is known of it on one side, what can be done on the other. */
export function OrderPage({ id }: { id: OrderId }) {
  const { t } = useI18n();
  const order = useKnownOrder(id);
  const [error, setError] = useState<WireError | null>(null);
  const load = () => {
    setError(null);
    void fetchOrder(id).then((answer) => {
      if (!answer.ok) setError(answer.error);
    });
  };
  useEffect(load, [id]);
  useLive(order, load);
  usePageTitle(order ? cardOf(order).title : t('order'));
  if (error?.code === ErrorCode.order_not_found) {
    return (
      <StatePanel icon="box" title={t('orderNotFound')} text={t('orderNotFoundText')} page>
        <Link to="/orders" class="btn">
          {t('orders')}
        </Link>
      </StatePanel>
    );
  }
  if (error && !order) return <LoadFailed retry={load} page />;
  return order ? <Loaded order={order} /> : <OrderSkeleton />;
}

/** Reads the order again when anything new is said in its conversation, and after a lost connection. */
function useLive(order: Order | null, load: () => void): void {
  const { client } = useAuth();
  const conversation = order && order.side !== 'staff' ? order.conversation : null;
  const head = useChat((state) => (conversation ? (state.conversations.get(conversation)?.summary?.head ?? 0) : 0));
  const online = useChat((state) => state.connection.name === 'online');
  useEffect(() => {
    if (client && conversation && online) void keepOpen(client, conversation);
  }, [client, conversation, online]);
  useEffect(() => {
    if (head > 0) load();
  }, [head]);
}

function useNames(order: Order): Names {
  const storeName = useStoreNames();
  const buyer = useChat((state) => state.conversations.get(order.conversation)?.summary?.buyer.name);
  const { user } = useAuth();
  return { store: storeName(order.store), buyer: buyer ?? (order.buyer === user?.id ? user.name : `@${order.buyer}`) };
}

const listOf = (order: Order): string => (order.side === 'store' ? `/store/${order.store}/orders` : '/orders');

function Loaded({ order }: { order: Order }) {
  const i18n = useI18n();
  const { t } = i18n;
  const names = useNames(order);
  return (
    <div class="page order-page">
      <nav class="crumbs" aria-label={t('back')}>
        <Link to={listOf(order)}>{t('orders')}</Link>
        <Icon name="chevron" size={14} class="crumb-sep" />
        <span dir="ltr" class="num">
          {order.id}
        </span>
      </nav>
      <header class="order-title">
        <h1 dir="auto">
          {cardOf(order).title}
          {order.lines.length > 1 && <small class="muted"> {i18n.tn('orderMore', order.lines.length - 1)}</small>}
        </h1>
        <StateChip status={order.status} />
      </header>
      <div class="order-columns">
        <div class="order-facts">
          <Lines order={order} />
          <Sums order={order} />
          <Parcels order={order} />
          <CancellationFacts order={order} />
          <Refunds order={order} />
          {order.status === 'completed' && order.side !== 'staff' && <OrderReviews key={order.version} orderId={order.id} side={order.side} />}
          <History order={order} names={names} />
          <Terms order={order} />
        </div>
        <Actions order={order} names={names} />
      </div>
      <OrderDialogs />
    </div>
  );
}

function Actions({ order, names }: { order: Order; names: Names }) {
  const { t } = useI18n();
  const card = cardOf(order);
  const next = nextWords(order.side, order.status);
  const others = order.deadlines.slice(1);
  return (
    <aside class="order-actions" aria-label={t('orderYourMove')}>
      {next && (
        <section>
          <h2 class="label">{t('orderNext')}</h2>
          <p class="order-next" data-testid="order-next">
            {t(next)}
          </p>
        </section>
      )}
      {card.deadline && <Countdown deadline={card.deadline} />}
      {others.map((deadline) => (
        <Countdown key={`${deadline.kind} ${deadline.at}`} deadline={deadline} />
      ))}
      <ActButtons card={card} side={order.side} idle="actNone" />
      {order.side !== 'staff' && <Talk order={order} name={otherOf(order.side, names)} />}
    </aside>
  );
}

const otherOf = (side: OrderSide, names: Names): string => (side === 'buyer' ? names.store : names.buyer);

function Talk({ order, name }: { order: Order; name: string }) {
  const { t } = useI18n();
  return (
    <Link to={`/messages/${order.conversation}`} class="btn order-talk" data-testid="order-talk">
      <Icon name="chat" size={18} />
      <span class="ellipsis">{t('orderTalk', { name })}</span>
    </Link>
  );
}

function OrderSkeleton() {
  return (
    <div class="page order-page" aria-busy="true">
      <Skeleton width="40%" height="32px" />
      <div class="order-columns">
        <div class="order-facts">
          <Skeleton width="100%" height="120px" />
          <Skeleton width="100%" height="200px" />
        </div>
        <div class="order-actions">
          <Skeleton width="100%" height="96px" />
          <Skeleton width="100%" height="48px" />
        </div>
      </div>
    </div>
  );
}
