import type { Conversation } from '../../sdk/state';
import type { Message } from '../../sdk/protocol';
import { Avatar, Badge } from '../components/bits';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { oneLine } from '../lib/text';
import { StateChip } from '../orders/bits';
import { openOrder } from '../orders/model';
import { changeIcon, messageWords } from '../orders/words';
import { fullTime, shortTime, waitedFor, warmth } from '../lib/time';
import { presenceWords } from '../lib/market';
import type { PresenceView } from '../presence';

interface RowProps {
  conversation: Conversation;
  asSeller: boolean;
  selected: boolean;
  replace: boolean;
  presence: PresenceView;
  image: string | undefined;
  userId: string;
}

export function ConversationRow({ conversation, asSeller, selected, replace, presence, image, userId }: RowProps) {
  const i18n = useI18n();
  const summary = conversation.summary!;
  const other = asSeller ? summary.buyer : summary.store;
  const seen = asSeller ? null : presence.of(other.id);
  const unread = summary.unread > 0;
  const open = openOrder(summary.last ? [...conversation.messages, summary.last] : conversation.messages);
  return (
    <li>
      <Link
        to={`/messages/${conversation.id}`}
        replace={replace}
        class={`row ${unread ? 'is-unread' : ''}`}
        aria-current={selected ? 'page' : undefined}
        data-testid={`conversation-row-${conversation.id}`}
      >
        <Avatar id={other.id} name={other.name} size={44} store={!asSeller} image={image} presence={asSeller ? undefined : seen} />
        <span class="row-text">
          <span class="row-top">
            <strong class="ellipsis" dir="auto">
              {other.name}
            </strong>
            {!asSeller && <span class="sr">{presenceWords(seen, presence.now, i18n)}</span>}
            <time class="num" dateTime={new Date(summary.lastAt).toISOString()} title={fullTime(summary.lastAt, i18n.lang)}>
              {shortTime(summary.lastAt, presence.now, i18n.lang)}
            </time>
          </span>
          <span class="row-bottom">
            <Preview message={summary.last ?? null} mine={summary.last?.by === userId} me={conversation.me} other={other.name} />
            <Badge count={summary.unread} label={i18n.tn('unreadCount', summary.unread)} />
          </span>
          {(summary.waitingSince != null || open) && (
            <span class="row-chips">
              {summary.waitingSince != null && <WaitChip since={summary.waitingSince} now={presence.now} asSeller={asSeller} />}
              {open && <StateChip status={open.status} />}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

function Preview({ message, mine, me, other }: { message: Message | null; mine: boolean; me: string; other: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (!message) return <span class="preview" />;
  return (
    <span class="preview">
      {message.kind === 'system' && <Icon name={message.notice ? changeIcon(message.notice.type) : 'info'} size={14} />}
      {message.product && <Icon name="tag" size={14} />}
      {mine && message.kind === 'text' && <span class="preview-you">{t('you')}:</span>}
      <span class="ellipsis" dir={message.notice ? undefined : 'auto'}>
        {oneLine(messageWords(message, me, other, i18n))}
      </span>
    </span>
  );
}

function WaitChip({ since, now, asSeller }: { since: number; now: number; asSeller: boolean }) {
  const i18n = useI18n();
  if (!asSeller) {
    return <span class="chip">{i18n.t('awaitingAnswer')}</span>;
  }
  const waited = Math.max(0, now - since);
  const warm = warmth(waited);
  return (
    <span class={`chip ${warm === 'calm' ? '' : warm}`} data-warmth={warm}>
      <Icon name={warm === 'red' ? 'alert' : 'clock'} size={12} />
      {i18n.t('waiting', { time: waitedFor(waited, i18n.lang) })}
    </span>
  );
}
