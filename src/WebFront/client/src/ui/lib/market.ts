import type { ProductDetails, StoreCard } from '../../sdk/api';
import type { Presence } from '../../sdk/protocol';
import type { Translator } from '../i18n/index';
import { relativeTime, roughDuration } from './time';
import { matches } from './text';

export type MarketFilter = 'all' | 'online' | 'fast';

/** "Fast" is a median first answer within this. */
export const fastReplyMs = 2 * 60 * 60_000;

export const answersFast = (store: StoreCard): boolean => !!store.replyTime && store.replyTime.medianMs <= fastReplyMs;

/** Products under a filter whose title or shop contains every word searched for. */
export function filterProducts(
  products: readonly ProductDetails[],
  query: string,
  filter: MarketFilter,
  isOnline: (store: StoreCard) => boolean,
): ProductDetails[] {
  const words = query.split(/\s+/u).filter(Boolean);
  return products.filter((product) => {
    const store = product.storeCard;
    if (filter === 'online' && !isOnline(store)) return false;
    if (filter === 'fast' && !answersFast(store)) return false;
    const text = `${product.title} ${store.name} ${store.tagline} ${product.description}`;
    return words.every((word) => matches(text, word));
  });
}

/** What a statement about a store still says at `now` (server clock): nothing holds beyond `until`. */
export function holdPresence(presence: Presence, now: number): Presence {
  if (presence.status === 'offline' || now <= (presence.until ?? Infinity)) return presence;
  return { ...presence, status: 'offline', lastSeen: presence.lastSeen ?? presence.until };
}

export function presenceWords(presence: Presence | null, now: number, i18n: Translator): string {
  if (presence?.status === 'online') return i18n.t('online');
  if (presence?.status === 'away') return i18n.t('away');
  if (!presence?.lastSeen) return i18n.t('offline');
  return i18n.t('lastSeen', { time: relativeTime(presence.lastSeen, now, i18n.lang, i18n.t('justNow')) });
}

export const replyWords = (medianMs: number, i18n: Translator): string =>
  i18n.t('repliesWithin', { time: roughDuration(medianMs, i18n.lang) });
