import type { ComponentChildren } from 'preact';
import type { Review, Words } from '../../sdk/reviews';
import { Avatar } from '../components/bits';
import { StarRow } from '../components/Rating';
import { useI18n } from '../i18n/context';
import { laterWords } from '../lib/reviews';
import { Link } from '../lib/router';
import { fullTime, longDate } from '../lib/time';
import { useStoreNames } from '../market';

interface ReviewItemProps {
  review: Review;
  /** In a list over all products of a store, which one it is about. */
  withProduct?: boolean;
  children?: ComponentChildren;
}

/** A review as everybody may read it. What people wrote is shown as text and nothing else. */
export function ReviewItem({ review, withProduct = false, children }: ReviewItemProps) {
  const { t } = useI18n();
  const text = publicText(review.text);
  return (
    <article class="review" data-testid="review" data-review={review.review}>
      <header class="review-head">
        <Avatar id={review.author} name={review.author} size={36} />
        <div class="review-who">
          <strong dir="auto">{review.author}</strong>
          <span class="review-meta">
            <StarRow stars={review.stars} size={14} />
            <Day at={review.at} />
          </span>
        </div>
        {withProduct && (
          <Link to={`/product/${review.product.id}`} class="review-product">
            <img src={review.product.image} alt="" loading="lazy" width="36" height="36" />
            <span class="ellipsis" dir="auto">
              {review.product.title}
            </span>
          </Link>
        )}
      </header>
      {text ? (
        <p class="review-text" dir="auto">
          {text}
        </p>
      ) : (
        <p class="muted small-text">{t('withoutWords')}</p>
      )}
      <FollowUp review={review} />
      <Reply review={review} />
      {children}
    </article>
  );
}

const publicText = (words: Words | null | undefined): string | null => (words?.state === 'public' ? (words.text ?? null) : null);

export function Day({ at }: { at: number }) {
  const { lang } = useI18n();
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at, lang)}>
      {longDate(at, lang)}
    </time>
  );
}

function FollowUp({ review }: { review: Review }) {
  const i18n = useI18n();
  const text = publicText(review.followUp);
  if (!text || !review.followUp) return null;
  return (
    <div class="review-more" data-testid="review-follow-up">
      <p class="label">{laterWords(review.at, review.followUp.at, i18n)}</p>
      <p class="review-text" dir="auto">
        {text}
      </p>
    </div>
  );
}

function Reply({ review }: { review: Review }) {
  const { t } = useI18n();
  const nameOf = useStoreNames();
  const text = publicText(review.reply);
  if (!text || !review.reply) return null;
  return (
    <div class="review-reply" data-testid="review-reply">
      <p class="label">
        <bdi>{t('replyOf', { store: nameOf(review.store) })}</bdi>
        {' · '}
        <Day at={review.reply.at} />
      </p>
      <p class="review-text" dir="auto">
        {text}
      </p>
    </div>
  );
}
