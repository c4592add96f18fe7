import type { Cluster, LoadSample } from '../../sdk/cluster';

export type Figure = 'connections' | 'sends' | 'stored' | 'refused';

const bucketMs = 5_000;
const bucketsMax = 60;

/**
 * The cluster's figure over the last minutes: the samples of all processes summed by the five seconds they fall in. A
 * process samples at its own moments, so the newest bucket may lack some and is left out when an older one exists.
 */
export function trendOf(cluster: Cluster, figure: Figure): number[] {
  const sums = new Map<number, number>();
  for (const process of cluster.processes) {
    // Two samples of one process in one bucket would count it twice.
    const own = new Map<number, LoadSample>();
    for (const sample of process.samples) own.set(Math.floor(sample.at / bucketMs), sample);
    for (const [bucket, sample] of own) sums.set(bucket, (sums.get(bucket) ?? 0) + sample[figure]);
  }
  const buckets = [...sums.keys()].sort((a, b) => a - b);
  const complete = cluster.processes.length > 1 && buckets.length > 2 ? buckets.slice(0, -1) : buckets;
  return complete.slice(-bucketsMax).map((bucket) => sums.get(bucket)!);
}

/** What it is now: each process's newest sample. */
export function nowOf(cluster: Cluster, figure: Figure): number {
  return cluster.processes.reduce((sum, process) => sum + (process.samples.at(-1)?.[figure] ?? 0), 0);
}

/** The points of a line from left to right in a box, the highest value (or `floor`, if that is higher) at its top. */
export function points(values: readonly number[], width: number, height: number, floor = 1): string {
  const top = Math.max(floor, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, i) => `${round(i * step)},${round(height - (value / top) * height)}`).join(' ');
}

const round = (n: number) => Math.round(n * 10) / 10;

/** "412 MB", in the words of the language. */
export function megabytes(bytes: number, lang: string): string {
  const [value, unit] = bytes >= 1e9 ? [bytes / 1e9, 'gigabyte'] : bytes >= 1e6 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e3, 'kilobyte'];
  return new Intl.NumberFormat(lang, { style: 'unit', unit: String(unit), unitDisplay: 'short', maximumFractionDigits: Number(value) < 10 ? 1 : 0 }).format(
    Number(value),
  );
}
