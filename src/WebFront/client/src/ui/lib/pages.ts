import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

interface Page {
  readonly next?: string | null;
}

interface Loaded<P, T> {
  readonly key: string;
  /** The newest answer: what it says beside its items holds for the whole list. */
  readonly head: P;
  readonly items: readonly T[];
}

export interface Pages<P, T> {
  readonly head: P | undefined;
  readonly items: readonly T[] | undefined;
  readonly hasMore: boolean;
  readonly busy: boolean;
  /** The newest load failed; what was loaded before is still there. */
  readonly failed: boolean;
  loadMore: () => void;
  reload: () => void;
  /** What this device knows to be different, until the next load says so too. */
  change: (items: (before: readonly T[]) => readonly T[]) => void;
}

const kept = new Map<string, Loaded<unknown, unknown>>();
const keptMax = 50;

/** A list of the REST API that comes page by page. What was loaded before is shown at once and its first page refreshed. */
export function usePages<P extends Page, T>(key: string, load: (before?: string) => Promise<P>, itemsOf: (page: P) => readonly T[]): Pages<P, T> {
  const [, redraw] = useState(0);
  const [state, setState] = useState({ busy: false, failed: false });
  const latest = useRef({ key, load, itemsOf });
  latest.current = { key, load, itemsOf };

  const put = useCallback((value: Loaded<P, T>) => {
    kept.delete(value.key);
    kept.set(value.key, value as Loaded<unknown, unknown>);
    if (kept.size > keptMax) kept.delete(kept.keys().next().value!);
    redraw((n) => n + 1);
  }, []);

  const ask = useCallback(
    async (before: Loaded<P, T> | undefined) => {
      setState({ busy: true, failed: false });
      try {
        const head = await latest.current.load(before?.head.next ?? undefined);
        if (latest.current.key !== key) return;
        put({ key, head, items: [...(before?.items ?? []), ...latest.current.itemsOf(head)] });
        setState({ busy: false, failed: false });
      } catch {
        if (latest.current.key === key) setState({ busy: false, failed: true });
      }
    },
    [key, put],
  );
  const reload = useCallback(() => void ask(undefined), [ask]);
  useEffect(reload, [reload]);

  const shown = kept.get(key) as Loaded<P, T> | undefined;
  return {
    head: shown?.head,
    items: shown?.items,
    hasMore: shown?.head.next != null,
    busy: state.busy,
    failed: state.failed,
    loadMore: () => {
      if (shown && !state.busy) void ask(shown);
    },
    reload,
    change: (items) => {
      const now = kept.get(key) as Loaded<P, T> | undefined;
      if (now) put({ ...now, items: items(now.items) });
    },
  };
}
