import { Component, type ComponentChildren, type ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Role } from '../sdk/api';
import { totalUnread } from '../sdk/selectors';
import { LoadFailed } from './components/bits';
import { ConnectionBar } from './components/ConnectionBar';
import { Header } from './components/Header';
import { ShortcutSheet } from './components/ShortcutSheet';
import { useI18n } from './i18n/context';
import { showUnread } from './lib/tab';
import { usePath } from './lib/router';
import { isTypingTarget } from './lib/keys';
import { lazy } from './lib/lazy';
import { Home } from './pages/Home';
import { NotFound } from './pages/NotFound';
import { ProductPage } from './pages/ProductPage';
import { SignIn } from './pages/SignIn';
import { StorePage } from './pages/StorePage';
import { StoreReviewsPage } from './pages/StoreReviewsPage';
import { useActivity } from './activity';
import { useNotifications } from './notifications';
import { useRoles } from './roles';
import { useAuth, useChat } from './session';

const LazyMessages = lazy(() => import('./messages/Messages').then((module) => module.Messages));
const LazyModeration = lazy(() => import('./moderation/Moderation').then((module) => module.Moderation));
const LazyOperator = lazy(() => import('./operator/Operator').then((module) => module.Operator));
const LazyOrders = lazy(() => import('./orders/OrdersPage').then((module) => module.OrdersPage));
const LazyOrder = lazy(() => import('./orders/OrderPage').then((module) => module.OrderPage));

export function App() {
  const { t } = useI18n();
  const url = new URL(usePath(), location.origin);
  const path = url.pathname;
  const query = path === '/' ? (url.searchParams.get('q') ?? '') : '';
  const main = useRef<HTMLElement>(null);
  const [sheet, setSheet] = useState(false);
  const unread = useChat(totalUnread);
  useActivity();
  useNotifications();

  useEffect(() => showUnread(unread, t('brand')), [unread, t]);

  // After a change of page the focus must not hang on something that is gone.
  const section = path.startsWith('/messages') ? '/messages' : path;
  const drawn = useRef(section);
  useEffect(() => {
    if (drawn.current === section) return;
    drawn.current = section;
    if (document.activeElement === null || document.activeElement === document.body) main.current?.focus();
  }, [section]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTypingTarget(event.target)) return;
      if (event.key === '?') {
        event.preventDefault();
        setSheet(true);
      } else if (event.key === '/') {
        const field =
          document.querySelector<HTMLInputElement>('[data-search="conversations"]') ??
          document.querySelector<HTMLInputElement>('[data-search]');
        if (!field) return;
        event.preventDefault();
        field.focus();
        field.select();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  return (
    <>
      <Header path={path} query={query} />
      {!path.startsWith('/messages') && <ConnectionBar />}
      <main id="main" ref={main} tabIndex={-1} class={path.startsWith('/messages') ? 'main fixed' : 'main'}>
        <Boundary key={section}>
          <Page path={path} query={query} next={url.searchParams.get('next')} group={url.searchParams.get('group')} showShortcuts={() => setSheet(true)} />
        </Boundary>
      </main>
      {sheet && <ShortcutSheet onClose={() => setSheet(false)} />}
    </>
  );
}

interface PageProps {
  path: string;
  query: string;
  next: string | null;
  /** Which tab of a list of orders. */
  group: string | null;
  showShortcuts: () => void;
}

function Page({ path, query, next, group, showShortcuts }: PageProps) {
  const { user } = useAuth();
  const [, area = '', id = '', part, more] = path.split('/').map(decode);
  if (area === 'store' && id && part === 'reviews' && more === undefined) return <StoreReviewsPage key={id} id={id} />;
  if (area === 'store' && id && part === 'orders' && more === undefined) {
    return user ? <LazyOrders key={`${user.id} ${id}`} store={id} group={group} /> : <SignIn next={path} />;
  }
  if (part !== undefined) return <NotFound />;
  if (area === '') return <Home query={query} />;
  if (area === 'product' && id) return <ProductPage key={id} id={id} />;
  if (area === 'store' && id) return <StorePage key={id} id={id} />;
  if (area === 'sign-in') return <SignIn next={next} />;
  if (path === '/moderation') return <Staff key={user?.id} role="moderator" desk={LazyModeration} />;
  if (path === '/operator') return <Staff key={user?.id} role="operator" desk={LazyOperator} />;
  if (area !== 'messages' && area !== 'orders') return <NotFound />;
  if (!user) return <SignIn next={path} />;
  if (area === 'orders' && id) return <LazyOrder key={`${user.id} ${id}`} id={id} />;
  if (area === 'orders') return <LazyOrders key={user.id} store={null} group={group} />;
  return <LazyMessages key={user.id} conversation={id || null} showShortcuts={showShortcuts} />;
}

/** A page for one role. To everybody else it does not exist, as the server says of what is behind it. */
function Staff({ role, desk: Desk }: { role: Role; desk: ComponentType }) {
  const { data, failed, reload } = useRoles();
  if (failed) return <LoadFailed retry={reload} page />;
  if (!data) return <div class="center" aria-busy="true" />;
  return data.includes(role) ? <Desk /> : <NotFound />;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A fault in one page leaves the rest of the interface usable. */
class Boundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ broken: true });
  }

  override render() {
    return this.state.broken ? <LoadFailed retry={() => this.setState({ broken: false })} page /> : this.props.children;
  }
}
