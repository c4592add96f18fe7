import type { Product } from '../../sdk/protocol';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { money } from '../lib/time';

/** A product as it was when the message was sent. */
export function ProductCard({ product, focusable }: { product: Product; focusable: boolean }) {
  const { t, lang } = useI18n();
  return (
    <Link to={`/product/${product.id}`} class="product-card" tabIndex={focusable ? 0 : -1}>
      <img src={product.image} alt="" loading="lazy" width="64" height="64" />
      <span class="product-card-text">
        <strong dir="auto">{product.title}</strong>
        <span class="num">{money(product.price.minor, product.price.currency, lang)}</span>
        <span class="linkish">{t('viewProduct')}</span>
      </span>
    </Link>
  );
}
