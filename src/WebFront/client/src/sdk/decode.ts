import type { Message, Notice, OrderCard, Presence, Product, Receipt, ServerEvent, Store, Summary } from './protocol';

/*
 * What came over the wire is checked where a wrong value would break an invariant; fields that
 * are not known here are left alone.
 */

type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const isListOf = (check: (item: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(check);
const isPrincipal = (value: unknown) => isText(value) && /^[us]:./.test(value);
const isSender = (value: unknown) => value === 'x:system' || isPrincipal(value);
const isConversationId = (value: unknown) => isText(value) && /^[^~]+~[^~]+$/.test(value);
const isPerson = (value: unknown) => isFields(value) && isText(value['id']) && isText(value['name']);

export function isProduct(value: unknown): value is Product {
  return isFields(value) && isText(value['id']) && isText(value['store']) && isText(value['title']) && isFields(value['price']);
}

export const isMoney = (value: unknown) => isFields(value) && Number.isSafeInteger(value['minor']) && isText(value['currency']);
export const isDeadline = (value: unknown) => isFields(value) && isText(value['kind']) && isCount(value['at']);

export function isOrderCard(value: unknown): value is OrderCard {
  return (
    isFields(value) &&
    isText(value['id']) &&
    isText(value['store']) &&
    isCount(value['version']) &&
    isText(value['status']) &&
    isText(value['title']) &&
    isMoney(value['total']) &&
    (value['refunded'] == null || isMoney(value['refunded'])) &&
    (value['deadline'] == null || isDeadline(value['deadline']))
  );
}

export function isNotice(value: unknown): value is Notice {
  return (
    isFields(value) && isText(value['type']) && isOrderCard(value['order']) && (value['amount'] == null || isMoney(value['amount']))
  );
}

export function isMessage(value: unknown): value is Message {
  return (
    isFields(value) &&
    isCount(value['seq']) &&
    value['seq'] > 0 &&
    isCount(value['change']) &&
    value['change'] > 0 &&
    isText(value['id']) &&
    isSender(value['sender']) &&
    isText(value['body']) &&
    isCount(value['sentAt']) &&
    (value['product'] == null || isProduct(value['product'])) &&
    (value['notice'] == null || isNotice(value['notice']))
  );
}

function isReceipt(value: unknown): value is Receipt {
  return isFields(value) && isPrincipal(value['member']) && isCount(value['delivered']) && isCount(value['read']);
}

export function isSummary(value: unknown): value is Summary {
  return (
    isFields(value) &&
    isConversationId(value['conversation']) &&
    isPerson(value['buyer']) &&
    isPerson(value['store']) &&
    isCount(value['head']) &&
    isCount(value['change']) &&
    isCount(value['lastAt']) &&
    isCount(value['unread']) &&
    (value['waitingSince'] == null || isCount(value['waitingSince'])) &&
    (value['last'] == null || isMessage(value['last'])) &&
    isListOf(isReceipt)(value['receipts'])
  );
}

export function isPresence(value: unknown): value is Presence {
  return (
    isFields(value) &&
    isText(value['store']) &&
    (value['status'] === 'online' || value['status'] === 'away' || value['status'] === 'offline') &&
    isCount(value['until'])
  );
}

function isStore(value: unknown): value is Store {
  return isFields(value) && isText(value['id']) && isText(value['name']);
}

const eventChecks: { readonly [T in ServerEvent['t']]: (event: Fields) => boolean } = {
  message: (event) => isConversationId(event['conversation']) && isMessage(event['message']),
  receipt: (event) => isConversationId(event['conversation']) && isReceipt(event),
  typing: (event) => isConversationId(event['conversation']) && isPrincipal(event['member']) && isText(event['by']),
  presence: (event) => isListOf(isPresence)(event['stores']),
  resync: () => true,
  probe: () => true,
  stores: (event) => isListOf(isStore)(event['stores']),
  closing: (event) => isCount(event['code']) && typeof event['reconnect'] === 'boolean',
};

/** The events of a push that are understood. `damaged`: one was not as documented, so the log must be asked. */
export function decodeEvents(list: unknown): { events: readonly ServerEvent[]; damaged: boolean } {
  if (!Array.isArray(list)) {
    return { events: [], damaged: true };
  }
  const events: ServerEvent[] = [];
  let damaged = false;
  for (const event of list as unknown[]) {
    if (!isFields(event) || !isText(event['t'])) {
      damaged = true;
    } else if (Object.hasOwn(eventChecks, event['t'])) {
      if (eventChecks[event['t'] as ServerEvent['t']](event)) {
        events.push(event as unknown as ServerEvent);
      } else {
        damaged = true;
      }
    }
  }
  return { events, damaged };
}

function isResumeAnswer(value: unknown): boolean {
  if (!isFields(value) || !isConversationId(value['conversation'])) {
    return false;
  }
  switch (value['state']) {
    case 'gone':
      return true;
    case 'caught_up':
    case 'reset':
      return isSummary(value['summary']);
    case 'changes':
      return isSummary(value['summary']) && isListOf(isMessage)(value['messages']);
    default:
      return false;
  }
}

/** What a reply must hold before it is believed; methods that add nothing of weight are not listed. */
const replyChecks: { readonly [method: string]: (reply: Fields) => boolean } = {
  hello: (reply) => isPerson(reply['user']) && isListOf(isStore)(reply['stores']) && isCount(reply['serverTime']) && isFields(reply['limits']) && (reply['resumed'] == null || isListOf(isResumeAnswer)(reply['resumed'])),
  contact: (reply) => isSummary(reply['conversation']),
  send: (reply) => isCount(reply['seq']) && isCount(reply['change']) && isCount(reply['sentAt']),
  history: (reply) => isSummary(reply['conversation']) && isListOf(isMessage)(reply['messages']),
  resume: (reply) => isListOf(isResumeAnswer)(reply['conversations']),
  mark: (reply) => isCount(reply['delivered']) && isCount(reply['read']),
  inbox: (reply) => isListOf(isSummary)(reply['conversations']) && isFields(reply['unread']),
  watch: (reply) => isListOf(isPresence)(reply['presence']),
  duty: (reply) => isPresence(reply['presence']),
};

export function isReplyTo(method: string, reply: Fields): boolean {
  return replyChecks[method]?.(reply) ?? true;
}
