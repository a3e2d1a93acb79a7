/**
 * Marks in every `[data-outline]` the link of the heading that is being read: the last one whose top has passed
 * the upper third of the window; before the first, none.
 */
export function markCurrent(page: Document): void {
  const links = [...page.querySelectorAll<HTMLAnchorElement>('[data-outline] a')];
  const headings = [...new Set(links.map((link) => link.hash.slice(1)))].flatMap(
    (id) => page.getElementById(decodeURIComponent(id)) ?? [],
  );
  const mark = () => {
    const line = innerHeight / 3;
    const current = headings.findLast((heading) => heading.getBoundingClientRect().top < line);
    for (const link of links) {
      if (current !== undefined && decodeURIComponent(link.hash.slice(1)) === current.id) {
        link.setAttribute('aria-current', 'location');
      } else {
        link.removeAttribute('aria-current');
      }
    }
  };
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      mark();
    });
  };
  addEventListener('scroll', soon, { passive: true });
  addEventListener('resize', soon, { passive: true });
  mark();
}
