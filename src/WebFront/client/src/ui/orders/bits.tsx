import type { OrderCard as Card, OrderStatus } from '../../sdk/protocol';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { money } from '../lib/time';
import { states } from './words';

export function StateChip({ status }: { status: OrderStatus }) {
  const { t } = useI18n();
  const state = states[status];
  if (!state) return null;
  return (
    <span class={`chip ${state.tone}`} data-testid="order-state" data-status={status}>
      <Icon name={state.icon} size={12} />
      {t(state.words)}
    </span>
  );
}

/** Picture, title, pieces and price of an order. */
export function OrderGist({ card, size = 64 }: { card: Card; size?: number }) {
  const { tn, lang } = useI18n();
  return (
    <span class="order-gist">
      {card.image && <img src={card.image} alt="" loading="lazy" width={size} height={size} />}
      <span class="order-gist-text">
        <strong dir="auto">{card.title}</strong>
        <span class="num muted">
          {tn('orderUnits', card.units)} · {money(card.total.minor, card.total.currency, lang)}
        </span>
      </span>
    </span>
  );
}
