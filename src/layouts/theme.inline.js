// Before the first paint: the reader's choice, else the system's. Without it a dark page would flash white.
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => {
    try {
      const kept = localStorage.getItem('theme');
      return kept === 'light' || kept === 'dark' ? kept : undefined;
    } catch {
      // Storage refused: the system's it is.
      return undefined;
    }
  };
  const apply = () => {
    root.dataset.theme = chosen() ?? (system.matches ? 'dark' : 'light');
  };
  apply();
  system.addEventListener('change', apply);
  root.dataset.scripts = 'on';
})();
