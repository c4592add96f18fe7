import { Avatar, LoadFailed, PresenceLine, Skeleton } from '../components/bits';
import { RatingLine } from '../components/Rating';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { usePageTitle } from '../lib/tab';
import { useStore } from '../market';
import { usePresence } from '../presence';
import { StoreReviews } from '../reviews/ReviewList';
import { useChat } from '../session';
import { NotFound } from './NotFound';

/** Everything buyers say about a store; its agents answer here. */
export function StoreReviewsPage({ id }: { id: string }) {
  const { t } = useI18n();
  const { data: store, failed, reload } = useStore(id);
  const presence = usePresence([id]);
  const agent = useChat((state) => state.stores.some((mine) => mine.id === id));
  usePageTitle(store ? t('storeReviews', { store: store.name }) : '');
  if (failed) return <LoadFailed retry={reload} page />;
  if (store === null) return <NotFound />;
  return (
    <div class="page narrow">
      {store ? (
        <header class="seller-row reviews-head">
          <Avatar id={store.id} name={store.name} image={store.image} size={64} store />
          <div class="seller-text">
            <h1>
              <Link to={`/store/${store.id}`} class="seller-name" dir="auto">
                {store.name}
              </Link>
            </h1>
            <RatingLine rating={store.rating} />
            <PresenceLine presence={presence.of(store.id, store.presence)} now={presence.now} />
          </div>
        </header>
      ) : (
        <Skeleton width="60%" height="64px" />
      )}
      <StoreReviews store={id} agent={agent} />
    </div>
  );
}
