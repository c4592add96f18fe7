import { describe, expect, it } from 'vitest';
import type { ProductDetails, StoreCard } from '../../sdk/api';
import { createTranslator } from '../i18n/index';
import { en } from '../i18n/en';
import { filterProducts, holdPresence, presenceWords } from './market';
import { iconCount, iconSvg, tabTitle } from './tab';

const i18n = createTranslator('en', en);
const store = (id: string, medianMs?: number): StoreCard => ({
  id,
  name: `Shop ${id}`,
  tagline: 'Céramique',
  country: 'FR',
  languages: ['fr'],
  image: '',
  presence: { store: id, status: 'online', until: 100 },
  ...(medianMs === undefined ? {} : { replyTime: { share: 1, medianMs, sample: 9 } }),
});
const product = (id: string, title: string, of: StoreCard): ProductDetails => ({
  id,
  store: of.id,
  title,
  price: { minor: 1, currency: 'EUR' },
  image: '',
  description: 'glazed by hand',
  descriptionLang: 'en',
  storeCard: of,
});
const all = [product('a', 'Blue jug', store('one', 60_000)), product('b', 'Tea tin', store('two'))];
const ids = (query: string, filter: 'all' | 'online' | 'fast') =>
  filterProducts(all, query, filter, (card) => card.id === 'two').map((found) => found.id);

describe('filterProducts', () => {
  it('needs every word, in any order and field', () => {
    expect(ids('', 'all')).toEqual(['a', 'b']);
    expect(ids('jug BLUE', 'all')).toEqual(['a']);
    expect(ids('ceramique tin', 'all')).toEqual(['b']);
    expect(ids('jug tin', 'all')).toEqual([]);
  });

  it('filters by presence and by reply time', () => {
    expect(ids('', 'online')).toEqual(['b']);
    expect(ids('', 'fast')).toEqual(['a']);
  });
});

describe('presence', () => {
  it('says nothing beyond what it holds for', () => {
    const heard = { store: 'one', status: 'online', until: 100 } as const;
    expect(holdPresence(heard, 100).status).toBe('online');
    expect(holdPresence(heard, 101)).toMatchObject({ status: 'offline', lastSeen: 100 });
  });

  it('has a word for every state', () => {
    const words = (status: 'online' | 'away' | 'offline', lastSeen?: number) =>
      presenceWords({ store: 'one', status, until: 0, ...(lastSeen === undefined ? {} : { lastSeen }) }, 600_000, i18n);
    expect(words('online')).toBe('Online');
    expect(words('away')).toBe('Away');
    expect(words('offline', 300_000)).toBe('Last seen 5 minutes ago');
    expect(words('offline')).toBe('Offline');
    expect(presenceWords(null, 0, i18n)).toBe('Offline');
  });
});

it('the icon carries the count up to nine', () => {
  expect([0, 1, 9, 10].map(iconCount)).toEqual(['', '1', '9', '9+']);
  expect(iconSvg(3)).toContain('>3<');
});

it('the title carries the count and the page', () => {
  expect(tabTitle(0, '', 'Shop')).toBe('Shop');
  expect(tabTitle(3, 'Jug', 'Shop')).toBe('(3) Jug · Shop');
  expect(tabTitle(150, '', 'Shop')).toBe('(99+) Shop');
});
