import { readSyntax } from './grammar.ts';
import type { Graph, Node, Parameter, Statement } from './graph.ts';
import { tokenize } from './lexer.ts';
import { checkLength, checkNesting, checkStatements, LIMITS } from './limits.ts';
import { resolve } from './names.ts';
import { shapesOf } from './shapes.ts';
import { sourceOf } from './source.ts';

/**
 * Reads a cell's equations into their graph.
 *
 * The steps are the language's own order: limits, what is written, what names mean, which shapes fit. Each
 * refuses at its first place in the text, so a text with several faults tells of them in that order.
 *
 * @throws EquationError, and nothing else, whatever the text is.
 */
export function parse(text: string): Graph {
  // Of a text far beyond the limit, nothing is read that the refusal doesn't need.
  checkLength(sourceOf(text.slice(0, LIMITS.characters + 2)));
  const source = sourceOf(text);
  const lines = tokenize(source);
  checkStatements(source, lines);
  checkNesting(source, lines);
  const syntax = readSyntax(source, lines);
  const meaning = resolve(source, syntax);
  const shapes = shapesOf(source, syntax.definitions, meaning);

  const nodes = meaning.nodes.map((node, id): Node => ({ ...node, shape: shapes[id] ?? [] }));
  const statements = syntax.definitions.map(({ name, primed, comment, line }, index): Statement => {
    return { name, primed, node: meaning.values[index] ?? 0, comment, line };
  });
  const parameters = meaning.parameters.flatMap(({ name, node }): Parameter[] => {
    const shape = shapes[node] ?? [];
    return shape.length === 0 ? [] : [{ name, shape, node }];
  });
  const { states, input, warnings } = meaning;
  const output = states.find(({ name }) => name === 'h') ?? states.at(-1);
  return {
    source: text,
    nodes,
    statements,
    states,
    parameters,
    output: output?.name ?? '',
    input,
    warnings,
  };
}
