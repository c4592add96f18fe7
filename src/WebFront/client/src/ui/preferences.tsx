import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { I18n } from './i18n/context';
import { createTranslator, isLang, loadMessages, pickLang, type Lang, type Messages } from './i18n/index';
import { en } from './i18n/en';
import { readSetting, writeSetting } from './lib/settings';

export type Theme = 'system' | 'light' | 'dark';

interface Preferences {
  theme: Theme;
  setTheme: (theme: Theme) => void;
  setLang: (lang: Lang) => void;
}

const Context = createContext<Preferences>({ theme: 'system', setTheme: () => {}, setLang: () => {} });
export const usePreferences = (): Preferences => useContext(Context);

function wantedLang(): Lang {
  const chosen = readSetting('lang');
  return chosen && isLang(chosen) ? chosen : pickLang(navigator.languages);
}

function wantedTheme(): Theme {
  const chosen = readSetting('theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

/** Runs before the first drawing, so that nothing flashes in the wrong theme. */
export function applyTheme(theme: Theme = wantedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export async function firstMessages(): Promise<{ lang: Lang; messages: Messages }> {
  const lang = wantedLang();
  try {
    return { lang, messages: await loadMessages(lang) };
  } catch {
    return { lang: 'en', messages: en };
  }
}

interface ProviderProps {
  first: { lang: Lang; messages: Messages };
  children: ComponentChildren;
}

export function PreferencesProvider({ first, children }: ProviderProps) {
  const [theme, setThemeState] = useState(wantedTheme);
  const [language, setLanguage] = useState(first);
  const translator = useMemo(() => createTranslator(language.lang, language.messages), [language]);

  useEffect(() => {
    document.documentElement.lang = translator.lang;
    document.documentElement.dir = translator.dir;
  }, [translator]);

  const preferences = useMemo<Preferences>(
    () => ({
      theme,
      setTheme: (next) => {
        applyTheme(next);
        writeSetting('theme', next === 'system' ? null : next);
        setThemeState(next);
      },
      setLang: (lang) => {
        writeSetting('lang', lang);
        // A failed load keeps the words that are there; the choice holds at the next visit.
        loadMessages(lang).then(
          (messages) => setLanguage({ lang, messages }),
          () => {},
        );
      },
    }),
    [theme],
  );

  return (
    <Context.Provider value={preferences}>
      <I18n.Provider value={translator}>{children}</I18n.Provider>
    </Context.Provider>
  );
}
