import type { Entry, Op } from '../history';
import type { Findings } from './findings';
import { at } from './findings';
import type { Facts } from './facts';
import { groupBy } from './facts';

/** What a run must contain before it may say anything. */
export interface Demand {
  /** Fewest successes of each operation. */
  readonly oks: Partial<Record<Op, number>>;
  /** Fewest times each fault was put in and healed. */
  readonly faults: Readonly<Record<string, number>>;
  /** Fewest calls of strangers that were refused; default 0. */
  readonly strangers?: number;
  /** Fewest deliberate repeats that were answered; default 0. */
  readonly repeats?: number;
  /** What a flood must have been: sends in its busiest second, sends refused with 3011, closings with 9006. */
  readonly flood?: { readonly perSecond: number; readonly refused: number; readonly closed: number };
  /** Fewest sends refused as busy, 1007. */
  readonly busy?: number;
  /** Things that must have been seen, such as a write refused by the fence: entries of type `info` of that fault. */
  readonly seen?: Readonly<Record<string, number>>;
  /** Processes that are each stopped politely and started again so often, one at a time. */
  readonly restarts?: { readonly targets: readonly string[]; readonly times: number };
}

export interface Outage {
  readonly fault: string;
  readonly target: string;
  readonly begun: number;
  readonly healed: number;
  readonly down: boolean;
  /** The struck process before and after; undefined where nobody wrote it down. */
  readonly pids: readonly [number | undefined, number | undefined];
}

export function outagesOf(entries: readonly Entry[]): Outage[] {
  const begun = entries.filter((entry) => entry.op === 'fault' && entry.type === 'invoke');
  return begun.map((entry) => {
    const healed = entries.find((other) => other.op === 'fault' && other.type === 'ok' && other.process === entry.process && other.call === entry.sequence);
    return { fault: entry.fault!, target: entry.target ?? '', begun: entry.time, healed: healed?.time ?? Infinity, down: entry.down ?? false, pids: [entry.pid, healed?.pid] };
  });
}

/** Nothing new is acknowledged while the database can store nothing. */
export function nothingIsAcknowledgedWhileDown(facts: Facts, findings: Findings): void {
  for (const outage of outagesOf(facts.entries).filter((one) => one.down)) {
    for (const { conversation, id, begun, outcome } of facts.attempts) {
      if (outcome?.type === 'ok' && !outcome.duplicate && begun > outage.begun && outcome.time < outage.healed) {
        findings.add('acknowledged while down', `${conversation}: ${id} was acknowledged at ${at(outcome.time)}, and nothing could be stored from ${at(outage.begun)} to ${at(outage.healed)}.`);
      }
    }
  }
}

/** Part 8, 7: within the time given a watcher shows what is true, and goes on showing it. */
export function presenceIsTrue(facts: Facts, findings: Findings): void {
  const told = facts.entries.filter((entry) => entry.op === 'presence');
  const truths = told.filter((entry) => entry.type === 'invoke');
  const byWatcher = groupBy(told.filter((entry) => entry.type === 'ok'), (entry) => `${entry.process}\t${entry.store}`);
  const end = facts.entries.at(-1)?.time ?? 0;
  for (const truth of truths) {
    const until = truths.find((other) => other.store === truth.store && other.time > truth.time)?.time ?? end;
    const due = truth.time + truth.withinMs!;
    if (due > until) continue;
    for (const [key, heard] of byWatcher) {
      const [watcher, store] = key.split('\t');
      if (store !== truth.store) continue;
      const shown = heard.findLast((entry) => entry.time <= due)?.status ?? 'nothing';
      if (shown !== truth.status) {
        findings.add('presence', `${store} was ${truth.status} from ${at(truth.time)}; ${truth.withinMs! / 1000} s later ${watcher} showed ${shown}.`);
      }
      const wrong = heard.find((entry) => entry.time > due && entry.time < until && entry.status !== truth.status);
      if (wrong) findings.add('presence', `${store} was ${truth.status} from ${at(truth.time)} to ${at(until)}; ${watcher} showed ${wrong.status} at ${at(wrong.time)}.`);
    }
  }
}

