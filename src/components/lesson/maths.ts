import katex from 'katex';

/**
 * The LSTM's letters as macros, so that a lesson's maths writes `\f` and every f gets its role's colour. Outer braces,
 * or an operator's space would fall inside the span.
 */
const MACROS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['f', 'forget'],
    ['i', 'input'],
    ['o', 'output'],
    ['g', 'candidate'],
    ['c', 'state'],
    ['h', 'hidden'],
  ].map(([letter, role]) => [`\\${letter}`, `{\\htmlClass{role-${role}}{${letter}}}`]),
);

/** TeX as KaTeX's HTML with MathML beside it, at build. @throws KaTeX's error for TeX that doesn't read */
export function maths(tex: string, display = false): string {
  return katex.renderToString(tex, {
    displayMode: display,
    macros: { ...MACROS },
    trust: true,
    strict: false,
    throwOnError: true,
  });
}

/** A text in which `$...$` is maths; everything else is escaped. @throws Error where a `$` has no partner */
export function withMaths(text: string): string {
  const parts = text.split('$');
  if (parts.length % 2 === 0)
    throw new Error(`a $ has no partner in “${text}”. Close the maths with another $.`);
  return parts.map((part, k) => (k % 2 === 1 ? maths(part) : escaped(part))).join('');
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES.get(character) ?? character);
}
