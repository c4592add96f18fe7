import { useEffect, useState } from 'preact/hooks';
import { ClosingCode } from '../../sdk/errors';
import { Icon } from './Icon';
import { useI18n } from '../i18n/context';
import { useOnline } from '../lib/hooks';
import { navigate } from '../lib/router';
import { leave, useAuth, useChat } from '../session';

/** A short reconnect is nobody's business: only one that lasts this long is told. */
const graceMs = 1_200;

/** The state of the connection in plain words; nothing at all while it works. */
export function ConnectionBar() {
  const { t } = useI18n();
  const { client } = useAuth();
  const status = useChat((state) => state.connection);
  const known = useChat((state) => state.user !== null);
  const hasNetwork = useOnline();
  // Somebody who is not signed in has no connection whose state could be told, only a network.
  const name = client === null && !hasNetwork ? 'offline' : status.name;
  const down = name !== 'online' && name !== 'idle';
  const [late, setLate] = useState(false);

  useEffect(() => {
    setLate(false);
    if (!down) return;
    const timer = setTimeout(() => setLate(true), graceMs);
    return () => clearTimeout(timer);
  }, [down]);

  const urgent = name === 'signedOut' || name === 'refused' || name === 'offline';
  const shown = down && (urgent || late);
  const words = {
    idle: '',
    online: '',
    connecting: t(known ? 'connRetry' : 'connConnecting'),
    waiting: t('connRetry'),
    offline: t('connOffline'),
    signedOut: t('connExpired'),
    refused: status.name === 'refused' && status.code !== ClosingCode.too_many_connections ? t('errInternal') : t('connClosed'),
  }[name];

  return (
    <div role="status" class="conn-slot">
      {shown && (
        <div class="conn" data-testid="connection-bar" data-state={name}>
          <Icon name="cloud" size={18} />
          <span>{words}</span>
          {(name === 'waiting' || name === 'refused') && (
            <button type="button" class="conn-action" onClick={() => client?.start()}>
              {t('connRetryNow')}
            </button>
          )}
          {name === 'signedOut' && (
            <button
              type="button"
              class="conn-action"
              onClick={() => {
                const next = location.pathname;
                void leave().then(() => navigate(`/sign-in?next=${encodeURIComponent(next)}`));
              }}
            >
              {t('signIn')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
