import type { Findings } from './findings';
import { at } from './findings';
import type { Attempt, Facts } from './facts';
import { groupBy, sideOf } from './facts';

/** Part 8, 1: an acknowledged message is in the log at its seq with its body. */
export function acknowledgedIsStored(facts: Facts, findings: Findings): void {
  for (const attempt of facts.attempts) {
    const reply = attempt.outcome;
    if (reply?.type !== 'ok') continue;
    const where = `${attempt.conversation} seq ${reply.seq}`;
    const line = facts.log.get(attempt.conversation)?.get(reply.seq!);
    if (!line) {
      findings.add('lost', `${where}: ${attempt.process} was told that ${attempt.id} is stored there; the log has nothing there.`);
    } else if (line.id !== attempt.id) {
      findings.add('other message', `${where}: ${attempt.process} was told that ${attempt.id} is stored there; the log has ${line.id}.`);
    } else if (line.hash !== attempt.hash) {
      findings.add('body changed', `${where}: ${attempt.id} was sent with body ${attempt.hash}; the log has ${line.hash}.`);
    } else if (line.change !== reply.change) {
      findings.add('change changed', `${where}: the sender was told change ${reply.change}; the log has ${line.change}.`);
    } else if (line.sender !== sideOf(facts, attempt.conversation, attempt.user)) {
      findings.add('sender changed', `${where}: sent by ${attempt.user}; the log has it from ${line.sender}.`);
    }
  }
}

/** Part 8, 2: an id at most once; every repeat gets the same answer; nothing that nobody wrote. */
export function idsAreSingle(facts: Facts, findings: Findings): void {
  const written = new Set(facts.attempts.map((attempt) => `${attempt.conversation}/${attempt.id}`));
  for (const [conversation, lines] of facts.log) {
    const seen = new Map<string, number>();
    for (const line of lines.values()) {
      const key = `${line.sender}/${line.id}`;
      const first = seen.get(key);
      if (first !== undefined) {
        findings.add('duplicate id', `${conversation}: ${line.id} of ${line.sender} stands at seq ${first} and at seq ${line.seq}.`);
      }
      seen.set(key, line.seq);
      if (line.notice === undefined && !written.has(`${conversation}/${line.id}`)) {
        findings.add('phantom', `${conversation} seq ${line.seq}: ${line.id} was sent by nobody.`);
      }
    }
  }
  const answers = new Map<string, Attempt>();
  for (const attempt of facts.attempts) {
    if (attempt.outcome?.type !== 'ok') continue;
    const key = `${attempt.conversation}/${attempt.user}/${attempt.id}`;
    const first = answers.get(key);
    if (first && (first.outcome!.seq !== attempt.outcome.seq || first.outcome!.change !== attempt.outcome.change)) {
      findings.add('repeat answered otherwise', `${attempt.conversation}: ${attempt.id} was answered seq ${first.outcome!.seq}, then seq ${attempt.outcome.seq}.`);
    }
    answers.set(key, first ?? attempt);
  }
}

/** Part 8, 10: what was refused for certain, and never otherwise answered, is nowhere. */
export function refusedIsNotStored(facts: Facts, findings: Findings): void {
  for (const attempts of groupBy(facts.attempts, ({ conversation, user, id }) => `${conversation}/${user}/${id}`).values()) {
    if (attempts.some(({ outcome }) => outcome?.type !== 'fail')) continue;
    const { conversation, id, user } = attempts[0]!;
    const side = sideOf(facts, conversation, user);
    for (const line of facts.log.get(conversation)?.values() ?? []) {
      if (line.id === id && line.sender === side) {
        findings.add('refused, yet stored', `${conversation} seq ${line.seq}: ${id} was refused with ${attempts[0]!.outcome!.code} each time it was sent.`);
      }
    }
  }
}

