// Figures of a run, computed from its history alone.
import type { Entry } from '../history';
import type { Facts } from '../checker/facts';
import { groupBy } from '../checker/facts';
import type { Outage } from '../checker/faultChecks';
import { outagesOf } from '../checker/faultChecks';

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? NaN };
}

export interface Delivery {
  readonly conversation: string;
  readonly process: string;
  readonly queued: number;
  /** When the writer knew that it is stored. */
  readonly known: number;
}

/** Each message that a person wrote, from Send to the first word that it is stored. */
export function deliveriesOf(facts: Facts): Delivery[] {
  const known = new Map<string, number>();
  const note = (entry: Entry) => {
    const key = `${entry.process}/${entry.id}`;
    if (!known.has(key)) known.set(key, entry.time);
  };
  for (const entry of facts.entries) {
    if ((entry.op === 'send' || entry.op === 'deliver') && entry.type === 'ok') note(entry);
  }
  return facts.entries.flatMap((entry) => {
    const time = entry.op === 'queue' ? known.get(`${entry.process}/${entry.id}`) : undefined;
    return time === undefined ? [] : [{ conversation: entry.conversation!, process: entry.process, queued: entry.time, known: time }];
  });
}

/**
 * For each fault and conversation, how long it was out: the longest that a message waited for its answer which was written
 * before the next fault and not answered before this one; counted from the fault.
 */
export function outagesByConversation(deliveries: readonly Delivery[], outages: readonly Outage[]): number[] {
  const begins = [...new Set(outages.map((outage) => outage.begun))].sort((a, b) => a - b);
  const worst = new Map<string, number>();
  for (const { conversation, queued, known } of deliveries) {
    for (const [i, begun] of begins.entries()) {
      const until = begins[i + 1] ?? Infinity;
      if (queued < until && known > begun && queued > begun - 60_000) {
        const key = `${i}/${conversation}`;
        if (queued >= begun || known > begun) worst.set(key, Math.max(worst.get(key) ?? 0, known - Math.max(queued, begun)));
      }
    }
  }
  return [...worst.values()];
}

export interface Reconnect {
  readonly lost: number;
  /** Until everything held was up to date again. */
  readonly downMs: number;
  /** The same, counted from when the attempt began that succeeded. */
  readonly attemptMs: number;
}

export function reconnectsOf(facts: Facts): Reconnect[] {
  const found: Reconnect[] = [];
  for (const entries of groupBy(facts.entries, (entry) => entry.process).values()) {
    let lost: number | null = null;
    let began: number | null = null;
    let online = false;
    for (const entry of entries) {
      if (entry.op === 'connect' && entry.type === 'info' && entry.state === 'closed') {
        lost ??= entry.time;
        online = false;
      } else if (entry.op === 'connect' && entry.type === 'invoke') {
        began = entry.time;
      } else if (entry.op === 'connect' && entry.type === 'ok') {
        online = true;
      } else if (entry.op === 'resume' && entry.type === 'ok' && online && lost !== null && began !== null) {
        found.push({ lost, downMs: entry.time - lost, attemptMs: entry.time - began });
        lost = null;
      }
    }
  }
  return found;
}

/** How long the calls of an operation took that were answered. */
export function callTimes(facts: Facts, op: Entry['op']): number[] {
  const seen = new Set<string>();
  return facts.entries.flatMap((entry) => {
    const key = `${entry.process}/${entry.call}`;
    if (entry.op !== op || entry.type !== 'ok' || entry.call === undefined || seen.has(key)) return [];
    seen.add(key);
    const begun = facts.invocations.get(key);
    return begun ? [entry.time - begun.time] : [];
  });
}

/** Time without any new acknowledgement after `from`. */
export const firstKnownAfter = (deliveries: readonly Delivery[], from: number): number =>
  deliveries.reduce((first, { queued, known }) => (queued > from && known < first ? known : first), Infinity) - from;

export const seconds = (ms: number): string => (Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : '–');
export const spread = (values: readonly number[]): string => {
  const { count, p50, p99, max } = spreadOf(values);
  return count === 0 ? 'none' : `p50 ${seconds(p50)}, p99 ${seconds(p99)}, max ${seconds(max)} (${count})`;
};

/** How long people waited for their answers while each of two things went on, one strike of each; `times` compares their p99. */
export function paces(facts: Facts, quiet: string, struck: string): { readonly before: number[]; readonly during: number[]; readonly times: number } {
  const deliveries = deliveriesOf(facts);
  const waits = (fault: string) => {
    const outage = outagesOf(facts.entries).find((one) => one.fault === fault);
    return deliveries.filter(({ queued }) => outage && queued >= outage.begun && queued < outage.healed).map(({ known, queued }) => known - queued);
  };
  const [before, during] = [waits(quiet), waits(struck)];
  return { before, during, times: spreadOf(during).p99 / spreadOf(before).p99 };
}

export function paceFigure(facts: Facts, quiet: string, struck: string, most: number): { what: string; value: string; bad: boolean } {
  const { before, during, times } = paces(facts, quiet, struck);
  return { what: `the others' p99 with ${struck} / without (at most ${most})`, value: `${times.toFixed(2)}: ${spread(during)} / ${spread(before)}`, bad: !(times <= most) };
}
