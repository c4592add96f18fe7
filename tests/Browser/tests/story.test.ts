// Two people and the whole path between them. The tests are the chapters of one story: they share a server and run in order.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, Person, recoveryMs, soonMs } from '../support/people';
import { ChatServer } from '../support/server';

const conversation = 'emma-clarke~lumen-audio';
const row = `conversation-row-${conversation}`;
/** A tab that is closed says so; nobody has to wait for a lease to run out. */
const politeCloseMs = 2_000;

let server: ChatServer;
let browser: Browser;
let buyer: Person;
let seller: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([ChatServer.start(), launchBrowser()]);
  buyer = await Person.arrive(browser, server);
  seller = await Person.arrive(browser, server);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

async function enterByOneTap(person: Person, account: string): Promise<void> {
  await person.page.goto('/sign-in');
  await person.find(`demo-account-${account}`).click();
  await person.find('account-menu').waitFor();
  await person.page.waitForURL((url) => url.pathname === '/');
}

test('A product page shows a seller who is not there as offline', async () => {
  await enterByOneTap(buyer, 'emma-clarke');
  await buyer.page.goto('/product/halo-headphones');
  await buyer.find('contact-seller').waitFor();
  await buyer.seesPresence('offline');
});

test('The seller signs in with one tap, and the dot on the open product page turns online', async () => {
  await buyer.markDocument();
  await enterByOneTap(seller, 'wang-lei');
  await buyer.seesPresence('online');
  expect(await buyer.documentIsMarked()).toBe(true);
});

test('Contact seller opens the thread with the product pinned', async () => {
  await buyer.find('contact-seller').click();
  await buyer.page.waitForURL(`**/messages/${conversation}`);
  await buyer.find('composer-product').waitFor();
  expect(await buyer.find('composer-product').textContent()).toContain('Halo');
});

test('The first message shows at once in the Message Center of the seller, unread', async () => {
  await seller.find('messages-link').click();
  await seller.page.locator('.rows').waitFor();
  expect(await seller.find(row).count()).toBe(0);
  await buyer.say('Do they fold flat?');
  await seller.find(row).waitFor();
  expect(await seller.find(row).getByTestId('unread-badge').textContent()).toContain('1');
  expect(await seller.find(row).textContent()).toContain('Do they fold flat?');
  await buyer.seesState('Do they fold flat?', 'delivered');
});

test('Opening it shows the product card and tells the buyer that it was read', async () => {
  await seller.find(row).click();
  await seller.seesAtEnd(['Do they fold flat?']);
  await seller.page.locator('.msg .product-card, .msg a[href="/product/halo-headphones"]').first().waitFor();
  await seller.find(row).getByTestId('unread-badge').waitFor({ state: 'detached' });
  await buyer.seesState('Do they fold flat?', 'read');
});

test('The buyer sees the seller typing, and the answer takes its place', async () => {
  await seller.composer.pressSequentially('Yes, with');
  await buyer.find('typing-indicator').waitFor();
  await seller.composer.pressSequentially(' the case.');
  await seller.composer.press('Enter');
  await buyer.seesAtEnd(['Do they fold flat?', 'Yes, with the case.']);
  await buyer.find('typing-indicator').waitFor({ state: 'detached' });
  await seller.seesState('Yes, with the case.', 'read');
});

test('Ticks go from sent to delivered to read as the other side comes back and looks', async () => {
  await seller.page.goto('/messages');
  await seller.find(row).waitFor();
  await seller.context.setOffline(true);
  await seller.find('connection-bar').waitFor();
  await buyer.say('And is the cable braided?');
  await buyer.seesState('And is the cable braided?', 'sent');
  await seller.context.setOffline(false);
  await buyer.seesState('And is the cable braided?', 'delivered', recoveryMs);
  await seller.find(row).click();
  await buyer.seesState('And is the cable braided?', 'read');
});

test('Messages written offline wait with plain words and are delivered once, in order', async () => {
  await buyer.context.setOffline(true);
  await buyer.page.locator('[data-testid="connection-bar"][data-state="offline"]').waitFor();
  await buyer.page.getByText('You are offline. We will send it when you are back.').waitFor();
  const written = ['First from the tunnel', 'Second from the tunnel', 'Third from the tunnel'];
  for (const text of written) await buyer.say(text);
  for (const text of written) await buyer.seesState(text, 'queued');
  await buyer.context.setOffline(false);
  await seller.seesAtEnd(['And is the cable braided?', ...written], recoveryMs);
  await buyer.seesAtEnd(['And is the cable braided?', ...written]);
  await buyer.find('connection-bar').waitFor({ state: 'detached' });
  expect(await buyer.find('message-pending').count()).toBe(0);
});

test('Twenty messages missed while offline all appear, in order', async () => {
  await buyer.context.setOffline(true);
  await buyer.find('connection-bar').waitFor();
  const answers = Array.from({ length: 20 }, (_, i) => `Answer ${i + 1} of 20`);
  for (const text of answers) await seller.say(text);
  await seller.seesState('Answer 20 of 20', 'sent');
  expect((await buyer.texts()).at(-1)).toBe('Third from the tunnel');
  await buyer.context.setOffline(false);
  await buyer.seesAtEnd(['Third from the tunnel', ...answers], recoveryMs);
});

test('After kill -9 and a restart both pages go on without a reload, and nothing is lost or doubled', async () => {
  await Promise.all([buyer.markDocument(), seller.markDocument()]);
  await server.kill();
  await Promise.all([buyer.find('connection-bar').waitFor(), seller.find('connection-bar').waitFor()]);
  await buyer.say('Sent while the server was down');
  await buyer.seesState('Sent while the server was down', 'queued');
  await server.startAgain();
  const end = ['Answer 20 of 20', 'Sent while the server was down'];
  await seller.seesAtEnd(end, recoveryMs);
  await buyer.seesAtEnd(end, recoveryMs);
  await seller.say('We are back');
  await buyer.seesAtEnd([...end, 'We are back']);
  await seller.seesAtEnd([...end, 'We are back']);
  expect(await Promise.all([buyer.documentIsMarked(), seller.documentIsMarked()])).toEqual([true, true]);
  expect(await buyer.texts()).toEqual(await seller.texts());
});

test('The same person in two tabs sees an own message once in each', async () => {
  const second = await buyer.context.newPage();
  await second.goto(`/messages/${conversation}`);
  await second.locator('.msg .bubble', { hasText: 'We are back' }).waitFor();
  await buyer.say('From the first tab');
  await second.locator('.msg.own', { hasText: 'From the first tab' }).waitFor();
  await second.getByTestId('composer-input').fill('From the second tab');
  await second.getByTestId('composer-input').press('Enter');
  await buyer.seesAtEnd(['We are back', 'From the first tab', 'From the second tab']);
  await seller.seesAtEnd(['We are back', 'From the first tab', 'From the second tab']);
  const inSecond = () => second.locator('.msg .bubble').allTextContents();
  await expect.poll(async () => (await inSecond()).slice(-2), { timeout: soonMs }).toEqual(['From the first tab', 'From the second tab']);
  await second.close();
});

test('The seller closes the tab, and within two seconds nobody calls the shop online', async () => {
  await buyer.seesPresence('online');
  await seller.context.close();
  await buyer.seesPresence('offline', politeCloseMs);
});
