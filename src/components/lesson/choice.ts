import { answersIn, say } from './say.ts';

/** Answers every `[data-choice]` of a page with what the chosen option says. */
export function listen(page: Document): void {
  answersIn(page, 'data-choice', (form) => {
    const chosen = form.querySelector<HTMLInputElement>('input:checked');
    say(form, chosen?.value ?? 'none');
  });
}
