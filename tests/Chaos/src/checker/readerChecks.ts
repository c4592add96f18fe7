import type { Entry, Line } from '../history';
import { membersOf } from '../history';
import type { Findings } from './findings';
import { at } from './findings';
import type { Facts, Sight } from './facts';
import { groupBy, marksOf, recount, sideOf } from './facts';

/** Part 8, 4: all readers see the same body at (conversation, seq); deliveries to one client rise and skip nothing in silence. */
export function readersAgree(facts: Facts, findings: Findings): void {
  const newest = new Map<string, number>();
  for (const entry of facts.entries) {
    const key = `${entry.process}/${entry.conversation}`;
    if ((entry.op === 'resume' && entry.state === 'reset') || (entry.op === 'deliver' && entry.type === 'info')) {
      newest.delete(key); // The client was told to begin anew, or its user looked away.
    } else if (entry.op === 'deliver') {
      const before = newest.get(key);
      if (before !== undefined && entry.seq! <= before) {
        findings.add('delivery order', `${entry.conversation}: ${entry.process} was shown seq ${entry.seq} after seq ${before}.`);
      } else if (before !== undefined && entry.seq! > before + 1) {
        findings.add('silent gap', `${entry.conversation}: ${entry.process} was shown seq ${entry.seq} right after seq ${before}, without a reset.`);
      }
      newest.set(key, Math.max(before ?? 0, entry.seq!));
      sameAsLog(facts, findings, entry, { seq: entry.seq!, change: entry.change!, id: entry.id!, sender: entry.sender!, hash: entry.hash! });
    } else if (entry.op === 'history' && entry.type === 'ok') {
      pageIsWhole(facts, findings, entry);
    }
  }
}

function sameAsLog(facts: Facts, findings: Findings, entry: Entry, line: Line): void {
  const where = `${entry.conversation} seq ${line.seq}`;
  const stored = facts.log.get(entry.conversation!)?.get(line.seq);
  if (!stored) {
    findings.add('read but not stored', `${where}: ${entry.process} read ${line.id} by ${entry.op}; the log has nothing there.`);
  } else if (stored.id !== line.id || stored.sender !== line.sender) {
    findings.add('readers disagree', `${where}: ${entry.process} read ${line.id} of ${line.sender} by ${entry.op}; the log has ${stored.id} of ${stored.sender}.`);
  } else if (stored.hash !== line.hash) {
    findings.add('readers disagree', `${where}: ${entry.process} read body ${line.hash} by ${entry.op}; the log has ${stored.hash}.`);
  }
}

function pageIsWhole(facts: Facts, findings: Findings, entry: Entry): void {
  const page = entry.messages!;
  page.forEach((line, i) => {
    sameAsLog(facts, findings, entry, line);
    if (i > 0 && line.seq !== page[i - 1]!.seq + 1) {
      findings.add('page with a hole', `${entry.conversation}: ${entry.process} got seq ${line.seq} after seq ${page[i - 1]!.seq} in one page.`);
    }
  });
}

/** Each conversation was read back to its beginning through each front, and every SDK client shows what is stored. */
export function readBackIsWhole(facts: Facts, findings: Findings): void {
  const read = new Map<string, Set<number>>();
  const fronts = new Set<string>();
  for (const entry of facts.entries) {
    if (entry.op !== 'history' || entry.type !== 'ok' || !entry.final) continue;
    fronts.add(entry.front!);
    const key = `${entry.front} ${entry.conversation}`;
    const seen = read.get(key) ?? new Set<number>();
    entry.messages!.forEach((line) => seen.add(line.seq));
    read.set(key, seen);
  }
  for (const [conversation, lines] of facts.log) {
    for (const front of fronts) {
      const seen = read.get(`${front} ${conversation}`)?.size ?? 0;
      if (seen !== lines.size) findings.add('read back', `${conversation}: ${front} told ${seen} messages at the end; the log has ${lines.size}.`);
    }
  }
  for (const held of facts.entries.filter((entry) => entry.op === 'held')) {
    const row = facts.rows.get(held.conversation!);
    if (row && (held.change !== row.change || held.head !== row.head)) {
      findings.add('not converged', `${held.conversation}: ${held.process} ends at seq ${held.head}, change ${held.change}; the row has ${row.head} and ${row.change}.`);
    }
    const member = sideOf(facts, held.conversation!, held.user!);
    if (row && member) {
      const counted = recount(facts.log.get(held.conversation!) ?? new Map(), row.head!, member, marksOf(row, member).read);
      if (held.unread !== counted) findings.add('unread', `${held.conversation}: ${held.process} shows ${held.unread} unread to ${member} at the end; a recount gives ${counted}.`);
    }
  }
}

