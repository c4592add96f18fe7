import { useState } from 'preact/hooks';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { readSetting, writeSetting } from '../lib/settings';

const setting = 'notify';

const canAsk = (): boolean =>
  typeof Notification !== 'undefined' && Notification.permission === 'default' && readSetting(setting) === null;

/** Asks once, after the first message sent: only then is there an answer to wait for. */
export function NotifyPrompt({ sent }: { sent: boolean }) {
  const { t } = useI18n();
  const [answered, setAnswered] = useState(false);
  if (!sent || answered || !canAsk()) return null;
  const answer = (wanted: boolean) => {
    writeSetting(setting, wanted ? 'yes' : 'no');
    setAnswered(true);
    if (wanted) void Notification.requestPermission();
  };
  return (
    <div class="notify" role="status" data-testid="notify-prompt">
      <Icon name="bell" />
      <p>
        <strong>{t('notifyTitle')}</strong> <span class="muted">{t('notifyText')}</span>
      </p>
      <button type="button" class="btn primary" onClick={() => answer(true)}>
        {t('notifyYes')}
      </button>
      <button type="button" class="btn plain" onClick={() => answer(false)}>
        {t('notifyNo')}
      </button>
    </div>
  );
}
