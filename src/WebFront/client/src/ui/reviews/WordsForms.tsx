import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { ErrorCode } from '../../sdk/errors';
import type { Result, WireError } from '../../sdk/protocol';
import type { Review, Stars } from '../../sdk/reviews';
import { uuid7 } from '../../sdk/uuid';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { errorWords } from '../lib/errors';
import { readReviewDraft, writeReviewDraft, type ReviewDraft } from '../lib/reviewDrafts';
import { lineOf } from '../lib/reviews';
import { longDate } from '../lib/time';
import { api, useAuth } from '../session';
import { StarInput } from './StarInput';
import { fits, WordsField } from './WordsField';

type Saved = (review: Review) => void;

/** What is being written, kept on this device until it is stored on the server. */
function useDraft(what: string): [ReviewDraft, (draft: ReviewDraft) => void] {
  const { user } = useAuth();
  const owner = user?.id ?? '';
  const [draft, setDraft] = useState(() => readReviewDraft(owner, what));
  return [
    draft,
    (next) => {
      writeReviewDraft(owner, what, next);
      setDraft(next);
    },
  ];
}

/**
 * Sends what was written. The same content keeps its id, so that a repeat after an answer that was lost is the same command;
 * whoever was overtaken (by another tab, or by that lost answer) asks again what holds now.
 */
function useSubmit(onSaved: Saved, onOvertaken: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const command = useRef({ id: '', content: '' });
  const submit = async (content: string, send: (id: string) => Promise<Result<{ review: Review }>>): Promise<boolean> => {
    if (busy) return false;
    if (command.current.content !== content) command.current = { id: uuid7(Date.now()), content };
    setBusy(true);
    setError(null);
    const answer = await send(command.current.id);
    setBusy(false);
    if (answer.ok) {
      onSaved(answer.review);
      return true;
    }
    setError(answer.error);
    if (overtaken.has(answer.error.code)) onOvertaken();
    return false;
  };
  return { busy, error, submit };
}

const overtaken: ReadonlySet<number> = new Set([ErrorCode.review_exists, ErrorCode.review_locked, ErrorCode.reply_exists]);

function Problem({ error }: { error: WireError | null }) {
  const i18n = useI18n();
  if (!error) return null;
  return (
    <p class="field-error" role="alert" data-testid="review-error">
      {errorWords(error, i18n)}
    </p>
  );
}

interface ReviewFormProps {
  order: string;
  line: number;
  until?: number | null | undefined;
  onSaved: Saved;
  onOvertaken: () => void;
}

