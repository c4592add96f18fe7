import type { Rating, Review, Stars } from '../../sdk/reviews';
import type { OrderId } from '../../sdk/protocol';
import type { Translator } from '../i18n/index';
import { daysApart, percent } from './time';

/** From the best to the worst, as people read a histogram. */
export const starRows = [5, 4, 3, 2, 1] as const satisfies readonly Stars[];

const dayMs = 24 * 60 * 60_000;

/** The share in whole percent. Only what is wholly so is called 100% or 0%. */
export function wholePercent(share: number, lang: string): string {
  const honest = share >= 1 || share <= 0 ? share : Math.min(0.99, Math.max(0.01, share));
  return percent(honest, lang);
}

export interface RatingWords {
  /** False where there are too few ratings for any statement. */
  readonly known: boolean;
  /** "97% positive"; null when there is no share to tell. */
  readonly share: string | null;
  readonly text: string;
}

export function ratingWords(rating: Rating | null | undefined, i18n: Translator): RatingWords {
  if (!rating || rating.count < rating.minimum) return { known: false, share: null, text: i18n.t('ratingFew') };
  const count = i18n.tn('ratingCount', rating.count);
  if (rating.positive == null) return { known: true, share: null, text: count };
  const share = i18n.t('ratingPositive', { share: wholePercent(rating.positive, i18n.lang) });
  return { known: true, share, text: `${share} · ${count}` };
}

export const starsWords = (stars: Stars, i18n: Translator): string => i18n.tn('starCount', stars);

/** What each number of stars says, as a word beside the shapes. */
export const starJudgement = (stars: Stars, i18n: Translator): string => i18n.t(`starWord${stars}`);

export const countOf = (counts: readonly number[], stars: Stars): number => counts[stars - 1] ?? 0;
export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** A bar's length in percent of the whole; what exists is never drawn as nothing. */
export function barPercent(count: number, sum: number): number {
  return count <= 0 || sum <= 0 ? 0 : Math.max(2, Math.round((count / sum) * 100));
}

/**
 * Where a key leads in the star input: an arrow towards the end of the line is one star more, whichever way the line runs;
 * down is the next and up the one before, as in every radio group. Null: the key is not for us.
 */
export function starsAfterKey(key: string, stars: Stars | null, dir: 'ltr' | 'rtl'): Stars | null {
  if (/^[1-5]$/.test(key)) return Number(key) as Stars;
  const more = dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const fewer = dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
  switch (key) {
    case more:
    case 'ArrowDown':
      return Math.min(5, (stars ?? 0) + 1) as Stars;
    case fewer:
    case 'ArrowUp':
      return Math.max(1, (stars ?? 2) - 1) as Stars;
    case 'Home':
      return 1;
    case 'End':
      return 5;
    default:
      return null;
  }
}

/** Whether the buyer may still write the one follow-up. */
export function canFollowUp(review: Review, now: number): boolean {
  return review.mine && !review.followUp && review.followUpUntil != null && now < review.followUpUntil;
}

/** Whether an agent of the store may write the reply: there is none, or the one there was is rejected. */
export const canReply = (review: Review): boolean => !review.reply || review.reply.state === 'rejected';

/** "3 days later". */
export function laterWords(first: number, then: number, i18n: Translator): string {
  const days = Math.max(daysApart(first, then), Math.floor((then - first) / dayMs));
  if (days < 1) return i18n.t('followUpSameDay');
  const time = new Intl.NumberFormat(i18n.lang, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(days);
  return i18n.t('followUpAfter', { time });
}

/** The line of an order that a review is about; null to everybody but its parties. */
export function lineOf(review: Review): { order: OrderId; line: number } | null {
  return review.order != null && review.line != null ? { order: review.order, line: review.line } : null;
}
