import { useEffect } from 'preact/hooks';
import type { ChatClient } from '../sdk/clientTypes';
import type { ConversationId } from '../sdk/protocol';
import { navigate } from './lib/router';
import type { Translator } from './i18n/index';
import { useI18n } from './i18n/context';
import { oneLine } from './lib/text';
import { messageWords } from './orders/words';
import { useAuth } from './session';

/** Shows a notification for each message that arrives while nobody is looking, where that was allowed. */
export function useNotifications(): void {
  const { client } = useAuth();
  const i18n = useI18n();
  useEffect(() => {
    if (!client) return;
    return follow(client, i18n);
  }, [client, i18n]);
}

function follow(client: ChatClient, i18n: Translator): () => void {
  const heads = new Map<ConversationId, number>();
  let online = false;
  const check = () => {
    const { conversations, connection } = client.state;
    for (const { id, me, summary } of conversations.values()) {
      if (!summary) continue;
      const known = heads.get(id);
      heads.set(id, summary.head);
      // What was there before, or came while the link was down, is told by the unread count.
      if (!online || known === undefined || summary.head <= known) continue;
      const { last } = summary;
      if (last && last.sender !== me && summary.unread > 0) {
        const other = me.startsWith('s:') ? summary.buyer.name : summary.store.name;
        show(id, other, messageWords(last, me, other, i18n));
      }
    }
    online = connection.name === 'online';
  };
  check();
  return client.subscribe(check);
}

function show(id: ConversationId, name: string, body: string): void {
  if (document.hasFocus() || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const text = oneLine(body);
  const notification = new Notification(name, { body: text.length > 140 ? `${text.slice(0, 140)}…` : text, tag: id });
  notification.onclick = () => {
    window.focus();
    navigate(`/messages/${id}`);
    notification.close();
  };
}
