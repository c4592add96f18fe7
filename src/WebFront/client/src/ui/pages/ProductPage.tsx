import { useState } from 'preact/hooks';
import type { ProductDetails, StoreCard } from '../../sdk/api';
import { ErrorCode } from '../../sdk/errors';
import { Avatar, LoadFailed, PresenceLine, ReplyBadge, Skeleton } from '../components/bits';
import { ProductTile } from '../components/cards';
import { Icon } from '../components/Icon';
import { RatingLine } from '../components/Rating';
import { buyNow } from '../buy';
import { contactSeller } from '../contact';
import { useI18n } from '../i18n/context';
import { errorWords } from '../lib/errors';
import { usePageTitle } from '../lib/tab';
import { Link } from '../lib/router';
import { money } from '../lib/time';
import { useProduct, useStore } from '../market';
import { Stepper } from '../orders/Stepper';
import { ProductReviews } from '../reviews/ReviewList';
import { usePresence, type PresenceView } from '../presence';
import { useAuth, useChat } from '../session';
import { NotFound } from './NotFound';

export function ProductPage({ id }: { id: string }) {
  const { data: product, failed, reload } = useProduct(id);
  const presence = usePresence(product ? [product.storeCard.id] : []);
  usePageTitle(product?.title ?? '');
  if (failed) return <LoadFailed retry={reload} page />;
  if (product === null) return <NotFound />;
  if (!product) return <ProductSkeleton />;
  return (
    <div class="page">
      <Crumbs store={product.storeCard} />
      <div class="product">
        <figure class="product-art">
          <img src={product.image} alt={product.title} width="640" height="640" />
        </figure>
        <Facts product={product} presence={presence} />
      </div>
      <ProductReviews product={product.id} />
      <MoreFromStore product={product} presence={presence} />
    </div>
  );
}

function Crumbs({ store }: { store: StoreCard }) {
  const { t } = useI18n();
  return (
    <nav class="crumbs" aria-label={t('back')}>
      <Link to="/">{t('home')}</Link>
      <Icon name="chevron" size={14} class="crumb-sep" />
      <Link to={`/store/${store.id}`} dir="auto">
        {store.name}
      </Link>
    </nav>
  );
}

function Facts({ product, presence }: { product: ProductDetails; presence: PresenceView }) {
  const i18n = useI18n();
  const store = product.storeCard;
  return (
    <div class="facts">
      <h1 dir="auto">{product.title}</h1>
      <p class="price big num">{money(product.price.minor, product.price.currency, i18n.lang)}</p>
      <Buy product={product} />
      <section class="seller" aria-labelledby="seller-title">
        <h2 id="seller-title" class="label">
          {i18n.t('soldBy')}
        </h2>
        <div class="seller-row">
          <Avatar id={store.id} name={store.name} image={store.image} size={56} store />
          <div class="seller-text">
            <Link to={`/store/${store.id}`} class="seller-name">
              <span dir="auto">{store.name}</span>
            </Link>
            <PresenceLine presence={presence.of(store.id, store.presence)} now={presence.now} />
            <Link to={`/store/${store.id}/reviews`} class="rating-link">
              <RatingLine rating={store.rating} />
            </Link>
            <ReplyBadge store={store} />
          </div>
          <Link to={`/store/${store.id}`} class="btn small">
            {i18n.t('visitStore')}
          </Link>
        </div>
      </section>
      <section aria-labelledby="about-title">
        <h2 id="about-title" class="label">
          {i18n.t('description')}
        </h2>
        <p class="description" dir="auto" lang={product.descriptionLang}>
          {product.description}
        </p>
      </section>
    </div>
  );
}

const quantityMax = 1_000;

/** Buying is the first thing to do here, asking the clear second. Nobody buys in their own shop. */
function Buy({ product }: { product: ProductDetails }) {
  const i18n = useI18n();
  const { user } = useAuth();
  const own = useChat((state) => state.stores.some((store) => store.id === product.storeCard.id));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState<'buy' | 'contact' | null>(null);
  const [quantity, setQuantity] = useState(1);
  if (own) return <p class="note">{i18n.t('contactOwn')}</p>;
  const run = async (what: 'buy' | 'contact') => {
    setBusy(what);
    setProblem(null);
    const error = what === 'buy' ? await buyNow(user, product, quantity) : await contactSeller(user, product.storeCard.id, product);
    setBusy(null);
    if (error) setProblem(what === 'buy' && error.code === ErrorCode.own_store ? i18n.t('errBuyOwn') : errorWords(error, i18n));
  };
  return (
    <div class="contact">
      <div class="buy-row">
        <Stepper label={i18n.t('buyQuantity')} value={quantity} min={1} max={quantityMax} testid="buy-quantity" onChange={setQuantity} />
        <button type="button" class="btn primary big" data-testid="buy-now" disabled={busy !== null} onClick={() => void run('buy')}>
          <Icon name="bag" />
          {i18n.t(busy === 'buy' ? 'buyPlacing' : 'buyNow')}
        </button>
      </div>
      <button type="button" class="btn big" data-testid="contact-seller" disabled={busy !== null} onClick={() => void run('contact')}>
        <Icon name="chat" />
        {i18n.t('contactSeller')}
      </button>
      <p class="muted small-text">{i18n.t('contactNote')}</p>
      {problem && (
        <p class="field-error" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function MoreFromStore({ product, presence }: { product: ProductDetails; presence: PresenceView }) {
  const { t } = useI18n();
  const { data } = useStore(product.storeCard.id);
  const others = (data?.products ?? []).filter((other) => other.id !== product.id).slice(0, 4);
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="more-title" class="more">
      <h2 id="more-title" class="section-title">
        {t('moreFromStore')}
      </h2>
      <div class="grid">
        {others.map((other) => (
          <ProductTile key={other.id} product={other} now={presence.now} />
        ))}
      </div>
    </section>
  );
}

function ProductSkeleton() {
  return (
    <div class="page" aria-busy="true">
      <div class="product">
        <div class="product-art skeleton" />
        <div class="facts">
          <Skeleton width="80%" height="32px" />
          <Skeleton width="30%" height="28px" />
          <Skeleton width="100%" height="48px" />
          <Skeleton width="100%" height="96px" />
          <Skeleton width="100%" height="120px" />
        </div>
      </div>
    </div>
  );
}
