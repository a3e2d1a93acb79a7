import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import { visit } from './visit.ts';

/** The quick run of the issue: 2,000 reviews, the last 80 tokens, an LSTM of 32 units, two epochs. */
const QUICK = '/lab/?epochs=2';

/**
 * Percent of the 3,000 held-out reviews that the quick run has to read rightly. Measured after two epochs from the
 * seeds 7, 1 and 2: 72.6, 69.9, 72.9 (the table beside QUICK in configuration.ts); guessing gives 50.
 */
const GATE = 65;

/** Milliseconds in which a run of two epochs ends on two busy cores. */
const RUN = 240_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const text = (page: Page) => page.locator('main').innerText();

/** A run that is still under way whenever a test comes to it: an epoch may take less than a look at the page. */
const ENDLESS = '/lab/?epochs=50';

async function train(page: Page): Promise<void> {
  await page.locator('[data-ready]').waitFor();
  await button(page, 'Train').click();
  await page.getByText(/Epoch \d+ of \d+, batch [1-9]/).waitFor({ timeout: 60_000 });
}

describe('the main job', () => {
  it('leads from the home page to the lesson, whose stage steps by keyboard', async () => {
    const { page, leave } = await visit(browser, '/');
    await page.locator('main').getByRole('link', { name: /LSTM/ }).first().click();
    await page.waitForURL('**/lessons/lstm/');
    const stage = page.locator('section.stage').first();
    await stage.scrollIntoViewIfNeeded();
    await page.locator('astro-island:not([ssr]) section.stage').first().waitFor();
    const place = () => stage.getByText(/^word \d+ of \d+, step \d+ of \d+$/).innerText();
    const before = await place();
    await stage.getByRole('button', { name: 'A step on', exact: true }).focus();
    await page.keyboard.press('Enter');
    const after = await place();
    expect(after).not.toBe(before);
    await page.keyboard.press('Home');
    expect(await place()).toMatch(/^word 1 of \d+, step 1 of/);
    await page.keyboard.press('Shift+ArrowRight');
    expect(await place()).toMatch(/^word 2 of/);
    await expect.poll(() => page.url()).toContain('#at=');
    await leave();
  });

  it(
    'trains on real reviews, judges them, reads the reader’s own and opens the trained model on it',
    async () => {
      const { page, leave } = await visit(browser, QUICK);
      await train(page);
      await page.getByText(/Finished all 2 epochs/).waitFor({ timeout: RUN });
      const share = Number((await text(page)).match(/([\d.]+) %\s+of 3,000 held-out reviews/)?.[1]);
      console.log(`Held-out accuracy of the quick run: ${share} %.`);
      expect(share).toBeGreaterThan(GATE);

      await page
        .getByRole('textbox', { name: 'A film review' })
        .fill('a wonderful moving film, one of the best i have seen');
      await button(page, 'Read it').click();
      await page.getByText('12 words').or(page.getByText('11 words')).first().waitFor();
      const probability = Number((await text(page)).match(/Probability that it is praise: (\d\.\d+)/)?.[1]);
      expect(probability).toBeGreaterThan(0.5);

      await button(page, 'Open this model in the stage').click();
      const stage = page.locator('section.stage').first();
      await stage.waitFor();
      expect(await stage.innerText()).toMatch(/32 units/);
      await stage.getByRole('button', { name: 'To the last step', exact: true }).click();
      await page.keyboard.press('ArrowLeft');
      expect(await stage.innerText()).toMatch(/word 1[0-9] of 1[0-9]/);
      expect(await stage.innerText()).not.toMatch(/NaN|undefined/);
      await leave();
    },
    RUN + 60_000,
  );

  it(
    'stops at once, keeps what was learnt, and offers the run again after a reload',
    async () => {
      const { page, leave } = await visit(browser, ENDLESS);
      await train(page);
      const pressed = Date.now();
      await button(page, 'Stop').click();
      await page
        .getByText(/Stopping after this batch|Stopped after batch/)
        .first()
        .waitFor();
      expect(Date.now() - pressed).toBeLessThan(2_000);
      await page.getByText(/Stopped after batch/).waitFor({ timeout: 120_000 });
      await page
        .getByText(/of 3,000 held-out reviews/)
        .first()
        .waitFor();
      await page.reload();
      await page.getByText(/Your last run: LSTM/).waitFor();
      await button(page, 'Go on').click();
      await page.getByText(/Epoch \d+ of \d+, batch \d+/).waitFor({ timeout: 60_000 });
      await leave();
    },
    RUN,
  );

  it(
    'goes on from its last checkpoint when the worker dies',
    async () => {
      const { page, leave } = await visit(browser, '/404.html');
      // Keeps a hand on every worker, so that one can be unplugged.
      await page.addInitScript(() => {
        const made: Worker[] = [];
        Object.assign(globalThis, { made });
        globalThis.Worker = class extends Worker {
          constructor(...given: ConstructorParameters<typeof Worker>) {
            super(...given);
            made.push(this);
          }
        };
      });
      await page.goto(page.url().replace('/404.html', ENDLESS));
      await train(page);
      await page.evaluate(() => {
        for (const worker of (globalThis as unknown as { made: Worker[] }).made) worker.terminate();
      });
      await page
        .getByText(/A fresh one goes on from/)
        .first()
        .waitFor({ timeout: 60_000 });
      await page.getByText(/Epoch \d+ of \d+, batch [1-9]/).waitFor({ timeout: 60_000 });
      await leave();
    },
    RUN,
  );

  it(
    'says that the connection is gone while loading, tries again and loses nothing',
    async () => {
      const { page, context, complaints, leave } = await visit(browser, ENDLESS);
      await page.locator('[data-ready]').waitFor();
      let cut = true;
      await context.route('**/imdb/*.bin', (route) =>
        cut ? route.abort('internetdisconnected') : route.continue(),
      );
      await button(page, 'Train').click();
      await page.getByText(/Trying again/).waitFor({ timeout: 60_000 });
      cut = false;
      await page.getByText(/Epoch \d+ of \d+, batch [1-9]/).waitFor({ timeout: 90_000 });
      // The browser itself reports each request that was cut.
      const own = complaints.filter((line) => !/ERR_INTERNET_DISCONNECTED/.test(line));
      complaints.splice(0, complaints.length, ...own);
      await leave();
    },
    RUN,
  );
});

