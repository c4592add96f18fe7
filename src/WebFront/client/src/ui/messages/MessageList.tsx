import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readMark, tickOf, timeline } from '../../sdk/selectors';
import type { Product } from '../../sdk/protocol';
import type { Conversation } from '../../sdk/state';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { useInFront, useNow } from '../lib/hooks';
import { oneLine } from '../lib/text';
import { newestNotices } from '../orders/model';
import { messageWords } from '../orders/words';
import { countNew, lastOwnSeq, threadRows } from '../lib/thread';
import { dayName } from '../lib/time';
import { useAuth, useChat } from '../session';
import { MessageItem } from './MessageItem';
import { Typing } from './Typing';
import { useThreadScroll } from './useThreadScroll';

interface MessageListProps {
  conversation: Conversation;
  me: string;
  userId: string;
  otherName: string;
  onEdit: (body: string, product: Product | null) => void;
}

export function MessageList({ conversation, me, userId, otherName, onEdit }: MessageListProps) {
  const i18n = useI18n();
  const { client } = useAuth();
  const outbox = useChat((state) => state.outbox);
  const inFront = useInFront();
  const now = useNow(60_000);
  const entries = useMemo(
    () => (client ? timeline(client.state, conversation.id) : []),
    [client, conversation, outbox],
  );
  const lastSeq = conversation.messages.at(-1)?.seq ?? 0;
  const newAfter = useNewAfter(conversation, me, inFront);
  const rows = useMemo(() => threadRows(entries, me, newAfter.after), [entries, me, newAfter.after]);
  const scroll = useThreadScroll({
    entries,
    me,
    canLoadOlder: conversation.hasMore && !conversation.loadingOlder,
    loadOlder: () => void client?.loadOlder(conversation.id),
    separated: newAfter.after > 0,
  });
  newAfter.watching.current = scroll.atBottom && inFront;

  useEffect(() => {
    const unread = conversation.summary?.unread ?? 0;
    if (scroll.atBottom && inFront && lastSeq > 0 && (unread > 0 || readMark(conversation) < lastSeq)) {
      client?.markRead(conversation.id, lastSeq);
    }
  }, [client, conversation, lastSeq, scroll.atBottom, inFront]);

  const newest = useMemo(() => newestNotices(conversation.messages), [conversation.messages]);
  const tickSeq = lastOwnSeq(entries, me);
  const waiting = scroll.atBottom ? 0 : countNew(entries, me, scroll.seenSeq);
  const keys = useRovingKeys(entries.map((entry) => entry.key));
  return (
    <div class="thread-body">
      <div class="thread-scroll" ref={scroll.box} onScroll={scroll.onScroll} role="region" aria-label={i18n.t('messageList', { name: otherName })}>
        <div class="thread-content" ref={scroll.content}>
          {conversation.loadingOlder && (
            <p class="older" role="status">
              {i18n.t('loadingOlder')}…
            </p>
          )}
          {!conversation.hasMore && <ThreadStart name={otherName} empty={entries.length === 0} />}
          <ol class="thread-rows" onKeyDown={keys.onKeyDown} aria-describedby="thread-help" ref={keys.list}>
            {rows.map((row) => {
              if (row.kind === 'day') {
                return (
                  <li class="day" key={row.key}>
                    <span>{dayName(row.at, now, i18n.lang, { today: i18n.t('today'), yesterday: i18n.t('yesterday') })}</span>
                  </li>
                );
              }
              if (row.kind === 'new') {
                return (
                  <li class="new-line" key={row.key} data-testid="new-separator">
                    <span>{i18n.t('newMessages')}</span>
                  </li>
                );
              }
              const { message } = row.entry;
              return (
                <MessageItem
                  key={row.key}
                  row={row}
                  tick={message && row.mine ? tickOf(conversation, message) : null}
                  showTick={row.entry.pending !== null || message?.seq === tickSeq}
                  otherName={otherName}
                  mineBy={!message || message.by === userId}
                  tabbable={keys.current === row.key}
                  newest={message?.notice != null && newest.get(message.notice.order.id) === message}
                  several={newest.size > 1}
                  asStore={me.startsWith('s:')}
                  onEdit={onEdit}
                />
              );
            })}
          </ol>
          <Typing id={conversation.id} me={me} name={otherName} />
        </div>
      </div>
      <p id="thread-help" class="sr">
        {i18n.t('messageListHelp')}
      </p>
      <Announcer conversation={conversation} me={me} name={otherName} />
      {!scroll.atBottom && (
        <button type="button" class="jump" data-testid="jump-latest" onClick={scroll.toBottom}>
          <Icon name="down" size={18} />
          {waiting > 0 ? <span class="num">{i18n.tn('jumpNew', waiting)}</span> : <span class="sr">{i18n.t('jumpLatest')}</span>}
        </button>
      )}
    </div>
  );
}

/**
 * Where the "New" separator stands: after my read mark as it was when the thread was opened, or after
 * the last message I was looking at when one came behind my back. Writing removes it.
 */
function useNewAfter(conversation: Conversation, me: string, inFront: boolean) {
  const watching = useRef(inFront);
  const [after, setAfter] = useState(() => ((conversation.summary?.unread ?? 0) > 0 ? readMark(conversation) : 0));
  const last = conversation.messages.at(-1);
  const before = useRef(last?.seq ?? 0);
  useEffect(() => {
    if (!last || last.seq <= before.current) return;
    const previous = before.current;
    before.current = last.seq;
    if (last.sender === me) setAfter(0);
    else if (!watching.current && previous > 0) setAfter((held) => (held > 0 ? held : previous));
  }, [last, me]);
  return { after, watching };
}

/** One Tab stop for the whole list; arrows, Home and End move inside it. */
function useRovingKeys(keys: readonly string[]) {
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const current = chosen !== null && keys.includes(chosen) ? chosen : (keys.at(-1) ?? null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = keys.indexOf(current ?? '');
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: keys.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = Math.min(Math.max(to, 0), keys.length - 1);
    setChosen(keys[index] ?? null);
    list.current?.querySelectorAll<HTMLElement>('[data-entry]')[index]?.focus();
  };
  return { current, onKeyDown, list };
}

function ThreadStart({ name, empty }: { name: string; empty: boolean }) {
  const { t } = useI18n();
  if (!empty) return <p class="older">{t('threadStart', { name })}</p>;
  return (
    <div class="thread-empty">
      <span class="glyph">
        <Icon name="chat" size={24} />
      </span>
      <h3>{t('threadEmpty', { name })}</h3>
      <p class="muted">{t('threadEmptyText')}</p>
    </div>
  );
}

/** Tells screen readers of messages that arrive while the thread is open; history is not read out. */
function Announcer({ conversation, me, name }: { conversation: Conversation; me: string; name: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const last = conversation.messages.at(-1);
  const told = useRef(last?.seq ?? 0);
  const [words, setWords] = useState('');
  useEffect(() => {
    if (!last || last.seq <= told.current) return;
    const first = told.current === 0;
    told.current = last.seq;
    if (first || last.sender === me) return;
    const text = oneLine(messageWords(last, me, name, i18n));
    setWords(last.notice ? text : t('announce', { name, text }));
  }, [last, me, name, i18n]);
  return (
    <div class="sr" aria-live="polite">
      {words}
    </div>
  );
}
