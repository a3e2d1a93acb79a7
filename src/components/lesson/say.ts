/**
 * Calls `answer` when a form with this attribute is sent; the page stays. What was said is taken back as soon as the
 * reader changes the form, so that it never stands beside an answer that it doesn't speak of.
 */
export function answersIn(page: Document, attribute: string, answer: (form: HTMLFormElement) => void): void {
  page.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute(attribute)) return;
    event.preventDefault();
    answer(form);
  });
  page.addEventListener('input', ({ target }) => {
    const form = target instanceof HTMLInputElement ? target.form : null;
    if (form?.hasAttribute(attribute)) form.querySelector('[data-said]')?.replaceChildren();
  });
}

/** Puts the text that stands ready under this name into the form's place for answers. */
export function say(form: HTMLFormElement, name: string): void {
  const text = [...form.querySelectorAll<HTMLTemplateElement>('template[data-say]')].find(
    (template) => template.dataset.say === name,
  );
  const place = form.querySelector('[data-said]');
  if (text !== undefined && place !== null) place.replaceChildren(text.content.cloneNode(true));
}
