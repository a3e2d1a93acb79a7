import type { Size } from '../../equations/graph.ts';
import type { PlanId, PlanNode } from '../plan/plan.ts';
import type { StoredPlace } from './arrangement.ts';
import { CHANNELS } from './cell-blocks.ts';
import type { Fragment } from './fragment.ts';
import { FREE, type Frame, freePlaces, NEXT, type When } from './frame.ts';
import { BINARY, literal, UNARY } from './functions.ts';
import type { Phase } from './phases.ts';

/** The place in a program at which values are asked for. */
export interface Site {
  /** Undefined where there are no rows: values of parameters alone, and sums over all rows. */
  readonly frame: Frame | undefined;
  /** GLSL, int: the example. */
  readonly row: string;
  /** GLSL, int: which element of a vector. */
  readonly index: string;
  /** Whose nodes are computed here, even if they are left for others; all that others leave is read. */
  readonly phases: readonly Phase[];
}

/**
 * Writes the GLSL that a value takes at one site: reads what other draws left, and computes the rest from that, each
 * value once. Values of another element (a product's loop) have a scope of their own.
 */
export class Scope {
  readonly lines: string[];
  readonly #fragment: Fragment;
  readonly #site: Site;
  readonly #known = new Map<string, string>();

  constructor(fragment: Fragment, site: Site, lines: string[] = []) {
    this.#fragment = fragment;
    this.#site = site;
    this.lines = lines;
  }

