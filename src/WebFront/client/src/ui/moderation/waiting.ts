import { useEffect, useState } from 'preact/hooks';
import { api } from '../session';

/** How many wait is asked this often while the tab is in front. */
const everyMs = 20_000;

let waiting = 0;
const listeners = new Set<() => void>();

/** What an answer about the queue just said; every place that shows the count follows. */
export function tellWaiting(count: number): void {
  waiting = count;
  listeners.forEach((listener) => listener());
}

async function ask(): Promise<void> {
  const answer = await api.heldReviews({ limit: 1 });
  if (answer.ok) tellWaiting(answer.waiting);
}

/** For a moderator only: others are told that there is no such thing. */
export function useWaiting(): number {
  const [count, setCount] = useState(waiting);
  useEffect(() => {
    const listener = () => setCount(waiting);
    listeners.add(listener);
    void ask();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void ask();
    }, everyMs);
    return () => {
      listeners.delete(listener);
      clearInterval(timer);
    };
  }, []);
  return count;
}
