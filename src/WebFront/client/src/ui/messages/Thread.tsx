import { useCallback, useEffect, useState } from 'preact/hooks';
import { mySide, type ConversationId } from '../../sdk/protocol';
import type { Conversation } from '../../sdk/state';
import { ErrorCode } from '../../sdk/errors';
import { Avatar, LoadFailed, PresenceLine, Skeleton, StatePanel } from '../components/bits';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { readDraft, writeDraft, type Draft } from '../lib/drafts';
import { usePageTitle } from '../lib/tab';
import { useMedia } from '../lib/hooks';
import { goBack, Link } from '../lib/router';
import { useStoreImages } from '../market';
import { usePresence } from '../presence';
import { useAuth, useChat } from '../session';
import { Composer } from './Composer';
import { MessageList } from './MessageList';
import { NotifyPrompt } from './NotifyPrompt';
import { keepOpen } from './opened';

interface ThreadProps {
  id: ConversationId;
  contextShown: boolean;
  /** Null where the context is always beside the thread. */
  onToggleContext: (() => void) | null;
}

export function Thread({ id, contextShown, onToggleContext }: ThreadProps) {
  const { t } = useI18n();
  const { client, user } = useAuth();
  const conversation = useChat((state) => state.conversations.get(id) ?? null);
  const connection = useChat((state) => state.connection.name);
  const userId = user?.id ?? '';
  const me = mySide(id, userId);
  const [draft, setDraftState] = useState<Draft>(() => readDraft(userId, id));
  const [focusAt, setFocusAt] = useState(0);
  const online = connection === 'online';
  const single = useMedia('(max-width: 720px)');
  const [refused, setRefused] = useState<number | undefined>(undefined);
  const [sentOne, setSentOne] = useState(false);

  const setDraft = useCallback(
    (next: Draft) => {
      setDraftState(next);
      writeDraft(userId, id, next);
    },
    [userId, id],
  );

  useEffect(() => {
    if (!client) return;
    let here = true;
    void keepOpen(client, id).then((answer) => {
      if (here) setRefused(answer.ok ? undefined : answer.error.code);
    });
    return () => {
      here = false;
    };
    // Asked again with every new connection: what could not be answered without one can be now.
  }, [client, id, online]);

  const otherName = nameOf(conversation, me);
  usePageTitle(otherName);
  if (isGone(refused) || isGone(conversation?.error?.code)) {
    return (
      <>
        {single && <ThreadHead id={id} me={me} name={t('messages')} contextShown={contextShown} onToggleContext={null} />}
        <StatePanel icon="search" title={t('threadGone')} text={t('threadGoneText')}>
          <Link to="/messages" class="btn">
            {t('messages')}
          </Link>
        </StatePanel>
      </>
    );
  }
  const ready = conversation !== null && (conversation.window === 'ready' || conversation.messages.length > 0);
  return (
    <>
      <ThreadHead id={id} me={me} name={otherName} contextShown={contextShown} onToggleContext={onToggleContext} />
      {ready && (
        <MessageList
          conversation={conversation}
          me={me}
          userId={userId}
          otherName={otherName}
          onEdit={(body, product) => {
            setDraft({ text: draft.text === '' ? body : `${body}\n${draft.text}`, product: product ?? draft.product });
            setFocusAt((n) => n + 1);
          }}
        />
      )}
      {!ready && conversation?.window === 'error' && connection === 'online' ? (
        <LoadFailed retry={() => void client?.open(id)} />
      ) : (
        !ready && <ThreadSkeleton />
      )}
      <NotifyPrompt sent={sentOne} />
      <Composer
        id={id}
        name={otherName}
        draft={draft}
        onDraft={setDraft}
        offline={connection !== 'online' && connection !== 'connecting' && connection !== 'idle'}
        focusAt={focusAt}
        onSent={() => setSentOne(true)}
      />
    </>
  );
}

const isGone = (code: number | undefined): boolean =>
  code === ErrorCode.conversation_not_found || code === ErrorCode.store_not_found;

function nameOf(conversation: Conversation | null, me: string): string {
  const summary = conversation?.summary;
  if (!summary) return '';
  return me.startsWith('s:') ? summary.buyer.name : summary.store.name;
}

interface ThreadHeadProps {
  id: ConversationId;
  me: string;
  name: string;
  contextShown: boolean;
  onToggleContext: (() => void) | null;
}

function ThreadHead({ id, me, name, contextShown, onToggleContext }: ThreadHeadProps) {
  const { t } = useI18n();
  const single = useMedia('(max-width: 720px)');
  const [buyer = '', store = ''] = id.split('~');
  const asSeller = me.startsWith('s:');
  const otherId = asSeller ? buyer : store;
  const presence = usePresence(asSeller ? [] : [store]);
  const imageOf = useStoreImages();
  return (
    <header class="thread-head">
      {single && (
        <button type="button" class="icon-btn" aria-label={t('back')} data-testid="thread-back" onClick={() => goBack('/messages')}>
          <Icon name="back" class="flip" />
        </button>
      )}
      <Avatar id={otherId} name={name || otherId} size={40} store={!asSeller} image={asSeller ? undefined : imageOf(store)} />
      <div class="thread-who">
        {name ? (
          <h2 class="ellipsis" dir="auto">
            {name}
          </h2>
        ) : (
          <span class="skeleton name-skeleton" />
        )}
        {asSeller ? (
          <span class="muted small-text">{t('buyer')}</span>
        ) : (
          <PresenceLine presence={presence.of(store)} now={presence.now} />
        )}
      </div>
      {onToggleContext && (
        <button
          type="button"
          class="icon-btn"
          aria-label={t('showDetails')}
          title={t('showDetails')}
          aria-expanded={contextShown}
          data-testid="toggle-context"
          onClick={onToggleContext}
        >
          <Icon name="info" />
        </button>
      )}
    </header>
  );
}

function ThreadSkeleton() {
  const widths = ['46%', '30%', '52%', '38%', '24%', '44%'];
  return (
    <div class="thread-skeleton" aria-busy="true">
      {widths.map((width, i) => (
        <div key={i} class={i % 3 === 1 ? 'own' : ''}>
          <Skeleton width={width} height="44px" />
        </div>
      ))}
    </div>
  );
}
