import { useEffect, useRef, useState } from 'preact/hooks';
import type { DemoAccount, Session } from '../../sdk/api';
import type { Result, WireError } from '../../sdk/protocol';
import { Avatar, LoadFailed, Skeleton } from '../components/bits';
import { Icon, type IconName } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { errorWords } from '../lib/errors';
import { usePageTitle } from '../lib/tab';
import { useQuery } from '../lib/hooks';
import { navigate } from '../lib/router';
import { useStoreNames } from '../market';
import { deskOf } from '../roles';
import { api, enter, useAuth } from '../session';
import { Field } from '../components/Field';

type Mode = 'signIn' | 'register';

/** Only paths of this app: a link must not send people elsewhere after they signed in. */
const safeNext = (next: string | null): string => (next && /^\/(?![/\\])/.test(next) ? next : '/');

export function SignIn({ next }: { next: string | null }) {
  const i18n = useI18n();
  const { user } = useAuth();
  const [mode, setMode] = useState<Mode>('signIn');
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  // Somebody with a desk of their own goes there, unless a link brought them here from elsewhere.
  const landing = useRef<string | undefined>(undefined);

  usePageTitle(i18n.t('signIn'));
  useEffect(() => {
    if (user) navigate(next === null ? (landing.current ?? '/') : safeNext(next), { replace: true });
  }, [user, next]);

  const submit = async (ask: () => Promise<Result<Session>>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    const answer = await ask();
    setBusy(false);
    if (answer.ok) await enter(answer);
    else setError(answer.error);
  };

  return (
    <div class="page sign-in">
      <section class="card sign-in-form" aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">{i18n.t(mode === 'signIn' ? 'welcome' : 'registerTitle')}</h1>
        <p class="muted">{i18n.t(mode === 'signIn' ? 'welcomeText' : 'registerText')}</p>
        <AccountForm mode={mode} busy={busy} error={error} submit={submit} />
        <p class="muted switch-mode">
          {i18n.t(mode === 'signIn' ? 'noAccount' : 'haveAccount')}{' '}
          <button
            type="button"
            class="linkish"
            data-testid="switch-mode"
            onClick={() => {
              setError(null);
              setMode(mode === 'signIn' ? 'register' : 'signIn');
            }}
          >
            {i18n.t(mode === 'signIn' ? 'register' : 'signIn')}
          </button>
        </p>
      </section>
      <DemoAccounts busy={busy} enterAs={(account) => {
          landing.current = deskOf[account.role];
          return submit(() => api.signIn(account));
        }} />
    </div>
  );
}

interface AccountFormProps {
  mode: Mode;
  busy: boolean;
  error: WireError | null;
  submit: (ask: () => Promise<Result<Session>>) => Promise<void>;
}

function AccountForm({ mode, busy, error, submit }: AccountFormProps) {
  const i18n = useI18n();
  const alert = useRef<HTMLParagraphElement>(null);
  const registering = mode === 'register';
  useEffect(() => {
    if (error) alert.current?.focus();
  }, [error]);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const text = (name: string) => String(form.get(name) ?? '');
        const name = text('name').trim().toLowerCase();
        const password = text('password');
        void submit(() =>
          registering
            ? api.register({ name, password, displayName: text('displayName').trim() })
            : api.signIn({ name, password }),
        );
      }}
    >
      <Field
        name="name"
        label={i18n.t('userName')}
        hint={registering ? i18n.t('userNameHint') : undefined}
        autocomplete="username"
        testid="sign-in-name"
        plain
      />
      {registering && (
        <Field
          name="displayName"
          label={i18n.t('displayName')}
          hint={i18n.t('displayNameHint')}
          autocomplete="name"
          testid="register-display-name"
        />
      )}
      <Field
        key={mode}
        name="password"
        type="password"
        label={i18n.t('password')}
        hint={registering ? i18n.t('passwordHint') : undefined}
        autocomplete={registering ? 'new-password' : 'current-password'}
        testid="sign-in-password"
        plain
      />
      {error && (
        <p class="field-error" role="alert" tabIndex={-1} ref={alert} data-testid="sign-in-error">
          {errorWords(error, i18n)}
        </p>
      )}
      <button type="submit" class="btn primary big" disabled={busy} data-testid="sign-in-submit">
        {busy ? i18n.t('signingIn') : i18n.t(registering ? 'register' : 'signIn')}
      </button>
    </form>
  );
}

const deskIcons: Partial<Record<DemoAccount['role'], IconName>> = { moderator: 'shield', operator: 'sliders' };

function DemoAccounts({ busy, enterAs }: { busy: boolean; enterAs: (account: DemoAccount) => Promise<void> }) {
  const { t, lang } = useI18n();
  const nameOf = useStoreNames();
  // A refusal (404 outside demo mode) simply means that there are none to show.
  const { data: accounts, failed, reload } = useQuery('demo', async () => {
    const answer = await api.demo();
    if (!answer.ok && answer.error.temporary) throw new Error(answer.error.name);
    return answer.ok ? answer.accounts : [];
  });
  const roleWords = (account: DemoAccount): string =>
    ({
      buyer: t('roleBuyer'),
      seller: t('roleSeller', { store: nameOf(account.store) }),
      moderator: t('roleModerator'),
      operator: t('roleOperator'),
    })[account.role];
  if (accounts?.length === 0) return null;
  if (failed) return <LoadFailed retry={reload} />;
  return (
    <section class="card demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t('demoTitle')}</h2>
      <p class="muted">{t('demoText')}</p>
      <ul class="demo-list">
        {accounts
          ? accounts.map((account) => (
              <li key={account.name}>
                <button
                  type="button"
                  class="demo-account"
                  disabled={busy}
                  data-testid={`demo-account-${account.name}`}
                  onClick={() => void enterAs(account)}
                >
                  <Avatar id={account.name} name={account.displayName} size={40} />
                  <span class="demo-text">
                    <strong dir="auto">{account.displayName}</strong>
                    <span class="demo-role" dir="auto">
                      {deskIcons[account.role] && <Icon name={deskIcons[account.role]!} size={14} />}
                      {roleWords(account)}
                    </span>
                    {lang === 'en' && <span class="muted">{account.label}</span>}
                  </span>
                </button>
              </li>
            ))
          : Array.from({ length: 4 }, (_, i) => (
              <li key={i}>
                <Skeleton width="100%" height="64px" />
              </li>
            ))}
      </ul>
    </section>
  );
}
