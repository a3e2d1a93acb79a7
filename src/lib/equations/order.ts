import type { Problem, Span } from './graph.ts';
import { quote, refuse } from './report.ts';
import type { Source } from './source.ts';
import type { Definition, Syntax } from './syntax.ts';

/** A line that reads another's value before it is there; both are indices of definitions. */
interface EarlyUse {
  readonly reader: number;
  readonly read: number;
  readonly span: Span;
}

/** Refuses the use of a value that a later line, or the line itself, defines: a wrong order, or a cycle. */
export function refuseEarlyUse(
  source: Source,
  syntax: Syntax,
  defined: ReadonlyMap<string, number>,
  { reader, read, span }: EarlyUse,
): never {
  const reading = syntax.definitions[reader];
  const written = syntax.definitions[read];
  const line = written?.line ?? 0;
  const name = quote(source.text.slice(span.start, span.end));
  if (reading === undefined || written === undefined || !reaches(syntax, defined, read, reader)) {
    const edit = reading && written && moved(source, syntax, defined, { reader, read, span });
    return refuse(source, 'order', span, { name, line }, edit);
  }
  const itself = reader === read;
  const edit = itself ? mendOfItself(written, span) : undefined;
  return refuse(source, 'cycle', span, { name, line, itself }, edit);
}

/** `c' = f * c'` means the value before the step; `f = f * x` wants to be a state. */
function mendOfItself({ name, primed, span }: Definition, use: Span): Problem['edit'] {
  return primed ? { span: use, text: name } : { span: { start: span.end, end: span.end }, text: "'" };
}

/** Moves the line that is read above its reader, where all that it reads itself stands there already. */
function moved(
  source: Source,
  syntax: Syntax,
  defined: ReadonlyMap<string, number>,
  { reader, read }: EarlyUse,
): Problem['edit'] {
  const first = source.lines[(syntax.definitions[reader]?.line ?? 0) - 1];
  const last = source.lines[(syntax.definitions[read]?.line ?? 0) - 1];
  const ready = readBy(syntax, defined, read).every((index) => index < reader);
  if (first === undefined || last === undefined || !ready) return undefined;
  const line = source.text.slice(last.start, last.end);
  const between = source.text.slice(first.start, last.start).replace(/(?:\r\n|\n|\r)$/, '');
  return { span: { start: first.start, end: last.end }, text: `${line}\n${between}` };
}

/** Whether working out `from` needs the value of `to`. Each line is looked at once. */
function reaches(syntax: Syntax, defined: ReadonlyMap<string, number>, from: number, to: number): boolean {
  const seen = new Set([from]);
  const waiting = [from];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (index === to) return true;
    for (const next of readBy(syntax, defined, index)) {
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
  return false;
}

/** The definitions whose values a definition reads within the step. */
function readBy(syntax: Syntax, defined: ReadonlyMap<string, number>, index: number): readonly number[] {
  const { from, to } = syntax.definitions[index] ?? { from: 0, to: 0 };
  return syntax.expressions.slice(from, to).flatMap((expression) => {
    if (expression.kind !== 'name') return [];
    const read = defined.get(expression.name);
    // A state's plain name is its value before the step: no line has to come first.
    return read === undefined || syntax.definitions[read]?.primed !== expression.primed ? [] : [read];
  });
}
