import { statementName } from '../../lib/equations/graph.ts';
import { operands } from '../../lib/equations/operations.ts';
import type { Reading } from './reading.ts';
import { nodeNames } from './symbol.ts';

/** A named value of the diagram in words: what its line reads, and which lines read it. */
export interface Connection {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Every line's connections, in order: the diagram as text. Parameters are left out, as in the picture's wires. */
export function connections({ graph }: Reading): readonly Connection[] {
  const names = nodeNames(graph);
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  /** Names that each node is made from, without looking behind a name. */
  const read: string[][] = [];
  for (const node of graph.nodes)
    read.push([
      ...new Set(
        operands(node).flatMap((id) => {
          const name = names.get(id);
          return name === undefined ? (read[id] ?? []) : parameters.has(name) ? [] : [name];
        }),
      ),
    ]);
  const lines = graph.statements.map((line) => ({ name: statementName(line), from: read[line.node] ?? [] }));
  return lines.map(({ name, from }) => ({
    name,
    from,
    to: lines.filter((line) => line.from.includes(name)).map((line) => line.name),
  }));
}
