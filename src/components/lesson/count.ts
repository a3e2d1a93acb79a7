import { answersIn, say } from './say.ts';

/** The whole number in a reader's text, however its thousands are set apart; undefined where there is none. */
export function wholeNumber(text: string): number | undefined {
  const digits = text.trim().replace(/(?<=\d)[\s,.'’\u00a0\u202f](?=\d{3}(?!\d))/g, '');
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** Answers every `[data-count]` of a page: the right number, a known mistake, or any other. */
export function listen(page: Document): void {
  answersIn(page, 'data-count', (form) => {
    const field = form.querySelector('input');
    const number = wholeNumber(field?.value ?? '');
    if (number === undefined) say(form, 'none');
    else {
      const known = form.querySelector(`template[data-say="${number}"]`) !== null;
      say(form, known ? String(number) : 'otherwise');
    }
  });
}
