import type { Graph } from '../graph.ts';

/** What the equations' names are called in a language. */
export interface Identifiers {
  /** Of `f`, `c'` (`c_new`), a state, a parameter or x. */
  of(name: string): string;
  /** The names that could not stay as they are, by the name in the equations; primes don't count. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Names that mean something in the code already. */
export interface Taken {
  /** Words of the language and what the code around the equations uses: no name may be one of them. */
  readonly words: ReadonlySet<string>;
  /** What parameters can't be called beside those: members of the object that holds them. */
  readonly members: ReadonlySet<string>;
}

/**
 * Names as identifiers: every name stays as it is where it can, a new value `c'` is `c_new`, and a name that is taken
 * gets underscores at its end until it is free.
 */
export function identifiersFor(graph: Graph, { words, members }: Taken): Identifiers {
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const states = graph.states.map(({ name }) => name);
  const values = graph.statements.filter(({ primed }) => !primed).map(({ name }) => name);
  const wanted = new Map<string, string>([
    ...['x', ...states, ...values, ...parameters].map((name) => [name, name] as const),
    ...states.map((name) => [`${name}'`, `${name}_new`] as const),
  ]);
  const isFree = (name: string, identifier: string): boolean =>
    !words.has(identifier) && !(parameters.has(name) && members.has(identifier));
  // Names that the text gives come first: `c_new` is the text's own name where it has one.
  const given = new Map<string, string>();
  const used = new Set<string>();
  const give = (name: string, identifier: string): void => {
    given.set(name, identifier);
    used.add(identifier);
  };
  const late: [name: string, identifier: string][] = [];
  for (const [name, identifier] of wanted)
    if (!name.endsWith("'") && isFree(name, identifier)) give(name, identifier);
    else late.push([name, identifier]);
  const all = new Set(wanted.keys());
  for (const [name, identifier] of late) {
    let free = identifier;
    while (!isFree(name, free) || used.has(free) || all.has(free)) free += '_';
    give(name, free);
  }
  return {
    of(name) {
      const identifier = given.get(name);
      if (identifier === undefined)
        throw new Error(`these equations have no ${name}, so code can't name it.`);
      return identifier;
    },
    renamed: new Map([...given].filter(([name, identifier]) => wanted.get(name) !== identifier)),
  };
}
