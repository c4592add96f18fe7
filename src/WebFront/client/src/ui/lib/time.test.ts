import { describe, expect, it } from 'vitest';
import { dayKey, dayName, daysApart, money, relativeTime, roughDuration, shortTime, waitedFor, warmth } from './time';

const minute = 60_000;
const hour = 60 * minute;
const now = new Date(2026, 4, 13, 15, 30).getTime();
const words = { today: 'Today', yesterday: 'Yesterday' };

describe('days', () => {
  it('counts calendar days, not 24 hours', () => {
    expect(daysApart(new Date(2026, 4, 12, 23, 59).getTime(), new Date(2026, 4, 13, 0, 1).getTime())).toBe(1);
    expect(daysApart(new Date(2026, 4, 13, 0, 1).getTime(), now)).toBe(0);
  });

  it('has one key for each local day', () => {
    expect(dayKey(now)).toBe(dayKey(now - 15 * hour));
    expect(dayKey(now)).not.toBe(dayKey(now - 16 * hour));
  });

  it('names today, yesterday, then the date', () => {
    expect(dayName(now, now, 'en', words)).toBe('Today');
    expect(dayName(now - 24 * hour, now, 'en', words)).toBe('Yesterday');
    expect(dayName(now - 48 * hour, now, 'en', words)).toBe('Monday, May 11');
    expect(dayName(new Date(2025, 0, 2).getTime(), now, 'en', words)).toContain('2025');
  });
});

describe('shortTime', () => {
  it.each([
    [now - hour, '2:30'],
    [now - 26 * hour, 'Tue'],
    [new Date(2026, 3, 1).getTime(), 'Apr 1'],
    [new Date(2025, 3, 1).getTime(), '4/1/25'],
  ])('%i', (ms, text) => expect(shortTime(ms, now, 'en')).toContain(text));
});

describe('relativeTime', () => {
  it.each([
    [now - 20_000, 'just now'],
    [now + 5_000, 'just now'],
    [now - 5 * minute, '5 minutes ago'],
    [now - 3 * hour, '3 hours ago'],
    [now - 30 * hour, 'yesterday'],
    [now - 72 * hour, '3 days ago'],
  ])('%i', (ms, text) => expect(relativeTime(ms, now, 'en', 'just now')).toBe(text));

  it('speaks the language', () => expect(relativeTime(now - 5 * minute, now, 'es', '')).toBe('hace 5 minutos'));
});

describe('durations', () => {
  it('promises are rounded up', () => {
    expect(roughDuration(1, 'en')).toBe('1 min');
    expect(roughDuration(18 * minute, 'en')).toBe('18 min');
    expect(roughDuration(100 * minute, 'en')).toBe('2 hr');
    expect(roughDuration(hour, 'en')).toBe('1 hr');
    expect(roughDuration(30 * hour, 'en')).toBe('2 days');
  });

  it('waits are rounded down', () => {
    expect(waitedFor(0, 'en')).toBe('1 min');
    expect(waitedFor(59.9 * minute, 'en')).toBe('59 min');
    expect(waitedFor(61 * minute, 'en')).toBe('1 hr');
    expect(waitedFor(47 * hour, 'en')).toBe('1 day');
  });

  it('waits warm from grey to amber to red', () => {
    expect([0, hour - 1, hour, 8 * hour - 1, 8 * hour].map(warmth)).toEqual(['calm', 'calm', 'amber', 'amber', 'red']);
  });
});

it('money uses the minor unit of its currency', () => {
  expect(money(4200, 'EUR', 'en')).toBe('€42.00');
  expect(money(4200, 'JPY', 'en')).toBe('¥4,200');
});
