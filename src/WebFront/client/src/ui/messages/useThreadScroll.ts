import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { TimelineEntry } from '../../sdk/selectors';

/** Nearer to the end than this counts as being at it. */
const bottomSlackPx = 48;
/** Older messages are asked for this long before the top comes into view. */
const loadAheadPx = 800;

interface ScrollOptions {
  entries: readonly TimelineEntry[];
  me: string;
  canLoadOlder: boolean;
  loadOlder: () => void;
  /** Whether a "New" separator is in the rows: the thread then opens at it. */
  separated: boolean;
}

interface Held {
  firstKey: string;
  lastKey: string;
  height: number;
  top: number;
  bottom: boolean;
  placed: boolean;
}

/**
 * Keeps the reader's place by hand (the browser's own anchoring is off, it differs between engines):
 * at the end while they are there, on the same message while older ones are put before it.
 */
export function useThreadScroll({ entries, me, canLoadOlder, loadOlder, separated }: ScrollOptions) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [atBottom, setAtBottom] = useState(false);
  const lastSeq = entries.findLast((entry) => entry.message)?.message?.seq ?? 0;
  const [seenSeq, setSeenSeq] = useState(lastSeq);
  const held = useRef<Held>({ firstKey: '', lastKey: '', height: 0, top: 0, bottom: true, placed: false });
  const latest = useRef({ canLoadOlder, loadOlder, lastSeq });
  latest.current = { canLoadOlder, loadOlder, lastSeq };

  const measure = () => {
    const element = box.current;
    if (!element) return;
    const bottom = element.scrollHeight - element.scrollTop - element.clientHeight < bottomSlackPx;
    Object.assign(held.current, { height: element.scrollHeight, top: element.scrollTop, bottom });
    setAtBottom(bottom);
    if (bottom) setSeenSeq(latest.current.lastSeq);
    if (element.scrollTop < loadAheadPx && latest.current.canLoadOlder) latest.current.loadOlder();
  };

  const firstKey = entries[0]?.key ?? '';
  const last = entries.at(-1);
  const lastKey = last?.key ?? '';
  const lastMine = last ? (last.message?.sender ?? me) === me : false;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = held.current;
    if (!before.placed) {
      const separator = separated ? element.querySelector<HTMLElement>('.new-line') : null;
      element.scrollTop = separator ? separator.offsetTop - 72 : element.scrollHeight;
      before.placed = entries.length > 0;
    } else if (lastKey !== before.lastKey && (before.bottom || lastMine)) {
      element.scrollTop = element.scrollHeight;
    } else if (firstKey !== before.firstKey) {
      element.scrollTop = before.top + element.scrollHeight - before.height;
    } else if (before.bottom) {
      element.scrollTop = element.scrollHeight;
    }
    Object.assign(before, { firstKey, lastKey });
    measure();
  }, [entries, firstKey, lastKey, lastMine, separated, canLoadOlder]);

  // Pictures that load, a composer that grows, a keyboard that opens: the end stays the end.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const element = box.current;
      if (element && held.current.bottom) element.scrollTop = element.scrollHeight;
      measure();
    });
    if (box.current) observer.observe(box.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  const toBottom = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight, behavior: 'smooth' });
  };
  return { box, content, atBottom, seenSeq, onScroll: measure, toBottom };
}
