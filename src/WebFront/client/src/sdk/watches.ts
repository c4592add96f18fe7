import type { Core, Tasks } from './core';
import { Limits } from './limits';
import type { StoreId } from './protocol';

export interface Watches {
  add(stores: readonly StoreId[]): () => void;
  /** Tells the server the set again: after a reconnect it knows nothing. */
  refresh(): void;
  /** Sends the set when the server has not been told of it yet. */
  check(): void;
  /** Called when presence statements came in; keeps asking when they run out unheard. */
  heard(): void;
  stop(): void;
}

/** The set of stores whose presence somebody shows, counted, so that two views may watch one store. */
export function createWatches(core: Core, tasks: Tasks): Watches {
  const counts = new Map<StoreId, number>();
  let cancelSend: (() => void) | null = null;
  let cancelRenew: (() => void) | null = null;
  let told = '';

  /** The newest come first when there are more than one call may name. */
  const watched = () => [...counts.keys()].reverse().slice(0, Limits.watchStoresMax);

  const send = () => {
    if (core.state().connection.name !== 'online') {
      return;
    }
    tasks.run('watch', async () => {
      const stores = watched();
      const reply = await core.call('watch', { stores });
      if (reply.ok) {
        told = stores.join();
        core.dispatch({ t: 'presence', list: reply.presence });
        heard();
        if (watched().join() !== told) {
          schedule();
        }
      }
      told = reply.ok ? told : '';
      return reply.ok || !reply.error.temporary;
    });
  };

  const schedule = () => {
    if (watched().join() === told) {
      return;
    }
    cancelSend ??= core.clock.after(Limits.watchEveryMs, () => {
      cancelSend = null;
      if (watched().join() !== told) {
        send();
      }
    });
  };

  const heard = () => {
    cancelRenew?.();
    const serverNow = core.clock.now() + core.state().clockOffsetMs;
    const ends = watched().flatMap((store) => {
      const presence = core.state().presence.get(store);
      return presence && presence.status !== 'offline' ? [presence.until] : [];
    });
    if (ends.length === 0) {
      cancelRenew = null;
      return;
    }
    // Asked again just before it lapses: news that got lost must not show a store as gone.
    const inMs = Math.max(Limits.presenceRenewEveryMs, Math.min(...ends) - serverNow - Limits.presenceRenewBeforeMs);
    cancelRenew = core.clock.after(inMs, send);
  };

  return {
    add(stores) {
      stores.forEach((store) => counts.set(store, (counts.get(store) ?? 0) + 1));
      schedule();
      let active = true;
      return () => {
        if (!active) {
          return;
        }
        active = false;
        for (const store of stores) {
          const left = (counts.get(store) ?? 1) - 1;
          if (left > 0) {
            counts.set(store, left);
          } else {
            counts.delete(store);
          }
        }
        schedule();
      };
    },
    refresh() {
      told = '';
      if (counts.size > 0) {
        send();
      }
    },
    check: schedule,
    heard,
    stop() {
      cancelSend?.();
      cancelRenew?.();
      cancelSend = null;
      cancelRenew = null;
    },
  };
}
