import { useI18n } from '../i18n/context';
import { languageNames, languages } from '../i18n/index';
import { Link, navigate } from '../lib/router';
import { usePreferences, type Theme } from '../preferences';
import { leave, useAuth } from '../session';
import { Avatar } from './bits';
import { Icon, type IconName } from './Icon';
import { ChoiceList, Popover } from './Popover';

const themeIcons: Record<Theme, IconName> = { system: 'system', light: 'sun', dark: 'moon' };

function ThemeChoices({ onDone }: { onDone: () => void }) {
  const { t } = useI18n();
  const { theme, setTheme } = usePreferences();
  const labels: Record<Theme, string> = { system: t('themeSystem'), light: t('themeLight'), dark: t('themeDark') };
  const options = (['system', 'light', 'dark'] as const).map((value) => ({
    value,
    label: (
      <>
        <Icon name={themeIcons[value]} size={18} />
        {labels[value]}
      </>
    ),
  }));
  return (
    <ChoiceList
      legend={t('theme')}
      value={theme}
      options={options}
      onChoose={(value) => {
        setTheme(value);
        onDone();
      }}
    />
  );
}

function LanguageChoices({ onDone }: { onDone: () => void }) {
  const { t, lang } = useI18n();
  const { setLang } = usePreferences();
  const options = languages.map((value) => ({ value, label: languageNames[value], lang: value }));
  return (
    <ChoiceList
      legend={t('language')}
      value={lang}
      options={options}
      onChoose={(value) => {
        setLang(value);
        onDone();
      }}
    />
  );
}

export function ThemeMenu() {
  const { t } = useI18n();
  const { theme } = usePreferences();
  return (
    <Popover label={t('theme')} class="wide-only" button={<Icon name={themeIcons[theme]} />}>
      {(close) => <ThemeChoices onDone={close} />}
    </Popover>
  );
}

export function LanguageMenu() {
  const { t, lang } = useI18n();
  return (
    <Popover
      label={`${t('language')}: ${languageNames[lang]}`}
      class="wide-only"
      testid="language-menu"
      button={<Icon name="globe" />}
    >
      {(close) => <LanguageChoices onDone={close} />}
    </Popover>
  );
}

/** The account; on a phone also language and theme, which have no button of their own there. */
export function AccountMenu() {
  const { t } = useI18n();
  const { user } = useAuth();
  return (
    <Popover
      label={user ? `${t('account')}: ${user.name}` : t('menu')}
      class={user ? '' : 'phone-only'}
      testid="account-menu"
      buttonClass="icon-btn account-btn"
      button={user ? <Avatar id={user.id} name={user.name} size={32} /> : <Icon name="menu" />}
    >
      {(close) => (
        <>
          {user ? (
            <>
              <div class="account-who">
                <Avatar id={user.id} name={user.name} size={40} />
                <div>
                  <strong dir="auto">{user.name}</strong>
                  <span class="muted" dir="ltr">
                    @{user.id}
                  </span>
                </div>
              </div>
              <button
                type="button"
                class="choice"
                data-testid="sign-out"
                onClick={() => {
                  close();
                  navigate('/');
                  void leave();
                }}
              >
                <Icon name="out" size={18} class="flip" />
                {t('signOut')}
              </button>
            </>
          ) : (
            <Link to="/sign-in" class="choice" data-testid="menu-sign-in">
              <Icon name="user" size={18} />
              {t('signIn')}
            </Link>
          )}
          <div class="phone-only">
            <LanguageChoices onDone={close} />
            <ThemeChoices onDone={close} />
          </div>
        </>
      )}
    </Popover>
  );
}
