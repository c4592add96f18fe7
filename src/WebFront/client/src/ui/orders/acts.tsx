import { useState } from 'preact/hooks';
import type { OrderCard } from '../../sdk/protocol';
import type { OrderSide } from '../../sdk/orders';
import { Icon, type IconName } from '../components/Icon';
import { useI18n } from '../i18n/context';
import type { TextKey } from '../i18n/index';
import { errorWords } from '../lib/errors';
import { navigate } from '../lib/router';
import { openOrderDialog } from './dialogState';
import { actsOf, mainAct, type OrderAct } from './model';
import { act, orders, useDemo } from './store';

export const actWords: Record<OrderAct, { words: TextKey; icon: IconName }> = {
  pay: { words: 'actPay', icon: 'card' },
  receipt: { words: 'actReceipt', icon: 'check' },
  cancel: { words: 'actCancel', icon: 'close' },
  ship: { words: 'actShip', icon: 'truck' },
  accept: { words: 'actAccept', icon: 'check' },
  shipped: { words: 'actShipped', icon: 'truck' },
  extend: { words: 'actExtend', icon: 'clock' },
  refund: { words: 'actRefund', icon: 'refund' },
  again: { words: 'actAgain', icon: 'bag' },
};

interface ActButtonsProps {
  card: OrderCard;
  side: OrderSide;
  /** In a thread only the entry that holds the Tab stop can be reached. */
  focusable?: boolean;
  /** Said where there is nothing to press. */
  idle?: TextKey;
}

/** The buttons a side may press now. What needs a question first opens a dialog. */
export function ActButtons({ card, side, focusable = true, idle }: ActButtonsProps) {
  const i18n = useI18n();
  const demo = useDemo();
  const main = mainAct(card, side, demo);
  const acts = actsOf(card, side, demo);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (acts.length === 0) return idle ? <p class="muted small-text">{i18n.t(idle)}</p> : null;

  const again = async () => {
    setBusy(true);
    const answer = await act(`again ${card.id}`, {}, null, (id) => orders.again(card.id, { id }));
    setBusy(false);
    if (answer.ok) navigate(`/orders/${answer.order.id}`);
    else setProblem(errorWords(answer.error, i18n));
  };
  return (
    <>
      <div class="order-acts">
        {acts.map((name) => (
          <button
            key={name}
            type="button"
            class={name === main ? 'btn primary' : 'btn'}
            disabled={busy}
            tabIndex={focusable ? 0 : -1}
            data-testid={`order-${name}`}
            onClick={() => {
              setProblem(null);
              if (name === 'again') void again();
              else openOrderDialog({ order: card.id, act: name });
            }}
          >
            <Icon name={actWords[name].icon} size={18} />
            {busy && name === 'again' ? i18n.t('actBusy') : i18n.t(actWords[name].words)}
          </button>
        ))}
      </div>
      {problem && (
        <p class="field-error" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
