import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import { DESKTOP, NARROW, PHONE, visit } from './visit.ts';

const PAGES = ['/', '/lessons/', '/lessons/lstm/', '/stage/', '/lab/', '/404.html'];
/** Both schemes and both ends of the grid; axe is slow on a page full of equations, so not their product. */
const LOOKS = [
  { colorScheme: 'light', viewport: DESKTOP },
  { colorScheme: 'dark', viewport: NARROW },
] as const;

/**
 * The most script, in bytes of gzip, that a page may load before anything is pressed. Measured when these were set:
 * 62.7 kB for the lesson with its stage (55 before it had a diagram), 58 for the lab.
 */
const MOST_SCRIPT = { '/lessons/lstm/': 65_000, '/lab/': 62_000 };

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe.each(PAGES)('%s', (path) => {
  it.each([DESKTOP, PHONE, NARROW])('fits a window $width wide', async (viewport) => {
    const { page, leave } = await visit(browser, path, { viewport });
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(overflow).toBeLessThanOrEqual(0);
    await leave();
  });

  it.each(LOOKS)('has no fault that axe finds, $colorScheme, $viewport.width wide', async (look) => {
    const { page, leave } = await visit(browser, path, look);
    await page.evaluate(() => document.fonts.ready);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`),
    ).toEqual([]);
    await leave();
  });

  it('links only to what is there', async () => {
    const { page, leave } = await visit(browser, path);
    const links = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].map((link) => link.href),
    );
    for (const link of new Set(links)) {
      const { origin, pathname, hash } = new URL(link);
      if (origin !== new URL(page.url()).origin) continue;
      const response = await page.request.get(origin + pathname);
      expect(response.status(), link).toBe(200);
      if (hash && !hash.startsWith('#at=')) {
        const id = decodeURIComponent(hash.slice(1));
        expect((await response.text()).includes(`id="${id}"`), link).toBe(true);
      }
    }
    await leave();
  });
});

describe.each(Object.entries(MOST_SCRIPT))('%s', (path, most) => {
  it('loads little script before a press', async () => {
    const { page, leave } = await visit(browser, '/404.html');
    const scripts = new Map<string, number>();
    page.on('response', async (response) => {
      if (response.request().resourceType() !== 'script') return;
      scripts.set(response.url(), gzipSync(await response.body(), { level: 9 }).length);
    });
    await page.goto(page.url().replace('/404.html', path), { waitUntil: 'networkidle' });
    // Islands load as they come into view, so walk to the end.
    await page.evaluate(async () => {
      for (let y = 0; y < document.body.scrollHeight; y += 500) {
        window.scrollTo(0, y);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
    });
    await page.waitForLoadState('networkidle');
    const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
    console.log(`${path} loads ${bytes} bytes of script (gzip) in ${scripts.size} files.`);
    expect(scripts.size).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(most);
    await leave();
  });
});

describe('without JavaScript', () => {
  it('the lesson reads and shows right numbers', async () => {
    const { page, leave } = await visit(browser, '/lessons/lstm/', { javaScriptEnabled: false });
    const text = await page.locator('main').innerText();
    expect(text.length).toBeGreaterThan(5_000);
    expect(text).not.toMatch(/\b(NaN|undefined|null|\[object)\b/);
    await leave();
  });

  it.each(['light', 'dark'] as const)('a page follows the system, %s', async (colorScheme) => {
    const { page, leave } = await visit(browser, '/', { javaScriptEnabled: false, colorScheme });
    const ground = await page.locator('html').evaluate((html) => getComputedStyle(html).backgroundColor);
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(255, 255, 255)');
    await leave();
  });
});

it('an unknown address gets a page that helps, with status 404', async () => {
  const { page, leave } = await visit(browser, '/nowhere/at/all/');
  expect(await page.locator('a[href]').count()).toBeGreaterThan(2);
  await leave();
});
