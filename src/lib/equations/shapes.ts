import type { NodeId, Problem, Shape, Size, Span } from './graph.ts';
import type { Meaning, Unshaped } from './names.ts';
import { quote, refuse } from './report.ts';
import type { Source } from './source.ts';
import type { Definition } from './syntax.ts';

/** A size that may still be open; index into the lists of `Sizes`. */
type Unknown = number;

/** Sizes under unification: open ones become one another, or `input`, or `units` (union-find). */
class Sizes {
  private readonly parents: Unknown[] = [];
  private readonly known: (Size | undefined)[] = [];

  open(known?: Size): Unknown {
    this.known.push(known);
    return this.parents.push(this.parents.length) - 1;
  }

  find(unknown: Unknown): Unknown {
    let at = unknown;
    for (let parent = this.parents[at] ?? at; parent !== at; parent = this.parents[at] ?? at) {
      // Halves the path, so that long chains of equal sizes stay cheap.
      this.parents[at] = this.parents[parent] ?? parent;
      at = parent;
    }
    return at;
  }

  /** Undefined while nothing in the text decides. */
  size(unknown: Unknown): Size | undefined {
    return this.known[this.find(unknown)];
  }

  /** Makes two sizes one; false where they are known and differ. */
  unify(a: Unknown, b: Unknown): boolean {
    const [kept, joined] = [this.find(a), this.find(b)];
    const [one, other] = [this.known[kept], this.known[joined]];
    if (one !== undefined && other !== undefined && one !== other) return false;
    this.parents[joined] = kept;
    this.known[kept] = one ?? other;
    return true;
  }
}

/**
 * Finds every node's shape in one pass over the text: which values are numbers and which vectors is known
 * from what they are made of; sizes are unified as they meet, over all lines. What stays open is `units`.
 * Refuses where two sizes meet that differ: at the operator, call, matrix, or the = of a state.
 */
export function shapesOf(
  source: Source,
  definitions: readonly Definition[],
  meaning: Meaning,
): readonly Shape[] {
  const sizes = new Sizes();
  const input = sizes.open('input');
  const units = sizes.open('units');
  const shapes: (readonly Unknown[])[] = [];
  const shapeOf = (id: NodeId): readonly Unknown[] => shapes[id] ?? [];

  /** Numbers fill vectors; two vectors must be of one size. */
  const meet = (node: Unshaped, a: NodeId, b: NodeId): readonly Unknown[] => {
    const [left] = shapeOf(a);
    const [right] = shapeOf(b);
    if (left === undefined) return shapeOf(b);
    if (right !== undefined && !sizes.unify(left, right)) {
      const what = source.text.slice(node.span.start, node.span.end);
      const facts = { what, left: sizes.size(left) ?? 'units', right: sizes.size(right) ?? 'units' } as const;
      refuse(source, 'sizes-differ', node.span, facts, inputThroughMatrix(source, meaning, node.span, a, b));
    }
    return [left];
  };

  const product = ({ span }: Unshaped, matrix: NodeId, vector: NodeId): readonly Unknown[] => {
    const name = quote(source.text.slice(span.start, span.end));
    const [rows, columns] = shapeOf(matrix);
    const [size] = shapeOf(vector);
    if (rows === undefined || columns === undefined || size === undefined) {
      return refuse(source, 'matrix-of-number', span, { name });
    }
    if (!sizes.unify(columns, size)) {
      refuse(source, 'matrix-sizes', span, {
        name,
        known: sizes.size(columns) ?? 'units',
        met: sizes.size(size) ?? 'units',
      });
    }
    return [rows];
  };

  const shape = (node: Unshaped): readonly Unknown[] => {
    switch (node.op) {
      case 'number':
        return [];
      case 'input':
        return [input];
      case 'state':
        return [units];
      case 'parameter':
        return /^[A-Z]/.test(node.name) ? [sizes.open(), sizes.open()] : [sizes.open()];
      case 'matmul':
        return product(node, node.matrix, node.vector);
      default:
        return 'b' in node ? meet(node, node.a, node.b) : shapeOf(node.a);
    }
  };

  let next = 0;
  for (const [index, definition] of definitions.entries()) {
    const value = meaning.values[index] ?? 0;
    for (; next <= value; next += 1) {
      const node = meaning.nodes[next];
      if (node !== undefined) shapes.push(shape(node));
    }
    const [size] = shapeOf(value);
    if (definition.primed && size !== undefined && !sizes.unify(units, size)) {
      const met = sizes.size(size) ?? 'input';
      const facts = { name: quote(definition.name), met };
      // Only a lone x (a copy) stands right after the =.
      const copied = meaning.nodes[value];
      const edit =
        copied?.op === 'copy'
          ? inputThroughMatrix(source, meaning, definition.equals, undefined, copied.a)
          : undefined;
      refuse(source, 'state-size', definition.equals, facts, edit);
    }
  }

  const settled = (unknown: Unknown): Size => sizes.size(unknown) ?? 'units';
  return shapes.map(([rows, columns]): Shape => {
    if (rows === undefined) return [];
    return columns === undefined ? [settled(rows)] : [settled(rows), settled(columns)];
  });
}

/** `x + h` to `W x + h`: where an operand beside the sign is x itself, a new matrix before it mends the sizes. */
function inputThroughMatrix(
  source: Source,
  { nodes, parameters }: Meaning,
  sign: Span,
  left: NodeId | undefined,
  right: NodeId,
): Problem['edit'] {
  const isInput = (id: NodeId | undefined): boolean => id !== undefined && nodes[id]?.op === 'input';
  const before = isInput(left) ? /(?<![A-Za-z0-9_])x[ \t]*$/.exec(source.text.slice(0, sign.start)) : null;
  const after = isInput(right) ? /^[ \t]*(?=x(?![A-Za-z0-9_]))/.exec(source.text.slice(sign.end)) : null;
  const at = before?.index ?? (after && sign.end + after[0].length);
  const taken = new Set(parameters.map(({ name }) => name));
  const matrix = ['W', 'Wx', 'V'].find((name) => !taken.has(name));
  return at == null || matrix === undefined
    ? undefined
    : { span: { start: at, end: at }, text: `${matrix} ` };
}
