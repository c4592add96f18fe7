import { useEffect, useState } from 'preact/hooks';
import type { OrderDeadline } from '../../sdk/protocol';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { isSoon, leftWords, nextTickMs } from '../lib/countdown';
import { dateTime } from '../lib/time';
import { useChat } from '../session';
import { deadlines } from './words';

/** What is left until `at` by the server's clock; redraws exactly when the words change, and when the page comes back. */
export function useLeft(at: number): number {
  const offset = useChat((state) => state.clockOffsetMs);
  const [, redraw] = useState(0);
  const left = Math.max(0, at - (Date.now() + offset));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') redraw((n) => n + 1);
      const wait = nextTickMs(at - (Date.now() + offset));
      if (wait !== null) timer = setTimeout(tick, Math.max(50, wait));
    };
    tick();
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [at, offset]);
  return left;
}

/** What the order waits for, how long yet, and what happens then. */
export function Countdown({ deadline }: { deadline: OrderDeadline }) {
  const i18n = useI18n();
  const left = useLeft(deadline.at);
  const words = deadlines[deadline.kind];
  if (!words) return null;
  const tone = left === 0 || !isSoon(left) ? '' : 'is-soon';
  return (
    <p class={`countdown ${tone}`} data-testid="countdown" data-kind={deadline.kind}>
      <Icon name="clock" size={16} />
      <span>
        <span class="countdown-line">
          <span>{i18n.t(words.left)}</span>{' '}
          <time role="timer" class="num" dateTime={new Date(deadline.at).toISOString()} title={dateTime(deadline.at, i18n.lang)}>
            {leftWords(left, i18n.lang) ?? i18n.t('leftNow')}
          </time>
        </span>
        <span class="countdown-then">{i18n.t(words.then)}</span>
      </span>
    </p>
  );
}
