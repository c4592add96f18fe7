import { Limits } from './limits';
import type { ConversationId, Message, Principal, Receipt, ResumeAnswer, Summary } from './protocol';
import { membersOf } from './protocol';
import type { Conversation } from './state';

/*
 * What one conversation becomes by a push or an answer. Two rules carry it: everything up to
 * `change` is here, and the window is a run of messages without a hole.
 */

export function emptyConversation(id: ConversationId, me: Principal): Conversation {
  return {
    id,
    me,
    summary: null,
    messages: [],
    hasMore: false,
    window: 'none',
    loadingOlder: false,
    error: null,
    paged: 0,
    change: 0,
    aside: [],
    stale: false,
  };
}

/** What the log must be asked for, if anything. */
export function needsOf(conversation: Conversation): 'resume' | 'history' | null {
  if (conversation.window === 'loading') {
    return 'history';
  }
  const { summary, aside, stale, change } = conversation;
  return summary === null || stale || aside.length > 0 || summary.change > change ? 'resume' : null;
}

/** A version of a message that was pushed, or that the reply to my own send implies. */
export function applyPush(conversation: Conversation, message: Message): Conversation {
  if (message.change <= conversation.change) {
    return conversation;
  }
  return drain({ ...conversation, aside: setAside(conversation.aside, message) });
}

export function applyReceipt(conversation: Conversation, receipt: Receipt): Conversation {
  const { summary } = conversation;
  if (summary === null) {
    return conversation;
  }
  const receipts = mergeReceipts(summary.receipts, [receipt]);
  if (receipts === summary.receipts) {
    return conversation;
  }
  return recounted({ ...conversation, summary: { ...summary, receipts } }, readOf(summary.receipts, conversation.me));
}

/** Takes a summary that came without messages: from `inbox` or `contact`, or along with an answer. */
export function adoptSummary(conversation: Conversation, fresh: Summary): Conversation {
  // Without a window nothing can be missing from it, so the summary's position may be taken over.
  const change = conversation.window === 'none' ? Math.max(conversation.change, fresh.change) : conversation.change;
  return drain(withSummary({ ...conversation, change }, fresh, conversation.change));
}

export interface HistoryPage {
  readonly summary: Summary;
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
}

/** The newest page, asked for when the window was opened. */
export function applyNewestPage(conversation: Conversation, page: HistoryPage): Conversation {
  if (conversation.window === 'none') {
    return adoptSummary(conversation, page.summary);
  }
  const held = conversation.messages;
  const pageFirst = page.messages[0]?.seq ?? 1;
  const coversWindow = held.length === 0 || pageFirst <= held[0]!.seq;
  const alone = held.length === 0;
  const change = alone || (coversWindow && page.summary.change > conversation.change) ? page.summary.change : conversation.change;
  const merged = withWindow({ ...conversation, change }, page.messages, page);
  const ready: Conversation = { ...merged, window: 'ready', error: null };
  return drain(withSummary(ready, page.summary, conversation.change));
}

/** A page of older messages, asked for by scrolling back. */
export function applyOlderPage(conversation: Conversation, page: HistoryPage): Conversation {
  const before = conversation.messages.length;
  if (conversation.window !== 'ready') {
    return { ...conversation, loadingOlder: false };
  }
  const widened = { ...conversation, paged: conversation.paged + page.messages.length, loadingOlder: false, error: null };
  const merged = withWindow(widened, page.messages, page);
  const paged = conversation.paged + Math.max(0, merged.messages.length - before);
  return drain(withSummary({ ...merged, paged }, page.summary, conversation.change));
}

/** The answer of `resume`; null when the conversation is to be forgotten. */
export function applyResume(conversation: Conversation, answer: ResumeAnswer): Conversation | null {
  switch (answer.state) {
    case 'caught_up':
      return adoptSummary(conversation, answer.summary);
    case 'changes': {
      const reached = answer.messages.reduce((highest, message) => Math.max(highest, message.change), conversation.change);
      const merged = withWindow({ ...conversation, change: reached }, answer.messages);
      const folded = [...answer.messages]
        .sort((a, b) => a.seq - b.seq)
        .reduce((summary, message) => summary && fold(summary, message, conversation.me), merged.summary);
      return adoptSummary({ ...merged, summary: folded }, answer.summary);
    }
    case 'reset':
      return drain({
        ...emptyConversation(conversation.id, conversation.me),
        summary: answer.summary,
        change: answer.summary.change,
        window: conversation.window === 'none' ? 'none' : 'loading',
        aside: conversation.aside.filter((message) => message.change > answer.summary.change),
      });
    case 'gone':
      // A conversation that I may begin does not exist before its first message.
      return (conversation.summary?.head ?? 1) === 0 ? conversation : null;
  }
}

function withSummary(conversation: Conversation, fresh: Summary, heldBefore: number): Conversation {
  const known = conversation.summary;
  if (known === null) {
    return { ...conversation, summary: fresh, stale: false };
  }
  const receipts = mergeReceipts(known.receipts, fresh.receipts);
  if (fresh.change < Math.max(heldBefore, known.change)) {
    // Older than what is here; only its watermarks can still be news.
    const merged = receipts === known.receipts ? known : { ...known, receipts };
    return recounted({ ...conversation, summary: merged }, readOf(known.receipts, conversation.me));
  }
  const adopted = { ...conversation, summary: { ...fresh, receipts }, stale: false };
  // The mark set here may be on its way to the server; its recount is then our own affair.
  return { ...recounted(adopted, readOf(fresh.receipts, conversation.me)), stale: false };
}

