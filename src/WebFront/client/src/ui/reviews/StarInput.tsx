import { useRef } from 'preact/hooks';
import type { Stars } from '../../sdk/reviews';
import { Star } from '../components/Rating';
import { useI18n } from '../i18n/context';
import { starJudgement, starsAfterKey, starsWords } from '../lib/reviews';

interface StarInputProps {
  /** Unique on the page: it ties the five together. */
  name: string;
  legend: string;
  value: Stars | null;
  onChoose: (stars: Stars) => void;
}

const all = [1, 2, 3, 4, 5] as const;

/** One to five stars as a group of radio buttons; the arrows go where the line goes, also from right to left. */
export function StarInput({ name, legend, value, onChoose }: StarInputProps) {
  const i18n = useI18n();
  const group = useRef<HTMLFieldSetElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = starsAfterKey(event.key, value, i18n.dir);
    if (next === null) return;
    event.preventDefault();
    onChoose(next);
    group.current?.querySelector<HTMLInputElement>(`input[value="${next}"]`)?.focus();
  };
  return (
    <fieldset class="star-input" ref={group} onKeyDown={onKeyDown}>
      <legend>{legend}</legend>
      <span class="star-choices">
        {all.map((stars) => (
          <label key={stars} class="star-choice" title={starJudgement(stars, i18n)}>
            <input
              type="radio"
              class="sr"
              name={name}
              value={stars}
              checked={value === stars}
              aria-label={`${starsWords(stars, i18n)}: ${starJudgement(stars, i18n)}`}
              data-testid={`star-${stars}`}
              onChange={() => onChoose(stars)}
            />
            <Star full={value !== null && stars <= value} size={30} />
          </label>
        ))}
        <span class="star-judgement" aria-hidden="true">
          {value === null ? '' : starJudgement(value, i18n)}
        </span>
      </span>
    </fieldset>
  );
}
