import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** The local clock, read again every `everyMs` while the page is visible. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const tick = () => {
      if (document.visibilityState === 'visible') setNow(Date.now());
    };
    const timer = setInterval(tick, everyMs);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [everyMs]);
  return now;
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const listener = () => setMatches(media.matches);
    listener();
    media.addEventListener('change', listener);
    return () => media.removeEventListener('change', listener);
  }, [query]);
  return matches;
}

/** Whether the device says that it has a network. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const listener = () => setOnline(navigator.onLine);
    addEventListener('online', listener);
    addEventListener('offline', listener);
    return () => {
      removeEventListener('online', listener);
      removeEventListener('offline', listener);
    };
  }, []);
  return online;
}

/** Whether somebody can be looking: the tab is in front and has the focus. */
export function useInFront(): boolean {
  const read = () => document.visibilityState === 'visible' && document.hasFocus();
  const [inFront, setInFront] = useState(read);
  useEffect(() => {
    const listener = () => setInFront(read());
    const events = ['focus', 'blur'] as const;
    events.forEach((name) => addEventListener(name, listener));
    document.addEventListener('visibilitychange', listener);
    return () => {
      events.forEach((name) => removeEventListener(name, listener));
      document.removeEventListener('visibilitychange', listener);
    };
  }, []);
  return inFront;
}

const kept = new Map<string, unknown>();

export interface Query<T> {
  data: T | undefined;
  failed: boolean;
  reload: () => void;
}

/**
 * Data of the REST API by key. What was loaded before is shown at once and refreshed behind it;
 * a failed refresh keeps it. `everyMs` repeats the load while the page is visible.
 */
export function useQuery<T>(key: string, load: () => Promise<T>, everyMs = 0): Query<T> {
  const [, redraw] = useState(0);
  const [failedKey, setFailedKey] = useState<string | null>(null);
  const loader = useRef(load);
  loader.current = load;
  const current = useRef(key);
  current.current = key;

  const reload = useCallback(() => {
    setFailedKey(null);
    loader.current().then(
      (data) => {
        kept.set(key, data);
        if (current.current === key) redraw((n) => n + 1);
      },
      () => {
        if (current.current === key) setFailedKey(key);
      },
    );
  }, [key]);

  useEffect(() => {
    reload();
    if (everyMs <= 0) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [reload, everyMs]);

  const data = kept.get(key) as T | undefined;
  return { data, failed: failedKey === key && data === undefined, reload };
}
