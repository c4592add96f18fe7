import type { StoreCard } from '../../sdk/api';
import { contactSeller } from '../contact';
import { useI18n } from '../i18n/context';
import { presenceWords, replyWords } from '../lib/market';
import { ratingWords } from '../lib/reviews';
import { Link } from '../lib/router';
import { percent } from '../lib/time';
import type { PresenceView } from '../presence';
import { useAuth, useChat } from '../session';
import { Avatar, PresenceDot } from './bits';
import { languageName, regionName } from './cards';
import { Icon } from './Icon';
import { Histogram, Star } from './Rating';

/** Who a store is, and what is known of how it does. */
export function StoreHead({ store, presence }: { store: StoreCard; presence: PresenceView }) {
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
        <div class="store-head-own">
          <p class="note">{t('contactOwn')}</p>
          <Link to={`/store/${store.id}/reviews`} class="btn" data-testid="answer-reviews">
            <Icon name="star" />
            {t('reviews')}
          </Link>
        </div>
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
      <div class="store-figures">
        <RatingFigure store={store} />
        <PresenceFigure store={store} presence={presence} />
        <ReplyFigure store={store} />
      </div>
    </header>
  );
}

function RatingFigure({ store }: { store: StoreCard }) {
  const i18n = useI18n();
  const { rating } = store;
  const { known, share, text } = ratingWords(rating, i18n);
  const months = rating ? i18n.tn('ratingMonths', rating.months) : '';
  return (
    <section class="figure rating-figure" aria-label={months || i18n.t('reviews')} data-testid="store-rating" data-known={known}>
      <div class="figure-main">
        <p class="figure-value num" data-known={known}>
          <Star full={known} size={22} />
          {share ?? text}
        </p>
        {share && rating && <p class="figure-words num">{i18n.tn('ratingCount', rating.count)}</p>}
        <p class="muted small-text">{known || !rating ? months : i18n.tn('ratingFewText', rating.minimum)}</p>
      </div>
      {rating && rating.count > 0 && <Histogram counts={rating.stars} />}
    </section>
  );
}

function PresenceFigure({ store, presence }: { store: StoreCard; presence: PresenceView }) {
  const i18n = useI18n();
  const now = presence.of(store.id, store.presence);
  return (
    <section class="figure" aria-label={i18n.t('presenceNow')}>
      <p class="label">{i18n.t('presenceNow')}</p>
      <p class="figure-words">
        <PresenceDot presence={now} />
        {presenceWords(now, presence.now, i18n)}
      </p>
    </section>
  );
}

function ReplyFigure({ store }: { store: StoreCard }) {
  const i18n = useI18n();
  const { replyTime } = store;
  return (
    <section class="figure" aria-label={i18n.t('answersLabel')}>
      <p class="label">{i18n.t('answersLabel')}</p>
      {replyTime ? (
        <>
          <p class="figure-words">
            <Icon name="bolt" size={16} />
            {replyWords(replyTime.medianMs, i18n)}
          </p>
          <p class="muted small-text">{i18n.t('repliesShare', { share: percent(replyTime.share, i18n.lang) })}</p>
        </>
      ) : (
        <p class="muted">{i18n.t('answersUnknown')}</p>
      )}
    </section>
  );
}
