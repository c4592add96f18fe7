import { useEffect, useState } from 'preact/hooks';
import type { ConversationId } from '../../sdk/protocol';
import { useI18n } from '../i18n/context';
import { useChat } from '../session';

/** Three dots while the other side writes. Colleagues of my own store do not count. */
export function Typing({ id, me, name }: { id: ConversationId; me: string; name: string }) {
  const { t } = useI18n();
  const all = useChat((state) => state.typing);
  const [, redraw] = useState(0);
  const now = Date.now();
  const others = all.filter((typing) => typing.conversation === id && typing.member !== me && typing.until > now);
  const until = Math.max(0, ...others.map((typing) => typing.until));

  useEffect(() => {
    if (until === 0) return;
    const timer = setTimeout(() => redraw((n) => n + 1), Math.max(0, until - Date.now()) + 20);
    return () => clearTimeout(timer);
  }, [until, all]);

  if (others.length === 0) return null;
  return (
    <div class="typing" data-testid="typing-indicator">
      <span class="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="sr">{t('typing', { name })}</span>
    </div>
  );
}
