const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const cache = new Map<string, unknown>();
/** Intl formatters are slow to make and cheap to keep. */
function cached<T>(key: string, make: () => T): T {
  let value = cache.get(key) as T | undefined;
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

/** Days between the local calendar days of two instants; 0 is the same day, 1 is yesterday. */
export function daysApart(then: number, now: number): number {
  const start = (ms: number) => {
    const date = new Date(ms);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((start(now) - start(then)) / day);
}

/** A key that is equal exactly for instants of one local calendar day. */
export function dayKey(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

export const clockTime = (ms: number, lang: string): string =>
  cached(`clock ${lang}`, () => new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' })).format(ms);

export const fullTime = (ms: number, lang: string): string =>
  cached(`full ${lang}`, () => new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeStyle: 'short' })).format(ms);

export const longDate = (ms: number, lang: string): string =>
  cached(`long ${lang}`, () => new Intl.DateTimeFormat(lang, { dateStyle: 'long' })).format(ms);

/** For a list row: the time today, the weekday this week, else the date. */
export function shortTime(ms: number, now: number, lang: string): string {
  const apart = daysApart(ms, now);
  if (apart <= 0) return clockTime(ms, lang);
  if (apart < 7) return cached(`wd ${lang}`, () => new Intl.DateTimeFormat(lang, { weekday: 'short' })).format(ms);
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return cached(
    `sd ${lang} ${sameYear}`,
    () => new Intl.DateTimeFormat(lang, sameYear ? { day: 'numeric', month: 'short' } : { dateStyle: 'short' }),
  ).format(ms);
}

/** For a day separator: "today" and "yesterday" are the caller's words. */
export function dayName(ms: number, now: number, lang: string, words: { today: string; yesterday: string }): string {
  const apart = daysApart(ms, now);
  if (apart <= 0) return words.today;
  if (apart === 1) return words.yesterday;
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return cached(
    `dn ${lang} ${sameYear}`,
    () =>
      new Intl.DateTimeFormat(lang, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...(sameYear ? {} : { year: 'numeric' as const }),
      }),
  ).format(ms);
}

/** "5 minutes ago"; below one minute the caller's word for "just now". */
export function relativeTime(ms: number, now: number, lang: string, justNow: string): string {
  const past = Math.max(0, now - ms);
  if (past < minute) return justNow;
  const format = cached(`rel ${lang}`, () => new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }));
  if (past < hour) return format.format(-Math.floor(past / minute), 'minute');
  if (past < day) return format.format(-Math.floor(past / hour), 'hour');
  return format.format(-Math.max(1, daysApart(ms, now)), 'day');
}

/** A length of time in its largest unit, rounded up, so that a promise is never too short: "2 h". */
export function roughDuration(ms: number, lang: string): string {
  const [value, unit] =
    ms <= hour - minute ? [Math.max(1, Math.ceil(ms / minute)), 'minute'] : ms <= day - hour ? [Math.ceil(ms / hour), 'hour'] : [Math.ceil(ms / day), 'day'];
  return cached(`dur ${lang} ${unit}`, () =>
    new Intl.NumberFormat(lang, { style: 'unit', unit: String(unit), unitDisplay: 'short' }),
  ).format(Number(value));
}

/** A number of something that time is counted in, in full words: "3 days". */
export const units = (value: number, unit: 'day' | 'hour' | 'minute', lang: string): string =>
  cached(`unit ${lang} ${unit}`, () => new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' })).format(value);

export const days = (value: number, lang: string): string => units(value, 'day', lang);

/** A promised length of time in its largest whole unit. */
export function wholeDuration(ms: number, lang: string): string {
  if (ms % day === 0 || ms >= 3 * day) return days(Math.round(ms / day), lang);
  if (ms >= hour) return units(Math.round(ms / hour), 'hour', lang);
  if (ms >= minute) return units(Math.round(ms / minute), 'minute', lang);
  return cached(`unit ${lang} second`, () => new Intl.NumberFormat(lang, { style: 'unit', unit: 'second', unitDisplay: 'long' })).format(
    Math.round(ms / 1000),
  );
}

export const dateTime = (ms: number, lang: string): string =>
  cached(`dt ${lang}`, () => new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' })).format(ms);

export const dateOnly = (ms: number, lang: string): string =>
  cached(`date ${lang}`, () => new Intl.DateTimeFormat(lang, { dateStyle: 'medium' })).format(ms);

/** A waiting time, rounded down: nobody has waited longer than it says. */
export function waitedFor(ms: number, lang: string): string {
  if (ms < hour) return roughDuration(Math.max(1, Math.floor(ms / minute)) * minute, lang);
  if (ms < day) return roughDuration(Math.floor(ms / hour) * hour, lang);
  return roughDuration(Math.floor(ms / day) * day, lang);
}

export type Warmth = 'calm' | 'amber' | 'red';

/** How urgent an unanswered buyer is: a badge counts answers inside a day, buyers hope for an hour. */
export function warmth(waitedMs: number): Warmth {
  if (waitedMs >= 8 * hour) return 'red';
  return waitedMs >= hour ? 'amber' : 'calm';
}

export const money = (minor: number, currency: string, lang: string): string => {
  const format = cached(`cur ${lang} ${currency}`, () => new Intl.NumberFormat(lang, { style: 'currency', currency }));
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
};

export const percent = (share: number, lang: string): string =>
  cached(`pct ${lang}`, () => new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 })).format(share);
