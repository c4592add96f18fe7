import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../sdk/protocol';
import { ErrorCode } from '../../sdk/errors';
import { createTranslator, languages, loadMessages } from '../i18n/index';
import { errorWords } from '../lib/errors';
import { changeWords, deadlines, groups, messageWords, nextWords, noticeDetail, states } from './words';

const golden = new URL('../../../../../../tests/Contracts/order-notices.json', import.meta.url);
const messages = JSON.parse(readFileSync(golden, 'utf8')) as Message[];
const names = { buyer: 'Emma', store: 'Casa Lumbre' };
const plain = (text: string | null) => text?.replace(/[\u2068\u2069]/gu, '');
const orderErrors = Object.values(ErrorCode).filter((code) => code >= 5001 && code <= 5011);

describe.each(languages)('%s', (lang) => {
  it('tells every change to either side, and to whom it was done in other words than to who did it', async () => {
    const i18n = createTranslator(lang, await loadMessages(lang));
    for (const { notice, sender } of messages) {
      const buyer = changeWords(notice!.type, 'buyer', names, i18n)!;
      const store = changeWords(notice!.type, 'store', names, i18n)!;
      for (const words of [buyer, store]) expect(words, notice!.type).not.toMatch(/[{}]/u);
      if (sender !== 'x:system' && notice!.type !== 'refundGranted') expect(buyer, notice!.type).not.toBe(store);
    }
  });

  it('has words for every state, deadline, group, next step and error', async () => {
    const i18n = createTranslator(lang, await loadMessages(lang));
    const keys = [
      ...Object.values(states).map((one) => one.words),
      ...Object.values(deadlines).flatMap((one) => [one.left, one.then]),
      ...Object.values(groups).flatMap((one) => [one.words, one.empty, one.emptyText]),
      ...messages.flatMap(({ notice }) => (['buyer', 'store'] as const).map((side) => nextWords(side, notice!.order.status)!)),
    ];
    for (const key of keys) expect(i18n.t(key), key).toBeTruthy();
    const told = orderErrors.map((code) => errorWords({ code, name: '', message: '', temporary: false, limit: 7 }, i18n));
    expect(new Set(told).size).toBe(orderErrors.length);
    expect(told).not.toContain(i18n.t('errInternal'));
  });
});

describe('English', () => {
  it('says who did it', async () => {
    const i18n = createTranslator('en', await loadMessages('en'));
    const say = (type: string, side: 'buyer' | 'store' | 'staff') =>
      plain(changeWords(messages.find((message) => message.notice!.type === type)!.notice!.type, side, names, i18n));
    expect([say('paid', 'buyer'), say('paid', 'store'), say('paid', 'staff')]).toEqual(['You paid', 'Emma paid', 'Emma paid']);
    expect([say('shipped', 'buyer'), say('shipped', 'store'), say('shipped', 'staff')]).toEqual([
      'Casa Lumbre shipped everything',
      'You shipped everything',
      'Casa Lumbre shipped everything',
    ]);
  });

  it('adds what belongs to it', async () => {
    const i18n = createTranslator('en', await loadMessages('en'));
    const detail = (type: string) => noticeDetail(messages.find((message) => message.notice!.type === type)!.notice!, i18n);
    expect(['paid', 'parcelShipped', 'cancellationRequested', 'deliveryExtended', 'placed'].map(detail)).toEqual([
      '€258.00',
      'AB123456 · Correos',
      'Takes too long',
      '10 days',
      '',
    ]);
  });

  it('falls back to the body for a kind that is not known yet', async () => {
    const i18n = createTranslator('en', await loadMessages('en'));
    const strange = { ...messages[0]!, notice: { ...messages[0]!.notice!, type: 'teleported' as 'paid' } };
    expect(messageWords(strange, 'u:emma', 'Casa Lumbre', i18n)).toBe(strange.body);
  });
});