/** Stars first; the words are asked for once there are stars. */
export function ReviewForm({ order, line, until, onSaved, onOvertaken }: ReviewFormProps) {
  const { t, lang } = useI18n();
  const [draft, setDraft] = useDraft(`${order}~${line}`);
  const { busy, error, submit } = useSubmit(onSaved, onOvertaken);
  const { stars, text } = draft;
  const send = async () => {
    if (!stars || !fits(text)) return;
    const words = text.trim() === '' ? {} : { text };
    const stored = await submit(JSON.stringify({ stars, ...words }), (id) => api.review(order, line, { id, stars, ...words }));
    if (stored) setDraft({ stars: null, text: '' });
  };
  return (
    <form
      class="review-form"
      data-testid={`review-form-${line}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <StarInput
        name={`stars-${order}-${line}`}
        legend={t('yourStars')}
        value={stars}
        onChoose={(next: Stars) => setDraft({ ...draft, stars: next })}
      />
      {stars !== null && (
        <WordsField
          label={t('yourWords')}
          hint={t('yourWordsHint')}
          value={text}
          testid="review-text"
          onInput={(next) => setDraft({ ...draft, text: next })}
        />
      )}
      <Problem error={error} />
      <div class="review-form-foot">
        {stars !== null && (
          <button type="submit" class="btn primary" disabled={busy || !fits(text)} data-testid="review-submit">
            {t(busy ? 'publishing' : 'publishReview')}
          </button>
        )}
        {until != null && <span class="muted small-text">{t('reviewUntil', { date: longDate(until, lang) })}</span>}
      </div>
    </form>
  );
}

interface WordsFormProps {
  /** What the draft is kept under. */
  what: string;
  open: string;
  icon: 'reply' | 'pencil';
  label: string;
  hint: string;
  publish: string;
  testid: string;
  send: (id: string, text: string) => Promise<Result<{ review: Review }>>;
  onSaved: Saved;
  onOvertaken: () => void;
}

/** A button that opens into a field; a draft that was left here opens it by itself. */
function WordsForm({ what, open, icon, label, hint, publish, testid, send, onSaved, onOvertaken }: WordsFormProps) {
  const { t } = useI18n();
  const [draft, setDraft] = useDraft(what);
  const [shown, setShown] = useState(draft.text !== '');
  const [asked, setAsked] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const { busy, error, submit } = useSubmit(onSaved, onOvertaken);
  const { text } = draft;
  if (!shown) {
    return (
      <FormOpener>
        <button
          ref={opener}
          type="button"
          class="btn small"
          data-testid={testid}
          onClick={() => {
            setAsked(true);
            setShown(true);
          }}
        >
          <Icon name={icon} size={16} class="flip" />
          {open}
        </button>
      </FormOpener>
    );
  }
  const post = async () => {
    if (text.trim() === '' || !fits(text)) return;
    if (await submit(text, (id) => send(id, text))) setDraft({ stars: null, text: '' });
  };
  return (
    <form
      class="review-form"
      onSubmit={(event) => {
        event.preventDefault();
        void post();
      }}
    >
      <WordsField
        label={label}
        hint={hint}
        value={text}
        testid={`${testid}-text`}
        autofocus={asked}
        onInput={(next) => setDraft({ stars: null, text: next })}
      />
      <Problem error={error} />
      <div class="review-form-foot">
        <button type="submit" class="btn primary" disabled={busy || text.trim() === '' || !fits(text)} data-testid={`${testid}-submit`}>
          {busy ? t('publishing') : publish}
        </button>
        <button
          type="button"
          class="btn plain"
          onClick={() => {
            setDraft({ stars: null, text: '' });
            setShown(false);
          }}
        >
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

const FormOpener = ({ children }: { children: ComponentChildren }) => <div class="review-form-foot">{children}</div>;

interface PartFormProps {
  review: Review;
  onSaved: Saved;
  onOvertaken?: () => void;
}

export function FollowUpForm({ review, onSaved, onOvertaken = () => {} }: PartFormProps) {
  const { t, lang } = useI18n();
  const at = lineOf(review);
  if (!at) return null;
  return (
    <WordsForm
      what={`${review.review} follow-up`}
      open={t('followUpWrite')}
      icon="pencil"
      label={t('followUp')}
      hint={review.followUpUntil == null ? '' : t('followUpHint', { date: longDate(review.followUpUntil, lang) })}
      publish={t('followUpPublish')}
      testid="follow-up"
      send={(id, text) => api.followUp(at.order, at.line, { id, text })}
      onSaved={onSaved}
      onOvertaken={onOvertaken}
    />
  );
}

/** For an agent of the store. */
export function ReplyForm({ review, onSaved, onOvertaken = () => {} }: PartFormProps) {
  const { t } = useI18n();
  const at = lineOf(review);
  if (!at) return null;
  return (
    <WordsForm
      what={`${review.review} reply`}
      open={t(review.reply ? 'replyAgain' : 'replyWrite')}
      icon="reply"
      label={t('reply')}
      hint={t('replyHint')}
      publish={t('replyPublish')}
      testid="reply"
      send={(id, text) => api.replyToReview(at.order, at.line, { id, text })}
      onSaved={onSaved}
      onOvertaken={onOvertaken}
    />
  );
}
