import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderGroup, OrderSummary, OrdersPage as Page } from '../../sdk/orders';
import type { StoreId, WireError } from '../../sdk/protocol';
import { ErrorCode } from '../../sdk/errors';
import { LoadFailed, Skeleton, StatePanel } from '../components/bits';
import { Icon } from '../components/Icon';
import { Popover } from '../components/Popover';
import { useI18n } from '../i18n/context';
import { Link, navigate } from '../lib/router';
import { usePageTitle } from '../lib/tab';
import { dateOnly } from '../lib/time';
import { useStoreNames } from '../market';
import { NotFound } from '../pages/NotFound';
import { useAuth, useChat } from '../session';
import { ActButtons } from './acts';
import { OrderGist, StateChip } from './bits';
import { Countdown } from './Countdown';
import { OrderDialogs } from './OrderDialogs';
import { orders, useNewestCard } from './store';
import { groups } from './words';

const order: readonly OrderGroup[] = ['toPay', 'toShip', 'onTheWay', 'done'];

interface OrdersPageProps {
  /** Null: those I bought. */
  store: StoreId | null;
  group: string | null;
}

/** My orders, or those of a store I work for, by how far they are. */
export function OrdersPage({ store, group }: OrdersPageProps) {
  const { t } = useI18n();
  const chosen = order.find((name) => name === group) ?? (store === null ? 'toPay' : 'toShip');
  const base = store === null ? '/orders' : `/store/${store}/orders`;
  usePageTitle(t('orders'));
  return (
    <div class="page orders-page">
      <header class="orders-head">
        <h1>{t('orders')}</h1>
        <Whose store={store} />
      </header>
      <Tabs base={base} chosen={chosen} />
      <div id="orders-panel" role="tabpanel" aria-labelledby={`tab-${chosen}`}>
        <List key={`${base} ${chosen}`} store={store} group={chosen} />
      </div>
      <OrderDialogs />
    </div>
  );
}

