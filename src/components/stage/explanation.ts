import { elements, statementName } from '../../lib/equations/graph.ts';
import { named } from '../../lib/equations/numbers.ts';
import type * as en from '../../messages/en.ts';
import { nodeOf } from './part.ts';
import { decimalsFor, format } from './precision.ts';
import type { Reading } from './reading.ts';
import { element } from './substitution.ts';
import type { SymbolInfo } from './symbol.ts';
import { symbolTitle } from './symbol-name.ts';

/** What the inspector says of a letter: two short sentences, and a number in the second. */
export interface Explanation {
  readonly title: string;
  /** Size, range and where it comes from, after the title. */
  readonly about: string;
  /** The chosen unit's number, between the words before and after it. */
  readonly before: string;
  readonly number: string | undefined;
  readonly after: string;
}

/** Where the reader stands, as far as the inspector needs it. */
export interface Standing {
  readonly word: number;
  readonly step: number;
  readonly unit: number;
}

/** Says what a letter is at a place. */
export function explain(
  reading: Reading,
  info: SymbolInfo,
  standing: Standing,
  messages: typeof en.stage,
): Explanation {
  const text = messages.inspector;
  const { unit } = standing;
  const about = [sizeOf(reading, info, text), originOf(reading, info, standing, text)]
    .filter((part) => part !== '')
    .join(', ');
  const title = symbolTitle(info, messages);
  if (info.kind === 'input') return { title, about, before: text.elements, number: undefined, after: '' };
  if (info.statement !== undefined && info.statement > standing.step)
    return { title, about, before: `${text.unit(unit)}:`, number: undefined, after: text.next };
  const value = numberOf(reading, info, standing);
  const number = value === undefined ? undefined : format(value, decimalsFor(value));
  if (info.kind === 'matrix')
    return { title, about, before: text.row(unit, info.multiplies ?? '…'), number, after: '' };
  const does =
    info.role === undefined || info.kind === 'vector' || info.kind === 'part'
      ? undefined
      : text.does[info.role](unit);
  const [before = `${text.unit(unit)}:`, after = ''] = does ?? [];
  return { title, about, before, number, after };
}

type Text = (typeof en.stage)['inspector'];

function sizeOf({ sizes }: Reading, { shape, range }: SymbolInfo, text: Text): string {
  const [rows, columns] = shape;
  if (rows !== undefined && columns !== undefined) return text.matrix(sizes[rows], sizes[columns]);
  const between = range === undefined ? '' : text.between(...range);
  return `${text.numbers(elements(shape, sizes))}${between}`;
}

function originOf({ words, graph }: Reading, info: SymbolInfo, { word }: Standing, text: Text): string {
  const previous = words[word - 1];
  switch (info.kind) {
    case 'input':
      return text.ofWord(words[word] ?? '');
    case 'before':
      return previous === undefined ? text.atFirst : text.after(previous);
    case 'matrix':
    case 'vector':
      return text.trained;
    case 'part':
      return text.part((info.statement ?? 0) + 1);
    default: {
      const statement = graph.statements.findIndex((candidate) => statementName(candidate) === info.name);
      return text.line(statement + 1);
    }
  }
}

/** The unit's number; for a matrix its row times the vector that it multiplies. */
function numberOf({ recording }: Reading, info: SymbolInfo, { word, unit }: Standing): number | undefined {
  const part = nodeOf(info.name);
  if (part !== undefined) return element(recording.steps[word]?.values[part], unit);
  if (info.kind !== 'matrix') return element(named(recording, word, info.name), unit);
  const { nodes } = recording.graph;
  const product = nodes.findIndex((node) => {
    const matrix = node.op === 'matmul' ? nodes[node.matrix] : undefined;
    return matrix?.op === 'parameter' && matrix.name === info.name;
  });
  return product < 0 ? undefined : element(recording.steps[word]?.values[product], unit);
}
