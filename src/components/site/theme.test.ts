import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseTheme, followTheme, type Theme } from './theme.ts';

const root = document.documentElement;
const systemIs = (theme: Theme) =>
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes(theme) }));

beforeEach(() => {
  localStorage.clear();
  root.dataset['theme'] = 'light';
  systemIs('light');
});
afterEach(() => vi.unstubAllGlobals());

test('a choice against the system is kept; one with it is none', () => {
  chooseTheme('dark');
  expect(root.dataset['theme']).toBe('dark');
  expect(localStorage.getItem('theme')).toBe('dark');
  chooseTheme('light');
  expect(root.dataset['theme']).toBe('light');
  expect(localStorage.getItem('theme')).toBeNull();
});

test('where storage is refused the choice still shows', () => {
  vi.stubGlobal('localStorage', {
    setItem() {
      throw new DOMException('refused');
    },
  });
  chooseTheme('dark');
  expect(root.dataset['theme']).toBe('dark');
});

test('whoever follows hears of every change, until the end', async () => {
  const heard: Theme[] = [];
  const end = followTheme((theme) => heard.push(theme));
  chooseTheme('dark');
  await new Promise((resolve) => setTimeout(resolve));
  end();
  chooseTheme('light');
  await new Promise((resolve) => setTimeout(resolve));
  expect(heard).toEqual(['light', 'dark']);
});
