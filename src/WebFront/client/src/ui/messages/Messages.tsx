import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { mySide, type ConversationId, type InboxFilter, type StoreId } from '../../sdk/protocol';
import { StatePanel } from '../components/bits';
import { ConnectionBar } from '../components/ConnectionBar';
import { Icon } from '../components/Icon';
import { NotFound } from '../pages/NotFound';
import { useI18n } from '../i18n/context';
import { useMedia } from '../lib/hooks';
import { goBack, navigate } from '../lib/router';
import { OrderDialogs } from '../orders/OrderDialogs';
import { useChat } from '../session';
import { ContextPane } from './ContextPane';
import { ListPane } from './ListPane';
import { Thread } from './Thread';

export interface MessagesProps {
  conversation: string | null;
  showShortcuts: () => void;
}

const isConversationId = (id: string): id is ConversationId => /^[^~]+~[^~]+$/.test(id);

/** The Message Center: list, thread and context; on a phone one at a time. */
export function Messages({ conversation, showShortcuts }: MessagesProps) {
  if (conversation !== null && !isConversationId(conversation)) return <NotFound />;
  return <Panes conversation={conversation} showShortcuts={showShortcuts} />;
}

interface PanesProps {
  conversation: ConversationId | null;
  showShortcuts: () => void;
}

function Panes({ conversation, showShortcuts }: PanesProps) {
  const { t } = useI18n();
  const wide = useMedia('(min-width: 1200px)');
  const single = useMedia('(max-width: 720px)');
  const [drawer, setDrawer] = useState(false);
  const [chosen, setChosen] = useState<StoreId | null | undefined>(undefined);
  const [filter, setFilter] = useState<InboxFilter>('all');
  const inbox = useInbox(conversation, chosen);
  const query = useMemo(() => ({ store: inbox, filter }), [inbox, filter]);
  const contextShown = conversation !== null && (wide || drawer);

  useEffect(() => setDrawer(false), [conversation]);
  useEffect(() => {
    if (!conversation) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (drawer && !wide) setDrawer(false);
      else if (single) goBack('/messages');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [conversation, drawer, wide, single]);

  // Back from a thread, the focus returns to its row, and the list to where that row is.
  const before = useRef(conversation);
  useEffect(() => {
    const left = before.current;
    before.current = conversation;
    if (conversation === null && left !== null) {
      document.querySelector<HTMLElement>(`[data-testid="conversation-row-${CSS.escape(left)}"]`)?.focus();
    }
  }, [conversation]);

  return (
    <div class="center" data-view={conversation ? 'thread' : 'list'}>
      <h1 class="sr">{t('messages')}</h1>
      <ConnectionBar />
      <div class="panes">
        <ListPane
          query={query}
          selected={conversation}
          onInbox={(store) => {
            setChosen(store);
            setFilter('all');
            if (conversation) navigate('/messages');
          }}
          onFilter={setFilter}
        />
        <section class="pane-thread" aria-label={t('messages')}>
          {conversation ? (
            <Thread
              key={conversation}
              id={conversation}
              contextShown={contextShown}
              onToggleContext={wide ? null : () => setDrawer(!drawer)}
            />
          ) : (
            <StatePanel icon="chat" title={t('pickConversation')} text={t('pickConversationText')}>
              <button type="button" class="btn plain" onClick={showShortcuts}>
                <Icon name="keys" />
                {t('shortcuts')}
              </button>
            </StatePanel>
          )}
        </section>
        {contextShown && (
          <>
            {!wide && <div class="scrim" onClick={() => setDrawer(false)} />}
            <ContextPane id={conversation} onClose={wide ? null : () => setDrawer(false)} showShortcuts={showShortcuts} />
          </>
        )}
      </div>
      <OrderDialogs />
    </div>
  );
}

/** The list to show: the one chosen, else the one of the open conversation, else a seller's own shop. */
function useInbox(conversation: ConversationId | null, chosen: StoreId | null | undefined): StoreId | null {
  const stores = useChat((state) => state.stores);
  const user = useChat((state) => state.user);
  if (conversation && user) {
    const side = mySide(conversation, user.id);
    return stores.find((store) => side === `s:${store.id}`)?.id ?? null;
  }
  if (chosen !== undefined && (chosen === null || stores.some((store) => store.id === chosen))) return chosen;
  return stores[0]?.id ?? null;
}
