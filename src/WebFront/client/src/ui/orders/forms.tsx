import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { PaymentMethod } from '../../sdk/orders';
import type { CancellationReason } from '../../sdk/protocol';
import { useI18n } from '../i18n/context';
import type { TextKey } from '../i18n/index';
import { codePoints } from '../lib/text';
import { money, wholeDuration } from '../lib/time';
import { OrderGist } from './bits';
import type { FormProps } from './OrderDialogs';
import { cardOf, currencyDigits, extendableDays, leftOf, parseAmount, plainAmount, refundable } from './model';
import { Stepper } from './Stepper';
import { orders } from './store';
import { reasons } from './words';

const noteMax = 500;

interface FrameProps {
  order: FormProps['order'];
  foot: ComponentChildren;
  submit: () => void;
  children: ComponentChildren;
}

function Frame({ order, foot, submit, children }: FrameProps) {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <OrderGist card={cardOf(order)} size={48} />
      {children}
      {foot}
    </form>
  );
}

interface RadiosProps<T extends string> {
  legend: string;
  value: T;
  options: Readonly<Record<T, TextKey>>;
  onChoose: (value: T) => void;
}

function Radios<T extends string>({ legend, value, options, onChoose }: RadiosProps<T>) {
  const { t } = useI18n();
  const name = useId();
  return (
    <fieldset class="radios">
      <legend>{legend}</legend>
      {(Object.keys(options) as T[]).map((option) => (
        <label key={option}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChoose(option)} />
          {t(options[option])}
        </label>
      ))}
    </fieldset>
  );
}

const methods: Record<PaymentMethod, TextKey> = {
  card: 'methodCard',
  wallet: 'methodWallet',
  bankTransfer: 'methodBankTransfer',
  other: 'methodOther',
};

export const methodWords = (method: PaymentMethod): TextKey => methods[method] ?? 'methodOther';

export function PayForm({ order, run, foot }: FormProps) {
  const { t, lang } = useI18n();
  const [method, setMethod] = useState<PaymentMethod>('card');
  return (
    <Frame order={order} foot={foot(true)} submit={() => void run({ method }, (head) => orders.pay(order.id, { ...head, method }))}>
      <p>{t('payText', { amount: money(order.total.minor, order.total.currency, lang) })}</p>
      <Radios legend={t('payMethod')} value={method} options={methods} onChoose={setMethod} />
    </Frame>
  );
}

export function ReceiptForm({ order, run, foot }: FormProps) {
  const { t } = useI18n();
  return (
    <Frame order={order} foot={foot(true)} submit={() => void run({}, (head) => orders.confirmReceipt(order.id, head))}>
      <p>{t('receiptText')}</p>
    </Frame>
  );
}

export function AcceptForm({ order, run, foot }: FormProps) {
  const { t } = useI18n();
  return (
    <Frame order={order} foot={foot(true)} submit={() => void run({}, (head) => orders.acceptCancellation(order.id, head))}>
      {order.cancellation && (
        <p>
          <strong>{t(reasons[order.cancellation.reason] ?? 'reasonOther')}</strong>
          {order.cancellation.note && <q dir="auto">{order.cancellation.note}</q>}
        </p>
      )}
      <p>{t('acceptText')}</p>
    </Frame>
  );
}

export function CancelForm({ order, run, foot }: FormProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const id = useId();
  const [reason, setReason] = useState<CancellationReason>('changedMind');
  const [sellerAtFault, setFault] = useState(false);
  const [note, setNote] = useState('');
  const left = noteMax - codePoints(note);
  const content = { reason, sellerAtFault, ...(note.trim() === '' ? {} : { note: note.trim() }) };
  return (
    <Frame
      order={order}
      foot={foot(left >= 0)}
      submit={() => void run(content, (head) => orders.cancel(order.id, { ...head, ...content }))}
    >
      <p>{t('cancelText', { time: wholeDuration(order.terms.cancellationAnswerWithin, i18n.lang) })}</p>
      <Radios legend={t('cancelReason')} value={reason} options={reasons} onChoose={setReason} />
      <label class="check">
        <input type="checkbox" checked={sellerAtFault} onChange={(event) => setFault(event.currentTarget.checked)} />
        {t('cancelFault')}
      </label>
      <div class="field">
        <label for={id}>{t('cancelNote')}</label>
        <textarea
          id={id}
          rows={3}
          dir="auto"
          value={note}
          aria-describedby={`${id}-left`}
          data-testid="cancel-note"
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <p id={`${id}-left`} class={left < 0 ? 'hint over num' : 'hint num'}>
          {left < 0 ? i18n.tn('tooLong', -left, { limit: i18n.number(noteMax) }) : i18n.tn('counterLeft', left)}
        </p>
      </div>
    </Frame>
  );
}

