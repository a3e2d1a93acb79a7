import type { NodeId, Shape, Size } from './graph.ts';
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
      refuse(source, 'sizes-differ', node.span, {
        what,
        left: sizes.size(left) ?? 'units',
        right: sizes.size(right) ?? 'units',
      });
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
      refuse(source, 'state-size', definition.equals, { name: quote(definition.name), met });
    }
  }

  const settled = (unknown: Unknown): Size => sizes.size(unknown) ?? 'units';
  return shapes.map(([rows, columns]): Shape => {
    if (rows === undefined) return [];
    return columns === undefined ? [settled(rows)] : [settled(rows), settled(columns)];
  });
}
