// One reader at a time: what a thread and its composer do with long histories, long texts, keys and hostile words.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demoPassword, desktop, launchBrowser, Person, soonMs } from '../support/people';
import { ChatServer } from '../support/server';

const long = 'emma-clarke~casa-lumbre';
const short = 'emma-clarke~atelier-garance';
const unread = 'emma-clarke~yunwu-tea';
const bodyMax = 3_000;

let server: ChatServer;
let browser: Browser;
let emma: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([ChatServer.start(), launchBrowser()]);
  emma = await Person.signedIn(browser, server, 'emma-clarke');
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

beforeEach(async () => {
  await emma.context.setOffline(false);
});

const focusedTestid = () => emma.page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null);
const path = () => new URL(emma.page.url()).pathname;

test('The title carries the unread count, and reading lowers it', async () => {
  await emma.page.goto('/messages');
  await emma.find(`conversation-row-${unread}`).waitFor();
  await expect.poll(() => emma.page.title(), { timeout: soonMs }).toMatch(/^\(3\) /);
  await emma.find(`conversation-row-${unread}`).click();
  await expect.poll(() => emma.page.title(), { timeout: soonMs }).toMatch(/^\(1\) /);
});

test('A conversation with unread messages opens with a separator before the first of them', async () => {
  const jantar = 'emma-clarke~jantar-gdansk';
  await emma.page.goto(`/messages/${jantar}`);
  await emma.find('new-separator').waitFor();
  const next = await emma.find('new-separator').evaluate((line) => line.nextElementSibling?.getAttribute('data-testid'));
  expect(next).toBe('message-8');
});

test('Older messages load while scrolling back, and what is being read stays where it is', async () => {
  await emma.openThread(long);
  await emma.find('message-68').waitFor();
  expect(await emma.find('message-1').count()).toBe(0);
  const anchor = await emma.page.evaluate(() => {
    const box = document.querySelector('.thread-scroll')!;
    box.scrollTop = 300;
    const top = box.getBoundingClientRect().top;
    const entry = [...box.querySelectorAll('[data-entry]')].find((each) => each.getBoundingClientRect().top > top)!;
    return { id: entry.getAttribute('data-testid')!, top: entry.getBoundingClientRect().top };
  });
  await emma.find('message-1').waitFor({ state: 'attached' });
  await emma.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const after = (await emma.find(anchor.id).boundingBox())!.y;
  expect(Math.abs(after - anchor.top)).toBeLessThanOrEqual(3);
  const seqs = await emma.page.locator('[data-entry]').evaluateAll((all) => all.map((each) => Number(each.getAttribute('data-testid')!.slice(8))));
  expect(seqs).toEqual(Array.from({ length: 68 }, (_, i) => i + 1));
});

test('A message that comes while scrolled up waits behind a button with a count', async () => {
  const seller = await Person.signedIn(browser, server, 'elena-navarro');
  await seller.openThread(long);
  await emma.openThread(long);
  await emma.find('message-68').waitFor();
  await emma.page.locator('.thread-scroll').evaluate((box) => (box.scrollTop -= 900));
  await emma.find('jump-latest').waitFor();
  await seller.say('One more thing');
  await expect.poll(() => emma.find('jump-latest').textContent(), { timeout: soonMs }).toContain('1 new message');
  await seller.seesState('One more thing', 'delivered');
  await emma.find('jump-latest').click();
  await emma.find('jump-latest').waitFor({ state: 'detached' });
  await seller.seesState('One more thing', 'read');
  await seller.context.close();
});

test('A draft is there again after going elsewhere and after a reload', async () => {
  await emma.openThread(short);
  await emma.composer.fill('Half a thought');
  await emma.find(`conversation-row-${long}`).click();
  await emma.page.waitForURL(`**/messages/${long}`);
  expect(await emma.composer.inputValue()).toBe('');
  await emma.find(`conversation-row-${short}`).click();
  await emma.page.waitForURL(`**/messages/${short}`);
  expect(await emma.composer.inputValue()).toBe('Half a thought');
  await emma.page.reload();
  await emma.composer.waitFor();
  expect(await emma.composer.inputValue()).toBe('Half a thought');
});

