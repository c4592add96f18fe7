import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ChatServer } from './server';

const demo = (file: string): string => new URL(`../../../src/WebFront/Demo/${file}`, import.meta.url).pathname;
export const { demoPassword } = JSON.parse(readFileSync(demo('people.json'), 'utf8')) as { demoPassword: string };

/** How long anything that needs no recovery may take, on a busy machine. */
export const soonMs = 10_000;
/** How long recovery from an outage may take: the retries back off. */
export const recoveryMs = 40_000;

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHAT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export const desktop = { width: 1280, height: 800 } as const;

/** One person at one device: a browser profile of their own, with one page open. */
export class Person {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async arrive(browser: Browser, server: ChatServer, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ baseURL: server.url, locale: 'en-US', viewport: desktop, ...options });
    context.setDefaultTimeout(soonMs);
    context.setDefaultNavigationTimeout(soonMs * 2);
    return new Person(context, await context.newPage());
  }

  /** Somebody whose profile remembers a sign-in; the sign-in page has a test of its own. */
  static async signedIn(browser: Browser, server: ChatServer, name: string, options: BrowserContextOptions = {}): Promise<Person> {
    const person = await Person.arrive(browser, server, options);
    const answer = await person.context.request.post('/api/sessions', { data: { name, password: demoPassword } });
    expect(answer.status()).toBe(200);
    const { token, expiresAt, user } = (await answer.json()) as { token: string; expiresAt: number; user: object };
    const session = JSON.stringify({ token, expiresAt, user });
    await person.context.addInitScript((kept) => localStorage.setItem('ui:session', kept), session);
    return person;
  }

  find(testid: string) {
    return this.page.getByTestId(testid);
  }

  get composer() {
    return this.find('composer-input');
  }

  async openThread(conversation: string): Promise<void> {
    await this.page.goto(`/messages/${conversation}`);
    await this.page.locator('.thread-content').waitFor();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** What stands in the open thread, from top to bottom, whatever its state. */
  texts(): Promise<string[]> {
    return this.page.locator('.msg .bubble').allTextContents();
  }

  /** Waits until the thread ends with exactly these texts. */
  async seesAtEnd(texts: readonly string[], withinMs = soonMs): Promise<void> {
    await expect.poll(async () => (await this.texts()).slice(-texts.length), { timeout: withinMs, interval: 50 }).toEqual(texts);
  }

  /** The state of the own message with this text: queued, sent, delivered, read or failed. */
  async seesState(text: string, state: string, withinMs = soonMs): Promise<void> {
    await this.page.locator(`.msg.own[data-state="${state}"]`, { hasText: text }).waitFor({ timeout: withinMs });
  }

  /** What the page says about the shop in question: beside its name, not in a list. */
  async seesPresence(status: string, withinMs = soonMs): Promise<void> {
    await this.page.locator(`:is(.seller, .thread-head) .dot[data-status="${status}"]`).waitFor({ timeout: withinMs });
  }

  async titleIs(title: string): Promise<void> {
    await expect.poll(() => this.page.title(), { timeout: soonMs, interval: 50 }).toBe(title);
  }

  /** How far the page can be scrolled sideways; nothing at all is right. */
  sidewaysPx(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** Marks the loaded document, so that a reload would show. */
  markDocument(): Promise<void> {
    return this.page.evaluate(() => void Object.assign(window, { untouched: true }));
  }

  documentIsMarked(): Promise<boolean> {
    return this.page.evaluate(() => 'untouched' in window);
  }
}
