import { useEffect, useRef } from 'preact/hooks';
import { totalUnread } from '../../sdk/selectors';
import { useI18n } from '../i18n/context';
import { Link, navigate } from '../lib/router';
import { useRoles } from '../roles';
import { useAuth, useChat } from '../session';
import { Badge } from './bits';
import { DeskLinks } from './desks';
import { Icon } from './Icon';
import { AccountMenu, LanguageMenu, ThemeMenu } from './menus';

export function Logo() {
  return (
    <svg class="logo" width="30" height="30" viewBox="0 0 30 30" aria-hidden="true">
      <path fill="var(--accent)" d="M8 2h14a6 6 0 0 1 6 6v10a6 6 0 0 1-6 6h-8l-6 5v-5a6 6 0 0 1-6-6V8a6 6 0 0 1 6-6Z" />
      <path fill="var(--accent-ink)" d="M8 8h14v4a2.333 2.333 0 0 1-4.667 0 2.333 2.333 0 0 1-4.666 0A2.333 2.333 0 0 1 8 12V8Z" />
      <path fill="none" stroke="var(--accent-ink)" stroke-width="2" stroke-linecap="round" d="M10 19h10" />
    </svg>
  );
}

interface HeaderProps {
  path: string;
  query: string;
}

export function Header({ path, query }: HeaderProps) {
  const i18n = useI18n();
  const { user } = useAuth();
  const { data: roles } = useRoles();
  const unread = useChat(totalUnread);
  const inMessages = path.startsWith('/messages');
  return (
    <header class={headClass(path)}>
      <a class="skip" href="#main">
        {i18n.t('skipToContent')}
      </a>
      <div class="head-row">
        <Link to="/" class="brand" aria-label={`${i18n.t('brand')}: ${i18n.t('home')}`}>
          <Logo />
          <span class="brand-name">{i18n.t('brand')}</span>
        </Link>
        <SearchField query={query} />
        <nav class="head-tools" aria-label={i18n.t('menu')}>
          <ThemeMenu />
          <LanguageMenu />
          <DeskLinks roles={roles ?? []} path={path} />
          {user && (
            <Link
              to="/orders"
              class="icon-btn"
              aria-current={path.startsWith('/orders') ? 'page' : undefined}
              title={i18n.t('orders')}
              data-testid="orders-link"
            >
              <Icon name="box" />
              <span class="sr">{i18n.t('orders')}</span>
            </Link>
          )}
          <Link
            to="/messages"
            class="icon-btn with-badge"
            aria-current={inMessages ? 'page' : undefined}
            title={i18n.t('messages')}
            data-testid="messages-link"
          >
            <Icon name="chat" />
            <span class="sr">{i18n.t('messages')}</span>
            <Badge count={unread} label={i18n.tn('unreadCount', unread)} />
          </Link>
          {!user && path !== '/sign-in' && (
            <Link to="/sign-in" class="btn primary head-signin">
              {i18n.t('signIn')}
            </Link>
          )}
          <AccountMenu />
        </nav>
      </div>
    </header>
  );
}

/** Search belongs to the market; on a phone an open thread has the whole screen. */
function headClass(path: string): string {
  if (path.startsWith('/messages/')) return 'head in-messages in-thread';
  if (path.startsWith('/messages')) return 'head in-messages';
  return path === '/' ? 'head' : 'head no-search';
}

function SearchField({ query }: { query: string }) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current && input.current.value !== query) input.current.value = query;
  }, [query]);
  const show = (value: string) => {
    const to = value.trim() === '' ? '/' : `/?q=${encodeURIComponent(value)}`;
    // Typing refines one step of the history instead of adding a step for each letter.
    navigate(to, { replace: location.pathname === '/' });
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        show(input.current?.value ?? '');
        input.current?.blur();
      }}
    >
      <Icon name="search" size={18} />
      <input
        ref={input}
        type="search"
        name="q"
        dir="auto"
        autocomplete="off"
        enterkeyhint="search"
        data-search="products"
        aria-label={t('searchProducts')}
        placeholder={t('searchProducts')}
        defaultValue={query}
        onInput={(event) => {
          if (location.pathname === '/') show(event.currentTarget.value);
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
