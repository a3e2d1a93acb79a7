import fc from 'fast-check';
import { BINARY_FUNCTIONS, UNARY_FUNCTIONS } from './graph.ts';

/** What an expression of a size may read. */
interface Scope {
  /** Values of `units` numbers: states, values of lines above, states' new values. */
  readonly vectors: readonly string[];
  /** Values of `input` numbers: x and what is made of it element by element. */
  readonly inputs: readonly string[];
  /** Named numbers. */
  readonly numbers: readonly string[];
}

/** Names that a careless program would trip over stand among the usual ones. */
const STATES = ['h', 'c', 'n', 'memory', 'constructor'] as const;
const VALUES = ['f', 'i', 'o', 'g', 'z', 'r', 'gate_1', 'toString', 'pi', 'k2', 'var'] as const;
const INPUTS = ['e', 'scaled_x'] as const;
const NUMBERS = ['rate', 'half', 'valueOf'] as const;
const FROM_INPUT = ['W', 'Wf', 'Wz', 'W_in'] as const;
const FROM_UNITS = ['U', 'Uf', 'Uz', 'V', 'U_rec'] as const;
const INPUT_VECTORS = ['q', 'w_in'] as const;
const VECTORS = ['b', 'bf', 'bz', 'p', 'd_n'] as const;

/** Finite numbers of every size that a text can write. */
function literal(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('0', '1', '2', '0.5', '.25', '1.', '1e-3', '0.9') },
    {
      weight: 1,
      arbitrary: fc.double({ min: 0, max: 4, noNaN: true, noDefaultInfinity: true }).map(positive),
    },
  );
}

/** A literal has no sign, and none is written for the zero that has one. */
function positive(value: number): string {
  return String(Math.abs(value));
}

/**
 * An expression of `units` numbers (or, as in a text, a number that fills them), `depth` levels deep at most.
 * Every operand of an operator is in parentheses or holds together by itself; printing takes out what can go.
 */
function vector(scope: Scope, depth: number): fc.Arbitrary<string> {
  const leaves: fc.Arbitrary<string>[] = [
    fc.constantFrom(...scope.vectors, ...VECTORS),
    fc.tuple(fc.constantFrom(...FROM_INPUT), fc.constantFrom(...scope.inputs)).map(([w, x]) => `${w} ${x}`),
    fc.tuple(fc.constantFrom(...FROM_UNITS), fc.constantFrom(...scope.vectors)).map(([u, v]) => `${u} ${v}`),
  ];
  if (depth === 0) return fc.oneof(...leaves);
  const inner = vector(scope, depth - 1);
  const either = fc.oneof({ weight: 4, arbitrary: inner }, { weight: 1, arbitrary: scalar(scope, 1) });
  return fc.oneof(
    ...leaves,
    fc
      .tuple(either, fc.constantFrom(' + ', ' - ', '*', ' / '), inner)
      .map(([a, sign, b]) => `(${a})${sign}(${b})`),
    fc.tuple(inner, fc.constantFrom(' + ', '-', ' * '), either).map(([a, sign, b]) => `(${a})${sign}(${b})`),
    inner.map((a) => `-(${a})`),
    fc.tuple(fc.constantFrom(...UNARY_FUNCTIONS), inner).map(([name, a]) => `${name}(${a})`),
    fc
      .tuple(fc.constantFrom(...BINARY_FUNCTIONS), inner, either)
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc.tuple(fc.constantFrom(...FROM_UNITS), inner).map(([matrix, a]) => `${matrix} (${a})`),
  );
}

/** An expression of `input` numbers. */
function ofInput(scope: Scope): fc.Arbitrary<string> {
  const leaves = fc.constantFrom(...scope.inputs, ...INPUT_VECTORS);
  return fc.oneof(
    leaves,
    fc.tuple(fc.constantFrom(...UNARY_FUNCTIONS), leaves).map(([name, a]) => `${name}(${a})`),
    fc.tuple(scalar(scope, 0), leaves).map(([number, a]) => `${number} * ${a}`),
    fc.tuple(leaves, fc.constantFrom('+', ' - ', ' * '), leaves).map(([a, sign, b]) => `${a}${sign}-${b}`),
  );
}

/** An expression that is one number. */
function scalar(scope: Scope, depth: number): fc.Arbitrary<string> {
  const leaves =
    scope.numbers.length === 0 ? literal() : fc.oneof(literal(), fc.constantFrom(...scope.numbers));
  if (depth === 0) return leaves;
  const inner = scalar(scope, depth - 1);
  return fc.oneof(
    leaves,
    fc.tuple(inner, fc.constantFrom('+', ' - ', ' * '), inner).map(([a, sign, b]) => `(${a})${sign}(${b})`),
    fc.tuple(fc.constantFrom('sigmoid', 'tanh', 'abs'), inner).map(([name, a]) => `${name}(${a})`),
  );
}

/** A line's start and how its expression is made of what stands above it. */
interface Plan {
  readonly name: string;
  readonly kind: 'number' | 'input' | 'value' | 'state';
}

/** What each kind of line gives its name. */
const RIGHT_SIDES: Readonly<Record<Plan['kind'], (scope: Scope) => fc.Arbitrary<string>>> = {
  number: (scope) => scalar(scope, 2),
  input: ofInput,
  value: (scope) => vector(scope, 3),
  state: (scope) => vector(scope, 3),
};

/**
 * Random valid texts: one to three states, up to four named values, named numbers, parameters shared between
 * lines, every function, parentheses that are needed and that are not. Any text parses.
 */
export function cellText(): fc.Arbitrary<string> {
  return fc
    .record({
      numbers: fc.subarray([...NUMBERS]),
      inputs: fc.subarray([...INPUTS]),
      values: fc.shuffledSubarray([...VALUES], { maxLength: 4 }),
      states: fc.shuffledSubarray([...STATES], { minLength: 1, maxLength: 3 }),
      comments: fc.array(fc.constantFrom('', ' # a note', '  # σ, 门'), { minLength: 12, maxLength: 12 }),
      lineBreak: fc.constantFrom('\n', '\n\n', '\r\n', '\n# between\n'),
    })
    .chain(({ numbers, inputs, values, states, comments, lineBreak }) => {
      const plans: Plan[] = [
        ...numbers.map((name): Plan => ({ name, kind: 'number' })),
        ...inputs.map((name): Plan => ({ name, kind: 'input' })),
        ...values.map((name): Plan => ({ name, kind: 'value' })),
        ...states.map((name): Plan => ({ name, kind: 'state' })),
      ];
      const lines = plans.map((plan, index) => {
        const above = plans.slice(0, index);
        const scope = {
          numbers: above.filter(({ kind }) => kind === 'number').map(({ name }) => name),
          inputs: ['x', ...above.filter(({ kind }) => kind === 'input').map(({ name }) => name)],
          vectors: [
            ...states,
            ...above.filter(({ kind }) => kind === 'value').map(({ name }) => name),
            ...above.filter(({ kind }) => kind === 'state').map(({ name }) => `${name}'`),
          ],
        };
        const right = RIGHT_SIDES[plan.kind](scope);
        const left = plan.kind === 'state' ? `${plan.name}'` : plan.name;
        return right.map((text) => `${left} = ${text}${comments[index] ?? ''}`);
      });
      return fc.tuple(...lines).map((texts) => texts.join(lineBreak));
    });
}
