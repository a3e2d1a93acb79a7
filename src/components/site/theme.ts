export type Theme = 'light' | 'dark';

const shown = (): Theme => (document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light');

/** Calls back with the theme that shows, now and whenever it changes. Returns what ends it. */
export function followTheme(tell: (theme: Theme) => void): () => void {
  tell(shown());
  const observer = new MutationObserver(() => tell(shown()));
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

/**
 * Shows a theme. Choosing what the system shows anyway is no choice to keep: the page then follows the
 * system again. Where storage is refused, the choice holds for this page.
 */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  const system: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  try {
    if (theme === system) localStorage.removeItem('theme');
    else localStorage.setItem('theme', theme);
  } catch {
    // Nothing to keep it in; what shows is already right.
  }
}
