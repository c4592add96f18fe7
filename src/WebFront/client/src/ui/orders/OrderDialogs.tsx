import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorCode } from '../../sdk/errors';
import type { Order, OrderReply } from '../../sdk/orders';
import type { Result, WireError } from '../../sdk/protocol';
import { LoadFailed, Skeleton } from '../components/bits';
import { Dialog } from '../components/Dialog';
import { useI18n } from '../i18n/context';
import { errorWords } from '../lib/errors';
import { actWords } from './acts';
import { openOrderDialog, useOrderDialog, type OpenDialog } from './dialogState';
import { AcceptForm, CancelForm, ExtendForm, PayForm, ReceiptForm, RefundForm, ShipForm } from './forms';
import { actsOf, cardOf } from './model';
import { act, fetchOrder, useDemo, useKnownOrder } from './store';
import { states } from './words';

/** The dialog that is open, if any; once on each page that shows orders. */
export function OrderDialogs() {
  const dialog = useOrderDialog();
  useEffect(() => () => openOrderDialog(null), []);
  return dialog && <OrderDialog key={`${dialog.order} ${dialog.act}`} dialog={dialog} />;
}

function OrderDialog({ dialog }: { dialog: OpenDialog }) {
  const { t } = useI18n();
  // The order as it was when the question was asked: what a person decides on must not change under their hands.
  const [asked, setAsked] = useState<Order | null>(null);
  const [failed, setFailed] = useState<WireError | null>(null);
  const close = () => {
    openOrderDialog(null);
    // The card that opened this may be gone by now; the focus must not be.
    requestAnimationFrame(() => {
      if (document.activeElement === null || document.activeElement === document.body) document.getElementById('main')?.focus();
    });
  };
  const load = () => {
    setFailed(null);
    void fetchOrder(dialog.order).then((answer) => (answer.ok ? setAsked(answer.order) : setFailed(answer.error)));
  };
  useEffect(load, [dialog.order]);
  return (
    <Dialog title={t(actWords[dialog.act].words)} onClose={close}>
      <div class="order-dialog" data-testid={`dialog-${dialog.act}`}>
        {failed && <LoadFailed retry={load} />}
        {!failed && !asked && (
          <div aria-busy="true" class="form">
            <Skeleton width="100%" height="48px" />
            <Skeleton width="60%" height="24px" />
          </div>
        )}
        {asked && <Question dialog={dialog} order={asked} close={close} look={setAsked} />}
      </div>
    </Dialog>
  );
}

interface QuestionProps {
  dialog: OpenDialog;
  order: Order;
  close: () => void;
  /** Shows a newer order, on which the person may decide anew. */
  look: (order: Order) => void;
}

function Question({ dialog, order, close, look }: QuestionProps) {
  const i18n = useI18n();
  const demo = useDemo();
  const newest = useKnownOrder(order.id);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const overtaken = error?.code === ErrorCode.order_changed || error?.code === ErrorCode.order_wrong_state;
  const possible = actsOf(cardOf(order), order.side, demo).includes(dialog.act);

  const run: Run = async (content, command) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    const answer = await act(`${dialog.act} ${order.id}`, { version: order.version, ...content }, order.id, (id) =>
      command({ id, version: order.version }),
    );
    setBusy(false);
    if (answer.ok) close();
    else setError(answer.error);
  };

  if (overtaken || !possible) {
    const now = newest ?? order;
    return (
      <div class="form">
        <p class="note strong" role="alert" data-testid="order-changed">
          {i18n.t('orderChanged', { state: i18n.t(states[now.status].words) })}
        </p>
        <div class="dialog-acts">
          {overtaken && actsOf(cardOf(now), now.side, demo).includes(dialog.act) && (
            <button
              type="button"
              class="btn primary"
              onClick={() => {
                setError(null);
                look(now);
              }}
            >
              {i18n.t('retry')}
            </button>
          )}
          <button type="button" class="btn" autofocus onClick={close}>
            {i18n.t('close')}
          </button>
        </div>
      </div>
    );
  }
  const Form = forms[dialog.act];
  return (
    <Form
      order={order}
      run={run}
      foot={(submittable) => (
        <Foot words={i18n.t(actWords[dialog.act].words)} busy={busy} submittable={submittable} close={close}>
          {error && errorWords(error, i18n)}
        </Foot>
      )}
    />
  );
}

export type Run = (content: object, command: (head: { id: string; version: number }) => Promise<Result<OrderReply>>) => Promise<void>;

export interface FormProps {
  order: Order;
  run: Run;
  /** The error of the last attempt and the buttons; a form that cannot be sent says so. */
  foot: (submittable: boolean) => ComponentChildren;
}

const forms: Record<OpenDialog['act'], (props: FormProps) => ComponentChildren> = {
  pay: PayForm,
  receipt: ReceiptForm,
  cancel: CancelForm,
  ship: (props) => <ShipForm {...props} all={false} />,
  accept: AcceptForm,
  shipped: (props) => <ShipForm {...props} all />,
  extend: ExtendForm,
  refund: RefundForm,
};

interface FootProps {
  words: string;
  busy: boolean;
  submittable: boolean;
  close: () => void;
  children: ComponentChildren;
}

function Foot({ words, busy, submittable, close, children }: FootProps) {
  const { t } = useI18n();
  return (
    <>
      {children && (
        <p class="field-error" role="alert" data-testid="order-error">
          {children}
        </p>
      )}
      <div class="dialog-acts">
        <button type="button" class="btn" onClick={close}>
          {t('actBack')}
        </button>
        <button type="submit" class="btn primary" disabled={busy || !submittable} data-testid="order-submit">
          {busy ? t('actBusy') : words}
        </button>
      </div>
    </>
  );
}
