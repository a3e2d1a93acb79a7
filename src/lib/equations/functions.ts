import { BINARY_FUNCTIONS, type BinaryFunction, UNARY_FUNCTIONS, type UnaryFunction } from './graph.ts';

export type FunctionName = UnaryFunction | BinaryFunction;

/** Every function of the language, in the order of the reference page. */
export const FUNCTIONS: readonly FunctionName[] = [...UNARY_FUNCTIONS, ...BINARY_FUNCTIONS];

const BY_NAME: ReadonlyMap<string, FunctionName> = new Map(FUNCTIONS.map((name) => [name, name]));

/** The function that a name is, in any capitalisation: `Tanh` and `TANH` are reserved as `tanh` is. */
export function reservedFunction(name: string): FunctionName | undefined {
  return BY_NAME.get(name.toLowerCase());
}

export function isUnaryFunction(name: string): name is UnaryFunction {
  return UNARY_FUNCTIONS.some((unary) => unary === name);
}

export function isBinaryFunction(name: string): name is BinaryFunction {
  return BINARY_FUNCTIONS.some((binary) => binary === name);
}

/** What other books and toolkits call the same function. */
const ELSEWHERE: ReadonlyMap<string, FunctionName> = new Map([
  ['sig', 'sigmoid'],
  ['sigma', 'sigmoid'],
  ['logistic', 'sigmoid'],
  ['expit', 'sigmoid'],
  ['rect', 'relu'],
  ['ramp', 'relu'],
  ['ln', 'log'],
  ['maximum', 'max'],
  ['minimum', 'min'],
  ['absolute', 'abs'],
]);

/** The function that an unknown name probably means: its name elsewhere, or a slip of the keys. */
export function nearestFunction(name: string): FunctionName | undefined {
  const lower = name.toLowerCase();
  const elsewhere = ELSEWHERE.get(lower);
  if (elsewhere !== undefined) return elsewhere;
  const allowed = Math.max(1, Math.floor(lower.length / 3));
  let nearest: FunctionName | undefined;
  let least = allowed + 1;
  for (const candidate of FUNCTIONS) {
    if (Math.abs(candidate.length - lower.length) > allowed || lower.length > 12) continue;
    const distance = editDistance(lower, candidate);
    if (distance < least && distance < candidate.length - 1) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Levenshtein's distance: the fewest letters to put in, take out or change. Both words are short. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