/** Switches between my purchases and the stores I answer for. */
function Whose({ store }: { store: StoreId | null }) {
  const { t } = useI18n();
  const stores = useChat((state) => state.stores);
  if (stores.length === 0) return null;
  const views = [{ id: null as StoreId | null, name: t('myPurchases') }, ...stores];
  const shown = views.find((view) => view.id === store) ?? views[0]!;
  return (
    <Popover
      label={`${t('orderView')}: ${shown.name}`}
      buttonClass="inbox-btn"
      class="inbox-switch"
      testid="orders-switch"
      button={
        <>
          <Icon name={shown.id === null ? 'user' : 'store'} size={18} />
          <span class="ellipsis" dir="auto">
            {shown.name}
          </span>
          <Icon name="chevron" size={18} />
        </>
      }
    >
      {(close) => (
        <div role="radiogroup" aria-label={t('orderView')} class="choices">
          {views.map((view) => (
            <button
              key={view.id ?? ''}
              type="button"
              role="radio"
              class="choice"
              aria-checked={view.id === store}
              data-testid={`orders-of-${view.id ?? 'mine'}`}
              onClick={() => {
                close();
                navigate(view.id === null ? '/orders' : `/store/${view.id}/orders`);
              }}
            >
              <Icon name={view.id === null ? 'user' : 'store'} size={18} />
              <span class="choice-text ellipsis" dir="auto">
                {view.name}
              </span>
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}

/** One Tab stop; arrows, Home and End move between the groups and show them. */
function Tabs({ base, chosen }: { base: string; chosen: OrderGroup }) {
  const { t, dir } = useI18n();
  const list = useRef<HTMLDivElement>(null);
  const show = (group: OrderGroup) => navigate(`${base}?group=${group}`, { replace: true });
  const onKeyDown = (event: KeyboardEvent) => {
    const at = order.indexOf(chosen);
    const on = dir === 'rtl' ? -1 : 1;
    const to = { ArrowRight: at + on, ArrowLeft: at - on, Home: 0, End: order.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = order[(to + order.length) % order.length]!;
    show(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t('orderGroups')} ref={list} onKeyDown={onKeyDown}>
      {order.map((group) => (
        <button
          key={group}
          id={`tab-${group}`}
          type="button"
          role="tab"
          class="tab"
          aria-selected={group === chosen}
          aria-controls="orders-panel"
          tabIndex={group === chosen ? 0 : -1}
          data-testid={`orders-${group}`}
          onClick={() => show(group)}
        >
          <Icon name={groups[group].icon} size={18} />
          {t(groups[group].words)}
        </button>
      ))}
    </div>
  );
}

const pageMax = 20;

/** The pages loaded so far; read again from the top when a notice of any order arrives. */
function useOrders(store: StoreId | null, group: OrderGroup) {
  const [pages, setPages] = useState<readonly OrderSummary[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [loadingMore, setLoadingMore] = useState(false);
  const asked = useRef(0);
  const ask = (before: string | null, limit: number) =>
    orders.list({ group, limit, ...(store === null ? {} : { store }), ...(before === null ? {} : { before }) });

  const reload = () => {
    const mine = ++asked.current;
    setError(null);
    void ask(null, Math.min(50, Math.max(pageMax, pages?.length ?? 0))).then((answer) => {
      if (mine !== asked.current) return;
      if (answer.ok) show(answer, []);
      else setError(answer.error);
    });
  };
  const show = (page: Page, before: readonly OrderSummary[]) => {
    const held = new Set(before.map((one) => one.order.id));
    setPages([...before, ...page.orders.filter((one) => !held.has(one.order.id))]);
    setNext(page.next ?? null);
  };
  const more = () => {
    if (next === null || loadingMore) return;
    const mine = asked.current;
    setLoadingMore(true);
    void ask(next, pageMax).then((answer) => {
      setLoadingMore(false);
      if (mine !== asked.current) return;
      if (answer.ok) show(answer, pages ?? []);
      else setError(answer.error);
    });
  };

  const heard = useChat(noticesHeard);
  useEffect(reload, [heard]);
  return { pages, next, error, loadingMore, reload, more };
}

/** A number that grows with each notice that arrives, and with each new connection, over which some may have been missed. */
function noticesHeard(state: { conversations: ReadonlyMap<string, { summary: { last?: { kind: string; seq: number } | null } | null }>; connection: { name: string } }) {
  let sum = state.connection.name === 'online' ? 0.5 : 0;
  for (const { summary } of state.conversations.values()) {
    if (summary?.last?.kind === 'system') sum += summary.last.seq;
  }
  return sum;
}

function List({ store, group }: { store: StoreId | null; group: OrderGroup }) {
  const { t } = useI18n();
  const { client } = useAuth();
  const { pages, next, error, loadingMore, reload, more } = useOrders(store, group);
  // The names of buyers are those of the conversations, which the newest orders have just moved to the top of the list.
  useEffect(() => {
    if (client && store !== null) void client.loadInbox({ store, filter: 'all' });
  }, [client, store]);

  if (error?.code === ErrorCode.store_not_found) return <NotFound />;
  if (error && !pages) return <LoadFailed retry={reload} />;
  if (!pages) {
    return (
      <div class="order-list" aria-busy="true">
        {Array.from({ length: 3 }, (_, i) => (
          <Skeleton key={i} width="100%" height="112px" />
        ))}
      </div>
    );
  }
  if (pages.length === 0) {
    return (
      <StatePanel icon={groups[group].icon} title={t(groups[group].empty)} text={t(groups[group].emptyText)}>
        {store === null && (
          <Link to="/" class="btn">
            {t('browse')}
          </Link>
        )}
      </StatePanel>
    );
  }
  return (
    <>
      <ul class="order-list">
        {pages.map((summary) => (
          <Row key={summary.order.id} summary={summary} store={store} />
        ))}
      </ul>
      {next !== null && (
        <button type="button" class="btn more-rows" disabled={loadingMore} data-testid="orders-more" onClick={more}>
          {t('loadMore')}
        </button>
      )}
    </>
  );
}

function Row({ summary, store }: { summary: OrderSummary; store: StoreId | null }) {
  const { t, lang } = useI18n();
  const card = useNewestCard(summary.order);
  const storeName = useStoreNames();
  const conversation = `${summary.buyer}~${card.store}` as const;
  const buyerName = useChat((state) => state.conversations.get(conversation)?.summary?.buyer.name ?? `@${summary.buyer}`);
  const other = store === null ? storeName(card.store) : buyerName;
  return (
    <li class="order-row" data-testid={`order-row-${card.id}`}>
      <div class="order-row-top">
        <span class="order-row-who">
          <Icon name={store === null ? 'store' : 'user'} size={16} />
          <span class="ellipsis" dir="auto">
            {other}
          </span>
        </span>
        <time class="muted small-text" dateTime={new Date(summary.placedAt).toISOString()}>
          {t('orderPlacedOn', { date: dateOnly(summary.placedAt, lang) })}
        </time>
      </div>
      <Link to={`/orders/${card.id}`} class="order-card-head" data-testid="order-open">
        <OrderGist card={card} />
        <StateChip status={card.status} />
        <span class="sr">{t('orderOpen')}</span>
      </Link>
      <div class="order-row-foot">
        {card.deadline && <Countdown deadline={card.deadline} />}
        <ActButtons card={card} side={store === null ? 'buyer' : 'store'} />
      </div>
    </li>
  );
}
