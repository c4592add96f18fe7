// Every page, in the shapes people open it: narrow, from right to left, light and dark, with a screen reader.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from '../support/axe';
import { launchBrowser, Person, soonMs } from '../support/people';
import { ChatServer } from '../support/server';

interface PageCase {
  readonly name: string;
  readonly path: string;
  /** What is on the page once it is complete. */
  readonly complete: string;
  readonly account: string | null;
}

const pages: readonly PageCase[] = [
  { name: 'home', path: '/', complete: '.tile-link', account: null },
  { name: 'product', path: '/product/jarra-azul', complete: '.more .tile-link', account: null },
  { name: 'store', path: '/store/casa-lumbre', complete: '.tile-link', account: null },
  { name: 'reviews of a store', path: '/store/casa-lumbre/reviews', complete: '[data-testid="review"]', account: 'elena-navarro' },
  { name: 'moderation', path: '/moderation', complete: '[data-testid="held"]', account: 'ingrid-solberg' },
  { name: 'operator', path: '/operator', complete: '[data-testid="policy"]', account: 'tomas-novak' },
  { name: 'sign-in', path: '/sign-in', complete: '.demo-account', account: null },
  { name: 'conversations', path: '/messages', complete: '.rows a.row', account: 'noor-almansoori' },
  { name: 'thread', path: '/messages/noor-almansoori~fanous-cairo', complete: '.msg', account: 'noor-almansoori' },
  { name: 'orders', path: '/orders?group=toShip', complete: '.order-row', account: 'noor-almansoori' },
  { name: 'orders of a store', path: '/store/casa-lumbre/orders?group=toShip', complete: '.order-row', account: 'elena-navarro' },
  { name: 'store inbox', path: '/messages', complete: '.rows a.row', account: 'elena-navarro' },
];

let server: ChatServer;
let browser: Browser;
const people = new Map<string, Person>();

beforeAll(async () => {
  [server, browser] = await Promise.all([ChatServer.start(), launchBrowser()]);
  // The rules of axe are injected, which the pages' own policy rightly forbids to strangers.
  const options = { bypassCSP: true };
  people.set('', await Person.arrive(browser, server, options));
  for (const account of ['noor-almansoori', 'elena-navarro', 'ingrid-solberg', 'tomas-novak']) {
    people.set(account, await Person.signedIn(browser, server, account, options));
  }
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  readonly lang: string;
}

async function open(page: PageCase, look: Look): Promise<{ person: Person; tab: Page }> {
  const person = people.get(page.account ?? '')!;
  const tab = person.page;
  await tab.setViewportSize(look);
  await tab.emulateMedia({ colorScheme: look.theme, reducedMotion: 'reduce' });
  if (tab.url() === 'about:blank') await tab.goto('/');
  await tab.evaluate((lang) => localStorage.setItem('ui:lang', lang), look.lang);
  await tab.goto(page.path);
  await tab.locator(page.complete).first().waitFor();
  await expect.poll(() => tab.evaluate(() => document.querySelectorAll('.skeleton, [aria-busy="true"]').length), { timeout: soonMs, interval: 50 }).toBe(0);
  return { person, tab };
}

const desktop = { width: 1280, height: 800, lang: 'en' } as const;
const phone = { width: 320, height: 640, theme: 'light' } as const;

describe.each(pages)('$name', (page) => {
  test.each(['light', 'dark'] as const)('has no accessibility violation that axe knows (%s)', async (theme) => {
    const { tab } = await open(page, { ...desktop, theme });
    expect(await violations(tab)).toEqual([]);
  });

  test.each(['en', 'ar', 'ru'])('fits 320 px without scrolling sideways (%s)', async (lang) => {
    const { person, tab } = await open(page, { ...phone, lang });
    expect(await person.sidewaysPx()).toBe(0);
    expect(await tab.evaluate(() => document.documentElement.dir)).toBe(lang === 'ar' ? 'rtl' : 'ltr');
    // Nothing may hang over the edge unseen either, but for a strip that itself scrolls.
    const outside = await tab.evaluate(() => {
      const inStrip = (each: Element | null): boolean =>
        each !== null && (['auto', 'scroll'].includes(getComputedStyle(each).overflowX) || inStrip(each.parentElement));
      return [...document.querySelectorAll<HTMLElement>('main button, main a, main input, main textarea, header button, header a')]
        .filter((each) => each.checkVisibility() && !each.closest('.skip, .sr') && !inStrip(each))
        .filter((each) => {
          const box = each.getBoundingClientRect();
          return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
        })
        .map((each) => each.outerHTML.slice(0, 120));
    });
    expect(outside).toEqual([]);
  });
});

test('A page in Arabic runs from right to left, with own messages at the left', async () => {
  const { tab, person } = await open(pages.find((page) => page.name === 'thread')!, { ...desktop, theme: 'light', lang: 'ar' });
  expect(await tab.evaluate(() => document.documentElement.dir)).toBe('rtl');
  expect(await person.sidewaysPx()).toBe(0);
  const side = (which: string) => tab.locator(which).first().evaluate((bubble) => bubble.getBoundingClientRect().left);
  expect(await side('.msg.own .bubble')).toBeLessThan(await side('.msg:not(.own) .bubble'));
});

test('An address that is no page says so and leads home', async () => {
  const tab = people.get('')!.page;
  await tab.setViewportSize(desktop);
  await tab.goto('/no/such/page');
  await tab.locator('main .state').waitFor();
  expect(await violations(tab)).toEqual([]);
});

/** Compressed script of a first visit, whatever page it begins with. */
const firstLoadBytesMax = 120 * 1024;

test.each(pages)('A first visit to $name loads at most 120 KiB of compressed script', async ({ path, complete, account }) => {
  const visitor = account ? await Person.signedIn(browser, server, account) : await Person.arrive(browser, server);
  await visitor.page.goto(path);
  await visitor.page.locator(complete).first().waitFor();
  const scripts = await visitor.page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter((each) => each.name.endsWith('.js'))
      .map(({ encodedBodySize, decodedBodySize }) => ({ encodedBodySize, decodedBodySize })),
  );
  const sum = (key: 'encodedBodySize' | 'decodedBodySize') => scripts.reduce((total, each) => total + each[key], 0);
  expect(scripts.length).toBeGreaterThan(0);
  // The server itself compresses; a script sent as it is would show here.
  expect(sum('encodedBodySize')).toBeLessThan(sum('decodedBodySize') / 2);
  expect(sum('encodedBodySize')).toBeLessThanOrEqual(firstLoadBytesMax);
  await visitor.context.close();
});
