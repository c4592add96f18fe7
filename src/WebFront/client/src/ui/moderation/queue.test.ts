import { describe, expect, it } from 'vitest';
import type { Held } from '../../sdk/reviews';
import { afterLeaving, atHand, keyOf, step } from './queue';

const held = (review: string, part: Held['part'] = 'text') => ({ review, part }) as Held;
const items = [held('1~1'), held('1~1', 'followUp'), held('2~1')];
const [first, second, third] = items.map(keyOf) as [string, string, string];

describe('the queue', () => {
  it('keeps the parts of one review apart', () => expect(new Set(items.map(keyOf)).size).toBe(3));

  it('begins with the oldest, also when the chosen one is gone', () => {
    expect(atHand(items, null)).toBe(items[0]);
    expect(atHand(items, 'gone')).toBe(items[0]);
    expect(atHand([], null)).toBeNull();
  });

  it('steps and stays at its ends', () => {
    expect(step(items, first, 1)).toBe(second);
    expect(step(items, null, 1)).toBe(second);
    expect(step(items, third, 1)).toBe(third);
    expect(step(items, first, -1)).toBe(first);
    expect(step([], null, 1)).toBeNull();
  });

  it('hands over to the next when one leaves, and from the last to the one before', () => {
    expect(afterLeaving(items, first)).toBe(second);
    expect(afterLeaving(items, third)).toBe(second);
    expect(afterLeaving([items[0]!], first)).toBeNull();
  });
});
