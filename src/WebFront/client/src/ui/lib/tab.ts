import { useEffect } from 'preact/hooks';

const shape = 'M8 2h14a6 6 0 0 1 6 6v10a6 6 0 0 1-6 6h-8l-6 5v-5a6 6 0 0 1-6-6V8a6 6 0 0 1 6-6Z';

/** What stands on the icon: nothing, the count, or "9+" where two digits would not be read. */
export const iconCount = (unread: number): string => (unread <= 0 ? '' : unread > 9 ? '9+' : String(unread));

export function iconSvg(unread: number): string {
  const count = iconCount(unread);
  const mark =
    count === ''
      ? '<path fill="#fff" d="M8 8h14v4a2.333 2.333 0 0 1-4.667 0 2.333 2.333 0 0 1-4.666 0A2.333 2.333 0 0 1 8 12V8Z"/><path fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" d="M10 19h10"/>'
      : `<text x="15" y="19" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="15" fill="#fff">${count}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 30"><path fill="${count === '' ? '#0f766e' : '#b91c1c'}" d="${shape}"/>${mark}</svg>`;
}

const tab = { unread: 0, brand: '', page: '' };

export function tabTitle(unread: number, page: string, brand: string): string {
  const name = page === '' ? brand : `${page} · ${brand}`;
  return unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${name}` : name;
}

const drawTitle = (): void => {
  document.title = tabTitle(tab.unread, tab.page, tab.brand);
};

/** Names the tab after what the page shows, for as long as it is shown. */
export function usePageTitle(page: string): void {
  useEffect(() => {
    tab.page = page;
    drawTitle();
    return () => {
      tab.page = '';
      drawTitle();
    };
  }, [page]);
}

/** The unread count on the tab: in the title and on its icon. */
export function showUnread(unread: number, brand: string): void {
  Object.assign(tab, { unread, brand });
  drawTitle();
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link) link.href = `data:image/svg+xml,${encodeURIComponent(iconSvg(unread))}`;
}
