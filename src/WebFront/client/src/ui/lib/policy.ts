import type { PolicyFigure } from '../../sdk/reviews';
import { matches } from './text';

type Value = PolicyFigure['value'];

const units = [
  ['day', 24 * 60 * 60_000],
  ['hour', 60 * 60_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
] as const;

/** A length of time without a loss: "1 day, 12 hours". */
export function exactDuration(ms: number, lang: string): string {
  const words: string[] = [];
  let left = ms;
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 || (size === 1_000 && ms === 0)) words.push(new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(count));
  }
  return new Intl.ListFormat(lang, { type: 'unit' }).format(words);
}

/** A figure in the words of the reader, by its unit. */
export function figureWords(value: Value | null | undefined, unit: string, lang: string): string {
  if (value == null) return '';
  if (typeof value !== 'number') return String(value);
  return unit === 'ms' ? exactDuration(value, lang) : new Intl.NumberFormat(lang).format(value);
}

export const differs = (figure: PolicyFigure): boolean => figure.value !== figure.default;

/** Figures whose name or description has every word that is looked for. */
export function findFigures(policy: readonly PolicyFigure[], query: string, onlyChanged: boolean): PolicyFigure[] {
  const words = query.split(/\s+/u).filter(Boolean);
  return policy.filter(
    (figure) => (!onlyChanged || differs(figure)) && words.every((word) => matches(`${figure.name} ${figure.description}`, word)),
  );
}
