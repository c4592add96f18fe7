// Pictures of every page in every shape, to be looked at by eye:
//   npm run screenshots -- --out DIRECTORY [--url http://localhost:5080] [--only TEXT]
// The server must be running with the demo marketplace. --only takes the pictures whose name contains TEXT.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: { out: { type: 'string' }, url: { type: 'string', default: 'http://localhost:5080' }, only: { type: 'string', default: '' } },
});
if (!values.out) {
  console.error('usage: npm run screenshots -- --out DIRECTORY [--url URL] [--only TEXT]');
  process.exit(2);
}
mkdirSync(values.out, { recursive: true });

const people = JSON.parse(readFileSync(new URL('../../../src/WebFront/Demo/people.json', import.meta.url), 'utf8'));
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const themes = ['light', 'dark'];
const casts = [
  { lang: 'en', buyer: 'emma-clarke', thread: 'emma-clarke~casa-lumbre', seller: 'elena-navarro', waiting: 'andrei-ionescu~casa-lumbre', store: 'casa-lumbre', ordering: 'emma-clarke~fanous-cairo', group: 'toShip' },
  { lang: 'ar', buyer: 'noor-almansoori', thread: 'noor-almansoori~fanous-cairo', seller: 'layla-haddad', waiting: 'youssef-hamdy~fanous-cairo', store: 'fanous-cairo', ordering: 'noor-almansoori~fanous-cairo', group: 'toShip' },
  { lang: 'zh', buyer: 'zhang-wei', thread: 'zhang-wei~yunwu-tea', seller: 'wang-lei', waiting: 'andrei-ionescu~lumen-audio', store: 'lumen-audio', ordering: 'zhang-wei~lumen-audio', group: 'toPay' },
];
const pagesOf = async (cast) => [
  { name: 'home', path: '/', complete: '.tile-link', account: null },
  { name: 'product', path: '/product/jarra-azul', complete: '.more .tile-link', account: cast.buyer },
  { name: 'store', path: '/store/casa-lumbre', complete: '.tile-link', account: cast.buyer },
  { name: 'reviews', path: '/store/casa-lumbre/reviews', complete: '[data-testid="review"]', account: 'elena-navarro' },
  { name: 'moderation', path: '/moderation', complete: '[data-testid="held"]', account: 'ingrid-solberg' },
  { name: 'operator', path: '/operator', complete: '[data-testid="policy"]', account: 'tomas-novak' },
  { name: 'sign-in', path: '/sign-in', complete: '.demo-account', account: null },
  { name: 'conversations', path: '/messages', complete: '.rows a.row', account: cast.buyer },
  { name: 'thread', path: `/messages/${cast.thread}`, complete: '.msg', account: cast.buyer },
  { name: 'orders', path: `/orders?group=${cast.group}`, complete: '.order-row', account: cast.buyer },
  { name: 'order', path: `/orders/${await orderOf(cast)}`, complete: '.order-steps', account: cast.buyer },
  { name: 'order-thread', path: `/messages/${cast.ordering}`, complete: '.order-card', account: cast.buyer },
  { name: 'store-orders', path: `/store/${cast.store}/orders?group=${cast.group}`, complete: '.order-row', account: cast.seller },
  { name: 'seller', path: `/messages/${cast.waiting}`, complete: '.msg', account: cast.seller },
];

const browser = await chromium.launch({
  executablePath: process.env.CHAT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});

async function tokenOf(request, account) {
  const answer = await request.post('/api/sessions', { data: { name: account, password: people.demoPassword } });
  if (!answer.ok()) throw new Error(`${account} cannot sign in: ${answer.status()}`);
  return answer.json();
}

/** The newest order of the group that a cast's pictures show. */
async function orderOf(cast) {
  const context = await browser.newContext({ baseURL: values.url });
  const { token } = await tokenOf(context.request, cast.buyer);
  const answer = await context.request.get(`/api/orders?group=${cast.group}`, { headers: { authorization: `Bearer ${token}` } });
  const { orders } = await answer.json();
  await context.close();
  return orders[0].order.id;
}

/** A phone is touched, and lays pages out as phones do. */
async function profile(account, lang, phone) {
  const context = await browser.newContext({ baseURL: values.url, locale: lang, reducedMotion: 'reduce', hasTouch: phone, isMobile: phone });
  if (account) {
    const { token, expiresAt, user } = await tokenOf(context.request, account);
    await context.addInitScript((kept) => localStorage.setItem('ui:session', kept), JSON.stringify({ token, expiresAt, user }));
  }
  return context.newPage();
}

async function settled(page, complete) {
  await page.locator(complete).first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.skeleton, [aria-busy="true"]').length === 0);
  await page.evaluate(() => document.fonts.ready);
  // A change of theme is painted one frame later.
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  // Pictures out of view load when they come into view.
  await page.waitForFunction(() =>
    [...document.images].every((image) => {
      const { left, right, top, bottom } = image.getBoundingClientRect();
      return image.complete || top >= innerHeight || bottom <= 0 || left >= innerWidth || right <= 0;
    }),
  );
}

let taken = 0;
for (const cast of casts) {
  const profiles = new Map();
  for (const { name, path, complete, account } of await pagesOf(cast)) {
    const shots = sizes
      .flatMap((size) => themes.map((theme) => ({ size, theme })))
      .map((shot) => ({ ...shot, file: `${name}-${shot.size.width}-${shot.theme}-${cast.lang}.png` }))
      .filter(({ file }) => file.includes(values.only));
    if (shots.length === 0) continue;
    let shown = null;
    for (const { size, theme, file } of shots) {
      const phone = size.width < 500;
      const key = `${account} ${phone}`;
      if (!profiles.has(key)) profiles.set(key, await profile(account, cast.lang, phone));
      const page = profiles.get(key);
      await page.setViewportSize(size);
      if (shown !== page) await page.goto(path);
      shown = page;
      await page.emulateMedia({ colorScheme: theme });
      await settled(page, complete);
      await page.screenshot({ path: join(values.out, file) });
      taken += 1;
    }
  }
}
await browser.close();
console.log(`${taken} pictures in ${values.out}`);
