import { useEffect, useRef, useState } from 'preact/hooks';
import { inboxList, principalOf } from '../../sdk/selectors';
import type { ConversationId, InboxFilter, StoreId } from '../../sdk/protocol';
import { inboxKey, type ChatState, type Conversation, type InboxQuery } from '../../sdk/state';
import { LoadFailed, Skeleton, StatePanel } from '../components/bits';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { useMedia } from '../lib/hooks';
import { Link, navigate } from '../lib/router';
import { matches } from '../lib/text';
import { useStoreImages } from '../market';
import { usePresence } from '../presence';
import { useAuth, useChat } from '../session';
import { ConversationRow } from './ConversationRow';
import { DutyToggle } from './DutyToggle';
import { InboxSwitch } from './InboxSwitch';

interface ListPaneProps {
  query: InboxQuery;
  selected: ConversationId | null;
  onInbox: (store: StoreId | null) => void;
  onFilter: (filter: InboxFilter) => void;
}

export function ListPane({ query, selected, onInbox, onFilter }: ListPaneProps) {
  const { t } = useI18n();
  const state = useChat((whole) => whole);
  const [name, setName] = useState('');
  const all = listed(state, query, selected);
  const shown = name.trim() === '' ? all : all.filter((item) => matches(otherName(item, query), name));
  useLoadInbox(query);
  useStepKeys(shown, selected);

  const store = state.stores.find((mine) => mine.id === query.store);
  const filters: Record<InboxFilter, string> = {
    all: t('all'),
    unread: t('unread'),
    needsReply: t(query.store === null ? 'awaitingAnswer' : 'needsReply'),
  };
  return (
    <aside class="pane-list" aria-label={t('conversations')}>
      <header class="list-head">
        <InboxSwitch current={query.store} onInbox={onInbox} />
        {store && <DutyToggle store={store} />}
        <div class="search small-search">
          <Icon name="search" size={16} />
          <input
            type="search"
            dir="auto"
            data-search="conversations"
            aria-label={t('searchConversations')}
            placeholder={t('searchConversations')}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') {
                event.stopPropagation();
                setName('');
                event.currentTarget.blur();
              }
            }}
          />
        </div>
        <div class="filters" role="group" aria-label={t('conversationFilter')}>
          {(Object.keys(filters) as InboxFilter[]).map((filter) => (
            <button
              type="button"
              class="filter"
              key={filter}
              aria-pressed={query.filter === filter}
              data-testid={`filter-${filter}`}
              onClick={() => onFilter(filter)}
            >
              {filters[filter]}
            </button>
          ))}
        </div>
      </header>
      <Rows state={state} query={query} shown={shown} searching={name.trim() !== ''} selected={selected} />
    </aside>
  );
}

const otherName = (item: Conversation, query: InboxQuery): string =>
  (query.store === null ? item.summary?.store.name : item.summary?.buyer.name) ?? '';

/** The list under its filter, and the open conversation with it: reading it must not make it vanish. */
function listed(state: ChatState, query: InboxQuery, selected: ConversationId | null): readonly Conversation[] {
  const list = inboxList(state, query);
  if (query.filter === 'all' || selected === null || list.some((item) => item.id === selected)) return list;
  const open = state.conversations.get(selected);
  if (!open?.summary || open.summary.head === 0 || open.me !== principalOf(state, query)) return list;
  return [...list, open].sort((a, b) => b.summary!.lastAt - a.summary!.lastAt);
}

function useLoadInbox(query: InboxQuery): void {
  const { client } = useAuth();
  const online = useChat((state) => state.connection.name === 'online');
  useEffect(() => {
    if (!client || !online) return;
    const inbox = client.state.inboxes.get(inboxKey(query));
    if (!inbox || inbox.status === 'error') void client.loadInbox(query);
  }, [client, online, query]);
}

/** Alt+Up and Alt+Down open the neighbour of the open conversation. */
function useStepKeys(shown: readonly Conversation[], selected: ConversationId | null): void {
  const latest = useRef({ shown, selected });
  latest.current = { shown, selected };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
      event.preventDefault();
      const list = latest.current.shown;
      const at = list.findIndex((item) => item.id === latest.current.selected);
      const next = list[at < 0 ? 0 : at + (event.key === 'ArrowDown' ? 1 : -1)];
      if (next) navigate(`/messages/${next.id}`, { replace: latest.current.selected !== null });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

interface RowsProps {
  state: ChatState;
  query: InboxQuery;
  shown: readonly Conversation[];
  searching: boolean;
  selected: ConversationId | null;
}

function Rows({ state, query, shown, searching, selected }: RowsProps) {
  const { t } = useI18n();
  const { client } = useAuth();
  const single = useMedia('(max-width: 720px)');
  const inbox = state.inboxes.get(inboxKey(query));
  const stores = query.store === null ? shown.slice(0, 100).map((item) => item.summary!.store.id) : [];
  const presence = usePresence(stores);
  const imageOf = useStoreImages();

  if (inbox?.status === 'error' && shown.length === 0) {
    return <LoadFailed retry={() => void client?.loadInbox(query)} />;
  }
  if (shown.length === 0 && (!inbox || inbox.status === 'loading')) return <RowsSkeleton />;
  if (shown.length === 0) return <EmptyList query={query} searching={searching} />;
  return (
    <nav class="rows" aria-label={t('conversations')}>
      <ul>
        {shown.map((item) => (
          <ConversationRow
            key={item.id}
            conversation={item}
            asSeller={query.store !== null}
            selected={item.id === selected}
            replace={selected !== null && !single}
            presence={presence}
            image={query.store === null ? imageOf(item.summary!.store.id) : undefined}
            userId={state.user?.id ?? ''}
          />
        ))}
      </ul>
      {inbox?.next && (
        <button type="button" class="btn more-rows" disabled={inbox.loadingMore} onClick={() => void client?.loadMoreInbox(query)}>
          {t('loadMore')}
        </button>
      )}
    </nav>
  );
}

function EmptyList({ query, searching }: { query: InboxQuery; searching: boolean }) {
  const { t } = useI18n();
  if (searching) return <StatePanel icon="search" title={t('emptySearch')} text={t('emptySearchText')} />;
  if (query.filter === 'unread') return <StatePanel icon="check" title={t('emptyUnread')} text={t('emptyUnreadText')} />;
  if (query.filter === 'needsReply') {
    return <StatePanel icon="check" title={t('emptyNeedsReply')} text={t('emptyNeedsReplyText')} />;
  }
  if (query.store !== null) return <StatePanel icon="store" title={t('emptyStoreInbox')} text={t('emptyStoreInboxText')} />;
  return (
    <StatePanel icon="chat" title={t('emptyInbox')} text={t('emptyInboxText')}>
      <Link to="/" class="btn primary">
        {t('browse')}
      </Link>
    </StatePanel>
  );
}

function RowsSkeleton() {
  return (
    <div class="rows" aria-busy="true">
      {Array.from({ length: 7 }, (_, i) => (
        <div class="row" key={i}>
          <div class="skeleton avatar" style={{ width: '44px', height: '44px' }} />
          <div class="row-text">
            <Skeleton width="55%" height="14px" />
            <Skeleton width="85%" height="12px" />
          </div>
        </div>
      ))}
    </div>
  );
}