describe('bad input', () => {
  const HOSTILE: readonly [name: string, review: string, expected: RegExp][] = [
    ['nothing', '   \n ', /nothing to read yet/],
    ['emoji', '🎬🍿😀', /no word in it/],
    ['another language', '这部电影非常好看', /not in its vocabulary/],
    ['markup', '<img src=x onerror="document.title=1"><b>great</b> film', /in its vocabulary/],
    ['a huge text', 'great film '.repeat(50_000), /the model reads the last 80/],
    ['words of JavaScript', 'constructor __proto__ toString undefined NaN', /vocabulary/],
  ];

  it(
    'any text gets a verdict or a clear message, never NaN, never markup run',
    async () => {
      const { page, leave } = await visit(browser, `${ENDLESS}&units=4`);
      await train(page);
      await button(page, 'Stop').click();
      await page.getByText(/Stopped after batch/).waitFor({ timeout: 120_000 });
      for (const [name, review, expected] of HOSTILE) {
        await page.getByRole('textbox', { name: 'A film review' }).fill(review);
        await button(page, 'Read it').click();
        await expect.poll(() => text(page), { message: name, timeout: 20_000 }).toMatch(expected);
        expect(await text(page), name).not.toMatch(/praise: NaN|\[object/);
      }
      expect(await page.title()).not.toBe('1');
      expect(await page.locator('main img').count()).toBe(0);
      await leave();
    },
    RUN,
  );

  it('nonsense in the address is said and replaced', async () => {
    const { page, leave } = await visit(browser, '/lab/?units=-3&seed=%3Cb%3E&epochs=1e9&cell=__proto__');
    await page
      .getByText(/which no run takes/)
      .first()
      .waitFor();
    await leave();
  });

  it('without WebGL and WebAssembly the lesson steps and the lab says what is missing', async () => {
    const bare = await launch(['--js-flags=--jitless', '--use-gl=disabled']);
    try {
      const lesson = await visit(bare, '/lessons/lstm/');
      const stage = lesson.page.locator('section.stage').first();
      await stage.scrollIntoViewIfNeeded();
      await lesson.page.locator('astro-island:not([ssr]) section.stage').first().waitFor();
      await stage.getByRole('button', { name: 'To the first step', exact: true }).click();
      expect(await stage.innerText()).toMatch(/word 1 of \d+, step 1 of/);
      await lesson.leave();

      const lab = await visit(bare, '/lab/');
      await lab.page.locator('[data-ready]').waitFor();
      await button(lab.page, 'Train').click();
      await lab.page
        .getByText(/can.t train a model/)
        .first()
        .waitFor({ timeout: 30_000 });
      expect(await text(lab.page)).toMatch(/WebAssembly/);
      await lab.leave();
    } finally {
      await bare.close();
    }
  });
});
