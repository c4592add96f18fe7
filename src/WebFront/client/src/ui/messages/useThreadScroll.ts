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
  lastKey: string;
  bottom: boolean;
  placed: boolean;
  /** The uppermost message in view, and where it stood. */
  anchor: HTMLElement | null;
  anchorTop: number;
  /** How high box and content were then. */
  boxPx: number;
  contentPx: number;
}

/** The first entry that reaches below the top edge; entries lie in order, so halving finds it. */
function firstInView(box: HTMLElement): HTMLElement | null {
  const entries = box.querySelectorAll<HTMLElement>('[data-entry]');
  const edge = box.getBoundingClientRect().top;
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  return entries[low] ?? null;
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
  const held = useRef<Held>({ lastKey: '', bottom: true, placed: false, anchor: null, anchorTop: 0, boxPx: 0, contentPx: 0 });
  const latest = useRef({ canLoadOlder, loadOlder, lastSeq });
  latest.current = { canLoadOlder, loadOlder, lastSeq };

  const measure = () => {
    const element = box.current;
    if (!element) return;
    const bottom = element.scrollHeight - element.scrollTop - element.clientHeight < bottomSlackPx;
    const anchor = bottom ? null : firstInView(element);
    Object.assign(held.current, {
      bottom,
      anchor,
      anchorTop: anchor?.getBoundingClientRect().top ?? 0,
      boxPx: element.clientHeight,
      contentPx: element.scrollHeight,
    });
    setAtBottom(bottom);
    if (bottom) setSeenSeq(latest.current.lastSeq);
    if (element.scrollTop < loadAheadPx && latest.current.canLoadOlder) latest.current.loadOlder();
  };

  // The news of an earlier scroll may come when the room has shrunk again: nobody has left the end then.
  const onScroll = () => {
    const element = box.current;
    const { bottom, boxPx, contentPx } = held.current;
    if (element && bottom && (element.clientHeight !== boxPx || element.scrollHeight !== contentPx)) {
      element.scrollTop = element.scrollHeight;
    }
    measure();
  };

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
    } else if (before.bottom) {
      element.scrollTop = element.scrollHeight;
    } else if (before.anchor?.isConnected) {
      element.scrollTop += before.anchor.getBoundingClientRect().top - before.anchorTop;
    }
    before.lastKey = lastKey;
    measure();
  }, [entries, lastKey, lastMine, separated, canLoadOlder]);

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

  // At once: a smooth way down would be given up half-way by whatever changes in the thread meanwhile.
  const toBottom = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };
  return { box, content, atBottom, seenSeq, onScroll, toBottom };
}
