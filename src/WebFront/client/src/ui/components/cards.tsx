import type { StoreCard } from '../../sdk/api';
import type { Presence, Product } from '../../sdk/protocol';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { money } from '../lib/time';
import { Avatar, PresenceDot, PresenceLine, ReplyBadge, Skeleton } from './bits';
import { presenceWords } from '../lib/market';
import { RatingLine } from './Rating';

interface ProductTileProps {
  product: Product;
  store?: StoreCard | undefined;
  presence?: Presence | null;
  now: number;
}

export function ProductTile({ product, store, presence = null, now }: ProductTileProps) {
  const i18n = useI18n();
  return (
    <article class="tile">
      <Link to={`/product/${product.id}`} class="tile-link" data-testid={`product-${product.id}`}>
        <div class="tile-art">
          <img src={product.image} alt="" loading="lazy" width="480" height="480" />
        </div>
        <h3 class="tile-title" dir="auto">
          {product.title}
        </h3>
      </Link>
      <p class="price num">{money(product.price.minor, product.price.currency, i18n.lang)}</p>
      {store && (
        <div class="tile-foot">
          <p class="tile-store">
            <PresenceDot presence={presence} />
            <span class="sr">{presenceWords(presence, now, i18n)}</span>
            <Link to={`/store/${store.id}`} class="ellipsis" dir="auto">
              {store.name}
            </Link>
          </p>
          <RatingLine rating={store.rating} />
          <ReplyBadge store={store} />
        </div>
      )}
    </article>
  );
}

export function StoreTile({ store, presence, now }: { store: StoreCard; presence: Presence | null; now: number }) {
  return (
    <Link to={`/store/${store.id}`} class="store-tile" data-testid={`store-${store.id}`}>
      <Avatar id={store.id} name={store.name} image={store.image} size={48} store />
      <span class="store-tile-text">
        <strong class="ellipsis" dir="auto">
          {store.name}
        </strong>
        <PresenceLine presence={presence} now={now} />
        <RatingLine rating={store.rating} />
      </span>
    </Link>
  );
}

export function ProductGridSkeleton() {
  return (
    <div class="grid" aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => (
        <div class="tile" key={i}>
          <div class="tile-art skeleton" />
          <Skeleton width="80%" height="16px" />
          <Skeleton width="40%" height="20px" />
        </div>
      ))}
    </div>
  );
}

/** Names of places and languages in the words of the reader. */
export function regionName(country: string, lang: string): string {
  return displayName('region', country.toUpperCase(), lang);
}

export function languageName(code: string, lang: string): string {
  return displayName('language', code, lang);
}

function displayName(type: 'region' | 'language', code: string, lang: string): string {
  try {
    return new Intl.DisplayNames(lang, { type }).of(code) ?? code;
  } catch {
    return code;
  }
}