/** A parcel: its number, its carrier, and what is in it unless it is all that was left. */
export function ShipForm({ order, run, foot, all }: FormProps & { all: boolean }) {
  const { t, number } = useI18n();
  const id = useId();
  const left = order.lines.filter((line) => leftOf(line) > 0);
  const [tracking, setTracking] = useState('');
  const [carrier, setCarrier] = useState('');
  const [counts, setCounts] = useState<Readonly<Record<number, number>>>(() => Object.fromEntries(left.map((line) => [line.line, leftOf(line)])));
  const items = left.map((line) => ({ line: line.line, quantity: counts[line.line] ?? 0 })).filter((item) => item.quantity > 0);
  const partial = left.some((line) => counts[line.line] !== leftOf(line));
  const content = {
    tracking: tracking.trim().toUpperCase(),
    ...(carrier.trim() === '' ? {} : { carrier: carrier.trim() }),
    ...(partial ? { items } : {}),
  };
  const sound = /^[A-Z0-9-]{5,40}$/u.test(content.tracking) && items.length > 0;
  return (
    <Frame
      order={order}
      foot={foot(sound)}
      submit={() =>
        void run(content, (head) => (all ? orders.alreadyShipped(order.id, { ...head, ...content }) : orders.ship(order.id, { ...head, ...content })))
      }
    >
      {all && <p>{t('shippedText')}</p>}
      <div class="field">
        <label for={`${id}-t`}>{t('shipTracking')}</label>
        <div class="field-box">
          <input
            id={`${id}-t`}
            required
            dir="ltr"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={40}
            aria-describedby={`${id}-h`}
            value={tracking}
            data-testid="ship-tracking"
            onInput={(event) => setTracking(event.currentTarget.value)}
          />
        </div>
        <p id={`${id}-h`} class="hint">
          {t('shipTrackingHint')}
        </p>
      </div>
      <div class="field">
        <label for={`${id}-c`}>{t('shipCarrier')}</label>
        <div class="field-box">
          <input
            id={`${id}-c`}
            dir="auto"
            autocomplete="off"
            maxLength={40}
            value={carrier}
            data-testid="ship-carrier"
            onInput={(event) => setCarrier(event.currentTarget.value)}
          />
        </div>
      </div>
      {!all && (left.length > 1 || left.some((line) => leftOf(line) > 1)) && (
        <fieldset class="ship-items">
          <legend>{t('shipItems')}</legend>
          {left.map((line) => (
            <div key={line.line} class="ship-item">
              <img src={line.product.image} alt="" width="40" height="40" />
              <span class="ellipsis" dir="auto">
                {line.product.title}
              </span>
              <Stepper
                label={line.product.title}
                value={counts[line.line] ?? 0}
                min={0}
                max={leftOf(line)}
                testid={`ship-item-${line.line}`}
                onChange={(value) => setCounts({ ...counts, [line.line]: value })}
              />
              <span class="muted small-text num">{t('shipOf', { count: number(leftOf(line)) })}</span>
            </div>
          ))}
          {items.length === 0 && <p class="hint over">{t('shipEmpty')}</p>}
        </fieldset>
      )}
    </Frame>
  );
}

export function ExtendForm({ order, run, foot }: FormProps) {
  const i18n = useI18n();
  const max = extendableDays(order);
  const [days, setDays] = useState(Math.min(7, max));
  if (max === 0) {
    return (
      <Frame order={order} foot={foot(false)} submit={() => {}}>
        <p class="note">{i18n.t('extendNone')}</p>
      </Frame>
    );
  }
  return (
    <Frame
      order={order}
      foot={foot(days >= 1 && days <= max)}
      submit={() => void run({ days }, (head) => orders.extend(order.id, { ...head, days }))}
    >
      <div class="field">
        <span class="field-label">{i18n.t('extendDays')}</span>
        <Stepper label={i18n.t('extendDays')} value={days} min={1} max={max} testid="extend-days" onChange={setDays} />
        <p class="hint">{i18n.tn('extendLimit', max)}</p>
      </div>
    </Frame>
  );
}

export function RefundForm({ order, run, foot }: FormProps) {
  const i18n = useI18n();
  const id = useId();
  const { currency } = order.total;
  const digits = currencyDigits(currency);
  const max = refundable(order);
  const [text, setText] = useState(() => plainAmount(max, digits));
  const minor = parseAmount(text, digits);
  if (max <= 0) {
    return (
      <Frame order={order} foot={foot(false)} submit={() => {}}>
        <p class="note">{i18n.t('refundNone')}</p>
      </Frame>
    );
  }
  const sound = minor !== null && minor >= 1 && minor <= max;
  return (
    <Frame
      order={order}
      foot={foot(sound)}
      submit={() => {
        if (sound) void run({ minor, currency }, (head) => orders.refund(order.id, { ...head, minor, currency }));
      }}
    >
      <div class="field">
        <label for={id}>{i18n.t('refundAmount', { currency })}</label>
        <div class="field-box">
          <input
            id={id}
            inputMode="decimal"
            dir="ltr"
            autocomplete="off"
            class="num"
            value={text}
            aria-describedby={`${id}-h`}
            aria-invalid={text !== '' && !sound}
            data-testid="refund-amount"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <p id={`${id}-h`} class={text !== '' && !sound ? 'hint over' : 'hint'}>
          {i18n.t('refundLimit', { amount: money(max, currency, i18n.lang) })}
        </p>
      </div>
    </Frame>
  );
}
