import { describe, expect, it } from 'vitest';
import { isSoon, leftWords, nextTickMs } from './countdown';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('countdown', () => {
  it.each([
    [20 * day, '20 days'],
    [19 * day + 4 * hour, '19 days 4 hours'],
    [day + hour, '1 day 1 hour'],
    [day + 1, '1 day'],
    [day, '24:00:00'],
    [5 * hour + 12 * minute + 9 * second, '05:12:09'],
    [second, '00:00:01'],
    [1, '00:00:01'],
  ])('says what is left of %d ms', (left, words) => {
    expect(leftWords(left, 'en')).toBe(words);
  });

  it('stops at zero and does not tick below it', () => {
    expect([leftWords(0, 'en'), leftWords(-5, 'en'), nextTickMs(0), nextTickMs(-5)]).toEqual([null, null, null, null]);
  });

  it('ticks each second below a day and each minute above, just when the words change', () => {
    expect(nextTickMs(2 * day + 250)).toBe(250);
    expect(nextTickMs(2 * day)).toBe(minute);
    expect(nextTickMs(hour + 250)).toBe(250);
    expect(nextTickMs(hour)).toBe(second);
  });

  it.each([3 * day + 90, hour + 500, 61 * second + 1, second])('changes its words at every tick from %d ms on', (start) => {
    let left = start;
    for (let ticks = 0; ticks < 200 && left > 0; ticks++) {
      const before = leftWords(left, 'en');
      left -= nextTickMs(left)!;
      // With days left only each hour shows; between ticks nothing may be stale for longer than a minute.
      if (left < day) expect(leftWords(left, 'en')).not.toBe(before);
    }
  });

  it('is urgent on the last day', () => {
    expect([isSoon(day + 1), isSoon(day)]).toEqual([false, true]);
  });

  it('counts in the digits and words of the reader', () => {
    expect(leftWords(3 * day, 'pl')).toBe('3 dni');
    expect(leftWords(2 * day, 'ar')).toContain('يومان');
  });
});
