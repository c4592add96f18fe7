import { describe, expect, it } from 'vitest';
import type { PolicyFigure } from '../../sdk/reviews';
import { differs, exactDuration, figureWords, findFigures } from './policy';

const figure = (name: string, description: string, value: number, byDefault = value): PolicyFigure => ({
  name,
  value,
  default: byDefault,
  unit: 'ms',
  description,
});
const policy = [
  figure('AwayAfter', 'An agent with no activity for this long is away.', 300_000),
  figure('TokenLife', 'Life of an access token.', 3_600_000, 43_200_000),
];

describe('policy', () => {
  it.each([
    [300_000, '5 minutes'],
    [129_600_000, '1 day, 12 hours'],
    [90_500, '1 minute, 30 seconds, 500 milliseconds'],
    [0, '0 seconds'],
  ])('tells %d ms without a loss', (ms, words) => expect(exactDuration(ms, 'en')).toBe(words));

  it('tells a plain number by the digits of the language, and nothing as nothing', () => {
    expect(figureWords(10_000, 'count', 'en')).toBe('10,000');
    expect(figureWords(null, 'ms', 'en')).toBe('');
    expect(figureWords(true, '', 'en')).toBe('true');
  });

  it('finds by name and by description, all words', () => {
    expect(findFigures(policy, 'token life', false).map((found) => found.name)).toEqual(['TokenLife']);
    expect(findFigures(policy, 'AGENT away', false).map((found) => found.name)).toEqual(['AwayAfter']);
    expect(findFigures(policy, 'agent token', false)).toEqual([]);
    expect(findFigures(policy, '', true).map((found) => found.name)).toEqual(['TokenLife']);
  });

  it('knows what differs from its default', () => expect(policy.map(differs)).toEqual([false, true]));
});
