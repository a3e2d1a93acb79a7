import katex from 'katex';
import type { Role } from '../../lib/cells/cell.ts';
import { latex, symbolLatex } from '../../lib/equations/latex.ts';
import { parse } from '../../lib/equations/parse.ts';
import * as en from '../../messages/en.ts';
import { type Pictures, picturesOf } from './pictures.ts';
import { type SymbolInfo, symbolsOf } from './symbol.ts';
import { symbolName } from './symbol-name.ts';

/** Equations as HTML; runs at build, so that no page carries KaTeX. */
export interface Typeset {
  /** One string a statement; each letter can be focused and says its name. */
  readonly statements: readonly string[];
  /** Each letter alone, for places that name it themselves. */
  readonly symbols: readonly (readonly [name: string, html: string])[];
  /** The diagram. */
  readonly pictures?: Pictures;
}

const OPTIONS = { output: 'html', trust: true, strict: false, throwOnError: true } as const;

/**
 * Typesets a cell's equations and each of their letters.
 *
 * @param roles named value -> role, for colours and names
 * @throws EquationError for equations that don't parse
 */
export function typeset(
  equations: string,
  roles: Readonly<Record<string, Role>>,
  messages: typeof en.stage = en.stage,
): Typeset {
  const graph = parse(equations);
  const known = new Map(Object.entries(roles));
  const symbols = symbolsOf(graph, known);
  const met = new Set<string>();
  return {
    statements: latex(graph, { roles: known }).map((tex) =>
      withSymbols(katex.renderToString(tex, OPTIONS), symbols, met, messages),
    ),
    pictures: picturesOf(graph),
    symbols: [...symbols.keys()].map((name) => [
      name,
      katex
        .renderToString(symbolLatex(name, graph, { roles: known }), OPTIONS)
        .replace(SYMBOL, '<span class="enclosing">'),
    ]),
  };
}

/** What KaTeX makes of `\htmlData{symbol=NAME}`. */
const SYMBOL = /<span class="enclosing([^"]*)" data-symbol="([^"]*)">/g;

/**
 * Makes a button of every letter, named in words. KaTeX hides its whole output from assistive technology, where nothing may be
 * focused: that goes. A letter is a stop of the Tab key where it first stands; its repeats can be tapped, not tabbed to.
 */
function withSymbols(
  html: string,
  symbols: ReadonlyMap<string, SymbolInfo>,
  met: Set<string>,
  messages: typeof en.stage,
): string {
  return html.replaceAll(' aria-hidden="true"', '').replace(SYMBOL, (_, classes: string, escaped: string) => {
    const name = escaped.replaceAll('&#x27;', "'");
    const info = symbols.get(name);
    const label = info === undefined ? name : symbolName(info, messages);
    const role = info === undefined || isParameter(info) ? undefined : info.role;
    const stop = met.has(name) ? -1 : 0;
    met.add(name);
    return (
      `<span class="enclosing symbol${classes}" data-symbol="${escaped}"${role === undefined ? '' : ` data-role="${role}"`}` +
      ` role="button" tabindex="${stop}" aria-label="${label.replaceAll('"', '&quot;')}">`
    );
  });
}

function isParameter({ kind }: SymbolInfo): boolean {
  return kind === 'matrix' || kind === 'vector';
}
