import type { Size } from '../../equations/graph.ts';
import type { PlanId, PlanNode } from '../plan/plan.ts';
import type { StoredPlace } from './arrangement.ts';
import { CHANNELS } from './cell-blocks.ts';
import type { Fragment } from './fragment.ts';
import { EVEN, FREE, type Frame, hasHalves, NEXT, NOW, ODD, type When } from './frame.ts';
import { BINARY, literal, UNARY } from './functions.ts';
import { overRows } from './over-rows.ts';
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
  /**
   * The innermost loop, where there is one: what it counts, and the lines before it, for what doesn't change in it.
   * Compilers of software renderers don't move such things out by themselves.
   */
  readonly loop?: { readonly over: 'row' | 'index'; readonly before: string[] };
  /** Whether the step is known not to be the first. */
  readonly hasBefore?: boolean;
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
      const { frame, index: element, hasBefore } = this.#site;
      const point = (x: string, y: string) =>
        format === 'quad' ? `ivec3(${x}, ${y}, ${layer})` : `ivec2(${x}, ${y})`;
      if (phase.moment === 'weights' || phase.moment === 'total')
        return `texelFetch(${this.#fragment.sampler(store, undefined)}, ${point(element, '0')}, 0)`;
      if (frame === undefined) throw new Error(`${name} has rows, but is read where there are none`);
      const across = this.#fragment.size(size);
      const at = (place: string) => point(...this.#texel(`${place}.x * ${across}`, `${place}.y`));
      if (phase.moment !== 'step' && phase.moment !== 'back')
        return `texelFetch(${this.#fragment.sampler(store, undefined)}, ${at(this.#rows(frame))}, 0)`;
      const fetched = frame.fetch(this.#fragment, store, when, at);
      return when === 'before' && !hasBefore ? `(${frame.hasBefore} ? ${fetched} : vec4(0.0))` : fetched;
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

  /** GLSL, int: the texel of this example and element, counted from (x, y). */
  #texel(x: string, y: string): readonly [x: string, y: string] {
    const { row, index, loop } = this.#site;
    const isFixed = (over: 'row' | 'index') => loop?.over !== over;
    const base = `ivec2(${isFixed('index') ? sum(x, index) : x}, ${isFixed('row') ? sum(y, row) : y})`;
    const key = `texel ${base}`;
    const known = this.#known.get(key);
    const name = known ?? this.#fragment.fresh('at');
    if (known === undefined) (loop?.before ?? this.lines).push(`ivec2 ${name} = ${base};`);
    this.#known.set(key, name);
    return [
      isFixed('index') ? `${name}.x` : sum(`${name}.x`, index),
      isFixed('row') ? `${name}.y` : sum(`${name}.y`, row),
    ];
  }

  #rows(frame: Frame): string {
    if (frame === NOW || frame === NEXT) this.#fragment.uniform('ivec2', frame.rows);
    return frame.rows;
  }

  #before(state: string): string {
    const place = this.#fragment.arrangement.next.get(state);
    if (place === undefined) throw new Error(`the state ${state} was left by no draw`);
    return this.stored(place, 'before');
  }

  #compute(id: PlanId, node: PlanNode): string {
    const { frame } = this.#site;
    switch (node.op) {
      case 'number':
        return literal(node.value);
      case 'input': {
        if (frame === undefined) throw new Error('x is read where there are no rows');
        const x = this.#fragment.uniform('sampler2D', 'x');
        const at = this.#fragment.uniform('ivec2', 'x_at');
        const rows = this.#rows(frame);
        const across = this.#fragment.size('input');
        const texel = this.#texel(`${at}.x + ${rows}.x * ${across}`, `${at}.y + ${rows}.y`);
        return `texelFetch(${x}, ivec2(${texel.join(', ')}), 0).r`;
      }
      case 'state':
        return this.#before(node.name);
      case 'seed':
        return this.seed(node.name);
      case 'keep': {
        const keep = this.#fragment.uniform('sampler2D', `keep_${node.of}`);
        const at = this.#fragment.uniform('ivec2', `${keep}_at`);
        return `texelFetch(${keep}, ivec2(${this.#texel(`${at}.x`, `${at}.y`).join(', ')}), 0).r`;
      }
      case 'parameter':
        return `${this.#weights(node.name, 'row', '0')}.${this.#parameter(node.name).channel}`;
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

  /**
   * GLSL, vec4: a parameter's element of a row and a column: one of them is this scope's element, the other is given.
   * A loop over elements goes along the first.
   */
  #weights(name: string, along: 'row' | 'column', other: string): string {
    const { block, down, section } = this.#parameter(name);
    const { index, loop } = this.#site;
    return this.#once(`weights ${block} ${section} ${along} ${other}`, 'vec4', 'w', () => {
      const sheet = this.#fragment.uniform('sampler2D', 'weights');
      const at = this.#fragment.uniform('ivec2', `block${block}`);
      this.#fragment.size('input');
      this.#fragment.size('units');
      const from = along === 'row' ? `ivec2(0, ${sum(down, other)})` : `ivec2(${other}, ${down})`;
      const step = along === 'row' ? `ivec2(${index}, 0)` : `ivec2(0, ${index})`;
      if (loop?.over !== 'index') return `texelFetch(${sheet}, ${at} + ${from} + ${step}, 0)`;
      const base = this.#fragment.fresh('at');
      loop.before.push(`ivec2 ${base} = ${at} + ${from};`);
      return `texelFetch(${sheet}, ${base} + ${step}, 0)`;
    });
  }

  /**
   * A loop over the elements of a vector, which may have to be written for even and for odd steps.
   * @param write writes its body, given the scope of the loop's element
   */
  #overElements(size: Size, site: Partial<Site>, write: (inner: Scope) => void): void {
    const variable = this.#fragment.fresh('k');
    const loop = (frame: Frame | undefined): string[] => {
      const before: string[] = [];
      const inner = this.within(
        { ...site, frame, index: variable, phases: [], loop: { over: 'index', before } },
        [],
      );
      write(inner);
      const head = `for (int ${variable} = 0; ${variable} < ${this.#fragment.size(size)}; ${variable}++) {`;
      return [...before, head, ...inner.lines, '}'];
    };
    const { frame } = this.#site;
    if (frame !== FREE) {
      this.lines.push(...loop(frame));
      return;
    }
    const even = loop(EVEN);
    this.lines.push(
      ...(hasHalves(even) ? ['if ((step & 1) == 0) {', ...even, '} else {', ...loop(ODD), '}'] : even),
    );
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
    const read = plan.nodes[vector ?? -1];
    if (vector === undefined || read === undefined || !here.includes(id))
      throw new Error(`product ${id} is read where it can't be computed`);
    for (const member of here) {
      const name = this.#fragment.fresh('sum');
      this.lines.push(`float ${name} = 0.0;`);
      this.#known.set(`sum ${member}`, name);
    }
    // A state is zero before the first step.
    const isSkipped = read.op === 'state' && this.#site.frame !== undefined;
    if (isSkipped) this.lines.push(`if (${this.#site.frame?.hasBefore}) {`);
    this.#overElements(read.size ?? 'units', isSkipped ? { hasBefore: true } : {}, (inner) => {
      const value = inner.value(vector);
      for (const member of here) {
        const product = plan.nodes[member];
        if (product?.op !== 'product') continue;
        const weights = inner.#weights(product.matrix, 'column', this.#site.index);
        const { channel } = this.#parameter(product.matrix);
        inner.lines.push(`${this.#known.get(`sum ${member}`)} += ${weights}.${channel} * ${value};`);
      }
    });
    if (isSkipped) this.lines.push('}');
    return this.#known.get(`sum ${id}`) ?? '';
  }

  #productBack({ terms }: Extract<PlanNode, { readonly op: 'productBack' }>): string {
    const { plan } = this.#fragment.arrangement;
    const total = this.#fragment.fresh('sum');
    this.lines.push(`float ${total} = 0.0;`);
    for (const size of ['units', 'input'] as const) {
      const ofSize = terms.filter(({ adjoint }) => (plan.nodes[adjoint]?.size ?? 'units') === size);
      if (ofSize.length === 0) continue;
      this.#overElements(size, {}, (inner) => {
        const products = ofSize.map(({ matrix, adjoint }) => {
          const weights = inner.#weights(matrix, 'row', this.#site.index);
          return `${weights}.${this.#parameter(matrix).channel} * ${inner.value(adjoint)}`;
        });
        inner.lines.push(`${total} += ${products.join(' + ')};`);
      });
    }
    return total;
  }

  #reduce({ a }: Extract<PlanNode, { readonly op: 'reduce' }>): string {
    const total = this.#fragment.fresh('sum');
    this.lines.push(`float ${total} = 0.0;`);
    overRows(this.#fragment, this.lines, 0, (frame, before, body) => {
      const inner = this.within({ frame, row: 'row', phases: [], loop: { over: 'row', before } }, body);
      return [[total, inner.value(a)]];
    });
    return total;
  }
}

/** GLSL: a sum, without what is zero. */
function sum(a: string, b: string): string {
  return b === '0' ? a : `${a} + ${b}`;
}
