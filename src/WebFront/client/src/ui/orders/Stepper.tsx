import { useId } from 'preact/hooks';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';

interface StepperProps {
  label: string;
  value: number;
  min: number;
  max: number;
  testid: string;
  onChange: (value: number) => void;
}

/** A small whole number: two buttons and a field between them. */
export function Stepper({ label, value, min, max, testid, onChange }: StepperProps) {
  const { t } = useI18n();
  const id = useId();
  const set = (next: number) => onChange(Math.min(max, Math.max(min, Math.trunc(next) || min)));
  return (
    <span class="stepper" role="group" aria-label={label}>
      <button type="button" aria-label={t('buyFewer')} disabled={value <= min} onClick={() => set(value - 1)}>
        <Icon name="minus" size={16} />
      </button>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        class="num"
        min={min}
        max={max}
        step={1}
        value={value}
        aria-label={label}
        data-testid={testid}
        // While typing, not only afterwards: who types and presses the next button at once means what they typed.
        onInput={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          if (Number.isInteger(typed) && typed >= min && typed <= max) onChange(typed);
        }}
        onChange={(event) => {
          set(event.currentTarget.valueAsNumber);
          // What the field shows is what counts, also when the number stayed the same.
          event.currentTarget.value = String(Math.min(max, Math.max(min, Math.trunc(event.currentTarget.valueAsNumber) || min)));
        }}
      />
      <button type="button" aria-label={t('buyMore')} disabled={value >= max} onClick={() => set(value + 1)}>
        <Icon name="plus" size={16} />
      </button>
    </span>
  );
}
