import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Held, RejectReason } from '../../sdk/reviews';
import { Icon } from '../components/Icon';
import { StarRow } from '../components/Rating';
import { useI18n } from '../i18n/context';
import type { TextKey } from '../i18n/index';
import { Link } from '../lib/router';
import { fullTime, waitedFor } from '../lib/time';
import { useStoreNames } from '../market';
import { reasonWords } from '../reviews/OrderReviews';
import { fits, WordsField } from '../reviews/WordsField';

/** The longest note to an author: docs/protocol.md part 8. */
const noteMax = 500;

const parts: Record<Held['part'], TextKey> = { text: 'partText', followUp: 'partFollowUp', reply: 'partReply' };
const findings: Record<Held['findings'][number], { words: TextKey; tone: string; icon: 'user' | 'alert' }> = {
  personalData: { words: 'findingPersonalData', tone: 'amber', icon: 'user' },
  insult: { words: 'findingInsult', tone: 'red', icon: 'alert' },
};
/** What the check found is most often why it is rejected. */
const likely = (held: Held): RejectReason => held.findings[0] ?? 'other';

interface HeldItemProps {
  id: string;
  held: Held;
  now: number;
  current: boolean;
  busy: boolean;
  rejecting: boolean;
  onCurrent: () => void;
  onApprove: () => void;
  onReject: (reason: RejectReason, note: string) => void;
  onRejecting: (open: boolean) => void;
}

export function HeldItem(props: HeldItemProps) {
  const { id, held, now, current, busy, rejecting, onCurrent, onApprove, onRejecting } = props;
  const { t } = useI18n();
  return (
    <li
      class="held"
      tabIndex={current ? 0 : -1}
      aria-current={current}
      aria-busy={busy || undefined}
      data-held={id}
      data-testid="held"
      onFocusCapture={onCurrent}
      onClick={onCurrent}
    >
      <HeldHead held={held} now={now} />
      <blockquote class="held-text">
        <p dir="auto" data-testid="held-text">
          {held.text}
        </p>
      </blockquote>
      {held.findings.length > 0 && (
        <p class="held-found">
          <span class="label">{t('foundLabel')}</span>
          {held.findings.map((finding) => (
            <span key={finding} class={`chip ${findings[finding].tone}`}>
              <Icon name={findings[finding].icon} size={12} />
              {t(findings[finding].words)}
            </span>
          ))}
        </p>
      )}
      {rejecting ? (
        <RejectForm {...props} />
      ) : (
        <div class="held-actions">
          <button type="button" class={current ? 'btn primary' : 'btn'} disabled={busy} data-testid="approve" onClick={onApprove}>
            <Icon name="check" size={18} />
            {t('approve')}
            <kbd class="wide-only" aria-hidden="true">
              A
            </kbd>
          </button>
          <button type="button" class="btn" disabled={busy} data-testid="reject" onClick={() => onRejecting(true)}>
            <Icon name="close" size={18} />
            {t('reject')}
            <kbd class="wide-only" aria-hidden="true">
              R
            </kbd>
          </button>
        </div>
      )}
    </li>
  );
}

function HeldHead({ held, now }: { held: Held; now: number }) {
  const { t, lang } = useI18n();
  const nameOf = useStoreNames();
  return (
    <header class="held-head">
      <img src={held.product.image} alt="" width="48" height="48" />
      <div class="held-what">
        <p class="held-line">
          <strong>{t(parts[held.part])}</strong>
          <StarRow stars={held.stars} size={14} />
          <span class="muted" dir="auto">
            {held.part === 'reply' ? nameOf(held.store) : held.author}
          </span>
        </p>
        <p class="held-line muted small-text">
          <Link to={`/product/${held.product.id}`} class="held-link" dir="auto">
            {held.product.title}
          </Link>
          <span aria-hidden="true">·</span>
          <Link to={`/store/${held.store}`} class="held-link" dir="auto">
            {nameOf(held.store)}
          </Link>
        </p>
      </div>
      <span class="held-age muted small-text num" title={fullTime(held.at, lang)}>
        {t('waiting', { time: waitedFor(Math.max(0, now - held.at), lang) })}
      </span>
    </header>
  );
}

function RejectForm({ id, held, busy, onReject, onRejecting }: HeldItemProps) {
  const { t } = useI18n();
  const [reason, setReason] = useState<RejectReason>(likely(held));
  const [note, setNote] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector<HTMLInputElement>('input:checked')?.focus(), []);
  return (
    <form
      ref={form}
      class="reject-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits(note, noteMax)) onReject(reason, note);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onRejecting(false);
      }}
    >
      <fieldset class="reasons">
        <legend>{t('rejectWhy')}</legend>
        {(Object.keys(reasonWords) as RejectReason[]).map((each) => (
          <label key={each} class="reason">
            <input
              type="radio"
              class="sr"
              name={`reason ${id}`}
              value={each}
              checked={reason === each}
              data-testid={`reason-${each}`}
              onChange={() => setReason(each)}
            />
            {t(reasonWords[each])}
          </label>
        ))}
      </fieldset>
      <WordsField label={t('rejectNote')} value={note} max={noteMax} testid="reject-note" onInput={setNote} />
      <div class="held-actions">
        <button type="submit" class="btn danger" disabled={busy || !fits(note, noteMax)} data-testid="reject-submit">
          {t('reject')}
        </button>
        <button type="button" class="btn plain" onClick={() => onRejecting(false)}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
