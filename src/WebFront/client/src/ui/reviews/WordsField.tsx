import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { useI18n } from '../i18n/context';
import { codePoints } from '../lib/text';

/** The longest review, follow-up and reply, as the longest message: docs/protocol.md part 8. */
export const wordsMax = 3_000;
/** The counter appears when this share of the limit is used: 2,700 of 3,000. */
const counterShare = 0.9;

export const fits = (text: string, max = wordsMax): boolean => codePoints(text) <= max;

interface WordsFieldProps {
  label: string;
  hint?: string | undefined;
  value: string;
  max?: number;
  testid: string;
  onInput: (text: string) => void;
  autofocus?: boolean;
}

/** A text of several lines that grows with what is written and counts where it matters. */
export function WordsField({ label, hint, value, max = wordsMax, testid, onInput, autofocus = false }: WordsFieldProps) {
  const i18n = useI18n();
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const count = codePoints(value);
  const left = max - count;
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight + 2, 320)}px`;
  }, [value]);
  useLayoutEffect(() => {
    if (autofocus) input.current?.focus();
  }, [autofocus]);
  return (
    <div class="field words-field">
      <label for={id}>{label}</label>
      <textarea
        ref={input}
        id={id}
        rows={3}
        dir="auto"
        value={value}
        aria-invalid={left < 0}
        aria-describedby={`${id}-note`}
        data-testid={testid}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`${id}-note`} class="words-note">
        {left < 0 ? (
          <span class="note-error" role="alert" data-testid={`${testid}-error`}>
            {i18n.tn('tooLong', -left, { limit: i18n.number(max) })}
          </span>
        ) : (
          <span class="hint">{hint}</span>
        )}
        {left >= 0 && count >= max * counterShare && (
          <span class="counter num" data-testid={`${testid}-counter`}>
            {i18n.tn('counterLeft', left)}
          </span>
        )}
      </p>
    </div>
  );
}
