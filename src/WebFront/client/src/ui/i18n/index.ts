import { en } from './en';

export const languages = ['en', 'es', 'fr', 'pl', 'ro', 'ru', 'zh', 'ar'] as const;
export type Lang = (typeof languages)[number];

/** Forms by Intl.PluralRules category; `other` is the one every language has. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** The same keys in another language: a missing one does not compile. */
export type Translated<Words> = { [K in keyof Words]: Words[K] extends string ? string : Plural };
export type Messages = Translated<typeof en>;

type Keys<Shape> = { [K in keyof Messages]: Messages[K] extends Shape ? K : never }[keyof Messages];
export type TextKey = Keys<string>;
export type PluralKey = Exclude<keyof Messages, TextKey>;
export type Vars = Readonly<Record<string, string | number>>;

/** What each language calls itself: a reader looks for their own word, not for ours. */
export const languageNames: Record<Lang, string> = {
  en: 'English',
  es: 'Español',
  fr: 'Français',
  pl: 'Polski',
  ro: 'Română',
  ru: 'Русский',
  zh: '中文',
  ar: 'العربية',
};

/** English is in the first load as the fallback; the others come when chosen. */
const loaders: Record<Lang, () => Promise<Messages>> = {
  en: () => Promise.resolve(en),
  es: () => import('./es').then((m) => m.es),
  fr: () => import('./fr').then((m) => m.fr),
  pl: () => import('./pl').then((m) => m.pl),
  ro: () => import('./ro').then((m) => m.ro),
  ru: () => import('./ru').then((m) => m.ru),
  zh: () => import('./zh').then((m) => m.zh),
  ar: () => import('./ar').then((m) => m.ar),
};

export const loadMessages = (lang: Lang): Promise<Messages> => loaders[lang]();

export const isLang = (value: string): value is Lang => (languages as readonly string[]).includes(value);

/** The first wanted language that we speak, by its main part ("es-MX" is "es"); else English. */
export function pickLang(wanted: readonly string[]): Lang {
  for (const tag of wanted) {
    const main = tag.toLowerCase().split('-')[0] ?? '';
    if (isLang(main)) return main;
  }
  return 'en';
}

const rightToLeft: readonly Lang[] = ['ar'];

export const directionOf = (lang: Lang): 'ltr' | 'rtl' => (rightToLeft.includes(lang) ? 'rtl' : 'ltr');

export function fill(text: string, vars: Vars = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in vars ? String(vars[name]) : whole));
}

export interface Translator {
  lang: Lang;
  dir: 'ltr' | 'rtl';
  t: (key: TextKey, vars?: Vars) => string;
  /** The form for `count`; `{count}` is filled in the digits of the language. */
  tn: (key: PluralKey, count: number, vars?: Vars) => string;
  number: (value: number) => string;
}

export function createTranslator(lang: Lang, messages: Messages): Translator {
  const rules = new Intl.PluralRules(lang);
  const digits = new Intl.NumberFormat(lang);
  const number = (value: number) => digits.format(value);
  return {
    lang,
    dir: directionOf(lang),
    t: (key, vars) => fill(messages[key], vars),
    tn: (key, count, vars) => {
      const forms: Plural = messages[key];
      return fill(forms[rules.select(count)] ?? forms.other, { count: number(count), ...vars });
    },
    number,
  };
}
