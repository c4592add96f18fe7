import { useId, useState } from 'preact/hooks';
import { useI18n } from '../i18n/context';
import { Icon } from './Icon';

interface FieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
  type?: 'text' | 'password';
  autocomplete: string;
  testid: string;
  /** For names and passwords: no capitals, no corrections, always left to right. */
  plain?: boolean;
}

export function Field({ name, label, hint, type = 'text', autocomplete, testid, plain = false }: FieldProps) {
  const { t } = useI18n();
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <input
          id={id}
          name={name}
          type={type === 'password' && shown ? 'text' : type}
          required
          autocomplete={autocomplete}
          autocapitalize={plain ? 'none' : undefined}
          spellcheck={!plain}
          dir={plain ? 'ltr' : 'auto'}
          aria-describedby={hint ? `${id}-hint` : undefined}
          data-testid={testid}
        />
        {type === 'password' && (
          <button type="button" class="icon-btn" aria-label={t('showPassword')} aria-pressed={shown} onClick={() => setShown(!shown)}>
            <Icon name="eye" />
          </button>
        )}
      </div>
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
