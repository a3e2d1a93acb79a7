import { type Graph, type NodeId, statementName } from '../graph.ts';
import { tokenize } from '../lexer.ts';
import { sourceOf } from '../source.ts';
import { type CodeDialect, type CodeLine, type Listing, line, linesOf, statementLines } from './listing.ts';
import type { Piece } from './piece.ts';

const BEFORE = `import { layers, sequential } from '@tensorflow/tfjs-layers';
import { Recurrent } from './src/lib/engine/tfjs/layers/recurrent.ts';

// All that the layer is told of the cell.
const equations = \``;

const AFTER = `\`;

const recurrent = new Recurrent({
  equations,
  units: 16,
  direction: 'forward',
  sequences: false,
  recurrentDropout: 0,
  place: 1,
});

// Word ids [batch, steps] to the probability that a review is positive, [batch, 1].
export const model = sequential({
  layers: [
    layers.embedding({ inputDim: 10_000, outputDim: 8, inputLength: 200 }),
    recurrent,
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});`;

/** This site's engine takes the equations as they are written. */
function write(graph: Graph): Listing {
  const source = sourceOf(graph.source);
  const nodeOf = nodesByName(graph);
  const written = tokenize(source).map(({ tokens }, k): Piece => {
    const { start, end } = source.lines[k] ?? { start: 0, end: 0 };
    const pieces: Piece[] = [];
    let at = start;
    for (const token of tokens) {
      if (token.kind !== 'name' && token.kind !== 'matrix') continue;
      const text = source.text.slice(token.span.start, token.span.end);
      const node = nodeOf.get(text);
      pieces.push(
        escaped(source.text.slice(at, token.span.start)),
        node === undefined ? text : { text, node },
      );
      at = token.span.end;
    }
    return [...pieces, escaped(source.text.slice(at, end))];
  });
  const statements = statementLines(graph, (k) => written[(graph.statements[k]?.line ?? 0) - 1] ?? '');
  const byLine = new Map(graph.statements.map(({ line }, k) => [line - 1, statements[k]]));
  const lines: readonly CodeLine[] = [
    ...linesOf(BEFORE),
    ...written.map((piece, k) => byLine.get(k) ?? line(piece)),
    ...linesOf(AFTER),
  ];
  return { lines, renamed: new Map() };
}

/** What each name of the text stands for. */
function nodesByName(graph: Graph): ReadonlyMap<string, NodeId> {
  const found = new Map<string, NodeId>();
  for (const { name, node } of graph.parameters) found.set(name, node);
  for (const { name, before } of graph.states) if (before !== undefined) found.set(name, before);
  for (const statement of graph.statements) found.set(statementName(statement), statement.node);
  if (graph.input !== undefined) found.set('x', graph.input);
  return found;
}

/** Text as it stands between backticks; only comments can hold what has to be escaped. */
function escaped(text: string): string {
  return text.toWellFormed().replace(/[\\`]|\$(?=\{)/g, '\\$&');
}

export const tfjs: CodeDialect = {
  id: 'tfjs',
  name: 'TensorFlow.js',
  language: 'typescript',
  file: 'cell.ts',
  write,
};