/** Applies what stands aside as far as it connects, and drops what is old. */
function drain(conversation: Conversation): Conversation {
  let { change } = conversation;
  const applied: Message[] = [];
  let next = 0;
  for (; next < conversation.aside.length; next++) {
    const message = conversation.aside[next]!;
    if (message.change > change + 1) {
      break;
    }
    if (message.change === change + 1) {
      applied.push(message);
      change = message.change;
    }
  }
  if (next === 0) {
    return conversation;
  }
  const rest: Conversation = { ...conversation, change, aside: conversation.aside.slice(next) };
  if (applied.length === 0) {
    return rest;
  }
  const summary = applied.reduce((folded, message) => folded && fold(folded, message, rest.me), rest.summary);
  return withWindow({ ...rest, summary }, applied);
}

function setAside(aside: readonly Message[], message: Message): readonly Message[] {
  if (aside.some((held) => held.change === message.change)) {
    return aside;
  }
  const sorted = [...aside, message].sort((a, b) => a.change - b.change);
  // What is cut here is the newest, which the answer that fills the gap brings too.
  return sorted.slice(0, Limits.asideMessagesMax);
}

/** Applies a version of a message to the summary, as the server does. */
function fold(summary: Summary, message: Message, me: Principal): Summary {
  const change = Math.max(summary.change, message.change);
  if (message.seq > summary.head) {
    const counts = message.sender !== me && message.seq > readOf(summary.receipts, me);
    return {
      ...summary,
      change,
      head: message.seq,
      last: message,
      lastAt: message.sentAt,
      unread: counts ? Math.min(Limits.unreadMax, summary.unread + 1) : summary.unread,
      waitingSince: waitingAfter(summary, message),
      product: message.product ?? summary.product ?? null,
    };
  }
  const last = summary.last && message.seq === summary.last.seq && message.change > summary.last.change ? message : summary.last;
  return { ...summary, change, last };
}

/** A notice of the system is neither a question nor an answer. */
function waitingAfter(summary: Summary, message: Message): number | null {
  const before = summary.waitingSince ?? null;
  if (message.kind === 'system') {
    return before;
  }
  return message.sender === membersOf(summary.conversation).buyer ? (before ?? message.sentAt) : null;
}

/** Counts unread anew after my read mark rose above `readBefore`. */
function recounted(conversation: Conversation, readBefore: number): Conversation {
  const summary = conversation.summary!;
  const read = readOf(summary.receipts, conversation.me);
  if (read <= readBefore) {
    return conversation;
  }
  if (read >= summary.head) {
    return { ...conversation, summary: { ...summary, unread: 0 }, stale: false };
  }
  const window = conversation.messages;
  const first = window[0];
  if (first && first.seq <= read + 1 && window[window.length - 1]!.seq === summary.head) {
    const unread = window.filter((message) => message.seq > read && message.sender !== conversation.me).length;
    return { ...conversation, summary: { ...summary, unread: Math.min(Limits.unreadMax, unread) }, stale: false };
  }
  return { ...conversation, summary: { ...summary, unread: Math.min(summary.unread, summary.head - read) }, stale: true };
}

function readOf(receipts: readonly Receipt[], member: Principal): number {
  return receipts.find((receipt) => receipt.member === member)?.read ?? 0;
}

/** The higher watermark of each member; the same list when nothing rose. */
function mergeReceipts(known: readonly Receipt[], fresh: readonly Receipt[]): readonly Receipt[] {
  let merged = known;
  for (const receipt of fresh) {
    const at = merged.findIndex((held) => held.member === receipt.member);
    const held = merged[at] ?? { member: receipt.member, delivered: 0, read: 0 };
    const read = Math.max(held.read, receipt.read);
    const delivered = Math.max(held.delivered, receipt.delivered, read);
    if (at < 0) {
      merged = [...merged, { member: receipt.member, delivered, read }];
    } else if (read !== held.read || delivered !== held.delivered) {
      merged = merged.with(at, { member: held.member, delivered, read });
    }
  }
  return merged;
}

/** Puts messages into the window: the newest version of each, a run without a hole, bounded. */
function withWindow(conversation: Conversation, incoming: readonly Message[], page?: HistoryPage): Conversation {
  if (conversation.window === 'none' || (incoming.length === 0 && !page)) {
    return conversation;
  }
  const run = newestRun(mergeBySeq(conversation.messages, incoming));
  const boundMax = Limits.windowMessagesMax + Math.min(conversation.paged, Limits.pagedMessagesMax);
  const messages = run.length > boundMax ? run.slice(run.length - boundMax) : run;
  const first = messages[0]?.seq ?? 0;
  const pageTells = page !== undefined && (page.messages[0]?.seq ?? 0) === first;
  return { ...conversation, messages, hasMore: pageTells ? page.hasMore : first > 1 };
}

function mergeBySeq(held: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  const last = held[held.length - 1]?.seq ?? 0;
  const first = held[0]?.seq ?? 1;
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  for (const message of incoming) {
    const known = bySeq.get(message.seq);
    if (!known || message.change > known.change) {
      bySeq.set(message.seq, message);
    }
  }
  if (bySeq.size === held.length && last - first + 1 === held.length) {
    return held.map((message) => bySeq.get(message.seq)!);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The run without a hole that ends at the newest message. */
function newestRun(messages: readonly Message[]): readonly Message[] {
  let start = messages.length - 1;
  while (start > 0 && messages[start - 1]!.seq === messages[start]!.seq - 1) {
    start--;
  }
  return start <= 0 ? messages : messages.slice(start);
}