  /** A scope that writes its lines between this one's. */
  within(site: Partial<Site>, lines: string[]): Scope {
    return new Scope(this.#fragment, { ...this.#site, ...site }, lines);
  }

  /** GLSL, float: a node's value, as a name or a number. */
  value(id: PlanId): string {
    const { plan, places } = this.#fragment.arrangement;
    const node = plan.nodes[id];
    if (node === undefined) throw new Error(`the plan has no node ${id}`);
    if (node.op === 'number') return literal(node.value);
    const place = places.get(id);
    if (place !== undefined && !this.#site.phases.includes(place.store.phase))
      return this.stored(place, 'now');
    return this.#once(`value ${id}`, 'float', 'v', () => this.#compute(id, node));
  }

  /** GLSL, float: what a draw left. */
  stored({ store, index }: StoredPlace, when: When): string {
    const { format, name, phase, size } = store;
    const layer = index >> 2;
    const texel = this.#once(`store ${name} ${layer} ${when}`, 'vec4', 't', () => {
      const { frame, row, index: element } = this.#site;
      const point = (x: string, y: string) =>
        format === 'quad' ? `ivec3(${x}, ${y}, ${layer})` : `ivec2(${x}, ${y})`;
      if (phase.moment === 'weights' || phase.moment === 'total')
        return `texelFetch(${this.#fragment.sampler(store, undefined)}, ${point(element, '0')}, 0)`;
      if (frame === undefined) throw new Error(`${name} has rows, but is read where there are none`);
      const across = this.#fragment.size(size);
      const at = (place: string) => point(`${place}.x * ${across} + ${element}`, `${place}.y + ${row}`);
      if (phase.moment !== 'step' && phase.moment !== 'back')
        return `texelFetch(${this.#fragment.sampler(store, undefined)}, ${at(this.#rows(frame))}, 0)`;
      const fetched = frame.fetch(this.#fragment, store, when, at);
      return when === 'before' ? `(${frame.hasBefore} ? ${fetched} : vec4(0.0))` : fetched;
    });
    return `${texel}.${CHANNELS[index & 3] ?? 'r'}`;
  }

  /** GLSL, bool: whether the step counts, or is padding. */
  counted(): string {
    return this.#once('counted', 'bool', 'counted', () => {
      const { frame, row } = this.#site;
      if (frame === undefined) throw new Error('padding is asked for where there are no rows');
      const mask = this.#fragment.uniform('sampler2D', 'mask');
      const at = this.#fragment.uniform('ivec2', 'mask_at');
      const has = this.#fragment.uniform('int', 'has_mask');
      const rows = this.#rows(frame);
      return `${has} == 0 || texelFetch(${mask}, ${at} + ivec2(${rows}.x, ${rows}.y + ${row}), 0).r > 0.5`;
    });
  }

  /** GLSL, float: what a state's next value receives, or 0 at padding. */
  seed(state: string): string {
    const { plan, totals } = this.#fragment.arrangement;
    const given = this.#known.get(`total ${state}`);
    const place = totals.get(state);
    if (given === undefined && place === undefined)
      throw new Error(`the seed of ${state} is read, but nothing was left of it`);
    const total = given ?? (place === undefined ? '' : this.stored(place, 'now'));
    return plan.masked ? `(${this.counted()} ? ${total} : 0.0)` : total;
  }

  /** GLSL, float: a state's next value, carried over padding. */
  next(state: string): string {
    const { plan } = this.#fragment.arrangement;
    const found = plan.states.find(({ name }) => name === state);
    if (found === undefined) throw new Error(`the plan has no state ${state}`);
    const after = this.value(found.after);
    return plan.masked ? `(${this.counted()} ? ${after} : ${this.#before(state)})` : after;
  }

  /** Names what a state's next value receives here: the scope computes it itself. */
  give(state: string, total: string): void {
    this.#known.set(`total ${state}`, total);
  }

  /** The name that was given. */
  given(state: string): string | undefined {
    return this.#known.get(`total ${state}`);
  }

  #once(key: string, type: string, stem: string, text: () => string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const spelled = text();
    const name = this.#fragment.fresh(stem);
    this.lines.push(`${type} ${name} = ${spelled};`);
    this.#known.set(key, name);
    return name;
  }

  #rows(frame: Frame): string {
    if (frame !== FREE) this.#fragment.uniform('ivec2', frame.rows);
    return frame.rows;
  }

  #before(state: string): string {
    const place = this.#fragment.arrangement.next.get(state);
    if (place === undefined) throw new Error(`the state ${state} was left by no draw`);
    return this.stored(place, 'before');
  }

  #compute(id: PlanId, node: PlanNode): string {
    const { frame, row, index } = this.#site;
    switch (node.op) {
      case 'number':
        return literal(node.value);
      case 'input': {
        if (frame === undefined) throw new Error('x is read where there are no rows');
        const x = this.#fragment.uniform('sampler2D', 'x');
        const at = this.#fragment.uniform('ivec2', 'x_at');
        const rows = this.#rows(frame);
        const across = this.#fragment.size('input');
        return `texelFetch(${x}, ${at} + ivec2(${rows}.x * ${across} + ${index}, ${rows}.y + ${row}), 0).r`;
      }
      case 'state':
        return this.#before(node.name);
      case 'seed':
        return this.seed(node.name);
      case 'keep': {
        const keep = this.#fragment.uniform('sampler2D', `keep_${node.of}`);
        return `texelFetch(${keep}, ${this.#fragment.uniform('ivec2', `${keep}_at`)} + ivec2(${index}, ${row}), 0).r`;
      }
      case 'parameter': {
        const { channel } = this.#parameter(node.name);
        return `${this.#weights(node.name, index, '0')}.${channel}`;
      }
      case 'guard':
        return `${this.counted()} ? ${this.value(node.a)} : 0.0`;
      case 'product': {
        const sum = this.#product(id);
        return node.start === undefined ? sum : `${sum} + ${this.value(node.start)}`;
      }
      case 'productBack': {
        const sum = this.#productBack(node);
        return node.start === undefined ? sum : `${sum} + ${this.value(node.start)}`;
      }
      case 'reduce':
        return this.#reduce(node);
      default:
        return 'b' in node
          ? BINARY[node.op](this.value(node.a), this.value(node.b))
          : UNARY[node.op](this.value(node.a));
    }
  }

  #parameter(name: string) {
    const place = this.#fragment.parameters.get(name);
    if (place === undefined) throw new Error(`the parameter ${name} has no place`);
    return place;
  }

  /** GLSL, vec4: the texel of a parameter's element [row, column], once in this scope. */
  #weights(name: string, row: string, column: string): string {
    const { block, down, section } = this.#parameter(name);
    return this.#once(`weights ${block} ${section} ${row} ${column}`, 'vec4', 'w', () => {
      const sheet = this.#fragment.uniform('sampler2D', 'weights');
      const at = this.#fragment.uniform('ivec2', `block${block}`);
      this.#fragment.size('input');
      this.#fragment.size('units');
      return `texelFetch(${sheet}, ${at} + ivec2(${row}, ${down} + ${column}), 0)`;
    });
  }

  /** All products of the panel that are computed here, in one loop; the sum of this one, without its start. */
  #product(id: PlanId): string {
    const { plan, phases } = this.#fragment.arrangement;
    const known = this.#known.get(`sum ${id}`);
    if (known !== undefined) return known;
    const node = plan.nodes[id];
    const { vector, members } = plan.panels[node?.op === 'product' ? node.panel : -1] ?? { members: [] };
    const here = members.filter(
      (member) => plan.nodes[member]?.size === node?.size && this.#site.phases.includes(phases.of(member)),
    );
    if (vector === undefined || !here.includes(id))
      throw new Error(`product ${id} is read where it can't be computed`);
    const column = this.#fragment.fresh('k');
    const body: string[] = [];
    const inner = this.within({ index: column, phases: [] }, body);
    const value = inner.value(vector);
    // The weights' row is this scope's element, their column the loop's.
    const cells = this.within({ phases: [] }, body);
    for (const member of here) {
      const product = plan.nodes[member];
      if (product?.op !== 'product') continue;
      const sum = this.#fragment.fresh('sum');
      this.lines.push(`float ${sum} = 0.0;`);
      const { channel } = this.#parameter(product.matrix);
      body.push(
        `${sum} += ${cells.#weights(product.matrix, this.#site.index, column)}.${channel} * ${value};`,
      );
      this.#known.set(`sum ${member}`, sum);
    }
    const columns = this.#fragment.size(plan.nodes[vector]?.size ?? 'units');
    this.lines.push(`for (int ${column} = 0; ${column} < ${columns}; ${column}++) {`, ...body, '}');
    return this.#known.get(`sum ${id}`) ?? '';
  }

  #productBack({ terms }: Extract<PlanNode, { readonly op: 'productBack' }>): string {
    const { plan } = this.#fragment.arrangement;
    const sum = this.#fragment.fresh('sum');
    this.lines.push(`float ${sum} = 0.0;`);
    for (const size of ['units', 'input'] as const) {
      const ofSize = terms.filter(({ adjoint }) => (plan.nodes[adjoint]?.size ?? 'units') === size);
      if (ofSize.length === 0) continue;
      const row = this.#fragment.fresh('j');
      const body: string[] = [];
      const inner = this.within({ index: row, phases: [] }, body);
      const products = ofSize.map(({ matrix, adjoint }) => {
        const weights = inner.#weights(matrix, row, this.#site.index);
        return `${weights}.${this.#parameter(matrix).channel} * ${inner.value(adjoint)}`;
      });
      body.push(`${sum} += ${products.join(' + ')};`);
      this.lines.push(
        `for (int ${row} = 0; ${row} < ${this.#fragment.size(size)}; ${row}++) {`,
        ...body,
        '}',
      );
    }
    return sum;
  }

  #reduce({ a }: Extract<PlanNode, { readonly op: 'reduce' }>): string {
    const sum = this.#fragment.fresh('sum');
    this.lines.push(`float ${sum} = 0.0;`);
    overRows(this.#fragment, this.lines, (body) => {
      const inner = this.within({ frame: FREE, row: 'row', phases: [] }, body);
      return [[sum, inner.value(a)]];
    });
    return sum;
  }
}

