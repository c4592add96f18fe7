import { days, units } from './time';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * What is left, as a countdown shows it: days and hours while there are days, else hours, minutes and seconds like a clock.
 * Rounded up, so that it reads zero only when the time has come; null then.
 */
export function leftWords(leftMs: number, lang: string): string | null {
  if (leftMs <= 0) return null;
  if (leftMs > day) {
    const minutes = Math.ceil(leftMs / minute) * minute;
    const hours = Math.floor((minutes % day) / hour);
    const whole = days(Math.floor(minutes / day), lang);
    return hours === 0 ? whole : `${whole} ${units(hours, 'hour', lang)}`;
  }
  const seconds = Math.ceil(leftMs / second);
  const two = new Intl.NumberFormat(lang, { minimumIntegerDigits: 2 });
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => two.format(part)).join(':');
}

/** After how long the words change next: each second below a day, else each minute; null when nothing changes any more. */
export function nextTickMs(leftMs: number): number | null {
  if (leftMs <= 0) return null;
  const step = leftMs > day ? minute : second;
  return leftMs % step || step;
}

/** Whether it is urgent: less than a day is left. */
export const isSoon = (leftMs: number): boolean => leftMs <= day;
