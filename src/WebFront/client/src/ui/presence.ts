import { useEffect } from 'preact/hooks';
import { presenceOf } from '../sdk/selectors';
import type { Presence, StoreId } from '../sdk/protocol';
import { holdPresence } from './lib/market';
import { useNow } from './lib/hooks';
import { useAuth, useChat } from './session';

export interface PresenceView {
  /** The local clock this view was computed at. */
  readonly now: number;
  of: (store: StoreId, card?: Presence) => Presence | null;
}

/** Follows stores while the component is shown; statements that ran out count as offline. */
export function usePresence(stores: readonly StoreId[]): PresenceView {
  const { client } = useAuth();
  const now = useNow(10_000);
  // Redraws on any presence news; the words are read from the client's state below.
  useChat((state) => state.presence);
  const key = stores.join(' ');
  useEffect(() => {
    if (!client || key === '') return;
    return client.watch(key.split(' '));
  }, [client, key]);
  return {
    now,
    of: (store, card) => {
      const live = client ? presenceOf(client.state, store, now) : null;
      return live ?? (card ? holdPresence(card, now) : null);
    },
  };
}
