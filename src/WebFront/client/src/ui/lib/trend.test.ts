import { describe, expect, it } from 'vitest';
import type { Cluster, LoadSample } from '../../sdk/cluster';
import { megabytes, nowOf, points, trendOf } from './trend';

const sample = (at: number, connections: number): LoadSample => ({ at, connections, sends: 0, pushes: 0, refused: 0, stored: 0 });
const cluster = (...samples: LoadSample[][]) => ({ processes: samples.map((samples) => ({ samples })) }) as unknown as Cluster;

describe('trend', () => {
  it('sums processes that sample at different moments of the same five seconds', () => {
    expect(trendOf(cluster([sample(1_000, 2), sample(6_000, 3), sample(11_000, 4)], [sample(4_900, 5), sample(9_900, 6)]), 'connections')).toEqual([7, 9]);
  });

  it('counts a process once when two of its samples fall together', () => {
    expect(trendOf(cluster([sample(5_000, 2), sample(9_990, 3)]), 'connections')).toEqual([3]);
  });

  it('is the newest sample of each process now', () => {
    expect(nowOf(cluster([sample(1, 2), sample(2, 3)], [], [sample(1, 4)]), 'connections')).toBe(7);
  });

  it('draws the highest value at the top and a flat nothing at the bottom', () => {
    expect(points([0, 5, 10], 100, 20)).toBe('0,20 50,10 100,0');
    expect(points([0, 0], 100, 20)).toBe('0,20 100,20');
    expect(points([], 100, 20)).toBe('');
  });

  it('says sizes in the unit that fits', () => {
    expect(megabytes(412_400_000, 'en')).toBe('412 MB');
    expect(megabytes(1_540_000_000, 'en')).toBe('1.5 GB');
  });
});
