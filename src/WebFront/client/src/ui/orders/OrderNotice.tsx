import type { Message, Notice, OrderCard as Card } from '../../sdk/protocol';
import type { OrderSide } from '../../sdk/orders';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { clockTime, fullTime } from '../lib/time';
import { ActButtons } from './acts';
import { OrderGist, StateChip } from './bits';
import { Countdown } from './Countdown';
import { useNewestCard } from './store';
import { changeIcon, changeWords, noticeDetail } from './words';

interface OrderNoticeProps {
  message: Message & { readonly notice: Notice };
  side: OrderSide;
  otherName: string;
  /** The newest of its order: it carries the card. */
  newest: boolean;
  /** Whether the conversation tells of more than one order, so that each line has to say which. */
  several: boolean;
  focusable: boolean;
}

/** What happened to an order, as a thin line; under the newest of each order, what it is now and what may be done. */
export function OrderNotice({ message, side, otherName, newest, several, focusable }: OrderNoticeProps) {
  const i18n = useI18n();
  const { notice } = message;
  const detail = noticeDetail(notice, i18n);
  const words = changeWords(notice.type, side, { buyer: otherName, store: otherName }, i18n) ?? message.body;
  return (
    <>
      <p class="notice-line">
        <Icon name={changeIcon(notice.type)} size={14} />
        <span class="sr">{i18n.t('systemMessage')}: </span>
        <span>
          {words}
          {detail && (
            <>
              {' · '}
              <bdi>{detail}</bdi>
            </>
          )}
          {!newest && several && (
            <>
              {' · '}
              <span class="notice-title" dir="auto">
                {notice.order.title}
              </span>
            </>
          )}
        </span>
        <time class="num" dateTime={new Date(message.sentAt).toISOString()} title={fullTime(message.sentAt, i18n.lang)}>
          {clockTime(message.sentAt, i18n.lang)}
        </time>
      </p>
      {newest && <OrderCard card={notice.order} side={side} focusable={focusable} />}
    </>
  );
}

interface OrderCardProps {
  card: Card;
  side: OrderSide;
  focusable?: boolean;
  /** Beside the thread, whose own card has the buttons. */
  quiet?: boolean;
}

/** An order at a glance, with the buttons of the reader's side. */
export function OrderCard({ card: told, side, focusable = true, quiet = false }: OrderCardProps) {
  const { t } = useI18n();
  const card = useNewestCard(told);
  return (
    <article class="order-card" aria-label={`${t('order')}: ${card.title}`} data-testid={`${quiet ? 'context-order' : 'order-card'}-${card.id}`} data-status={card.status}>
      <Link to={`/orders/${card.id}`} class="order-card-head" tabIndex={focusable ? 0 : -1}>
        <OrderGist card={card} />
        <StateChip status={card.status} />
        <span class="sr">{t('orderOpen')}</span>
      </Link>
      {card.deadline && <Countdown deadline={card.deadline} />}
      {!quiet && <ActButtons card={card} side={side} focusable={focusable} />}
      {!quiet && (
        <Link to={`/orders/${card.id}`} class="linkish order-open" tabIndex={focusable ? 0 : -1} data-testid="order-open">
          {t(card.status === 'completed' && side === 'buyer' ? 'ratePurchase' : 'orderOpen')}
        </Link>
      )}
    </article>
  );
}
