import { useMemo, useState } from 'preact/hooks';
import type { ProductDetails, StoreCard } from '../../sdk/api';
import { LoadFailed, Skeleton, StatePanel } from '../components/bits';
import { ProductGridSkeleton, ProductTile, StoreTile } from '../components/cards';
import { useI18n } from '../i18n/context';
import { useMarket } from '../market';
import { filterProducts, type MarketFilter } from '../lib/market';
import { navigate } from '../lib/router';
import { usePresence, type PresenceView } from '../presence';

export function Home({ query }: { query: string }) {
  const { t } = useI18n();
  const [filter, setFilter] = useState<MarketFilter>('all');
  const { stores, products, failed, reload } = useMarket();
  const ids = useMemo(() => (stores ?? []).map((store) => store.id), [stores]);
  const presence = usePresence(ids);

  if (failed) return <LoadFailed retry={reload} page />;
  return (
    <div class="page">
      {query === '' && (
        <section class="hero">
          <div class="hero-text">
            <h1>{t('heroTitle')}</h1>
            <p>{t('heroText')}</p>
          </div>
          <div class="hero-chat" aria-hidden="true">
            <p class="hero-bubble own">{t('heroAsk')}</p>
            <p class="hero-bubble">{t('heroAnswer')}</p>
          </div>
        </section>
      )}
      {query === '' && <StoreStrip stores={stores} presence={presence} />}
      <Products
        products={products}
        presence={presence}
        query={query}
        filter={filter}
        onFilter={setFilter}
      />
    </div>
  );
}

function StoreStrip({ stores, presence }: { stores: readonly StoreCard[] | undefined; presence: PresenceView }) {
  const { t } = useI18n();
  return (
    <section aria-labelledby="stores-title">
      <h2 id="stores-title" class="section-title">
        {t('stores')}
      </h2>
      <ul class="strip" tabIndex={0} aria-labelledby="stores-title">
        {stores
          ? stores.map((store) => (
              <li key={store.id}>
                <StoreTile store={store} presence={presence.of(store.id, store.presence)} now={presence.now} />
              </li>
            ))
          : Array.from({ length: 6 }, (_, i) => (
              <li key={i}>
                <Skeleton width="272px" height="90px" />
              </li>
            ))}
      </ul>
    </section>
  );
}

interface ProductsProps {
  products: readonly ProductDetails[] | undefined;
  presence: PresenceView;
  query: string;
  filter: MarketFilter;
  onFilter: (filter: MarketFilter) => void;
}

function Products({ products, presence, query, filter, onFilter }: ProductsProps) {
  const { t, tn } = useI18n();
  const labels: Record<MarketFilter, string> = { all: t('filterAll'), online: t('filterOnline'), fast: t('filterFast') };
  const online = (store: StoreCard) => presence.of(store.id, store.presence)?.status === 'online';
  const shown = filterProducts(products ?? [], query, filter, online);
  return (
    <section aria-labelledby="products-title">
      <div class="section-head">
        <h2 id="products-title" class="section-title">
          {query === '' ? t('allProducts') : <span dir="auto">“{query}”</span>}
        </h2>
        {products && (
          <p class="muted num" role="status">
            {tn('productCount', shown.length)}
          </p>
        )}
        <div class="filters" role="group" aria-label={t('productFilter')}>
          {(Object.keys(labels) as MarketFilter[]).map((name) => (
            <button type="button" class="filter" key={name} aria-pressed={filter === name} onClick={() => onFilter(name)}>
              {labels[name]}
            </button>
          ))}
        </div>
      </div>
      {!products && <ProductGridSkeleton />}
      {products && shown.length === 0 && (
        <StatePanel icon="search" title={t('noProducts')} text={t('noProductsText')}>
          <button
            type="button"
            class="btn"
            onClick={() => {
              onFilter('all');
              navigate('/');
            }}
          >
            {t('showAll')}
          </button>
        </StatePanel>
      )}
      <div class="grid">
        {shown.map((product) => (
          <ProductTile
            key={product.id}
            product={product}
            store={product.storeCard}
            presence={presence.of(product.storeCard.id, product.storeCard.presence)}
            now={presence.now}
          />
        ))}
      </div>
    </section>
  );
}
