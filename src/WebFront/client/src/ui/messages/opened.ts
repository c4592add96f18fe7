import type { ChatClient, Outcome } from '../../sdk/clientTypes';
import type { ConversationId } from '../../sdk/protocol';

/** Conversations whose messages stay in memory, so that going back to one is instant. */
const keptMax = 12;
const opened = new WeakMap<ChatClient, ConversationId[]>();

/** Opens a conversation and lets go of the one that was not looked at for longest. */
export function keepOpen(client: ChatClient, id: ConversationId): Outcome {
  const list = (opened.get(client) ?? []).filter((other) => other !== id);
  list.push(id);
  while (list.length > keptMax) client.close(list.shift()!);
  opened.set(client, list);
  return client.open(id);
}
