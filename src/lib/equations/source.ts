/** A line of the source without its break; `start` and `end` count UTF-16 units from the source's start. */
export interface Line {
  readonly start: number;
  readonly end: number;
}

/** A text and where its lines lie. */
export interface Source {
  readonly text: string;
  readonly lines: readonly Line[];
}

/** LF, CRLF and CR end a line; nothing else does. A leading byte order mark belongs to no line. */
const BREAK = /\r\n|\n|\r/g;

export function sourceOf(text: string): Source {
  const lines: Line[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (const { index, 0: lineBreak } of text.matchAll(BREAK)) {
    lines.push({ start, end: index });
    start = index + lineBreak.length;
  }
  lines.push({ start, end: text.length });
  return { text, lines };
}

/** Line and column of an offset, both 1-based; a tab counts 1. */
export function placeOf(source: Source, offset: number): { readonly line: number; readonly column: number } {
  const index = Math.max(
    0,
    source.lines.findLastIndex(({ start }) => start <= offset),
  );
  const start = source.lines[index]?.start ?? 0;
  return { line: index + 1, column: offset - start + 1 };
}