test('A text over the limit is counted and refused, and nothing of it is lost', async () => {
  await emma.openThread(short);
  const before = (await emma.texts()).length;
  await emma.composer.fill('é'.repeat(bodyMax - 200));
  expect(await emma.find('composer-counter').textContent()).toContain('200');
  // Astral characters are two code units each, but one code point.
  const tooLong = '🏺'.repeat(bodyMax) + '!';
  await emma.composer.fill(tooLong);
  await emma.find('composer-error').waitFor();
  expect(await emma.find('composer-error').textContent()).toContain('Too long by 1 character');
  expect(await emma.find('composer-send').isDisabled()).toBe(true);
  await emma.composer.press('Enter');
  expect(await emma.composer.inputValue()).toBe(tooLong);
  await emma.page.reload();
  await emma.page.locator('.msg').first().waitFor();
  expect(await emma.composer.inputValue()).toBe(tooLong);
  expect((await emma.texts()).length).toBe(before);
  await emma.composer.fill('🏺'.repeat(bodyMax));
  await emma.composer.press('Enter');
  await emma.page.locator('.msg.own[data-state="sent"]', { hasText: '🏺🏺' }).waitFor();
});

test('Markup in a message stays text', async () => {
  const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  await emma.openThread(short);
  await emma.say(hostile);
  await emma.seesState(hostile, 'sent');
  expect((await emma.texts()).at(-1)).toBe(hostile);
  expect(await emma.page.locator('.msg .bubble img, .msg .bubble script').count()).toBe(0);
  expect(await emma.page.evaluate(() => 'hacked' in window)).toBe(false);
  // The same words in the list row and the tab.
  expect(await emma.find(`conversation-row-${short}`).textContent()).toContain('<img src=x');
});

test('Enter sends, Shift+Enter breaks the line', async () => {
  await emma.openThread(short);
  await emma.composer.pressSequentially('Two');
  await emma.composer.press('Shift+Enter');
  await emma.composer.pressSequentially('lines');
  expect(await emma.composer.inputValue()).toBe('Two\nlines');
  await emma.composer.press('Enter');
  await emma.seesAtEnd(['Two\nlines']);
  expect(await emma.composer.inputValue()).toBe('');
  expect(await focusedTestid()).toBe('composer-input');
});

test('Slash searches conversations, Escape empties and leaves the field', async () => {
  await emma.page.goto('/messages');
  await emma.page.locator('.rows a.row').first().waitFor();
  const all = await emma.page.locator('.rows a.row').count();
  await emma.page.keyboard.press('/');
  await emma.page.keyboard.type('garance');
  await expect.poll(() => emma.page.locator('.rows a.row').count(), { timeout: soonMs }).toBe(1);
  await emma.page.keyboard.press('Escape');
  await expect.poll(() => emma.page.locator('.rows a.row').count(), { timeout: soonMs }).toBe(all);
  expect(await emma.page.evaluate(() => document.activeElement?.tagName)).not.toBe('INPUT');
});

test('Alt with the arrows walks through the conversations', async () => {
  await emma.page.goto('/messages');
  await emma.page.locator('.rows a.row').first().waitFor();
  const ids = await emma.page.locator('.rows a.row').evaluateAll((rows) => rows.map((each) => each.getAttribute('href')));
  await emma.page.keyboard.press('Alt+ArrowDown');
  await expect.poll(path, { timeout: soonMs }).toBe(ids[0]);
  await emma.page.keyboard.press('Alt+ArrowDown');
  await expect.poll(path, { timeout: soonMs }).toBe(ids[1]);
  await emma.page.keyboard.press('Alt+ArrowUp');
  await expect.poll(path, { timeout: soonMs }).toBe(ids[0]);
});

test('The message list is one Tab stop in which arrows, Home and End move', async () => {
  await emma.openThread(short);
  await emma.find('message-14').waitFor();
  await emma.composer.focus();
  const last = await emma.page.locator('[data-entry]').last().getAttribute('data-testid');
  for (let i = 0; i < 4 && (await focusedTestid()) !== last; i++) await emma.page.keyboard.press('Shift+Tab');
  expect(await focusedTestid()).toBe(last);
  await emma.page.keyboard.press('ArrowUp');
  const above = await focusedTestid();
  expect(above).not.toBe(last);
  await emma.page.keyboard.press('Home');
  expect(await focusedTestid()).toBe('message-1');
  await emma.page.keyboard.press('End');
  expect(await focusedTestid()).toBe(last);
  await emma.page.keyboard.press('ArrowDown');
  expect(await focusedTestid()).toBe(last);
});

