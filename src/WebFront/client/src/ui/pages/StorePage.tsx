import { Avatar, LoadFailed, PresenceLine, ReplyBadge, Skeleton } from '../components/bits';
import { languageName, ProductGridSkeleton, ProductTile, regionName } from '../components/cards';
import { Icon } from '../components/Icon';
import { contactSeller } from '../contact';
import { useI18n } from '../i18n/context';
import { usePageTitle } from '../lib/tab';
import { useStore, type StoreDetails } from '../market';
import { usePresence, type PresenceView } from '../presence';
import { useAuth, useChat } from '../session';
import { NotFound } from './NotFound';

export function StorePage({ id }: { id: string }) {
  const { t, tn } = useI18n();
  const { data: store, failed, reload } = useStore(id);
  const presence = usePresence([id]);
  usePageTitle(store?.name ?? '');
  if (failed) return <LoadFailed retry={reload} page />;
  if (store === null) return <NotFound />;
  return (
    <div class="page">
      {store ? <StoreHead store={store} presence={presence} /> : <Skeleton width="100%" height="132px" />}
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
    </div>
  );
}

function StoreHead({ store, presence }: { store: StoreDetails; presence: PresenceView }) {
  const { t, lang } = useI18n();
  const { user } = useAuth();
  const own = useChat((state) => state.stores.some((mine) => mine.id === store.id));
  const speaks = new Intl.ListFormat(lang, { type: 'conjunction' }).format(
    store.languages.map((code) => languageName(code, lang)),
  );
  return (
    <header class="store-head">
      <Avatar id={store.id} name={store.name} image={store.image} size={96} store />
      <div class="store-head-text">
        <h1 dir="auto">{store.name}</h1>
        <p class="muted" dir="auto">
          {store.tagline}
        </p>
        <div class="store-head-facts">
          <PresenceLine presence={presence.of(store.id, store.presence)} now={presence.now} />
          <ReplyBadge store={store} />
          <span class="fact">
            <Icon name="pin" size={16} />
            <span class="sr">{t('shipsFrom')}</span> {regionName(store.country, lang)}
          </span>
          <span class="fact">
            <Icon name="globe" size={16} />
            <span class="sr">{t('speaks')}</span> {speaks}
          </span>
        </div>
      </div>
      {own ? (
        <p class="note">{t('contactOwn')}</p>
      ) : (
        <button
          type="button"
          class="btn primary big"
          data-testid="contact-seller"
          onClick={() => void contactSeller(user, store.id, null)}
        >
          <Icon name="chat" />
          {t('contactSeller')}
        </button>
      )}
    </header>
  );
}
