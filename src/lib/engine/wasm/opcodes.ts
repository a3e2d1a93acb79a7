/**
 * THE table of the kernel's instructions. The tape's builder encodes by it, the kernel's own constants are generated
 * from it (`scripts/wasm-kernel.ts`), and a reader learns from it what each instruction does.
 *
 * A tape is a row of instructions in the kernel's memory, each `INSTRUCTION_WORDS` 32-bit words: the opcode first, then
 * the words that its form names, in that order; what is left is zero. Offsets and strides are in bytes, counts are
 * plain, and a word marked as a float holds the bits of a float32. An offset of zero is no place: where a form allows
 * it (`bias`), it means that there is none.
 */
export const INSTRUCTION_WORDS = 16;

/** How many columns a packed panel has: two registers of four floats. */
export const PANEL_COLUMNS = 8;

/** Memory below this is the kernel's own: constants, and places for tiles of a product. */
export const OWN_BYTES = 18 * 1024;

/**
 * The words after the opcode, by form. `aRow` is the way from one row of `a` to the next (0: all rows share one),
 * `aColumn` from one column to the next (of element-wise instructions 4, or 0: all columns share one number).
 * The output's columns always lie side by side, unless a form says otherwise.
 */
export const FORMS = {
  /** out = f(a), element by element; `accumulate` 1: out += f(a). */
  map: ['rows', 'columns', 'out', 'outRow', 'accumulate', 'a', 'aRow', 'aColumn'],
  /** out = f(a, b). */
  zip: ['rows', 'columns', 'out', 'outRow', 'accumulate', 'a', 'aRow', 'aColumn', 'b', 'bRow', 'bColumn'],
  /** out = f(a, b, c). */
  choose: [
    ...['rows', 'columns', 'out', 'outRow', 'accumulate', 'a', 'aRow', 'aColumn', 'b', 'bRow', 'bColumn'],
    ...['c', 'cRow', 'cColumn'],
  ],
  /** out = value, a float. */
  fill: ['rows', 'columns', 'out', 'outRow', 'value'],
  /** `outPanel` leads from one panel to the next. */
  pack: ['rows', 'columns', 'out', 'outPanel', 'a', 'aRow', 'aColumn'],
  /** out [rows, columns] from a [rows, depth] and b [depth, columns] in panels; `aColumn` may be any stride. */
  gemm: [
    ...['rows', 'columns', 'depth', 'out', 'outRow', 'accumulate', 'a', 'aRow', 'aColumn', 'b', 'bPanel'],
    ...['bias'],
  ],
  /** out: one row, or one number a row, or one number; a's columns lie side by side. */
  sum: ['rows', 'columns', 'out', 'outRow', 'accumulate', 'a', 'aRow'],
  /** Rows by number: `ids` are int32, one after another, each from 0 to `limit` - 1. */
  rows: ['rows', 'columns', 'out', 'outRow', 'a', 'aRow', 'ids', 'limit'],
  /** a [rows, columns]: what a model gave; `weights` [rows, 1] or one number; `loss` and `right` are one number each. */
  loss: [
    ...['rows', 'columns', 'out', 'outRow', 'a', 'aRow', 'labels', 'labelRow', 'weights', 'weightRow'],
    ...['loss', 'right'],
  ],
  /**
   * `key` and `first` (the number of the first row's example) are places of int32; rows are `batch` examples a step.
   * An element's index is (first + example) · exampleStride + step · stepStride + column; `limit` is unsigned, `scale`
   * a float.
   */
  keep: [
    ...[
      'rows',
      'columns',
      'out',
      'outRow',
      'a',
      'aRow',
      'key',
      'first',
      'batch',
      'exampleStride',
      'stepStride',
    ],
    ...['limit', 'scale'],
  ],
  /** `longer` [steps · rows, columns], `shorter` [rows, columns], `at` int32 [rows, columns]: the step of each. */
  pool: [
    'rows',
    'columns',
    'steps',
    'longer',
    'longerRow',
    'longerStep',
    'shorter',
    'shorterRow',
    'at',
    'atRow',
  ],
  /** `limit` is a float. */
  clip: ['out', 'a', 'limit'],
  /** Blocks of `count` numbers without gaps; decays (and what they leave of one) and epsilon are floats. */
  adam: [
    ...['count', 'out', 'first', 'second', 'gradient', 'scale', 'schedule'],
    ...['firstDecay', 'firstRest', 'secondDecay', 'secondRest', 'epsilon'],
  ],
} as const;

