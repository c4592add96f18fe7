import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

type Listener = () => void;
const listeners = new Set<Listener>();
let depth = 0;

const here = (): string => location.pathname + location.search;
const notify = (): void => listeners.forEach((listener) => listener());

history.scrollRestoration = 'manual';
addEventListener('popstate', () => {
  depth = stateOf().depth;
  notify();
  // The page is drawn from what is already loaded; two frames let it reach its height.
  requestAnimationFrame(() => requestAnimationFrame(() => scrollTo(0, stateOf().scroll)));
});

function stateOf(): { depth: number; scroll: number } {
  const state = history.state as { depth?: number; scroll?: number } | null;
  return { depth: state?.depth ?? 0, scroll: state?.scroll ?? 0 };
}

/** Goes to a path of this app. `replace` leaves no step behind. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === here()) return;
  if (options.replace) {
    history.replaceState(history.state, '', to);
  } else {
    history.replaceState({ ...stateOf(), scroll: scrollY }, '');
    depth += 1;
    history.pushState({ depth, scroll: 0 }, '', to);
    scrollTo(0, 0);
  }
  notify();
}

/** One step back inside the app; where there is none (opened by a link), to `fallback`. */
export function goBack(fallback: string): void {
  if (depth > 0) history.back();
  else navigate(fallback, { replace: true });
}

export function usePath(): string {
  const [path, setPath] = useState(here);
  useEffect(() => {
    const listener = () => setPath(here());
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return path;
}

type LinkProps = Omit<JSX.HTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> & {
  to: string;
  replace?: boolean;
  class?: string;
  children?: ComponentChildren;
  'data-testid'?: string;
};

/** A real link: middle click, new tab and copy work as everywhere. */
export function Link({ to, replace = false, children, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={to}
      onClick={(event: MouseEvent) => {
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(to, { replace });
      }}
    >
      {children}
    </a>
  );
}
