// What buyers say of what they bought, from the first star to the moderator's word. Chapters of one story, in order.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../support/axe';
import { launchBrowser, Person, soonMs } from '../support/people';
import { completedOrder, quickOrders } from '../support/purchases';
import { ChatServer } from '../support/server';

const store = 'northway-cycles';
const [lamp, bell, saddle] = ['beacon-600', 'ding-bell', 'moor-saddle'] as const;

let server: ChatServer;
let browser: Browser;
let buyer: Person;
let agent: Person;
let visitor: Person;
let moderator: Person;
let colleague: Person;
/** Holds the lamp and the bell. */
let first: string;
/** Holds the saddle. */
let second: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([ChatServer.start(...quickOrders, '--Chat:Policy:RatingMinimum=2'), launchBrowser()]);
  const options = { bypassCSP: true };
  [buyer, agent, visitor, moderator, colleague] = await Promise.all([
    Person.signedIn(browser, server, 'emma-clarke', options),
    Person.signedIn(browser, server, 'tom-hargreaves', options),
    Person.arrive(browser, server, options),
    Person.signedIn(browser, server, 'ingrid-solberg', options),
    Person.signedIn(browser, server, 'ingrid-solberg', options),
  ]);
  const purchase = { buyer: 'emma-clarke', store, agent: 'tom-hargreaves' };
  [first, second] = await Promise.all([
    completedOrder(server, { ...purchase, products: [lamp, bell] }),
    completedOrder(server, { ...purchase, products: [saddle] }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

const line = (number: number): Locator => buyer.find(`order-review-${number}`);
const state = (where: Locator, which: string): Locator => where.locator(`[data-testid="words-state"][data-state="${which}"]`);
const held = (person: Person, text: string): Locator => person.find('held').filter({ hasText: text });

async function openOrder(order: string): Promise<void> {
  await buyer.page.goto(`/orders/${order}`);
  await buyer.find('order-reviews').waitFor();
}

async function openProduct(product: string): Promise<Locator> {
  await visitor.page.goto(`/product/${product}`);
  const reviews = visitor.find('product-reviews');
  await reviews.locator('[data-testid="review"], .state').first().waitFor();
  return reviews;
}

async function openQueue(person: Person): Promise<void> {
  await person.page.goto('/moderation');
  await person.page.locator('.held:not([aria-hidden] *), .state').first().waitFor();
}

async function storeRating(): Promise<string> {
  await visitor.page.goto(`/store/${store}`);
  await visitor.find('store-rating').waitFor();
  return (await visitor.find('store-rating').locator('.figure-main').textContent()) ?? '';
}

test('A store and a product that nobody has rated say so', async () => {
  expect(await (await openProduct(lamp)).textContent()).toContain('No reviews yet');
  expect(await storeRating()).toContain('Not enough ratings yet');
});

test('Stars are a group of radio buttons that keys choose from, and the words are asked for after them', async () => {
  await openOrder(first);
  expect(await line(1).getByTestId('review-text').count()).toBe(0);
  await line(1).getByTestId('star-1').focus();
  await buyer.page.keyboard.press('4');
  await buyer.page.keyboard.press('ArrowRight');
  expect(await line(1).getByRole('radio', { name: '5 stars: Excellent' }).isChecked()).toBe(true);
  await buyer.page.keyboard.press('ArrowLeft');
  expect(await line(1).getByRole('radio', { name: '4 stars: Good' }).isChecked()).toBe(true);
  await line(1).getByTestId('review-text').fill('x'.repeat(2_700));
  expect(await line(1).getByTestId('review-text-counter').textContent()).toContain('300');
  await line(1).getByTestId('review-text').fill('x'.repeat(3_001));
  expect(await line(1).getByTestId('review-text-error').textContent()).toContain('3,000');
  expect(await line(1).getByTestId('review-submit').isDisabled()).toBe(true);
});

test('A review that could not be sent is kept, over a reload too', async () => {
  await line(1).getByTestId('review-text').fill('Bright enough for the lane, <b>and</b> light.');
  await buyer.context.setOffline(true);
  await line(1).getByTestId('review-submit').click();
  await line(1).getByTestId('review-error').waitFor();
  await buyer.context.setOffline(false);
  await openOrder(first);
  expect(await line(1).getByTestId('review-text').inputValue()).toBe('Bright enough for the lane, <b>and</b> light.');
  expect(await line(1).getByTestId('star-4').isChecked()).toBe(true);
  expect(await violations(buyer.page)).toEqual([]);
});

test('Plain words are public on the product page at once, as text', async () => {
  await line(1).getByTestId('review-submit').click();
  await state(line(1), 'public').waitFor();
  const review = (await openProduct(lamp)).getByTestId('review');
  expect(await review.textContent()).toContain('Bright enough for the lane, <b>and</b> light.');
  expect(await review.locator('[data-stars="4"]').count()).toBe(1);
  expect(await review.locator('.review-text b').count()).toBe(0);
});

test('Words with an address wait for a moderator; the stars count at once', async () => {
  await line(2).getByTestId('star-1').click({ force: true });
  await line(2).getByTestId('review-text').fill('Rusty. Write to me at someone@example.com and I show you.');
  await line(2).getByTestId('review-submit').click();
  await state(line(2), 'held').waitFor();
  await expect.poll(storeRating, { timeout: soonMs }).toContain('50% positive');
  expect(await storeRating()).toContain('2 ratings');
  expect(await (await openProduct(bell)).textContent()).not.toContain('someone@example.com');
});

test('A moderator finds it by the count in the header, and approves it with one key', async () => {
  await moderator.page.goto('/');
  await moderator.find('moderation-link').getByTestId('unread-badge').waitFor();
  await moderator.find('moderation-link').click();
  await held(moderator, 'someone@example.com').waitFor();
  expect(await held(moderator, 'someone@example.com').textContent()).toContain('Personal data');
  expect(await violations(moderator.page)).toEqual([]);
  await openQueue(colleague);
  // Others may wait before it: j leads on until it is at hand.
  await expect
    .poll(async () => {
      if ((await held(moderator, 'someone@example.com').getAttribute('aria-current')) === 'true') return true;
      await moderator.page.keyboard.press('j');
      return false;
    }, { timeout: soonMs })
    .toBe(true);
  await moderator.page.keyboard.press('a');
  await moderator.find('toast').waitFor();
  await held(moderator, 'someone@example.com').waitFor({ state: 'detached' });
  expect(await (await openProduct(bell)).textContent()).toContain('someone@example.com');
});

test('A colleague who decides the same a moment later is told so', async () => {
  await held(colleague, 'someone@example.com').getByTestId('approve').click();
  await expect.poll(() => colleague.find('toast').textContent(), { timeout: soonMs }).toContain('colleague was quicker');
  await held(colleague, 'someone@example.com').waitFor({ state: 'detached' });
});

test('Who is rejected sees the reason and the note, and nobody else sees the words', async () => {
  await openOrder(second);
  await line(1).getByTestId('star-5').click({ force: true });
  await line(1).getByTestId('review-text').fill('Lovely. My number is +44 7700 900123, call me.');
  await line(1).getByTestId('review-submit').click();
  await state(line(1), 'held').waitFor();
  await openQueue(moderator);
  const item = held(moderator, '900123');
  await item.click();
  await moderator.page.keyboard.press('r');
  await item.getByTestId('reason-personalData').waitFor();
  expect(await violations(moderator.page)).toEqual([]);
  await item.getByTestId('reject-note').fill('Please leave out the number.');
  await item.getByTestId('reject-submit').click();
  await item.waitFor({ state: 'detached' });
  await openOrder(second);
  await state(line(1), 'rejected').waitFor();
  expect(await line(1).getByTestId('rejected-why').textContent()).toMatch(/Personal data.*Please leave out the number\./s);
  expect(await (await openProduct(saddle)).textContent()).not.toContain('900123');
});

test('One follow-up can be added; after that nothing', async () => {
  await openOrder(first);
  await line(1).getByTestId('follow-up').click();
  await line(1).getByTestId('follow-up-text').fill('Still bright after the winter.');
  await line(1).getByTestId('follow-up-submit').click();
  await line(1).getByTestId('review-follow-up').waitFor();
  expect(await line(1).getByTestId('follow-up').count()).toBe(0);
  expect(await line(1).getByTestId('review-submit').count()).toBe(0);
  expect(await (await openProduct(lamp)).getByTestId('review-follow-up').textContent()).toContain('Still bright after the winter.');
});

test('An agent finds what has no reply, and replies once in public', async () => {
  await agent.page.goto(`/store/${store}/reviews`);
  await agent.find('filter-unanswered').click();
  const review = agent.find('review').filter({ hasText: 'Bright enough' });
  await review.getByTestId('reply').click();
  await review.getByTestId('reply-text').fill('Thank you, Emma. Ride safely.');
  expect(await violations(agent.page)).toEqual([]);
  await review.getByTestId('reply-submit').click();
  await review.getByTestId('review-reply').waitFor();
  expect(await review.getByTestId('reply').count()).toBe(0);
  expect(await (await openProduct(lamp)).getByTestId('review-reply').textContent()).toContain('Ride safely.');
});

test('A row of the histogram shows only the reviews with so many stars', async () => {
  const reviews = await openProduct(lamp);
  await reviews.getByTestId('stars-1').click();
  await reviews.getByText('No such reviews').waitFor();
  await reviews.getByTestId('stars-4').click();
  await reviews.getByTestId('review').waitFor();
  expect(await reviews.getByTestId('stars-4').getAttribute('aria-pressed')).toBe('true');
});

test('To everybody else the pages of moderators and operators do not exist', async () => {
  for (const person of [visitor, buyer]) {
    for (const path of ['/moderation', '/operator']) {
      await person.page.goto(path);
      await person.page.getByRole('heading', { name: 'Nothing here' }).waitFor();
      expect(await person.find('moderation-link').count()).toBe(0);
    }
  }
});

test('A demo moderator and a demo operator land where their work is', async () => {
  for (const [account, path] of [['ingrid-solberg', '/moderation'], ['tomas-novak', '/operator']] as const) {
    const person = await Person.arrive(browser, server);
    await person.page.goto('/sign-in');
    await person.find(`demo-account-${account}`).click();
    await person.page.waitForURL((url) => url.pathname === path);
    await person.context.close();
  }
});

test('An operator sees which figures of the policy were changed, and finds one by a word', async () => {
  const operator = await Person.signedIn(browser, server, 'tomas-novak');
  await operator.page.goto('/operator');
  await operator.find('policy').waitFor();
  const row = operator.page.locator('[data-figure="RatingMinimum"]');
  expect(await row.getAttribute('data-changed')).toBe('true');
  expect(await operator.page.locator('[data-figure="RatingMonths"]').getAttribute('data-changed')).toBe('false');
  await operator.find('policy-search').fill('fewer ratings');
  expect(await operator.find('policy').locator('tbody tr').count()).toBe(1);
  expect(await row.textContent()).toMatch(/2.*10/s);
  await operator.context.close();
});

test('From right to left the arrows of the stars go where the line goes', async () => {
  const third = await completedOrder(server, { buyer: 'emma-clarke', store, agent: 'tom-hargreaves', products: [saddle] });
  await buyer.page.evaluate(() => localStorage.setItem('ui:lang', 'ar'));
  await openOrder(third);
  await line(1).getByTestId('star-3').focus();
  await buyer.page.keyboard.press('3');
  await buyer.page.keyboard.press('ArrowLeft');
  expect(await line(1).getByTestId('star-4').isChecked()).toBe(true);
  const at = (stars: number) => line(1).getByTestId(`star-${stars}`).evaluate((input) => input.parentElement!.getBoundingClientRect().left);
  expect(await at(4)).toBeLessThan(await at(3));
  await buyer.page.evaluate(() => localStorage.setItem('ui:lang', 'en'));
});
