import type { Stars } from '../../sdk/reviews';
import { readSetting, writeSetting } from './settings';

/** What was being written about a line of an order when it was left. */
export interface ReviewDraft {
  readonly stars: Stars | null;
  readonly text: string;
}

const empty: ReviewDraft = { stars: null, text: '' };
const keyOf = (user: string, what: string): string => `review:${user}:${what}`;

export function readReviewDraft(user: string, what: string): ReviewDraft {
  try {
    const kept: unknown = JSON.parse(readSetting(keyOf(user, what)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return empty;
    const { stars, text } = kept as Partial<ReviewDraft>;
    return { stars: stars && [1, 2, 3, 4, 5].includes(stars) ? stars : null, text: typeof text === 'string' ? text : '' };
  } catch {
    return empty;
  }
}

export function writeReviewDraft(user: string, what: string, draft: ReviewDraft): void {
  writeSetting(keyOf(user, what), draft.stars === null && draft.text === '' ? null : JSON.stringify(draft));
}