test('Escape closes the sheet of keys and the menus, and the focus returns to what opened them', async () => {
  await emma.page.goto('/');
  await emma.find('account-menu').waitFor();
  await emma.page.keyboard.press('?');
  await emma.page.getByRole('dialog').waitFor();
  await emma.page.keyboard.press('Escape');
  await emma.page.getByRole('dialog').waitFor({ state: 'detached' });
  await emma.find('account-menu').focus();
  await emma.page.keyboard.press('Enter');
  await emma.find('sign-out').waitFor();
  await emma.page.keyboard.press('Escape');
  await emma.find('sign-out').waitFor({ state: 'detached' });
  expect(await focusedTestid()).toBe('account-menu');
});

test('A message that waits in one tab is sent once though another tab opens meanwhile', async () => {
  await emma.openThread(short);
  await emma.context.setOffline(true);
  await emma.find('connection-bar').waitFor();
  await emma.say('Waiting in two tabs');
  await emma.seesState('Waiting in two tabs', 'queued');
  await emma.context.setOffline(false);
  const second = await emma.context.newPage();
  await second.goto(`/messages/${short}`);
  await second.locator('.msg.own[data-state]', { hasText: 'Waiting in two tabs' }).waitFor();
  await emma.page.locator('.msg.own:is([data-state="sent"], [data-state="delivered"])', { hasText: 'Waiting in two tabs' }).waitFor();
  for (const page of [emma.page, second]) {
    await expect.poll(() => page.getByTestId('message-pending').count(), { timeout: soonMs }).toBe(0);
    expect((await page.locator('.msg .bubble').allTextContents()).filter((text) => text === 'Waiting in two tabs')).toHaveLength(1);
  }
  await second.close();
});

test('A reader at the end stays there while the room shrinks step by step, as under a phone keyboard', async () => {
  await emma.openThread(long);
  await emma.find('message-68').waitFor();
  await emma.find('jump-latest').waitFor({ state: 'detached' });
  for (let height = 780; height >= 360; height -= 70) await emma.page.setViewportSize({ ...desktop, height });
  await expect.poll(() => emma.page.locator('.thread-scroll').evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight), { timeout: soonMs }).toBeLessThan(2);
  expect(await emma.find('jump-latest').count()).toBe(0);
  await emma.page.setViewportSize(desktop);
});

test('On a phone one pane shows at a time, and back returns to the row that was opened', async () => {
  await emma.page.setViewportSize({ width: 390, height: 844 });
  await emma.page.goto('/messages');
  await emma.find(`conversation-row-${short}`).click();
  await emma.composer.waitFor();
  expect(await emma.page.locator('.pane-list').isVisible()).toBe(false);
  await emma.find('thread-back').click();
  await emma.find(`conversation-row-${short}`).waitFor();
  expect(path()).toBe('/messages');
  expect(await emma.page.locator('.pane-thread').isVisible()).toBe(false);
  await expect.poll(focusedTestid, { timeout: soonMs }).toBe(`conversation-row-${short}`);
  await emma.page.setViewportSize(desktop);
});

test('Signing out in one tab signs the others out, and what was open there is hidden', async () => {
  const mateo = await Person.arrive(browser, server);
  await mateo.page.goto('/sign-in');
  await mateo.find('sign-in-name').fill('mateo-garcia');
  await mateo.find('sign-in-password').fill(demoPassword);
  await mateo.find('sign-in-submit').click();
  await mateo.find('account-menu').waitFor();
  await mateo.openThread('mateo-garcia~casa-lumbre');
  const second = await mateo.context.newPage();
  await second.goto('/');
  await second.getByTestId('account-menu').click();
  await second.getByTestId('sign-out').click();
  await mateo.find('sign-in-submit').waitFor();
  expect(await mateo.page.locator('.msg').count()).toBe(0);
  await mateo.context.close();
});

test('A wrong password is refused in words, and the name stays in its field', async () => {
  const stranger = await Person.arrive(browser, server);
  await stranger.page.goto('/sign-in');
  await stranger.find('sign-in-name').fill('mateo-garcia');
  await stranger.find('sign-in-password').fill('not the password');
  await stranger.find('sign-in-password').press('Enter');
  await stranger.find('sign-in-error').waitFor();
  expect(await stranger.find('sign-in-error').textContent()).toBe('User name or password is wrong.');
  expect(await stranger.find('sign-in-name').inputValue()).toBe('mateo-garcia');
  await stranger.context.close();
});
