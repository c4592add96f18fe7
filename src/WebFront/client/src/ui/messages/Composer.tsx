import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ConversationId, WireError } from '../../sdk/protocol';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import type { Draft } from '../lib/drafts';
import { errorWords } from '../lib/errors';
import { useMedia } from '../lib/hooks';
import { codePoints } from '../lib/text';
import { money } from '../lib/time';
import { useAuth, useChat } from '../session';

/** The counter appears when this share of the limit is used: 2,700 of 3,000. */
const counterShare = 0.9;
const linesMax = 8;

interface ComposerProps {
  id: ConversationId;
  name: string;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  offline: boolean;
  /** Changes when something outside wants the focus here. */
  focusAt: number;
  onSent: () => void;
}

export function Composer({ id, name, draft, onDraft, offline, focusAt, onSent }: ComposerProps) {
  const i18n = useI18n();
  const { client } = useAuth();
  const limit = useChat((state) => state.limits.bodyCodePointsMax);
  const touch = useMedia('(pointer: coarse)');
  const input = useRef<HTMLTextAreaElement>(null);
  const [error, setError] = useState<WireError | null>(null);
  const count = codePoints(draft.text);
  const over = count - limit;
  const sendable = over <= 0 && draft.text.trim() !== '' && client !== null;

  useGrow(input, draft.text);
  useEffect(() => {
    // On a touch screen focus would open the keyboard over the messages that one came to read.
    if (!touch || focusAt > 0) input.current?.focus({ preventScroll: true });
  }, [id, touch, focusAt]);

  const send = () => {
    if (!client || !sendable) return;
    const answer = client.send(id, draft.text, draft.product ?? undefined);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    onDraft({ text: '', product: null });
    input.current?.focus();
    onSent();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {draft.product && <PinnedProduct draft={draft} onRemove={() => onDraft({ ...draft, product: null })} />}
      <div class="composer-box" data-over={over > 0}>
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          value={draft.text}
          aria-label={i18n.t('composerLabel')}
          aria-describedby="composer-note"
          aria-invalid={over > 0}
          placeholder={name ? i18n.t('composerPlaceholder', { name }) : i18n.t('composerLabel')}
          enterkeyhint={touch ? 'enter' : 'send'}
          data-testid="composer-input"
          onInput={(event) => {
            const text = event.currentTarget.value;
            onDraft({ ...draft, text });
            setError(null);
            if (text.trim() !== '') client?.typing(id);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="send" aria-label={i18n.t('send')} title={i18n.t('send')} disabled={!sendable} data-testid="composer-send">
          <Icon name="send" class="flip" />
        </button>
      </div>
      <div id="composer-note" class="composer-note">
        {offline && <span class="note-offline">{i18n.t('composerOffline')}</span>}
        {!offline && over <= 0 && !error && !touch && <span class="note-hint">{i18n.t('enterSends')}</span>}
        {over > 0 && (
          <span class="note-error" role="alert" data-testid="composer-error">
            {i18n.tn('tooLong', over, { limit: i18n.number(limit) })}
          </span>
        )}
        {error && over <= 0 && (
          <span class="note-error" role="alert" data-testid="composer-error">
            {errorWords(error, i18n)}
          </span>
        )}
        {over <= 0 && count >= limit * counterShare && (
          <span class="counter num" data-testid="composer-counter">
            {i18n.tn('counterLeft', limit - count)}
          </span>
        )}
      </div>
    </form>
  );
}

/** As tall as the text, up to eight lines; then it scrolls. */
function useGrow(input: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const max = parseFloat(style.lineHeight) * linesMax + parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, max)}px`;
    element.style.overflowY = element.scrollHeight > max ? 'auto' : 'hidden';
  }, [text]);
}

function PinnedProduct({ draft, onRemove }: { draft: Draft; onRemove: () => void }) {
  const { t, lang } = useI18n();
  const { product } = draft;
  if (!product) return null;
  return (
    <div class="pinned" data-testid="composer-product">
      <img src={product.image} alt="" width="40" height="40" />
      <span class="pinned-text">
        <span class="label">{t('aboutProduct')}</span>
        <span class="pinned-line">
          <strong class="ellipsis" dir="auto">
            {product.title}
          </strong>
          <span class="num muted">{money(product.price.minor, product.price.currency, lang)}</span>
        </span>
      </span>
      <button type="button" class="icon-btn" aria-label={t('removeProduct')} data-testid="composer-product-remove" onClick={onRemove}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
