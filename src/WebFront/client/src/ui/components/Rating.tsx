import type { Rating, StarCounts, Stars as StarNumber } from '../../sdk/reviews';
import { useI18n } from '../i18n/context';
import { barPercent, countOf, ratingWords, starRows, starsWords, sumOf, wholePercent } from '../lib/reviews';

const starPath = 'M10 1.900l2.500 5.100 5.600.800-4.100 4 1 5.600-5-2.700-5 2.700 1-5.600-4.100-4 5.600-.800L10 1.900Z';

/** Filled or hollow: the shape tells it, whatever the colour. */
export function Star({ full, size = 16 }: { full: boolean; size?: number }) {
  return (
    <svg class={full ? 'star full' : 'star'} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d={starPath} />
    </svg>
  );
}

export function StarRow({ stars, size = 16 }: { stars: StarNumber; size?: number }) {
  const i18n = useI18n();
  return (
    <span class="star-row" role="img" aria-label={starsWords(stars, i18n)} data-stars={stars}>
      {[1, 2, 3, 4, 5].map((n) => (
        <Star key={n} full={n <= stars} size={size} />
      ))}
    </span>
  );
}

/** "97% positive · 312 ratings", or that there are too few. */
export function RatingLine({ rating, class: className = '' }: { rating: Rating | null | undefined; class?: string }) {
  const i18n = useI18n();
  const { known, text } = ratingWords(rating, i18n);
  return (
    <span class={`rating ${className}`} data-testid="rating" data-known={known}>
      <Star full={known} size={14} />
      <span>{text}</span>
    </span>
  );
}

interface HistogramProps {
  counts: StarCounts;
  /** Set where a row can be chosen: it filters the list beside it. */
  chosen?: StarNumber | null;
  onChoose?: (stars: StarNumber | null) => void;
}

export function Histogram({ counts, chosen = null, onChoose }: HistogramProps) {
  const i18n = useI18n();
  const sum = sumOf(counts);
  return (
    <ul class="histogram" aria-label={onChoose ? i18n.t('starFilter') : undefined}>
      {starRows.map((stars) => {
        const count = countOf(counts, stars);
        const words = `${starsWords(stars, i18n)}: ${i18n.tn('ratingCount', count)}`;
        const row = (
          <>
            <span class="histogram-label num" aria-hidden="true">
              {i18n.number(stars)}
              <Star full size={12} />
            </span>
            <span class="histogram-track" aria-hidden="true">
              <span class="histogram-bar" style={{ inlineSize: `${barPercent(count, sum)}%` }} />
            </span>
            <span class="histogram-count num" aria-hidden="true">
              {i18n.number(count)}
            </span>
            <span class="sr">{words}</span>
          </>
        );
        return (
          <li key={stars} title={sum > 0 ? wholePercent(count / sum, i18n.lang) : undefined}>
            {onChoose ? (
              <button
                type="button"
                class="histogram-row"
                aria-pressed={chosen === stars}
                data-testid={`stars-${stars}`}
                onClick={() => onChoose(chosen === stars ? null : stars)}
              >
                {row}
              </button>
            ) : (
              <div class="histogram-row">{row}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
