import { useEffect, useRef, useState } from 'preact/hooks';
import { ErrorCode } from '../../sdk/errors';
import type { Decision, Held, HeldPage, RejectReason } from '../../sdk/reviews';
import { uuid7 } from '../../sdk/uuid';
import { LoadFailed, Skeleton, StatePanel } from '../components/bits';
import { Toast, type Told } from '../components/Toast';
import { useI18n } from '../i18n/context';
import type { TextKey } from '../i18n/index';
import { errorWords } from '../lib/errors';
import { useNow } from '../lib/hooks';
import { isTypingTarget } from '../lib/keys';
import { usePages } from '../lib/pages';
import { usePageTitle } from '../lib/tab';
import { api, useAuth } from '../session';
import '../styles/desk.css';
import { HeldItem } from './HeldItem';
import { afterLeaving, atHand, keyOf, step } from './queue';
import { tellWaiting } from './waiting';

/** New items are looked for this often, while nothing but the first page is shown and no rejection is being written. */
const refreshMs = 20_000;

const load = async (before?: string): Promise<HeldPage> => {
  const answer = await api.heldReviews({ before });
  if (!answer.ok) throw new Error(answer.error.name);
  tellWaiting(answer.waiting);
  return answer;
};
const itemsOf = (page: HeldPage) => page.items;

/** Words that wait for a moderator, oldest first. */
export function Moderation() {
  const i18n = useI18n();
  const { t, tn } = i18n;
  const { user } = useAuth();
  const pages = usePages(`moderation ${user?.id}`, load, itemsOf);
  const [chosen, setChosen] = useState<string | null>(null);
  const [rejecting, setRejecting] = useState<string | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const now = useNow(30_000);
  const list = useRef<HTMLOListElement>(null);
  const items = pages.items ?? [];
  const hand = atHand(items, chosen);
  usePageTitle(t('moderation'));

  useRefresh(pages.reload, rejecting === null && busy === null && items.length <= 20);

  const focusOn = (key: string | null) =>
    requestAnimationFrame(() => {
      const item = key === null ? null : list.current?.querySelector<HTMLElement>(`[data-held="${CSS.escape(key)}"]`);
      item?.focus({ preventScroll: true });
      item?.scrollIntoView({ block: 'nearest' });
    });

  const choose = (key: string | null) => {
    setChosen(key);
    focusOn(key);
  };

  const decide = async (held: Held, decision: Decision) => {
    const key = keyOf(held);
    if (busy !== null) return;
    setBusy(key);
    const answer = await api.decide(held.review, held.part, decision);
    setBusy(null);
    const gone = !answer.ok && [ErrorCode.not_held as number, ErrorCode.review_not_found].includes(answer.error.code);
    if (!answer.ok && !gone) {
      setTold({ text: errorWords(answer.error, i18n), bad: true });
      return;
    }
    setTold({ text: t(wordsOf(answer.ok, decision)), bad: !answer.ok });
    setRejecting(null);
    const next = afterLeaving(items, key);
    pages.change((before) => before.filter((item) => keyOf(item) !== key));
    tellWaiting(Math.max(0, (pages.head?.waiting ?? 1) - 1));
    choose(next);
    if (next === null || items.length <= 2) pages.reload();
  };
  const approve = (held: Held) => void decide(held, { id: uuid7(Date.now()), decision: 'approve' });
  const reject = (held: Held, reason: RejectReason, note: string) =>
    void decide(held, { id: uuid7(Date.now()), decision: 'reject', reason, ...(note.trim() === '' ? {} : { note }) });

  useKeys({
    step: (by) => choose(step(items, chosen, by)),
    approve: () => hand && approve(hand),
    reject: () => {
      if (!hand) return;
      setChosen(keyOf(hand));
      setRejecting(keyOf(hand));
    },
  });

  return (
    <div class="page desk">
      <header class="desk-head">
        <h1>{t('moderation')}</h1>
        {pages.head && items.length > 0 && (
          <span class="chip amber num" data-testid="queue-count">
            {tn('queueCount', Math.max(pages.head.waiting, items.length))}
          </span>
        )}
        <p class="muted">{t('moderationLead')}</p>
      </header>
      {!pages.items && pages.failed && <LoadFailed retry={pages.reload} />}
      {!pages.items && !pages.failed && <QueueSkeleton />}
      {pages.items && items.length === 0 && <StatePanel icon="check" title={t('queueEmpty')} text={t('queueEmptyText')} />}
      <ol class="queue" ref={list}>
        {items.map((held) => {
          const key = keyOf(held);
          return (
            <HeldItem
              key={key}
              id={key}
              held={held}
              now={now}
              current={hand === held}
              busy={busy === key}
              rejecting={rejecting === key}
              onCurrent={() => setChosen(key)}
              onApprove={() => approve(held)}
              onReject={(reason, note) => reject(held, reason, note)}
              onRejecting={(open) => {
                setRejecting(open ? key : null);
                if (!open) focusOn(key);
              }}
            />
          );
        })}
      </ol>
      {pages.hasMore && (
        <button type="button" class="btn queue-more" disabled={pages.busy} data-testid="queue-more" onClick={pages.loadMore}>
          {t(pages.failed ? 'retry' : 'loadMore')}
        </button>
      )}
      <Toast told={told} onGone={() => setTold(null)} />
    </div>
  );
}

function wordsOf(stored: boolean, decision: Decision): TextKey {
  if (!stored) return 'colleagueToast';
  return decision.decision === 'approve' ? 'approvedToast' : 'rejectedToast';
}

function useRefresh(reload: () => void, calm: boolean): void {
  const latest = useRef({ reload, calm });
  latest.current = { reload, calm };
  useEffect(() => {
    const timer = setInterval(() => {
      if (latest.current.calm && document.visibilityState === 'visible') latest.current.reload();
    }, refreshMs);
    return () => clearInterval(timer);
  }, []);
}

interface Keys {
  step: (by: 1 | -1) => void;
  approve: () => void;
  reject: () => void;
}

/** j and k or the arrows choose, a approves, r opens the reasons. Not while somebody writes or a sheet is open. */
function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTypingTarget(event.target) || document.querySelector('dialog[open]')) return;
      if (event.target instanceof Element && event.target.closest('.popover-root')) return;
      const actions: Partial<Record<string, () => void>> = {
        j: () => latest.current.step(1),
        ArrowDown: () => latest.current.step(1),
        k: () => latest.current.step(-1),
        ArrowUp: () => latest.current.step(-1),
        a: () => latest.current.approve(),
        r: () => latest.current.reject(),
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function QueueSkeleton() {
  return (
    <div class="queue" aria-hidden="true">
      {[1, 2, 3].map((n) => (
        <div key={n} class="held">
          <Skeleton width="40%" height="18px" />
          <Skeleton width="100%" height="64px" />
          <Skeleton width="220px" height="40px" />
        </div>
      ))}
    </div>
  );
}