/** Part 8, 6: each transition of an order once, told once, and a deadline never early. */
export function deadlinesAreExact(facts: Facts, findings: Findings): void {
  const orders = facts.entries.filter((entry) => entry.op === 'order' && entry.type === 'ok');
  const final = new Map(orders.filter((entry) => entry.final).map((entry) => [entry.order!, entry]));
  for (const entry of orders) {
    const last = final.get(entry.order!);
    if (!last) findings.add('order lost', `Order ${entry.order}, acknowledged to ${entry.process} at version ${entry.version}, is not there at the end.`);
    else if (entry.version! > last.version!) findings.add('order lost', `Order ${entry.order} was acknowledged at version ${entry.version} and ends at version ${last.version}.`);
  }
  const told = new Map<string, number>();
  for (const lines of facts.log.values()) {
    for (const { notice } of lines.values()) if (notice !== undefined) told.set(notice, (told.get(notice) ?? 0) + 1);
  }
  for (const [notice, count] of told) {
    if (count > 1) findings.add('notice', `The notice of order ${notice} stands ${count} times in its conversation.`);
  }
  for (const [order, { steps = [] }] of final) {
    steps.forEach((step, i) => {
      if (step.version !== i + 1) findings.add('order steps', `Order ${order}: step ${i + 1} has version ${step.version}.`);
      if (step.side === 'system' && step.due !== undefined && step.at < step.due) {
        findings.add('deadline early', `Order ${order}: ${step.status} at ${step.at}, ${step.due - step.at} ms before it was due.`);
      }
      if (i > 0 && step.status === steps[i - 1]!.status) findings.add('deadline twice', `Order ${order}: became ${step.status} twice.`);
      if (!told.has(`${order}/${step.version}`)) findings.add('notice', `Order ${order}: nobody was told of step ${step.version}, ${step.status}.`);
    });
  }
}

/** A run in which little happened proves little: it is refused, not passed. */
export function runIsNotVacuous(facts: Facts, findings: Findings, demand: Demand): void {
  const need = (what: string, wanted: number, got: number) => {
    if (got < wanted) findings.add('vacuous', `${what}: ${got}, and at least ${wanted} are needed for the run to mean anything.`);
  };
  for (const [op, wanted] of Object.entries(demand.oks)) {
    need(`successful ${op}`, wanted, facts.entries.filter((entry) => entry.op === op && entry.type === 'ok').length);
  }
  const outages = outagesOf(facts.entries);
  for (const [fault, wanted] of Object.entries(demand.faults)) {
    need(`fault ${fault}`, wanted, outages.filter((outage) => outage.fault === fault && Number.isFinite(outage.healed)).length);
  }
  for (const [fault, wanted] of Object.entries(demand.seen ?? {})) {
    need(`${fault} seen`, wanted, facts.entries.filter((entry) => entry.op === 'fault' && entry.type === 'info' && entry.fault === fault).length);
  }
  const refused = facts.entries.filter((entry) => entry.process.startsWith('stranger') && (entry.type === 'fail' || entry.state === 'gone'));
  need('refused strangers', demand.strangers ?? 0, refused.length);
  need('answered repeats', demand.repeats ?? 0, facts.attempts.filter(({ outcome }) => outcome?.type === 'ok' && outcome.duplicate).length);
  need('sends refused as busy', demand.busy ?? 0, refusals(facts, 1007).length);
  if (demand.flood) {
    const flood = facts.attempts.filter(({ process }) => process.startsWith('flooder'));
    need('sends in the busiest second of the flood', demand.flood.perSecond, busiestSecond(flood.map(({ begun }) => begun)));
    need('sends of the flood refused', demand.flood.refused, refusals(facts, 3011).filter(({ process }) => process.startsWith('flooder')).length);
    need('times the flood was cut', demand.flood.closed, facts.entries.filter(({ process, state, code }) => process.startsWith('flooder') && state === 'closing' && code === 9006).length);
  }
  need('messages read by SQL', 1, [...facts.log.values()].reduce((sum, lines) => sum + lines.size, 0));
}

export const refusals = (facts: Facts, code: number) => facts.attempts.filter(({ outcome }) => outcome?.type === 'fail' && outcome.code === code);

/** The most of these times that lie within one second. */
export function busiestSecond(times: readonly number[]): number {
  let [from, most] = [0, 0];
  times.forEach((time, i) => {
    while (times[from]! <= time - 1000) from++;
    most = Math.max(most, i - from + 1);
  });
  return most;
}
