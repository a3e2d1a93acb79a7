import type { Graph, NodeId } from './graph.ts';
import { operands } from './operations.ts';

/** In the order of their code points; the gap is the final sigma's. */
const GREEK_ORDER = (
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho final sigma tau upsilon ' +
  'phi chi psi omega'
).split(' ');

/** How symbols are coloured: the role of each named value, such as f: forget. */
export interface SymbolOptions {
  readonly roles?: ReadonlyMap<string, string>;
}

/** Writes one symbol in TeX; `name` is as in the text, with its prime. */
export type SymbolWriter = (name: string) => string;

/** Greek letters that a name can spell. Not sigma: that letter is the sigmoid function's. */
const GREEK: ReadonlySet<string> = new Set(
  (
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho tau upsilon phi chi ' +
    'psi omega Gamma Delta Theta Lambda Xi Pi Upsilon Phi Psi Omega'
  ).split(' '),
);

/**
 * The TeX of one symbol of a graph, as it stands in the typeset equations: `c'`, `Wf` as W_f.
 *
 * The symbol is wrapped for the page to find, `\htmlData{symbol=NAME}`, inside braces of its own: without
 * them the space around operators would fall inside the wrapper. A value with a role takes its class; a
 * parameter's index takes the role of the line that it feeds.
 */
export function symbolLatex(name: string, graph: Graph, options: SymbolOptions = {}): string {
  return symbolWriter(graph, options)(name);
}

/** One writer for all symbols of a graph, which looks through the graph once. */
export function symbolWriter(graph: Graph, { roles = new Map() }: SymbolOptions = {}): SymbolWriter {
  const values = new Set(graph.statements.map(({ name }) => name));
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const fed = rolesFed(graph, roles);
  return (name) => {
    const plain = name.replace(/'$/, '');
    const prime = plain === name ? '' : "'";
    const { base, index } = texOf(parts(plain, parameters.has(plain), values));
    const role = parameters.has(plain) ? undefined : roles.get(plain);
    const indexRole = parameters.has(plain) ? fed.get(plain) : undefined;
    const subscript = index === '' ? '' : `_{${inRole(index, indexRole)}}`;
    return `{\\htmlData{symbol=${name}}{${inRole(`${base}${subscript}${prime}`, role)}}}`;
  };
}

function inRole(tex: string, role: string | undefined): string {
  return role === undefined ? tex : `\\htmlClass{role-${role}}{${tex}}`;
}

/** A symbol as it is written: its letter or word, and the words below it. */
interface Written {
  readonly base: string;
  readonly index: readonly string[];
  /** Whether base and first index are letters beside each other, not a word: `hh` in `Whh`. */
  readonly letters: boolean;
}

/** The letter of a symbol and what stands below it; names of several letters are one upright word. */
function parts(name: string, parameter: boolean, values: ReadonlySet<string>): Written {
  const [head = '', ...rest] = name.split('_');
  // `c_` and `a__b` have an empty index somewhere: written out, they can't be taken for another name.
  if (rest.includes('')) return { base: name, index: [], letters: false };
  const [letter = '', follows = ''] = [head.slice(0, 1), head.slice(1)];
  const indexed = /^\d+$/.test(follows) || (parameter && follows !== '' && isIndex(head, follows, values));
  if (!indexed) return { base: head, index: rest, letters: false };
  // `Whh`, from state to state: two letters, not a word.
  return { base: letter, index: [follows, ...rest], letters: !values.has(follows) && follows.length <= 2 };
}

function texOf({ base, index, letters }: Written): { readonly base: string; readonly index: string } {
  if (base.includes('_')) return { base: `\\mathrm{${base.replaceAll('_', '\\_')}}`, index: '' };
  const below = index.map((part, k) => (k === 0 && letters ? part : word(part)));
  return { base: word(base), index: below.join(',') };
}

/** A symbol in plain text, for pictures, which have no TeX: base and index, upright where it is a word. */
export interface SymbolText {
  readonly base: string;
  readonly index: string;
  readonly upright: boolean;
  readonly prime: boolean;
}

/** Writes the symbols of a graph in plain text, as they stand in its typeset equations: `Wf` as W with f below. */
export function symbolTexts(graph: Graph): (name: string) => SymbolText {
  const values = new Set(graph.statements.map(({ name }) => name));
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  return (name) => {
    const plain = name.replace(/'$/, '');
    const { base, index } = parts(plain, parameters.has(plain), values);
    const letter = greek(base);
    return {
      base: letter,
      index: index.map(greek).join(','),
      upright: letter.length > 1,
      prime: plain !== name,
    };
  };
}

/** A Greek letter by its name; anything else as it is. */
function greek(part: string): string {
  if (!GREEK.has(part)) return part;
  const code = GREEK_ORDER.indexOf(part.toLowerCase());
  return String.fromCharCode((part === part.toLowerCase() ? 0x3b1 : 0x391) + code);
}

/**
 * Whether the letters after a parameter's first one are its index, as in `Wf`, `bf`, `Wxf`. A defined name
 * is one always: `pi` is the peephole of i where there is an i, and the letter π elsewhere.
 */
function isIndex(head: string, follows: string, values: ReadonlySet<string>): boolean {
  if (values.has(follows)) return true;
  return !GREEK.has(head) && follows.length <= (/^[A-Z]/.test(head) ? 3 : 2);
}

function word(part: string): string {
  if (GREEK.has(part)) return `\\${part}`;
  return part.length === 1 || /^\d+$/.test(part) ? part : `\\mathrm{${part}}`;
}

/** The role of the lines that each parameter feeds, where they have one role only. */
function rolesFed(graph: Graph, roles: ReadonlyMap<string, string>): ReadonlyMap<string, string | undefined> {
  /** The line in whose expression a node is written; every operator is written in one. */
  const lineOf = new Map<NodeId, string>(graph.statements.map(({ node, name }) => [node, name]));
  const named = new Set(lineOf.keys());
  const fed = new Map<string, string | undefined>();
  for (const [id, node] of [...graph.nodes.entries()].reverse()) {
    const line = lineOf.get(id);
    if (line === undefined) continue;
    const role = roles.get(line);
    for (const operand of operands(node)) {
      const read = graph.nodes[operand];
      if (read?.op === 'parameter') {
        fed.set(read.name, !fed.has(read.name) || fed.get(read.name) === role ? role : undefined);
      } else if (!named.has(operand)) {
        lineOf.set(operand, line);
      }
    }
  }
  return fed;
}
