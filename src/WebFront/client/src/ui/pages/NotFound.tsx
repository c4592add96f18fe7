import { StatePanel } from '../components/bits';
import { useI18n } from '../i18n/context';
import { Link } from '../lib/router';

export function NotFound() {
  const { t } = useI18n();
  return (
    <StatePanel icon="search" title={t('notFound')} text={t('notFoundText')} page>
      <Link to="/" class="btn">
        {t('goHome')}
      </Link>
    </StatePanel>
  );
}