/** Part 8, 3: gapless from 1, and a send that begins after another was acknowledged stands after it. */
export function orderHolds(facts: Facts, findings: Findings): void {
  for (const [conversation, lines] of facts.log) {
    const head = facts.rows.get(conversation)?.head ?? 0;
    for (let seq = 1; seq <= Math.max(head, lines.size); seq++) {
      if (!lines.has(seq)) findings.add('gap', `${conversation}: the log has no seq ${seq}, and the head is ${head}.`);
    }
    for (const seq of lines.keys()) {
      if (seq > head) findings.add('past the head', `${conversation}: the log has seq ${seq}, and the head is ${head}.`);
    }
  }
  const byConversation = groupBy(facts.attempts, (attempt) => attempt.conversation);
  for (const [conversation, attempts] of byConversation) acknowledgedBefore(conversation, attempts, facts, findings);
}

function acknowledgedBefore(conversation: string, attempts: readonly Attempt[], facts: Facts, findings: Findings): void {
  const stored = new Map([...(facts.log.get(conversation)?.values() ?? [])].map((line) => [line.id, line.seq]));
  const firsts = new Map<string, number>();
  for (const { id, begun } of attempts) {
    if (!firsts.has(id)) firsts.set(id, begun);
  }
  const acks = attempts.flatMap(({ id, outcome }) => (outcome?.type === 'ok' ? [{ id, seq: outcome.seq!, time: outcome.time }] : []));
  acks.sort((a, b) => a.time - b.time);
  let next = 0;
  let highest = { id: '', seq: 0, time: 0 };
  for (const [id, begun] of [...firsts].sort((a, b) => a[1] - b[1])) {
    for (; next < acks.length && acks[next]!.time < begun; next++) {
      if (acks[next]!.seq > highest.seq) highest = acks[next]!;
    }
    const seq = stored.get(id);
    if (seq !== undefined && seq <= highest.seq) {
      findings.add('order', `${conversation}: ${id} stands at seq ${seq}, and ${highest.id} at seq ${highest.seq} was acknowledged before it was sent (${at(highest.time)}, ${at(begun)}).`);
    }
  }
}

/** Part 8, 10: accepted or refused or unknown, but never nothing; and at the end every message was acknowledged. */
export function everythingIsAnswered(facts: Facts, findings: Findings): void {
  const outcomes = new Map<string, number>();
  for (const entry of facts.entries) {
    if (entry.type === 'invoke' || entry.call === undefined || entry.op === 'unread') continue;
    const key = `${entry.process}/${entry.call}`;
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
  }
  for (const [key, entry] of facts.invocations) {
    if (!['send', 'resume', 'history', 'read', 'order'].includes(entry.op)) continue;
    const count = outcomes.get(key) ?? 0;
    if (count === 0) findings.add('no answer', `${entry.process}: the ${entry.op} begun at ${at(entry.time)} has no outcome at all.`);
    if (count > 1 && entry.op !== 'resume') findings.add('answered twice', `${entry.process}: the ${entry.op} begun at ${at(entry.time)} has ${count} outcomes.`);
  }
  const acknowledged = new Set(facts.attempts.flatMap(({ conversation, id, outcome }) => (outcome?.type === 'ok' ? [`${conversation}/${id}`] : [])));
  // An SDK that reads its own message back from the log needs no other answer.
  for (const entry of facts.entries) {
    if (entry.op === 'deliver' && entry.type === 'ok') acknowledged.add(`${entry.conversation}/${entry.id}`);
  }
  for (const entry of facts.entries) {
    if (entry.op === 'queue' && !acknowledged.has(`${entry.conversation}/${entry.id}`)) {
      findings.add('never acknowledged', `${entry.conversation}: ${entry.id}, written by ${entry.process} at ${at(entry.time)}, was never acknowledged.`);
    }
  }
}

/** The log is one: its name never changes while nobody restores a backup. */
export function epochStays(facts: Facts, findings: Findings): void {
  const epochs = new Set(facts.entries.flatMap((entry) => (entry.epoch === undefined ? [] : [entry.epoch])));
  if (epochs.size > 1) findings.add('epoch', `The log named itself ${[...epochs].join(', ')} in one run.`);
}
