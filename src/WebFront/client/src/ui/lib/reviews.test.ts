import { describe, expect, it } from 'vitest';
import type { Rating, Review } from '../../sdk/reviews';
import { createTranslator } from '../i18n/index';
import { en } from '../i18n/en';
import { barPercent, canFollowUp, canReply, laterWords, lineOf, ratingWords, starsAfterKey, wholePercent } from './reviews';

const english = createTranslator('en', en);
const rating = (more: Partial<Rating>): Rating => ({ stars: [3, 5, 4, 100, 200], count: 312, positive: 0.974, minimum: 10, months: 6, ...more });
const review = (more: Partial<Review>): Review => ({
  review: 'nq3vSt4oYx',
  product: { id: 'jarra-azul', store: 'casa-lumbre', title: 'Jarra', price: { minor: 1, currency: 'EUR' }, image: '' },
  store: 'casa-lumbre',
  author: 'E***e',
  stars: 4,
  at: 0,
  mine: true,
  ...more,
});

describe('rating words', () => {
  it('tell the share and the count', () => {
    expect(ratingWords(rating({}), english)).toEqual({ known: true, share: '97% positive', text: '97% positive · 312 ratings' });
  });

  it('say so when there are too few, and tell no share then', () => {
    expect(ratingWords(rating({ count: 9, positive: null }), english)).toEqual({ known: false, share: null, text: 'Not enough ratings yet' });
    expect(ratingWords(undefined, english).known).toBe(false);
  });

  it('tell the count alone when all ratings have three stars', () => {
    expect(ratingWords(rating({ count: 12, positive: null }), english)).toEqual({ known: true, share: null, text: '12 ratings' });
  });

  it.each([
    [1, '100%'],
    [0.999, '99%'],
    [0.97, '97%'],
    [0.001, '1%'],
    [0, '0%'],
  ])('call only all of them 100%% and none of them 0%% (%d)', (share, words) => {
    expect(wholePercent(share, 'en')).toBe(words);
  });
});

describe('histogram', () => {
  it.each([
    [0, 100, 0],
    [1, 1_000, 2],
    [50, 100, 50],
    [7, 7, 100],
    [0, 0, 0],
  ])('%d of %d is a bar of %d percent', (count, sum, percent) => expect(barPercent(count, sum)).toBe(percent));
});

describe('star input', () => {
  it.each([
    ['ArrowRight', 3, 'ltr', 4],
    ['ArrowLeft', 3, 'ltr', 2],
    ['ArrowRight', 3, 'rtl', 2],
    ['ArrowLeft', 3, 'rtl', 4],
    ['ArrowDown', 3, 'rtl', 4],
    ['ArrowUp', 3, 'rtl', 2],
    ['ArrowRight', 5, 'ltr', 5],
    ['ArrowLeft', 1, 'ltr', 1],
    ['ArrowRight', null, 'ltr', 1],
    ['ArrowLeft', null, 'ltr', 1],
    ['Home', 4, 'ltr', 1],
    ['End', null, 'rtl', 5],
    ['2', 5, 'ltr', 2],
    ['6', 5, 'ltr', null],
    ['Tab', 5, 'ltr', null],
    [' ', null, 'ltr', null],
  ] as const)('%s at %s (%s) leads to %s', (key, stars, dir, next) => expect(starsAfterKey(key, stars, dir)).toBe(next));
});

describe('follow-up', () => {
  const until = 1_000;

  it('is open to the author until its time is over', () => {
    expect(canFollowUp(review({ followUpUntil: until }), until - 1)).toBe(true);
    expect(canFollowUp(review({ followUpUntil: until }), until)).toBe(false);
    expect(canFollowUp(review({}), 0)).toBe(false);
  });

  it('is closed once written, whatever became of it, and to everybody else', () => {
    expect(canFollowUp(review({ followUpUntil: until, followUp: { state: 'rejected', at: 1 } }), 2)).toBe(false);
    expect(canFollowUp(review({ followUpUntil: until, mine: false }), 0)).toBe(false);
  });

  it('says how much later it came', () => {
    const first = new Date(2026, 2, 1, 12).getTime();
    expect(laterWords(first, new Date(2026, 2, 4, 9).getTime(), english)).toBe('3 days later');
    expect(laterWords(first, new Date(2026, 2, 2, 1).getTime(), english)).toBe('1 day later');
    expect(laterWords(first, new Date(2026, 2, 1, 23).getTime(), english)).toBe('Later the same day');
  });
});

describe('reply', () => {
  it('may be written once, and again only when it was rejected', () => {
    expect(canReply(review({}))).toBe(true);
    expect(canReply(review({ reply: { state: 'held', at: 1 } }))).toBe(false);
    expect(canReply(review({ reply: { state: 'public', at: 1, text: 'Thanks' } }))).toBe(false);
    expect(canReply(review({ reply: { state: 'rejected', at: 1, reason: 'insult' } }))).toBe(true);
  });
});

it('A review names the line it is about to its parties only', () => {
  expect(lineOf(review({}))).toBeNull();
  expect(lineOf(review({ order: '7', line: 3 }))).toEqual({ order: '7', line: 3 });
});
