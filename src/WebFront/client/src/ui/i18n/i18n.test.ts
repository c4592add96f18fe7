import { describe, expect, it } from 'vitest';
import { createTranslator, directionOf, fill, languages, loadMessages, pickLang, type Plural } from './index';
import { en } from './en';

const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort();
const keys = Object.keys(en) as (keyof typeof en)[];

describe.each(languages)('%s', (lang) => {
  it('has every text, none of them empty', async () => {
    const messages = await loadMessages(lang);
    expect(Object.keys(messages).sort()).toEqual([...keys].sort());
    for (const value of Object.values(messages)) {
      for (const text of typeof value === 'string' ? [value] : Object.values(value as Plural)) expect(text.trim()).not.toBe('');
    }
  });

  it('fills the same gaps as English', async () => {
    const messages = await loadMessages(lang);
    for (const key of keys) {
      const [ours, theirs]: (string | Plural)[] = [en[key], messages[key]];
      const text = (value: string | Plural) => (typeof value === 'string' ? value : value.other);
      expect(holes(text(theirs!)), key).toEqual(holes(text(ours!)));
    }
  });

  it('has every plural form that its language uses', async () => {
    const messages = await loadMessages(lang);
    const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    for (const key of keys) {
      const value: string | Plural = messages[key];
      if (typeof value !== 'string') expect(Object.keys(value).sort(), key).toEqual([...forms].sort());
    }
  });
});

describe('translator', () => {
  it('chooses the plural form and the digits', async () => {
    const pl = createTranslator('pl', await loadMessages('pl'));
    expect([1, 3, 5, 22].map((n) => pl.tn('productCount', n))).toEqual(['1 produkt', '3 produkty', '5 produktów', '22 produkty']);
    expect(createTranslator('en', en).tn('counterLeft', 2700)).toBe('2,700 characters left');
  });

  it('leaves unknown gaps and never fills from the filled text', () => {
    expect(fill('{a} {b}', { a: '{b}' })).toBe('{b} {b}');
  });

  it('picks the first language that we speak', () => {
    expect(pickLang(['de-DE', 'es-MX', 'fr'])).toBe('es');
    expect(pickLang(['zh-Hant-TW'])).toBe('zh');
    expect(pickLang(['xx'])).toBe('en');
    expect(pickLang([])).toBe('en');
  });

  it('reads Arabic from right to left, all else from left to right', () => {
    expect(languages.filter((lang) => directionOf(lang) === 'rtl')).toEqual(['ar']);
  });
});
