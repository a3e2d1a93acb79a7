import * as en from '../../messages/en.ts';
import { parsePlace } from '../stage/place.ts';
import { print } from './number.ts';
import { answersIn } from './say.ts';

/** What `StageFind.astro` writes into its form. */
interface Search {
  readonly letter: string;
  readonly words: readonly string[];
  readonly table: readonly (readonly number[])[];
  readonly seek: 'least' | 'most';
}

/** Answers every `[data-find]` of a page from the place that the stage keeps in the address. */
export function listen(page: Document): void {
  answersIn(page, 'data-find', (form) => {
    const said = form.querySelector('[data-said]');
    if (said !== null) said.textContent = answer(JSON.parse(form.dataset.find ?? '{}'), location.hash);
  });
}

/** What to say to a reader whose stage stands at this fragment of the address. */
export function answer({ letter, words, table, seek }: Search, hash: string): string {
  const text = en.lesson.find;
  const place = parsePlace(hash);
  const value = place === undefined ? undefined : table[place.word]?.[place.unit];
  if (place === undefined || value === undefined) return text.nowhere;
  const best = (numbers: readonly number[]) =>
    seek === 'least' ? Math.min(...numbers) : Math.max(...numbers);
  const here = text.here(words[place.word] ?? '', place.unit, letter, print(value));
  if (value === best(table.flat())) return `${text.found} ${here}`;
  const inWord = value === best(table[place.word] ?? []);
  const inUnit = value === best(table.map((row) => row[place.unit] ?? Number.NaN));
  return `${here} ${text.further(seek, inWord, inUnit)}`;
}
