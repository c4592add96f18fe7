import type { ComponentChildren } from 'preact';
import type { Order, OrderStep } from '../../sdk/orders';
import type { Money, StoreId, UserId } from '../../sdk/protocol';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import type { TextKey } from '../i18n/index';
import { Link } from '../lib/router';
import { dateOnly, dateTime, money, wholeDuration } from '../lib/time';
import { methodWords } from './forms';
import type { Names } from './OrderPage';
import { changeIcon, changeWords, reasons } from './words';

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="order-section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

const useMoney = () => {
  const { lang } = useI18n();
  return ({ minor, currency }: Money) => money(minor, currency, lang);
};

export function Lines({ order }: { order: Order }) {
  const { t, number } = useI18n();
  const amount = useMoney();
  return (
    <Section title={t('orderItems')}>
      <ul class="order-lines">
        {order.lines.map((line) => (
          <li key={line.line}>
            <Link to={`/product/${line.product.id}`} class="order-line">
              <img src={line.product.image} alt="" width="64" height="64" loading="lazy" />
              <span class="order-gist-text">
                <strong dir="auto">{line.product.title}</strong>
                <span class="muted num">
                  {number(line.quantity)} × {amount(line.product.price)}
                </span>
                <span class="line-chips">
                  {line.shipped > 0 && <span class="chip good">{t('lineShipped', { count: number(line.shipped) })}</span>}
                  {line.cancelled > 0 && <span class="chip">{t('lineCancelled', { count: number(line.cancelled) })}</span>}
                </span>
              </span>
              <span class="num order-line-sum">{amount({ ...line.product.price, minor: line.product.price.minor * line.quantity })}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Sums({ order }: { order: Order }) {
  const { t } = useI18n();
  const amount = useMoney();
  const refunded = order.refunds.reduce((sum, refund) => sum + refund.amount.minor, 0);
  return (
    <dl class="order-sums num">
      <div class="is-total">
        <dt>{t('orderTotal')}</dt>
        <dd data-testid="order-total">{amount(order.total)}</dd>
      </div>
      {order.paid && (
        <div>
          <dt>
            {t('orderPaid')}
            {order.method && <span class="muted"> · {t(methodWords(order.method))}</span>}
          </dt>
          <dd>{amount(order.paid)}</dd>
        </div>
      )}
      {refunded > 0 && (
        <div>
          <dt>{t('orderRefunds')}</dt>
          <dd>{amount({ ...order.total, minor: -refunded })}</dd>
        </div>
      )}
    </dl>
  );
}

export function Parcels({ order }: { order: Order }) {
  const { t, lang, number } = useI18n();
  if (order.parcels.length === 0) return null;
  const titleOf = (line: number) => order.lines.find((one) => one.line === line)?.product.title ?? '';
  return (
    <Section title={t('orderParcels')}>
      <ol class="order-parcels">
        {order.parcels.map((parcel) => (
          <li key={parcel.number} data-testid={`parcel-${parcel.number}`}>
            <Icon name="box" size={18} />
            <div>
              <p class="parcel-head">
                <strong>{t('orderParcel', { number: number(parcel.number) })}</strong>
                <span class="muted small-text">{dateTime(parcel.shippedAt, lang)}</span>
              </p>
              <p>
                <span class="muted">{t('orderTracking')}: </span>
                <bdi class="tracking">{parcel.tracking}</bdi>
                {parcel.carrier && (
                  <>
                    {' · '}
                    <bdi>{parcel.carrier}</bdi>
                  </>
                )}
              </p>
              <ul class="muted small-text">
                {parcel.items.map((item) => (
                  <li key={item.line} dir="auto">
                    {number(item.quantity)} × {titleOf(item.line)}
                  </li>
                ))}
              </ul>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}

const answers: Record<NonNullable<Order['cancellation']>['answer'], TextKey> = {
  open: 'answerOpen',
  accepted: 'answerAccepted',
  alreadyShipped: 'answerAlreadyShipped',
  expired: 'answerExpired',
};

export function CancellationFacts({ order }: { order: Order }) {
  const { t, lang } = useI18n();
  const { cancellation } = order;
  if (!cancellation) return null;
  return (
    <Section title={t('orderCancellation')}>
      <p>
        {t(reasons[cancellation.reason] ?? 'reasonOther')} · {t(answers[cancellation.answer] ?? 'answerOpen')}{' '}
        <span class="muted small-text">{dateTime(cancellation.requestedAt, lang)}</span>
      </p>
      {cancellation.sellerAtFault && <p class="muted">{t('orderFault')}</p>}
      {cancellation.note && (
        <blockquote class="note" dir="auto">
          {cancellation.note}
        </blockquote>
      )}
    </Section>
  );
}

export function Refunds({ order }: { order: Order }) {
  const { t, lang } = useI18n();
  const amount = useMoney();
  if (order.refunds.length === 0) return null;
  const words = { due: 'refundDue', overdue: 'refundOverdue', paid: 'refundPaid' } as const;
  return (
    <Section title={t('orderRefunds')}>
      <ul class="order-refunds">
        {order.refunds.map((refund) => (
          <li key={refund.number}>
            <strong class="num">{amount(refund.amount)}</strong>{' '}
            <span class={refund.status === 'overdue' ? 'chip red' : refund.status === 'paid' ? 'chip good' : 'chip'}>
              {t(words[refund.status] ?? 'refundDue', { date: dateOnly(refund.dueAt, lang) })}
            </span>{' '}
            <span class="muted small-text">{t(methodWords(refund.method))}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function History({ order, names }: { order: Order; names: Names }) {
  const i18n = useI18n();
  const { t, lang } = i18n;
  return (
    <Section title={t('orderHistory')}>
      <ol class="order-steps">
        {[...order.steps].reverse().map((step) => (
          <li key={step.version} data-change={step.change}>
            <Icon name={changeIcon(step.change)} size={16} />
            <span>
              <span>{changeWords(step.change, order.side, names, i18n) ?? step.change}</span>
              <span class="muted small-text">
                <time dateTime={new Date(step.at).toISOString()}>{dateTime(step.at, lang)}</time> ·{' '}
                <bdi>{whoOf(step, names, order.store, order.buyer, t)}</bdi>
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** Who made a step: a side, and for a store which of its agents. */
function whoOf(step: OrderStep, names: Names, store: StoreId, buyer: UserId, t: (key: TextKey) => string): string {
  if (step.side === 'system') return t('bySystem');
  if (step.side === 'marketplace') return t('byMarketplace');
  if (step.side === 'buyer') return names.buyer;
  return step.by && step.by !== buyer && step.by !== store ? `${names.store} (@${step.by})` : names.store;
}

export function Terms({ order }: { order: Order }) {
  const { t, lang } = useI18n();
  const { terms } = order;
  const rows: readonly (readonly [TextKey, number])[] = [
    ['termPayment', terms.paymentWithin],
    ['termCheck', terms.paymentCheck],
    ['termAnswer', terms.cancellationAnswerWithin],
    ['termDelivery', terms.delivery],
    ['termDeliveryMax', terms.deliveryMax],
    ['termProtection', terms.protection],
    ['termRefund', terms.refundWithin],
  ];
  return (
    <details class="order-section order-terms">
      <summary>{t('orderTerms')}</summary>
      <dl>
        {rows.map(([words, ms]) => (
          <div key={words}>
            <dt>{t(words)}</dt>
            <dd class="num">{wholeDuration(ms, lang)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
