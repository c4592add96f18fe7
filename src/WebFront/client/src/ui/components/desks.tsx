import type { Role } from '../../sdk/api';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';
import { useWaiting } from '../moderation/waiting';
import { Badge } from './bits';
import { Icon } from './Icon';

/** The ways to the work of moderators and operators, for who has that role. */
export function DeskLinks({ roles, path }: { roles: readonly Role[]; path: string }) {
  const { t } = useI18n();
  return (
    <>
      {roles.includes('moderator') && <ModerationLink path={path} />}
      {roles.includes('operator') && (
        <Link
          to="/operator"
          class="icon-btn desk-link"
          aria-current={path === '/operator' ? 'page' : undefined}
          title={t('operator')}
          data-testid="operator-link"
        >
          <Icon name="sliders" />
          <span class="sr">{t('operator')}</span>
        </Link>
      )}
    </>
  );
}

function ModerationLink({ path }: { path: string }) {
  const { t, tn } = useI18n();
  const waiting = useWaiting();
  return (
    <Link
      to="/moderation"
      class="icon-btn with-badge desk-link"
      aria-current={path === '/moderation' ? 'page' : undefined}
      title={t('moderation')}
      data-testid="moderation-link"
    >
      <Icon name="shield" />
      <span class="sr">{t('moderation')}</span>
      <Badge count={waiting} label={tn('queueCount', waiting)} />
    </Link>
  );
}
