import type { Facts } from '../checker/facts';
import type { Op } from '../history';
import { deliveriesOf, spread } from './figures';
import type { Figure } from './run';

const told: readonly Op[] = ['send', 'deliver', 'resume', 'history', 'read', 'unread', 'order', 'presence', 'connect'];

/** What happened, counted. */
export function countsOf(facts: Facts): Figure[] {
  const count = (op: Op, type: string) => facts.entries.filter((entry) => entry.op === op && entry.type === type).length;
  const calls = told.map((op) => ({ what: op, value: ['ok', 'fail', 'info'].map((type) => `${count(op, type)} ${type}`).join(', ') }));
  const waits = deliveriesOf(facts).map(({ queued, known }) => known - queued);
  const repeats = facts.attempts.filter(({ outcome }) => outcome?.type === 'ok' && outcome.duplicate).length;
  return [
    ...calls,
    { what: 'repeats answered as such', value: String(repeats) },
    { what: 'conversations, messages stored', value: `${facts.rows.size}, ${[...facts.log.values()].reduce((sum, lines) => sum + lines.size, 0)}` },
    { what: 'from Send to acknowledged', value: spread(waits) },
  ];
}

export function table(rows: readonly Figure[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return rows.map(({ what, value, bad }) => `${what.padEnd(width)}  ${value}${bad ? '  <-- not kept' : ''}`).join('\n');
}