export type Form = keyof typeof FORMS;

/** The words that are places in memory; the others are counts, strides and numbers. */
const PLACES: ReadonlySet<string> = new Set([
  ...['out', 'a', 'b', 'c', 'bias', 'ids', 'labels', 'weights', 'loss', 'right', 'key', 'first', 'second'],
  ...['longer', 'shorter', 'at', 'gradient', 'scale', 'schedule'],
]);

/** Each instruction's number is its place in this list, counted from 1, so that zeroed memory is no tape. */
export const OPCODES = [
  { name: 'copy', form: 'map', does: 'a' },
  { name: 'neg', form: 'map', does: '−a' },
  { name: 'sigmoid', form: 'map', does: '1 / (1 + e⁻ᵃ)' },
  { name: 'tanh', form: 'map', does: 'tanh a' },
  { name: 'relu', form: 'map', does: 'a where a > 0, else 0; NaN stays' },
  { name: 'softplus', form: 'map', does: 'log(1 + eᵃ)' },
  { name: 'exp', form: 'map', does: 'eᵃ' },
  { name: 'log', form: 'map', does: 'log a: −∞ at 0, NaN below' },
  { name: 'sqrt', form: 'map', does: '√a' },
  { name: 'abs', form: 'map', does: '|a|' },
  { name: 'positive', form: 'map', does: '1 where a > 0, else 0' },
  { name: 'sign', form: 'map', does: '−1, 0 or 1; NaN stays' },
  { name: 'add', form: 'zip', does: 'a + b' },
  { name: 'sub', form: 'zip', does: 'a − b' },
  { name: 'mul', form: 'zip', does: 'a b' },
  { name: 'div', form: 'zip', does: 'a / b' },
  { name: 'max', form: 'zip', does: 'the larger; NaN where either is' },
  { name: 'min', form: 'zip', does: 'the smaller; NaN where either is' },
  { name: 'atLeast', form: 'zip', does: '1 where a ≥ b, else 0' },
  { name: 'atMost', form: 'zip', does: '1 where a ≤ b, else 0' },
  { name: 'sigmoidBack', form: 'zip', does: 'a b (1 − b): b a sigmoid’s value, a its adjoint' },
  { name: 'tanhBack', form: 'zip', does: 'a (1 − b²): b a tanh’s value, a its adjoint' },
  {
    name: 'select',
    form: 'choose',
    does: 'b where a is not 0, else c; what is not chosen, NaN too, is dropped',
  },
  { name: 'fill', form: 'fill', does: 'out = value' },
  {
    name: 'pack',
    form: 'pack',
    does: 'a [depth, columns] into panels of eight columns, zeros beyond the last',
  },
  {
    name: 'gemm',
    form: 'gemm',
    does: 'out = a b, or a b + bias (one row for all), or out += a b (accumulate)',
  },
  { name: 'columnSums', form: 'sum', does: 'out [1, columns] (+)= the sum of all rows, from the first on' },
  { name: 'rowSums', form: 'sum', does: 'out [rows, 1] (+)= the sum of each row' },
  { name: 'sumSquares', form: 'sum', does: 'out [1, 1] (+)= the sum of the squares of all elements' },
  { name: 'gather', form: 'rows', does: 'row r of out = row ids[r] of a' },
  { name: 'scatterAdd', form: 'rows', does: 'row ids[r] of out += row r of a, r from the first on' },
  { name: 'clearRows', form: 'rows', does: 'row ids[r] of out = 0; a is not read' },
  {
    name: 'crossEntropy',
    form: 'loss',
    does: 'out = weight (sigmoid a − label), a logit; loss += weight times −log of the label’s probability; right += 1 where the logit is on the label’s side. A row of weight 0 adds nothing, not even a NaN, and gets 0',
  },
  {
    name: 'softmaxCrossEntropy',
    form: 'loss',
    does: 'the same for classes: a row’s label is a class’s number, out = weight (softmax a − 1 at the label, softmax a elsewhere); right where the label’s logit is the only largest',
  },
  {
    name: 'squaredError',
    form: 'loss',
    does: 'labels [rows, columns]: out = weight 2 (a − label) / columns; loss += weight times the mean of the row’s squares; right stays',
  },
  {
    name: 'keep',
    form: 'keep',
    does: 'out = scale a where the hash (chance.ts) of key + index is at least `limit`, else 0',
  },
  {
    name: 'firstMax',
    form: 'pool',
    does: 'shorter = the largest over the steps of `longer`, at = the first step that has it; the first NaN is the largest',
  },
  { name: 'firstMaxBack', form: 'pool', does: 'longer = shorter at the step `at`, 0 at the others' },
  { name: 'clip', form: 'clip', does: 'out = min(1, limit / √a), a the sum of squares; NaN stays' },
  {
    name: 'adam',
    form: 'adam',
    does: 'g = gradient · scale; first, second = the decayed means of g, g²; out −= schedule[0] · first / (√(schedule[1] · second) + epsilon), with schedule = [rate / (1 − firstDecayᵗ), 1 / (1 − secondDecayᵗ)]',
  },
] as const satisfies readonly { readonly name: string; readonly form: Form; readonly does: string }[];

