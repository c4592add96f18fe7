import { LoadFailed, Skeleton } from '../components/bits';
import { ProductGridSkeleton, ProductTile } from '../components/cards';
import { StoreHead } from '../components/StoreHead';
import { useI18n } from '../i18n/context';
import { usePageTitle } from '../lib/tab';
import { useStore } from '../market';
import { usePresence } from '../presence';
import { StoreReviews } from '../reviews/ReviewList';
import { useChat } from '../session';
import { NotFound } from './NotFound';

export function StorePage({ id }: { id: string }) {
  const { t, tn } = useI18n();
  const { data: store, failed, reload } = useStore(id);
  const presence = usePresence([id]);
  const agent = useChat((state) => state.stores.some((mine) => mine.id === id));
  usePageTitle(store?.name ?? '');
  if (failed) return <LoadFailed retry={reload} page />;
  if (store === null) return <NotFound />;
  return (
    <div class="page">
      {store ? <StoreHead store={store} presence={presence} /> : <Skeleton width="100%" height="280px" />}
      <section aria-labelledby="products-title">
        <div class="section-head">
          <h2 id="products-title" class="section-title">
            {t('storeProducts')}
          </h2>
          {store && <p class="muted num">{tn('productCount', store.products.length)}</p>}
        </div>
        {store ? (
          <div class="grid">
            {store.products.map((product) => (
              <ProductTile key={product.id} product={product} now={presence.now} />
            ))}
          </div>
        ) : (
          <ProductGridSkeleton />
        )}
      </section>
      <StoreReviews store={id} brief agent={agent} />
    </div>
  );
}
