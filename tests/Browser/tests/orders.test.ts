// Orders as people live through them: bought, paid, shipped, cancelled, received, and fought over in two tabs.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../support/axe';
import { desktop, launchBrowser, Person, recoveryMs, soonMs } from '../support/people';
import { ChatServer } from '../support/server';

const thread = 'emma-clarke~lumen-audio';

let server: ChatServer;
let browser: Browser;
let buyer: Person;
let seller: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([ChatServer.start(), launchBrowser()]);
  buyer = await Person.signedIn(browser, server, 'emma-clarke', { bypassCSP: true });
  seller = await Person.signedIn(browser, server, 'wang-lei', { bypassCSP: true });
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

const orderIn = (page: Page): string => new URL(page.url()).pathname.split('/')[2]!;

/** The state that the page of the open order, or a card of it, shows. */
const seesState = (page: Page, scope: string, status: string, withinMs = soonMs) =>
  page.locator(`${scope} [data-testid="order-state"][data-status="${status}"]`).first().waitFor({ timeout: withinMs });

async function buy(product: string, quantity: number): Promise<string> {
  await buyer.page.goto(`/product/${product}`);
  await buyer.find('buy-quantity').fill(String(quantity));
  await buyer.find('buy-now').click();
  await buyer.page.waitForURL('**/orders/*');
  await buyer.find('order-next').waitFor();
  return orderIn(buyer.page);
}

async function confirmDialog(page: Page): Promise<void> {
  await page.getByTestId('order-submit').click();
  await page.locator('dialog').waitFor({ state: 'detached' });
}

async function pay(): Promise<void> {
  await buyer.find('order-pay').click();
  await confirmDialog(buyer.page);
  // The check of the payment ends by itself, and the open page hears of it.
  await seesState(buyer.page, '.order-title', 'awaitingShipment', recoveryMs);
}

let story = '';

test('Buying on the product page leads to the order, which waits for payment', async () => {
  story = await buy('keys-60', 3);
  expect(await buyer.find('order-total').textContent()).toBe('$267.00');
  await seesState(buyer.page, '.order-title', 'awaitingPayment');
  expect(await buyer.find('countdown').textContent()).toMatch(/Time to pay (20 days|19 days 23 hours)/);
});

test('Paid, the order goes on by itself while the page is open, and looks the same after a reload', async () => {
  await pay();
  await buyer.page.reload();
  await seesState(buyer.page, '.order-title', 'awaitingShipment');
  expect(await buyer.page.locator('.order-steps > li').evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset['change']))).toEqual([
    'paymentChecked',
    'paid',
    'placed',
  ]);
});

test('The seller ships in two parcels from the thread, and each shows on the open page of the buyer', async () => {
  await seller.openThread(thread);
  const card = seller.page.getByTestId(`order-card-${story}`);
  await card.getByTestId('order-ship').click();
  await seller.find('ship-tracking').fill('cn-77120001');
  await seller.find('ship-carrier').fill('Yanwen');
  await seller.find('ship-item-1').fill('1');
  await confirmDialog(seller.page);
  await seller.page.locator('[data-notice="parcelShipped"]').waitFor();
  expect(await seller.page.locator('[data-notice="parcelShipped"] .notice-line').textContent()).toContain('You shipped a parcel · CN-77120001 · Yanwen');
  await buyer.find('parcel-1').waitFor();
  await seesState(seller.page, '.order-card', 'awaitingShipment');

  await seller.page.reload();
  await card.getByTestId('order-ship').click();
  await seller.find('ship-tracking').fill('CN-77120002');
  await confirmDialog(seller.page);
  await seesState(seller.page, '.order-card', 'shipped');
  await buyer.find('parcel-2').waitFor();
  await seesState(buyer.page, '.order-title', 'shipped');
});

test('The buyer confirms receipt, and the card of the seller says completed', async () => {
  await buyer.find('order-receipt').click();
  await confirmDialog(buyer.page);
  await seesState(buyer.page, '.order-title', 'completed');
  await seesState(seller.page, '.order-card', 'completed');
  const line = seller.page.locator('[data-notice="receiptConfirmed"] .notice-line');
  expect((await line.textContent())!.replace(/[\u2068\u2069]/gu, '')).toContain('Emma Clarke confirmed receipt');
});