type Opcode = (typeof OPCODES)[number];
export type OpcodeName = Opcode['name'];
/** The instructions of one form. */
export type NameOf<F extends Form> = Extract<Opcode, { readonly form: F }>['name'];
/** The words of one form. */
export type WordOf<F extends Form> = (typeof FORMS)[F][number];

const NUMBERS: ReadonlyMap<string, number> = new Map(OPCODES.map(({ name }, place) => [name, place + 1]));

/** An instruction's number in a tape. */
export function opcodeNumber(name: OpcodeName): number {
  return NUMBERS.get(name) ?? 0;
}

/** By an instruction's number: which of its words are places in memory, counted from the opcode. */
export const PLACE_WORDS: readonly (readonly number[])[] = [
  [],
  ...OPCODES.map(({ name, form }) => {
    const words: readonly string[] = FORMS[form];
    // `keep` has a scale of its own: a number, no place.
    const isPlace = (word: string) => PLACES.has(word) && !(name === 'keep' && word === 'scale');
    return words.flatMap((word, k) => (isPlace(word) ? [k + 1] : []));
  }),
];

/** `sigmoidBack` -> `SIGMOID_BACK`. */
function constant(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

/** The table as AssemblyScript constants: `OP_` numbers, and for each form the byte offsets of its words. */
export function assemblyConstants(): string {
  const numbers = OPCODES.map(
    ({ name, does }) => `/** ${does} */\nexport const OP_${constant(name)}: i32 = ${opcodeNumber(name)};`,
  );
  const words = Object.entries(FORMS).flatMap(([form, names]) =>
    names.map(
      (name, place) => `export const ${constant(form)}_${constant(name)}: usize = ${4 * (place + 1)};`,
    ),
  );
  return [
    '// Made by scripts/wasm-kernel.ts from opcodes.ts, one folder up.',
    `export const INSTRUCTION_BYTES: usize = ${4 * INSTRUCTION_WORDS};`,
    `export const PANEL_BYTES: usize = ${4 * PANEL_COLUMNS};`,
    ...numbers,
    ...words,
    '',
  ].join('\n');
}
