import { storePrincipal, userPrincipal, type Principal, type StoreId } from '../../sdk/protocol';
import { Badge } from '../components/bits';
import { Icon } from '../components/Icon';
import { Popover } from '../components/Popover';
import { useI18n } from '../i18n/context';
import { useChat } from '../session';

interface InboxSwitchProps {
  current: StoreId | null;
  onInbox: (store: StoreId | null) => void;
}

/** Whose messages: mine as a buyer, or those of a store I answer for. */
export function InboxSwitch({ current, onInbox }: InboxSwitchProps) {
  const { t, tn } = useI18n();
  const stores = useChat((state) => state.stores);
  const unread = useChat((state) => state.unread);
  const user = useChat((state) => state.user);
  const countOf = (principal: Principal) => unread.get(principal)?.messages ?? 0;
  const inboxes = [
    { id: null, name: t('myPurchases'), count: user ? countOf(userPrincipal(user.id)) : 0 },
    ...stores.map((store) => ({ id: store.id, name: store.name, count: countOf(storePrincipal(store.id)) })),
  ];
  const shown = inboxes.find((inbox) => inbox.id === current) ?? inboxes[0]!;
  if (stores.length === 0) return <h2 class="list-title">{t('messages')}</h2>;
  const elsewhere = inboxes.reduce((sum, inbox) => (inbox.id === current ? sum : sum + inbox.count), 0);
  return (
    <Popover
      label={`${t('inboxes')}: ${shown.name}`}
      buttonClass="inbox-btn"
      class="inbox-switch"
      testid="inbox-switch"
      button={
        <>
          <span class="list-title ellipsis" dir="auto">
            {shown.name}
          </span>
          <Icon name="chevron" size={18} />
          {elsewhere > 0 && <span class="inbox-more" aria-hidden="true" />}
        </>
      }
    >
      {(close) => (
        <div role="radiogroup" aria-label={t('inboxes')} class="choices">
          {inboxes.map((inbox) => (
            <button
              key={inbox.id ?? ''}
              type="button"
              role="radio"
              class="choice"
              aria-checked={inbox.id === current}
              data-testid={`inbox-${inbox.id ?? 'mine'}`}
              onClick={() => {
                close();
                onInbox(inbox.id);
              }}
            >
              <Icon name={inbox.id === null ? 'user' : 'store'} size={18} />
              <span class="choice-text ellipsis" dir="auto">
                {inbox.name}
              </span>
              <Badge count={inbox.count} label={tn('unreadCount', inbox.count)} />
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}
