import { useState } from 'preact/hooks';
import type { Result, StoreId } from '../../sdk/protocol';
import type { Review, ReviewPage, ReviewQuery, Stars } from '../../sdk/reviews';
import { LoadFailed, Skeleton, StatePanel } from '../components/bits';
import { Histogram } from '../components/Rating';
import { useI18n } from '../i18n/context';
import { usePages, type Pages } from '../lib/pages';
import { canReply, countOf, starRows, starsWords, sumOf } from '../lib/reviews';
import { Link } from '../lib/router';
import { api } from '../session';
import { ReviewItem } from './ReviewItem';
import { ReplyForm } from './WordsForms';

async function page(asked: Promise<Result<ReviewPage>>): Promise<ReviewPage> {
  const answer = await asked;
  if (!answer.ok) throw new Error(answer.error.name);
  return answer;
}

const itemsOf = (answer: ReviewPage) => answer.reviews;
const useReviews = (key: string, load: (query: ReviewQuery) => Promise<Result<ReviewPage>>): Pages<ReviewPage, Review> =>
  usePages(`reviews ${key}`, (before) => page(load({ before })), itemsOf);

/** What buyers say about one product: the histogram filters the list beside it. */
export function ProductReviews({ product }: { product: string }) {
  const { t, tn } = useI18n();
  const [stars, setStars] = useState<Stars | null>(null);
  const pages = useReviews(`p ${product} ${stars ?? ''}`, (query) => api.productReviews(product, { ...query, stars: stars ?? undefined }));
  // The counts are of all stars, whichever are shown: they stay while another page is on its way.
  const [counts, setCounts] = useState(pages.head?.stars);
  if (pages.head && pages.head.stars !== counts) setCounts(pages.head.stars);
  const sum = sumOf(counts ?? []);
  return (
    <section aria-labelledby="reviews-title" class="reviews" data-testid="product-reviews">
      <div class="section-head">
        <h2 id="reviews-title" class="section-title">
          {t('reviews')}
        </h2>
        {counts && (
          <p class="muted num" role="status">
            {tn('reviewCount', stars ? countOf(counts, stars) : sum)}
          </p>
        )}
      </div>
      {counts && sum === 0 ? (
        <StatePanel icon="star" title={t('reviewsEmpty')} text={t('reviewsEmptyText')} />
      ) : (
        <div class="reviews-columns">
          <div class="reviews-side">{counts ? <Histogram counts={counts} chosen={stars} onChoose={setStars} /> : <Skeleton width="100%" height="140px" />}</div>
          <ReviewRows pages={pages} onAll={stars ? () => setStars(null) : null} />
        </div>
      )}
    </section>
  );
}

interface StoreReviewsProps {
  store: StoreId;
  /** Only the newest few, with the way to all of them. */
  brief?: boolean;
  /** Shown to an agent of the store: what has no reply, and a way to write one. */
  agent: boolean;
}

const briefMax = 4;

/** What buyers say about all products of a store. */
export function StoreReviews({ store, brief = false, agent }: StoreReviewsProps) {
  const i18n = useI18n();
  const { t, tn } = i18n;
  const [stars, setStars] = useState<Stars | null>(null);
  const [unanswered, setUnanswered] = useState(false);
  const limit = brief ? briefMax : undefined;
  const pages = useReviews(`s ${store} ${stars ?? ''} ${unanswered} ${brief}`, (query) =>
    api.storeReviews(store, { ...query, limit, stars: stars ?? undefined, unanswered: unanswered || undefined }),
  );
  const [counts, setCounts] = useState(pages.head?.stars);
  if (!unanswered && pages.head && pages.head.stars !== counts) setCounts(pages.head.stars);
  const sum = sumOf(counts ?? []);
  const filtered = stars !== null || unanswered;
  const all = () => {
    setStars(null);
    setUnanswered(false);
  };
  return (
    <section aria-labelledby="reviews-title" class="reviews" data-testid="store-reviews">
      <div class="section-head">
        <h2 id="reviews-title" class="section-title">
          {t(brief ? 'reviews' : 'allReviews')}
        </h2>
        {counts && <p class="muted num">{tn('reviewCount', sum)}</p>}
        {brief && sum > briefMax && (
          <Link to={`/store/${store}/reviews`} class="linkish section-more">
            {t('allReviews')}
          </Link>
        )}
        {!brief && (
          <div class="filters" role="group" aria-label={t('starFilter')}>
            {agent && (
              <button type="button" class="filter" aria-pressed={unanswered} data-testid="filter-unanswered" onClick={() => setUnanswered(!unanswered)}>
                {t('filterUnanswered')}
              </button>
            )}
            {starRows.map((n) => (
              <button type="button" class="filter num" key={n} aria-pressed={stars === n} onClick={() => setStars(stars === n ? null : n)}>
                <span aria-hidden="true">{i18n.number(n)} ★</span>
                <span class="sr">{starsWords(n, i18n)}</span>
              </button>
            ))}
          </div>
        )}
      </div>
      {!filtered && pages.items?.length === 0 ? (
        <StatePanel icon="star" title={t('reviewsEmpty')} text={t('reviewsEmptyText')} />
      ) : unanswered && stars === null && pages.items?.length === 0 ? (
        <StatePanel icon="check" title={t('unansweredNone')} text={t('unansweredNoneText')} />
      ) : (
        <ReviewRows pages={pages} onAll={filtered ? all : null} withProduct agent={agent} brief={brief} />
      )}
    </section>
  );
}

interface ReviewRowsProps {
  pages: Pages<ReviewPage, Review>;
  onAll: (() => void) | null;
  withProduct?: boolean;
  agent?: boolean;
  brief?: boolean;
}

function ReviewRows({ pages, onAll, withProduct = false, agent = false, brief = false }: ReviewRowsProps) {
  const { t } = useI18n();
  const { items } = pages;
  if (!items && pages.failed) return <LoadFailed retry={pages.reload} />;
  if (!items) return <ReviewSkeletons />;
  if (items.length === 0) {
    return (
      <StatePanel icon="star" title={t('reviewsNone')} text={t('reviewsNoneText')}>
        {onAll && (
          <button type="button" class="btn" onClick={onAll}>
            {t('showAll')}
          </button>
        )}
      </StatePanel>
    );
  }
  const replace = (review: Review) => pages.change((before) => before.map((each) => (each.review === review.review ? review : each)));
  return (
    <div class="review-rows">
      {items.map((review) => (
        <ReviewItem key={review.review} review={review} withProduct={withProduct}>
          {agent && canReply(review) && <ReplyForm review={review} onSaved={replace} />}
        </ReviewItem>
      ))}
      {pages.hasMore && !brief && (
        <button type="button" class="btn review-more-btn" disabled={pages.busy} data-testid="more-reviews" onClick={pages.loadMore}>
          {t(pages.failed ? 'retry' : 'loadMore')}
        </button>
      )}
    </div>
  );
}

function ReviewSkeletons() {
  return (
    <div class="review-rows" aria-hidden="true">
      {[1, 2, 3].map((n) => (
        <div class="review" key={n}>
          <Skeleton width="180px" height="36px" />
          <Skeleton width="90%" height="16px" />
          <Skeleton width="60%" height="16px" />
        </div>
      ))}
    </div>
  );
}
