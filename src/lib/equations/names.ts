import { isUnaryFunction, reservedFunction } from './functions.ts';
import { type NodeId, type Operation, type Problem, type Span, type State, statementName } from './graph.ts';
import { oneEditApart } from './nearness.ts';
import { refuseEarlyUse } from './order.ts';
import { problemAt, quote, refuse } from './report.ts';
import type { Source } from './source.ts';
import type { Definition, Expression, Syntax } from './syntax.ts';

/** A node before its shape is known. */
export type Unshaped = Operation & { readonly span: Span };

/** What the names of a text mean: one node for each value, in topological order. */
export interface Meaning {
  readonly nodes: readonly Unshaped[];
  /** The node of each definition's value. */
  readonly values: readonly NodeId[];
  readonly states: readonly State[];
  readonly parameters: readonly { readonly name: string; readonly node: NodeId }[];
  readonly input: NodeId | undefined;
  readonly warnings: readonly Problem[];
}

/** The name of the step's input. */
const INPUT = 'x';

/** Gives every name of a text its node, or refuses at the first name that can have none. */
export function resolve(source: Source, syntax: Syntax): Meaning {
  const defined = definedNames(source, syntax.definitions);
  const nodes: Unshaped[] = [];
  const values: NodeId[] = [];
  /** The nodes that more than one line may read, by name: x, states before the step, parameters. */
  const leaves = new Map<string, NodeId>();
  const parameters: { name: string; node: NodeId }[] = [];
  const warnings: Problem[] = [];
  /** The node of each expression; expressions stand after their operands, so one pass finds them. */
  const nodeOf: NodeId[] = [];

  const add = (node: Unshaped): NodeId => nodes.push(node) - 1;
  const leaf = (name: string, node: Unshaped): NodeId => {
    const known = leaves.get(name);
    if (known !== undefined) return known;
    const id = add(node);
    leaves.set(name, id);
    if (node.op === 'parameter') parameters.push({ name, node: id });
    return id;
  };

  const name = (written: Expression & { kind: 'name' }, reader: number): NodeId => {
    const { name, primed, span } = written;
    const index = defined.get(name);
    const definition = index === undefined ? undefined : syntax.definitions[index];
    if (primed && definition?.primed !== true) return refuseUndefined(source, written, definition);
    if (index === undefined || definition === undefined) {
      if (name === INPUT) return leaf(name, { op: 'input', span });
      if (!leaves.has(name)) {
        const near = nearName(name, defined);
        if (near !== undefined) {
          warnings.push(
            problemAt(
              source,
              'near-name',
              span,
              { name: quote(name), near: quote(near) },
              { span, text: near },
            ),
          );
        }
      }
      return leaf(name, { op: 'parameter', name, span });
    }
    // A state's plain name is its value before the step, wherever the line stands that gives it the next.
    if (definition.primed && !primed) return leaf(name, { op: 'state', name, span });
    const value = values[index];
    return value ?? refuseEarlyUse(source, syntax, defined, { reader, read: index, span });
  };

  const operand = (expression: number): NodeId => nodeOf[expression] ?? 0;
  const node = (expression: Expression, reader: number): NodeId => {
    const { span } = expression;
    switch (expression.kind) {
      case 'number':
        return add({ op: 'number', value: expression.value, span });
      case 'name':
        return name(expression, reader);
      case 'matrix':
        return leaf(expression.name, { op: 'parameter', name: expression.name, span });
      case 'negative':
        return add({ op: 'neg', a: operand(expression.a), span });
      case 'operator':
        return add({ op: expression.op, a: operand(expression.a), b: operand(expression.b), span });
      case 'product':
        return add({
          op: 'matmul',
          matrix: operand(expression.matrix),
          vector: operand(expression.vector),
          span,
        });
      case 'call': {
        const [a = 0, b = 0] = expression.arguments.map(operand);
        const { name: op } = expression;
        return isUnaryFunction(op) ? add({ op, a, span }) : add({ op, a, b, span });
      }
    }
  };

  for (const [reader, { from, to }] of syntax.definitions.entries()) {
    for (let id = from; id < to; id += 1) {
      const expression = syntax.expressions[id];
      if (expression !== undefined) nodeOf[id] = node(expression, reader);
    }
    const root = syntax.expressions[to - 1];
    const value = operand(to - 1);
    // A second name for a value is a node of its own: every line has its node, and its own gradient.
    values.push(root?.kind === 'name' ? add({ op: 'copy', a: value, span: root.span }) : value);
  }

  const states = syntax.definitions.flatMap(({ name, primed }, index) => {
    const after = values[index];
    return primed && after !== undefined ? [{ name, before: leaves.get(name), after }] : [];
  });
  if (states.length === 0) refuseStateless(source, syntax.definitions.at(-1));
  return { nodes, values, states, parameters, input: leaves.get(INPUT), warnings };
}

/** Which definition gives each name its value; refuses a name that can't have one, or has one already. */
function definedNames(source: Source, definitions: readonly Definition[]): ReadonlyMap<string, number> {
  const defined = new Map<string, number>();
  for (const [index, definition] of definitions.entries()) {
    const { matrix, primed, span } = definition;
    const name = quote(definition.name);
    if (reservedFunction(definition.name) !== undefined) refuse(source, 'function-assigned', span, { name });
    if (matrix) refuse(source, 'matrix-assigned', span, { name });
    if (definition.name === INPUT) {
      refuse(source, 'input-assigned', span, { name: statementName({ name, primed }) });
    }
    const earlier = definitions[defined.get(definition.name) ?? definitions.length];
    if (earlier !== undefined) {
      const code = earlier.primed === primed ? 'defined-twice' : 'value-beside-state';
      refuse(source, code, span, { name: statementName({ name, primed }), line: earlier.line });
    }
    defined.set(definition.name, index);
  }
  return defined;
}

function refuseUndefined(
  source: Source,
  { name, span }: Expression & { kind: 'name' },
  plain: Definition | undefined,
): never {
  const edit = plain === undefined && name !== INPUT ? undefined : { span, text: name };
  return refuse(source, 'undefined-primed', span, { name: `${quote(name)}'`, plain: quote(name) }, edit);
}

function refuseStateless(source: Source, last: Definition | undefined): never {
  const start = source.lines[0]?.start ?? 0;
  if (last === undefined) return refuse(source, 'no-state', { start, end: start }, { name: undefined });
  // No later line can read the last one, so a prime on it changes no other line's meaning.
  const end = { start: last.span.end, end: last.span.end };
  return refuse(source, 'no-state', last.span, { name: quote(last.name) }, { span: end, text: "'" });
}

/**
 * A defined name that a parameter's name may be a slip of. A slip at the first letter is not counted, nor in
 * a name of two: `bf`, `pf`, `bout` are how a bias or a peephole takes the name of the line that it feeds.
 */
function nearName(name: string, defined: ReadonlyMap<string, number>): string | undefined {
  for (const candidate of defined.keys()) {
    const longEnough = Math.max(name.length, candidate.length) >= 3;
    if (longEnough && name[0] === candidate[0] && oneEditApart(name, candidate)) return candidate;
  }
  return undefined;
}
