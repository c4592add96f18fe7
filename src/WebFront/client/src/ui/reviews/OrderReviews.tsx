import type { OrderId } from '../../sdk/protocol';
import type { OrderLineReview, Review, Words } from '../../sdk/reviews';
import { LoadFailed, Skeleton } from '../components/bits';
import { Icon } from '../components/Icon';
import { StarRow } from '../components/Rating';
import { useI18n } from '../i18n/context';
import type { TextKey } from '../i18n/index';
import { useNow, useQuery } from '../lib/hooks';
import { canFollowUp, canReply, laterWords } from '../lib/reviews';
import { Link } from '../lib/router';
import { api, useAuth } from '../session';
import { Day } from './ReviewItem';
import { FollowUpForm, ReplyForm, ReviewForm } from './WordsForms';

interface OrderReviewsProps {
  orderId: OrderId;
  side: 'buyer' | 'store';
}

/**
 * The reviews of an order's lines, to write and to read; nothing at all while there is nothing to say about any of them.
 * Stands by itself: it loads what it shows.
 */
export function OrderReviews({ orderId, side }: OrderReviewsProps) {
  const { t } = useI18n();
  const { user } = useAuth();
  const { data, failed, reload } = useQuery(`order reviews ${user?.id} ${orderId}`, async () => {
    const answer = await api.orderReviews(orderId);
    if (!answer.ok) throw new Error(answer.error.name);
    return answer.lines;
  });
  if (failed) return <LoadFailed retry={reload} />;
  if (!data) return <Skeleton width="100%" height="120px" />;
  const told = data.filter((line) => line.review || line.canReview || line.reviewUntil != null);
  if (told.length === 0) return null;
  return (
    <section id="reviews" class="order-reviews" aria-labelledby="order-reviews-title" data-testid="order-reviews">
      <h2 id="order-reviews-title">{t(side === 'buyer' ? 'rateTitle' : 'rateTitleStore')}</h2>
      <ul>
        {told.map((line) => (
          <li key={line.line} class="order-review" data-testid={`order-review-${line.line}`}>
            <Link to={`/product/${line.product.id}`} class="review-product">
              <img src={line.product.image} alt="" loading="lazy" width="48" height="48" />
              <strong dir="auto">{line.product.title}</strong>
            </Link>
            <Line order={orderId} line={line} side={side} reload={reload} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  order: OrderId;
  line: OrderLineReview;
  side: 'buyer' | 'store';
  reload: () => void;
}

function Line({ order, line, side, reload }: LineProps) {
  const { t } = useI18n();
  const { review } = line;
  if (review) return <Written review={review} side={side} reload={reload} />;
  if (side === 'store') return <p class="muted">{t('reviewMissing')}</p>;
  if (!line.canReview) return <p class="muted">{t('reviewOver')}</p>;
  return <ReviewForm order={order} line={line.line} until={line.reviewUntil} onSaved={reload} onOvertaken={reload} />;
}

function Written({ review, side, reload }: { review: Review; side: 'buyer' | 'store'; reload: () => void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const now = useNow(60_000);
  return (
    <div class="review-own">
      <p class="review-meta">
        <StarRow stars={review.stars} size={18} />
        <Day at={review.at} />
        <WordsState words={review.text} />
      </p>
      <OwnWords words={review.text} held={t('wordsHeldText')} />
      {review.followUp && (
        <div class="review-more" data-testid="review-follow-up">
          <p class="review-meta">
            <span class="label">{laterWords(review.at, review.followUp.at, i18n)}</span>
            <WordsState words={review.followUp} />
          </p>
          <OwnWords words={review.followUp} held={t('wordsHeldText')} />
        </div>
      )}
      {review.reply && (side === 'store' || review.reply.state === 'public') && (
        <div class="review-reply" data-testid="review-reply">
          <p class="review-meta">
            <span class="label">{t('partReply')}</span>
            {side === 'store' && <WordsState words={review.reply} />}
          </p>
          <OwnWords words={review.reply} held={t('replyHeldText')} />
        </div>
      )}
      {side === 'buyer' && canFollowUp(review, now) && <FollowUpForm review={review} onSaved={reload} onOvertaken={reload} />}
      {side === 'store' && canReply(review) && <ReplyForm review={review} onSaved={reload} onOvertaken={reload} />}
    </div>
  );
}

const states: Record<Words['state'], { text: TextKey; tone: string; icon: 'check' | 'clock' | 'alert' }> = {
  public: { text: 'wordsPublic', tone: 'good', icon: 'check' },
  held: { text: 'wordsHeld', tone: 'amber', icon: 'clock' },
  rejected: { text: 'wordsRejected', tone: 'red', icon: 'alert' },
};

/** Stars alone are always public; words have a state of their own. */
function WordsState({ words }: { words: Words | null | undefined }) {
  const { t } = useI18n();
  const state = words?.state ?? 'public';
  const { text, tone, icon } = states[state];
  return (
    <span class={`chip ${tone}`} data-testid="words-state" data-state={state}>
      <Icon name={icon} size={12} />
      {t(text)}
    </span>
  );
}

export const reasonWords = {
  personalData: 'reasonPersonalData',
  insult: 'reasonInsult',
  spam: 'reasonSpam',
  offTopic: 'reasonOffTopic',
  other: 'reasonOther',
} as const satisfies Record<string, TextKey>;

/** Words as their author sees them: also those that nobody else does, and why. */
function OwnWords({ words, held }: { words: Words | null | undefined; held: string }) {
  const { t } = useI18n();
  if (!words) return null;
  return (
    <>
      {words.text && (
        <p class="review-text" dir="auto">
          {words.text}
        </p>
      )}
      {words.state === 'held' && <p class="muted small-text">{held}</p>}
      {words.state === 'rejected' && (
        <div class="review-rejected" data-testid="rejected-why">
          <p>
            <strong>{t(reasonWords[words.reason ?? 'other'])}</strong>
          </p>
          {words.note && (
            <p>
              <span class="label">{t('moderatorNote')}</span>
              <span class="review-text" dir="auto">
                {words.note}
              </span>
            </p>
          )}
        </div>
      )}
    </>
  );
}
