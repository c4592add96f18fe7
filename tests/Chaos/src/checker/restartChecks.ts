// What a rolling restart promises: every process once a round, one at a time, politely, and clients that only come back.
import type { Demand, Outage } from './faultChecks';
import { outagesOf } from './faultChecks';
import type { Findings } from './findings';
import { at } from './findings';
import type { Facts } from './facts';
import { groupBy } from './facts';

/** A process that is told to stop, until it is ready again. Its end is an entry of type `info` of the fault `stopped`. */
export const restartFault = 'restart';
export const stoppedFault = 'stopped';

/** Within this a process that was told to stop has ended. */
export const stopWithinMs = 30_000;

/** Refusals of calls that succeed when they are repeated: part 7 of the protocol. */
const temporary: readonly number[] = [1004, 1006, 1007, 2006, 3011];

export const restartsOf = (facts: Facts): Outage[] => outagesOf(facts.entries).filter((outage) => outage.fault === restartFault);

/** A restart counts when another process was ready in the place of the one before. */
export function everyProcessIsRestarted(facts: Facts, findings: Findings, demand: NonNullable<Demand['restarts']>): void {
  const byTarget = groupBy(restartsOf(facts), (outage) => outage.target);
  for (const target of demand.targets) {
    const whole = (byTarget.get(target) ?? []).filter(({ healed, pids: [before, after] }) => Number.isFinite(healed) && before !== undefined && after !== undefined && before !== after);
    if (whole.length < demand.times) {
      findings.add('not restarted', `${target} was replaced by another process ${whole.length} times, and ${demand.times} were asked for.`);
    }
  }
}

/** The next one is stopped only when the one before is ready again. */
export function oneStopsAtATime(facts: Facts, findings: Findings): void {
  const restarts = restartsOf(facts);
  restarts.forEach((one, i) => {
    const next = restarts[i + 1];
    if (next && next.begun < one.healed) findings.add('two at once', `${next.target} was stopped at ${at(next.begun)}, before ${one.target}, stopped at ${at(one.begun)}, was ready again.`);
  });
}

/** Every process that was told to stop ended by itself, in time, and called it a success. */
export function stopsAreClean(facts: Facts, findings: Findings): void {
  const ends = facts.entries.filter((entry) => entry.op === 'fault' && entry.type === 'info' && entry.fault === stoppedFault);
  for (const { target, begun, healed } of restartsOf(facts)) {
    const end = ends.find((entry) => entry.target === target && entry.time >= begun && entry.time <= healed);
    if (!end) findings.add('bad stop', `${target}, told to stop at ${at(begun)}, was never seen to end.`);
    else if (end.code !== 0) findings.add('bad stop', `${target}, told to stop at ${at(begun)}, ended with exit code ${end.code}.`);
    else if (!(end.tookMs! <= stopWithinMs)) findings.add('bad stop', `${target}, told to stop at ${at(begun)}, ended only after ${at(end.tookMs!)}.`);
  }
}

/** People notice a restart as a link that comes back, and as calls that are repeated: none of theirs is refused for good. */
export function callsAreOnlyRepeated(facts: Facts, findings: Findings): void {
  for (const { process, op, type, code, time, conversation } of facts.entries) {
    if (type === 'fail' && code !== undefined && !process.startsWith('stranger') && !temporary.includes(code)) {
      findings.add('refused', `${process}: ${op}${conversation === undefined ? '' : ` in ${conversation}`} was refused with ${code} at ${at(time)}, which no repeat mends.`);
    }
  }
}

/** How often which temporary refusal was told, most often first. */
export function repeatedCalls(facts: Facts): [code: number, count: number][] {
  const told = facts.entries.filter(({ process, op, type, code }) => op !== 'connect' && op !== 'fault' && (type === 'fail' || type === 'info') && code !== undefined && !process.startsWith('stranger'));
  return [...groupBy(told, (entry) => String(entry.code))].map(([code, entries]): [number, number] => [Number(code), entries.length]).sort((a, b) => b[1] - a[1]);
}
