import type { ComponentChildren } from 'preact';
import type { StoreCard } from '../../sdk/api';
import type { Presence } from '../../sdk/protocol';
import { useI18n } from '../i18n/context';
import { hueOf, initials } from '../lib/text';
import { presenceWords, replyWords } from '../lib/market';
import { percent } from '../lib/time';
import { Icon, type IconName } from './Icon';

interface AvatarProps {
  id: string;
  name: string;
  size?: number;
  store?: boolean;
  image?: string | undefined;
  presence?: Presence | null | undefined;
}

/** Decoration beside a name: hidden from screen readers, which read the name and the words. */
export function Avatar({ id, name, size = 40, store = false, image, presence }: AvatarProps) {
  const hue = hueOf(id);
  const style = {
    width: `${size}px`,
    height: `${size}px`,
    fontSize: `${Math.round(size * 0.38)}px`,
    background: `light-dark(hsl(${hue} 45% 90%), hsl(${hue} 35% 24%))`,
    color: `light-dark(hsl(${hue} 60% 26%), hsl(${hue} 60% 84%))`,
  };
  return (
    <span class={store ? 'avatar store' : 'avatar'} style={style} aria-hidden="true">
      {image ? <img src={image} alt="" loading="lazy" width={size} height={size} /> : initials(name)}
      {presence && <PresenceDot presence={presence} />}
    </span>
  );
}

export function PresenceDot({ presence }: { presence: Presence | null }) {
  return <span class="dot" data-testid="presence-dot" data-status={presence?.status ?? 'offline'} aria-hidden="true" />;
}

/** Dot and word together: colour alone says nothing to many people. */
export function PresenceLine({ presence, now }: { presence: Presence | null; now: number }) {
  const i18n = useI18n();
  return (
    <span class="presence">
      <PresenceDot presence={presence} />
      <span class="ellipsis">{presenceWords(presence, now, i18n)}</span>
    </span>
  );
}

export function ReplyBadge({ store }: { store: StoreCard }) {
  const i18n = useI18n();
  const { replyTime } = store;
  if (!replyTime) return null;
  const share = i18n.t('repliesShare', { share: percent(replyTime.share, i18n.lang) });
  return (
    <span class="reply-badge" title={share}>
      <Icon name="bolt" size={14} />
      <span>{replyWords(replyTime.medianMs, i18n)}</span>
    </span>
  );
}

export function Badge({ count, label }: { count: number; label: string }) {
  const i18n = useI18n();
  if (count <= 0) return null;
  return (
    <span class="badge" data-testid="unread-badge">
      <span aria-hidden="true">{count > 99 ? `${i18n.number(99)}+` : i18n.number(count)}</span>
      <span class="sr">{label}</span>
    </span>
  );
}

interface StateProps {
  icon: IconName;
  title: string;
  text: string;
  children?: ComponentChildren;
  alert?: boolean;
  /** The panel is the whole page: its title is the page's heading. */
  page?: boolean;
}

/** The empty and the error state of a panel: what it is, and what to do next. */
export function StatePanel({ icon, title, text, children, alert = false, page = false }: StateProps) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div class="state" role={alert ? 'alert' : undefined}>
      <span class="glyph">
        <Icon name={icon} size={24} />
      </span>
      <Title>{title}</Title>
      <p>{text}</p>
      {children}
    </div>
  );
}

export function LoadFailed({ retry, page = false }: { retry: () => void; page?: boolean }) {
  const { t } = useI18n();
  return (
    <StatePanel icon="cloud" title={t('loadFailed')} text={t('loadFailedText')} alert page={page}>
      <button type="button" class="btn" onClick={retry}>
        {t('retry')}
      </button>
    </StatePanel>
  );
}

export function Skeleton({ width, height }: { width: string; height: string }) {
  return <div class="skeleton" style={{ width, height }} aria-hidden="true" />;
}
