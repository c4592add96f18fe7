/** What the browser knows about the network; elsewhere it is taken to be up. */
export function networkUp(): boolean {
  return globalThis.navigator?.onLine !== false;
}

/** Calls `up` when a connect is worth trying at once, `down` when the device lost its network. */
export function onNetworkChange(handlers: { up: () => void; down: () => void }): () => void {
  if (typeof window === 'undefined') {
    return () => {};
  }
  const seen = () => {
    if (document.visibilityState === 'visible') {
      handlers.up();
    }
  };
  window.addEventListener('online', handlers.up);
  window.addEventListener('offline', handlers.down);
  window.addEventListener('pageshow', seen);
  document.addEventListener('visibilitychange', seen);
  return () => {
    window.removeEventListener('online', handlers.up);
    window.removeEventListener('offline', handlers.down);
    window.removeEventListener('pageshow', seen);
    document.removeEventListener('visibilitychange', seen);
  };
}