/** Part 8, 5: watermarks rise and never pass the head; unread equals a recount, whoever asks and whenever. */
export function watermarksRise(facts: Facts, findings: Findings): void {
  for (const sight of facts.sights) sightIsSound(facts, findings, sight);
  for (const [conversation, sights] of groupBy(sightsAndMarks(facts), (sight) => sight.conversation)) {
    for (const member of membersOf(conversation)) neverBack(findings, conversation, member, sights);
  }
  for (const [conversation, row] of facts.rows) {
    for (const { member, read, unread } of row.marks ?? []) {
      const counted = recount(facts.log.get(conversation) ?? new Map(), row.head!, member, read);
      if (unread !== undefined && Math.min(999, unread) !== counted) {
        findings.add('unread', `${conversation}: the row says ${unread} unread for ${member}; a recount gives ${counted}.`);
      }
    }
  }
}

function sightIsSound(facts: Facts, findings: Findings, { entry, conversation }: Sight): void {
  for (const { member, delivered, read } of entry.marks ?? []) {
    if (read > delivered || delivered > entry.head!) {
      findings.add('watermark past the head', `${conversation}: ${entry.process} was told read ${read}, delivered ${delivered} of ${member} at head ${entry.head}.`);
    }
  }
  const member = sideOf(facts, conversation, entry.user!);
  const lines = facts.log.get(conversation);
  if (!member || !lines) return;
  const counted = recount(lines, entry.head!, member, marksOf(entry, member).read);
  if (entry.unread !== counted) {
    findings.add('unread', `${conversation}: ${entry.process} was told ${entry.unread} unread at head ${entry.head}, read ${marksOf(entry, member).read}; a recount gives ${counted} (${at(entry.time)}).`);
  }
}

/** Answers to `mark` say where one side stands, as summaries do for both. */
function sightsAndMarks(facts: Facts): Sight[] {
  const marked = facts.entries.filter((entry) => entry.op === 'read' && entry.type === 'ok');
  const answers = marked.flatMap((entry) => {
    const begun = facts.invocations.get(`${entry.process}/${entry.call}`)?.time ?? entry.time;
    const member = sideOf(facts, entry.conversation!, entry.user!);
    if (!member) return [];
    const marks = [{ member, delivered: entry.delivered!, read: entry.read! }];
    return [{ conversation: entry.conversation!, process: entry.process, begun, ended: entry.time, listed: false, entry: { ...entry, marks } }];
  });
  const rows = [...facts.rows.values()].map((entry) => ({ conversation: entry.conversation!, process: 'sql', begun: entry.time, ended: entry.time, listed: false, entry }));
  return [...facts.sights, ...answers, ...rows];
}

/** What was told to anybody holds for every question asked afterwards; what a list showed, only once it was told otherwise too. */
function neverBack(findings: Findings, conversation: string, member: string, sights: readonly Sight[]): void {
  const about = sights.filter(({ entry }) => entry.marks?.some((marks) => marks.member === member));
  const ended = about.filter((sight) => !sight.listed).sort((a, b) => a.ended - b.ended);
  let next = 0;
  let read = 0;
  let delivered = 0;
  for (const sight of [...about].sort((a, b) => a.begun - b.begun)) {
    for (; next < ended.length && ended[next]!.ended < sight.begun; next++) {
      const told = marksOf(ended[next]!.entry, member);
      read = Math.max(read, told.read);
      delivered = Math.max(delivered, told.delivered);
    }
    const now = marksOf(sight.entry, member);
    if (now.read < read || now.delivered < delivered) {
      findings.add('watermark fell', `${conversation}: ${sight.process} was told read ${now.read}, delivered ${now.delivered} of ${member}; before it asked it had been ${read} and ${delivered} (${at(sight.ended)}).`);
    }
  }
}

/** Part 8, 8: nobody outside a conversation reads, writes, counts or notices it. */
export function strangersSeeNothing(facts: Facts, findings: Findings): void {
  for (const entry of facts.entries) {
    if (entry.user === undefined || entry.conversation === undefined || entry.type === 'invoke') continue;
    if (sideOf(facts, entry.conversation, entry.user) !== null || !facts.storesOf.has(entry.user)) continue;
    const gone = entry.op === 'resume' && entry.state === 'gone';
    if ((entry.type === 'ok' && !gone) || entry.op === 'deliver' || entry.op === 'unread') {
      findings.add('stranger', `${entry.conversation}: ${entry.user}, who is no member, got an answer to ${entry.op} (${at(entry.time)}).`);
    } else if (entry.type === 'fail' && entry.code !== 3001) {
      findings.add('stranger', `${entry.conversation}: ${entry.user}, who is no member, was refused ${entry.op} with ${entry.code} and not 3001, as for what does not exist.`);
    }
  }
}