/**
 * Writes loops over all steps and examples that add to sums; a step's rows first among themselves, so that thousands
 * of rows lose few digits.
 */
export function overRows(
  fragment: Fragment,
  lines: string[],
  addends: (body: string[]) => readonly (readonly [sum: string, addend: string])[],
): void {
  const places = freePlaces(fragment);
  const body: string[] = [];
  const added = addends(body).map(([sum, addend]) => ({ sum, addend, part: fragment.fresh('part') }));
  lines.push(
    'for (int step = 0; step < rows.y; step++) {',
    ...places,
    ...added.map(({ part }) => `float ${part} = 0.0;`),
    'for (int row = 0; row < rows.x; row++) {',
    ...body,
    ...added.map(({ part, addend }) => `${part} += ${addend};`),
    '}',
    ...added.map(({ sum, part }) => `${sum} += ${part};`),
    '}',
  );
}

/**
 * What the reverse loop's first stage starts from: all that arrives at the states' next values, carried from the step
 * after and, at the output, from the loss (which reads every step's output, or the last one's only).
 *
 * @param late values of the step after, of its last stage, that are to be left
 * @param size of the values that the draw leaves
 * @returns GLSL, float, by value of `late`
 */
export function arrivals(
  fragment: Fragment,
  scope: Scope,
  late: readonly PlanId[],
  size: Size,
): ReadonlyMap<PlanId, string> {
  const { plan, totals, phases } = fragment.arrangement;
  const lines: string[] = [];
  const after = scope.within({ frame: NEXT, phases: [phases.late] }, lines);
  const assign = (text: string): string => {
    const name = fragment.fresh('from');
    scope.lines.push(`float ${name} = 0.0;`);
    lines.push(`${name} = ${text};`);
    return name;
  };
  // Values of x's size hang on no seed in the same stage: they are made of values of their own size.
  for (const { name, seed, adjoint } of size === 'units' ? plan.states : []) {
    if (seed === undefined) continue;
    const fromStep = adjoint === undefined ? '0.0' : after.value(adjoint);
    const place = plan.masked ? totals.get(name) : undefined;
    scope.give(
      name,
      assign(
        place === undefined ? fromStep : `${after.counted()} ? ${fromStep} : ${after.stored(place, 'now')}`,
      ),
    );
  }
  const left = new Map(late.map((id) => [id, assign(after.value(id))]));
  fragment.uniform('int', 'steps');
  scope.lines.push('if (step + 1 < steps) {', ...lines, '}');
  const output = scope.given(plan.output);
  if (output !== undefined) {
    const has = fragment.uniform('int', 'has_loss');
    const at = fragment.uniform('ivec2', 'loss_at');
    const loss = `texelFetch(${fragment.uniform('sampler2D', 'loss')}, ${at} + ivec2(unit, row), 0).r`;
    scope.lines.push(`if (${has} == 1) ${output} += ${loss};`);
  }
  return left;
}
