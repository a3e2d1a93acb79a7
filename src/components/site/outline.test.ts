import { expect, test } from 'vitest';
import { markCurrent } from './outline.ts';

/** The page with its headings at these heights in a window of 900. */
async function scrolledTo(tops: readonly number[]): Promise<(string | null)[]> {
  Object.defineProperty(globalThis, 'innerHeight', { value: 900, configurable: true });
  document.body.innerHTML = `
    <ol data-outline>${tops.map((_, k) => `<li><a href="#h${k}">${k}</a></li>`).join('')}</ol>
    ${tops.map((_, k) => `<h2 id="h${k}">${k}</h2>`).join('')}`;
  for (const [k, top] of tops.entries()) {
    const heading = document.getElementById(`h${k}`);
    if (heading !== null) heading.getBoundingClientRect = () => new DOMRect(0, top, 100, 30);
  }
  markCurrent(document);
  return [...document.querySelectorAll('a')].map((link) => link.getAttribute('aria-current'));
}

test('the last heading above the upper third is being read', async () => {
  expect(await scrolledTo([-500, 200, 700])).toEqual([null, 'location', null]);
  expect(await scrolledTo([-900, -500, -100])).toEqual([null, null, 'location']);
});

test('before the first heading none is', async () => {
  expect(await scrolledTo([400, 900, 1500])).toEqual([null, null, null]);
});
