export interface Finding {
  /** The short name of what was broken, such as `lost`. */
  readonly rule: string;
  /** One sentence for people. */
  readonly text: string;
}

const toldMax = 20;

/** Gathers findings; of many of one kind it tells the first and counts the rest. */
export class Findings {
  private readonly counts = new Map<string, number>();
  private readonly told: Finding[] = [];

  add(rule: string, text: string): void {
    const count = (this.counts.get(rule) ?? 0) + 1;
    this.counts.set(rule, count);
    if (count <= toldMax) this.told.push({ rule, text });
  }

  all(): Finding[] {
    const more = [...this.counts].filter(([, count]) => count > toldMax);
    return [...this.told, ...more.map(([rule, count]) => ({ rule, text: `${count - toldMax} more of these` }))];
  }
}

export const at = (time: number): string => `${(time / 1000).toFixed(3)} s`;
