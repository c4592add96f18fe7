import type { Held } from '../../sdk/reviews';

/** Two parts of one review may wait at the same time. */
export const keyOf = (held: Pick<Held, 'review' | 'part'>): string => `${held.review} ${held.part}`;

/** Which item is at hand: the one chosen, else the oldest. */
export function atHand(items: readonly Held[], chosen: string | null): Held | null {
  return items.find((item) => keyOf(item) === chosen) ?? items[0] ?? null;
}

/** One further or back from the item at hand; at an end it stays. */
export function step(items: readonly Held[], chosen: string | null, by: 1 | -1): string | null {
  const now = atHand(items, chosen);
  if (!now) return null;
  const next = items[items.indexOf(now) + by] ?? now;
  return keyOf(next);
}

/** Whom the hand falls on when an item leaves: the next one, and at the end the one before. */
export function afterLeaving(items: readonly Held[], leaving: string): string | null {
  const at = items.findIndex((item) => keyOf(item) === leaving);
  const next = items[at + 1] ?? items[at - 1];
  return next ? keyOf(next) : null;
}
