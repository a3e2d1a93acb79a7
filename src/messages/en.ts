/**
 * Every text of the interface in English; the page's islands take theirs from here, so that a language is one
 * file. A section a subject; a text with numbers in it is a function. Minus is U+2212.
 */
export const en = {
  site: {
    name: 'Unrolled',
  },
};

/** The type that every other language's file satisfies. */
export type Messages = typeof en;
