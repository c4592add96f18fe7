import type { Tick } from '../../sdk/selectors';
import type { Product, WireError } from '../../sdk/protocol';
import type { OutboxItem } from '../../sdk/state';
import { Icon, type IconName } from '../components/Icon';
import { useI18n } from '../i18n/context';
import type { TextKey } from '../i18n/index';
import { OrderNotice } from '../orders/OrderNotice';
import { errorWords } from '../lib/errors';
import { splitLinks } from '../lib/text';
import { clockTime, fullTime } from '../lib/time';
import type { ThreadRow } from '../lib/thread';
import { useAuth } from '../session';
import { ProductCard } from './ProductCard';

type DeliveryState = 'queued' | 'failed' | Tick;

interface MessageItemProps {
  row: Extract<ThreadRow, { kind: 'entry' }>;
  tick: Tick | null;
  showTick: boolean;
  otherName: string;
  /** False when a colleague wrote for my store. */
  mineBy: boolean;
  tabbable: boolean;
  /** The newest notice of its order. */
  newest: boolean;
  /** The conversation tells of more than one order. */
  several: boolean;
  /** Whether I speak for the store here. */
  asStore: boolean;
  onEdit: (body: string, product: Product | null) => void;
}

export function MessageItem({ row, tick, showTick, otherName, mineBy, tabbable, newest, several, asStore, onEdit }: MessageItemProps) {
  const i18n = useI18n();
  const { message, pending } = row.entry;
  const at = message?.sentAt ?? pending?.createdAt ?? 0;
  const state: DeliveryState | null = pending ? (pending.status === 'failed' ? 'failed' : 'queued') : tick;
  const product = message?.product ?? pending?.card ?? null;
  const common = {
    'data-entry': true,
    'data-testid': message ? `message-${message.seq}` : 'message-pending',
    'data-state': row.mine ? (state ?? undefined) : undefined,
    tabIndex: tabbable ? 0 : -1,
  };
  if (message?.notice) {
    const { notice } = message;
    return (
      <li {...common} class="notice" data-notice={notice.type}>
        <OrderNotice
          message={{ ...message, notice }}
          side={asStore ? 'store' : 'buyer'}
          otherName={otherName}
          newest={newest}
          several={several}
          focusable={tabbable}
        />
      </li>
    );
  }
  if (message?.kind === 'system') {
    return (
      <li {...common} class="system">
        <Icon name="info" size={14} />
        <span class="sr">{i18n.t('systemMessage')}: </span>
        <span dir="auto">{message.body}</span>
      </li>
    );
  }
  // The last of a group says the time under it; the others say it beside them, on hover or focus.
  const below = row.last || showTick;
  const time = (
    <time class={below ? 'num' : 'num side-time'} dateTime={new Date(at).toISOString()} title={fullTime(at, i18n.lang)}>
      {clockTime(at, i18n.lang)}
    </time>
  );
  const author = row.mine ? i18n.t('you') : otherName;
  return (
    <li {...common} class={`msg ${row.mine ? 'own' : ''} ${row.first ? 'first' : ''} ${row.last ? 'last' : ''}`}>
      <span class="sr">{author}: </span>
      {product && <ProductCard product={product} focusable={tabbable} />}
      <div class="line">
        <div class={state === 'failed' ? 'bubble is-failed' : 'bubble'}>
          {/* The text has its own direction; the corners of the bubble follow the page's. */}
          <div dir="auto">
            <Body text={message?.body ?? pending?.body ?? ''} tabbable={tabbable} />
          </div>
        </div>
        {!below && time}
      </div>
      {below && (
        <div class="meta">
          {row.mine && !mineBy && message && (
            <span class="ellipsis" dir="auto">
              {message.by} ·{' '}
            </span>
          )}
          {time}
          {row.mine && state && showTick && state !== 'failed' && <TickMark state={state} />}
        </div>
      )}
      {pending?.status === 'failed' && <Failed item={pending} onEdit={onEdit} />}
    </li>
  );
}

/** Text is text; only http(s) addresses become links, with the host they really lead to. */
function Body({ text, tabbable }: { text: string; tabbable: boolean }) {
  return (
    <>
      {splitLinks(text).map((part, i) =>
        part.href ? (
          <span key={i}>
            <a href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc" tabIndex={tabbable ? 0 : -1}>
              {part.text}
            </a>
            <span class="link-host" dir="ltr">
              {part.host}
            </span>
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}

const ticks: Record<Exclude<DeliveryState, 'failed'>, { icon: IconName; words: TextKey }> = {
  queued: { icon: 'clock', words: 'stateQueued' },
  sent: { icon: 'check', words: 'stateSent' },
  delivered: { icon: 'double', words: 'stateDelivered' },
  read: { icon: 'double', words: 'stateRead' },
};

function TickMark({ state }: { state: Exclude<DeliveryState, 'failed'> }) {
  const { t } = useI18n();
  const { icon, words } = ticks[state];
  return (
    <span class={`tick ${state}`} title={t(words)}>
      <Icon name={icon} size={16} />
      <span class={state === 'read' ? '' : 'sr'}>{t(words)}</span>
    </span>
  );
}

function Failed({ item, onEdit }: { item: OutboxItem; onEdit: (body: string, product: Product | null) => void }) {
  const i18n = useI18n();
  const { client } = useAuth();
  const reason = (error: WireError | null) => (error ? errorWords(error, i18n) : i18n.t('errUnavailable'));
  return (
    <div class="failed" role="alert">
      <p>
        <Icon name="alert" size={16} />
        <span>
          <strong>{i18n.t('stateFailed')}.</strong> {reason(item.error)}
        </span>
      </p>
      <div class="failed-actions">
        <button type="button" class="linkish" data-testid="failed-retry" onClick={() => client?.retry(item.id)}>
          {i18n.t('sendAgain')}
        </button>
        <button
          type="button"
          class="linkish"
          data-testid="failed-edit"
          onClick={() => {
            const body = client?.discard(item.id);
            if (body !== null && body !== undefined) onEdit(body, item.card);
          }}
        >
          {i18n.t('edit')}
        </button>
        <button type="button" class="linkish" data-testid="failed-discard" onClick={() => client?.discard(item.id)}>
          {i18n.t('discard')}
        </button>
      </div>
    </div>
  );
}
