import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, inject } from 'vitest';

/** A page under watch: everything that a reader's browser console would complain of is kept. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught errors, CSP violations, failed and third-party requests, in order. */
  readonly complaints: string[];
  /** Fails the test when there was any complaint, then closes the page. */
  leave(): Promise<void>;
}

/** Widths of LOOK's grid that the tests walk. */
export const PHONE = { width: 390, height: 844 };
export const NARROW = { width: 360, height: 740 };
export const DESKTOP = { width: 1440, height: 900 };

/** Opens a path of the built site in a fresh profile. */
export async function visit(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const origin = inject('origin');
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The browser reports the page's own status too, which a test that asks for an unknown address expects.
    if (message.location().url === origin + path && /status of 404/.test(message.text())) return;
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) complaints.push(`third party: ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.url() !== origin + path)
      complaints.push(`${response.status()}: ${response.url()}`);
  });
  await page.goto(origin + path, { waitUntil: 'load' });
  return {
    page,
    context,
    complaints,
    leave: async () => {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}
