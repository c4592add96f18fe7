import type { ConversationId } from '../../sdk/protocol';
import { Avatar, PresenceLine, ReplyBadge } from '../components/bits';
import { languageName, regionName } from '../components/cards';
import { Icon } from '../components/Icon';
import { RatingLine } from '../components/Rating';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { useStore } from '../market';
import { usePresence } from '../presence';
import { useChat } from '../session';
import { ConversationOrders } from '../orders/ConversationOrders';
import { ProductCard } from './ProductCard';

interface ContextPaneProps {
  id: ConversationId;
  /** Set when the pane lies over the thread and can be closed. */
  onClose: (() => void) | null;
  showShortcuts: () => void;
}

export function ContextPane({ id, onClose, showShortcuts }: ContextPaneProps) {
  const { t } = useI18n();
  const summary = useChat((state) => state.conversations.get(id)?.summary ?? null);
  const me = useChat((state) => state.conversations.get(id)?.me ?? null);
  return (
    <aside class="pane-context" aria-label={t('details')}>
      <header class="context-head">
        <h2>{t('details')}</h2>
        {onClose && (
          <button type="button" class="icon-btn" aria-label={t('close')} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <section>
        <h3 class="label">{t('product')}</h3>
        {summary?.product ? <ProductCard product={summary.product} focusable /> : <p class="muted">{t('noProductYet')}</p>}
      </section>
      <ConversationOrders id={id} asStore={me?.startsWith('s:') ?? false} />
      {summary && me?.startsWith('s:') && (
        <section>
          <h3 class="label">{t('buyer')}</h3>
          <div class="seller-row">
            <Avatar id={summary.buyer.id} name={summary.buyer.name} size={48} />
            <div class="seller-text">
              <strong dir="auto">{summary.buyer.name}</strong>
              <span class="muted small-text ellipsis" dir="ltr">
                @{summary.buyer.id}
              </span>
            </div>
          </div>
        </section>
      )}
      <StoreCardSection id={id.slice(id.indexOf('~') + 1)} />
      <button type="button" class="btn plain context-keys" onClick={showShortcuts}>
        <Icon name="keys" />
        {t('shortcuts')}
        <kbd aria-hidden="true">?</kbd>
      </button>
    </aside>
  );
}

function StoreCardSection({ id }: { id: string }) {
  const { t, lang } = useI18n();
  const { data: store } = useStore(id);
  const presence = usePresence([id]);
  if (!store) return null;
  return (
    <section>
      <h3 class="label">{t('store')}</h3>
      <div class="seller-row">
        <Avatar id={store.id} name={store.name} image={store.image} size={48} store />
        <div class="seller-text">
          <Link to={`/store/${store.id}`} class="seller-name">
            <span dir="auto">{store.name}</span>
          </Link>
          <PresenceLine presence={presence.of(store.id, store.presence)} now={presence.now} />
        </div>
      </div>
      <p class="muted" dir="auto">
        {store.tagline}
      </p>
      <div class="context-figures">
        <Link to={`/store/${store.id}/reviews`} class="rating-link">
          <RatingLine rating={store.rating} />
        </Link>
        <ReplyBadge store={store} />
      </div>
      <dl class="facts-list">
        <div>
          <dt>{t('shipsFrom')}</dt>
          <dd>{regionName(store.country, lang)}</dd>
        </div>
        <div>
          <dt>{t('speaks')}</dt>
          <dd>{store.languages.map((code) => languageName(code, lang)).join(' · ')}</dd>
        </div>
      </dl>
    </section>
  );
}