test('A request to cancel is answered with "already shipped"', async () => {
  const order = await buy('pebble-speaker', 2);
  await pay();
  await buyer.find('order-cancel').click();
  await buyer.page.getByLabel('Takes too long').check();
  await buyer.page.getByLabel('The seller is at fault').check();
  await buyer.find('cancel-note').fill('I need them on Friday.');
  await confirmDialog(buyer.page);
  await seesState(buyer.page, '.order-title', 'cancellationRequested');

  const card = seller.page.getByTestId(`order-card-${order}`);
  await card.getByTestId('order-shipped').click();
  await seller.find('ship-tracking').fill('CN-77120003');
  await confirmDialog(seller.page);
  await seesState(buyer.page, '.order-title', 'shipped');
  await buyer.page.getByText('Takes too long · already shipped').waitFor();
});

test('Of two tabs that decide at once one wins, and the other is told plainly', async () => {
  const shop = await Person.signedIn(browser, server, 'elena-navarro');
  const other = await shop.context.newPage();
  const request = 'mateo-garcia~casa-lumbre';
  for (const page of [shop.page, other]) {
    await page.goto(`/messages/${request}`);
    await page.locator('.order-card').getByTestId('order-accept').waitFor();
  }
  await shop.page.locator('.order-card').getByTestId('order-accept').click();
  await shop.find('order-submit').waitFor();
  await other.locator('.order-card').getByTestId('order-shipped').click();
  await other.getByTestId('ship-tracking').fill('PK-LATE-1');
  await confirmDialog(shop.page);
  await other.getByTestId('order-submit').click();
  await other.getByTestId('order-changed').waitFor();
  expect(await other.getByTestId('order-changed').textContent()).toContain('The order has changed meanwhile. It is now: Closed.');
  await other.keyboard.press('Escape');
  await seesState(other, '.order-card', 'closed');
  await shop.context.close();
});

test('An answer that is lost on the way is asked for again, and one order is placed', async () => {
  const count = async () => {
    const answer = await buyer.page.evaluate(async () => {
      const { token } = JSON.parse(localStorage.getItem('ui:session')!) as { token: string };
      const told = await fetch('/api/orders?group=toPay&limit=50', { headers: { authorization: `Bearer ${token}` } });
      return ((await told.json()) as { orders: unknown[] }).orders.length;
    });
    return answer;
  };
  await buyer.page.goto('/product/gan-charger-65');
  await buyer.find('buy-now').waitFor();
  const before = await count();
  let asked = 0;
  await buyer.page.route('**/api/orders', async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await buyer.find('buy-now').dblclick();
  await buyer.page.waitForURL('**/orders/*');
  await buyer.page.unroute('**/api/orders');
  expect(asked).toBe(2);
  expect(await count()).toBe(before + 1);
});

test('Groups, order and dialog can be used by keyboard alone', async () => {
  const { page } = buyer;
  await page.goto('/orders?group=toPay');
  await page.locator('.order-row').first().waitFor();
  await page.locator('#tab-toPay').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForURL('**/orders?group=onTheWay');
  const row = page.locator('.order-row', { hasText: 'بيت البهار' });
  await row.waitFor();
  const reach = async (testid: string) => {
    for (let i = 0; i < 40; i++) {
      if ((await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))) === testid) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${testid} cannot be reached with Tab`);
  };
  await reach('order-open');
  await row.getByTestId('order-open').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/orders/*');
  await page.locator('.order-next').waitFor();
  await reach('order-receipt');
  await page.keyboard.press('Enter');
  await buyer.find('order-submit').waitFor();
  await reach('order-submit');
  await page.keyboard.press('Enter');
  await seesState(page, '.order-title', 'completed');
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
});

test('An order of other people does not exist, in words', async () => {
  await seller.page.goto('/orders/1234567890123456');
  await seller.page.getByText('This order does not exist').waitFor();
});

test('Buying while signed out leads to sign-in and back to the product', async () => {
  const visitor = await Person.arrive(browser, server);
  await visitor.page.goto('/product/jarra-azul');
  await visitor.find('buy-now').click();
  await visitor.page.waitForURL('**/sign-in?next=*');
  await visitor.find('demo-account-emma-clarke').click();
  await visitor.page.waitForURL('**/product/jarra-azul');
  await visitor.context.close();
});

test.each(['light', 'dark'] as const)('Orders have no accessibility violation that axe knows (%s)', async (colorScheme) => {
  const { page } = buyer;
  await page.setViewportSize(desktop);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.goto('/orders?group=toShip');
  await page.locator('.order-row').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator('.order-row').first().getByTestId('order-open').click();
  await page.locator('.order-steps').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByTestId('order-cancel').or(page.getByTestId('order-talk')).first().waitFor();
  await buyer.openThread('emma-clarke~fanous-cairo');
  await page.locator('.order-card').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator('.order-card').getByTestId('order-cancel').click();
  await buyer.find('order-submit').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
});
