const SIGNS = new Map([
  ['add', '+'],
  ['sub', '−'],
  ['mul', '×'],
  ['div', '÷'],
  ['neg', '−'],
  ['copy', '='],
  ['sigmoid', 'σ'],
]);

const PARTS = new Map([
  ['add', 'sum, unit by unit'],
  ['sub', 'difference, unit by unit'],
  ['mul', 'product, unit by unit'],
  ['div', 'quotient, unit by unit'],
  ['neg', 'with the other sign'],
  ['copy', 'the same value'],
  ['matmul', 'product with a matrix'],
  ['max', 'the larger of two, unit by unit'],
  ['min', 'the smaller of two, unit by unit'],
]);

/** The stage. */
export const stage = {
  label: (name: string) => `${name}, step by step`,
  facts: (units: number, parameters: number, origin: string) =>
    `${units} units, ${parameters.toLocaleString('en')} parameters, ${origin}`,
  page: {
    title: 'The stage',
    description:
      'Step an LSTM through a film review, gate by gate: its equations, the numbers of any unit in them, and its memory word by word.',
    lead: 'A trained LSTM reads a review. Press Play or an arrow key, touch a letter, choose another unit: every number on the sheet is the network’s own.',
  },
  failed: 'The stage can’t open on this.',
  empty: 'There are no words to read yet. Give the stage a review of at least one word.',
  roles: {
    forget: 'forget gate',
    input: 'input gate',
    output: 'output gate',
    candidate: 'candidate',
    state: 'cell state',
    hidden: 'hidden state',
    update: 'update gate',
    reset: 'reset gate',
  },
  /** What a letter is; `role` is its role in words, where it has one. */
  kinds: {
    input: () => 'vector of the word',
    before: (role: string | undefined) => `${role ?? 'state'} before this word`,
    after: (role: string | undefined) => `${role ?? 'state'} after this word`,
    value: (role: string | undefined) => role ?? 'named value',
    /** A part of a line, which only the diagram draws. */
    part: (_role: string | undefined, { op }: { op?: string }) =>
      PARTS.get(op ?? '') ?? `${op} of a part of the line`,
    matrix: (_role: string | undefined, { multiplies }: { multiplies: string | undefined }) =>
      multiplies === undefined ? 'weights' : `weights on ${multiplies.replace("'", '′')}`,
    vector: (_role: string | undefined, { feeds }: { feeds: string | undefined }) =>
      feeds === undefined
        ? 'trained numbers, one a unit'
        : `trained numbers, one a unit, in ${feeds.replace("'", '′')}`,
  },
  diagram: {
    title: 'Diagram',
    label: (name: string) =>
      `Diagram of the ${name}: one time step, from the old states at the left to the new ones at the right`,
    read: 'Read the diagram as text',
    line: (value: string, from: readonly string[], to: readonly string[]) => {
      const prime = (names: readonly string[]) => names.map((name) => name.replace("'", '′')).join(', ');
      const made = from.length === 0 ? 'made from trained numbers alone' : `made from ${prime(from)}`;
      return `${value}: ${made}${to.length === 0 ? '' : `; read by ${prime(to)}`}.`;
    },
    after: (word: string) => `after “${word}”`,
    /** A gate's word, in its box. */
    gate: {
      forget: 'forget',
      input: 'input',
      output: 'output',
      candidate: 'candidate',
      state: 'state',
      hidden: 'hidden',
      update: 'update',
      reset: 'reset',
    },
    /** The sign of what works a part of a line out. */
    sign: (op: string) => SIGNS.get(op) ?? op,
  },
  inspector: {
    numbers: (count: number) => (count === 1 ? '1 number' : `${count} numbers`),
    matrix: (rows: number, columns: number) => `${rows} × ${columns} numbers`,
    between: (low: number, high: number) => ` from ${`${low}`.replace('-', '\u2212')} to ${high}`,
    ofWord: (word: string) => `of “${word}”`,
    after: (word: string) => `left by “${word}”`,
    atFirst: 'zeros before the first word',
    line: (line: number) => `made in line ${line}`,
    part: (line: number) => `within line ${line}`,
    trained: 'learnt in training, the same at every word',
    unit: (unit: number) => `Unit ${unit}`,
    next: 'not reached at this word yet',
    elements: 'Every unit reads all of them',
    row: (unit: number, vector: string) => `Row ${unit} times ${vector} gives`,
    /** What a gate's number does, for roles whose meaning doesn't hang on the cell. */
    does: {
      forget: (unit: number) => [`Unit ${unit} keeps`, 'of its old state'],
      input: (unit: number) => [`Unit ${unit} takes in`, 'of its candidate'],
      output: (unit: number) => [`Unit ${unit} shows`, 'of its state'],
      candidate: (unit: number) => [`Unit ${unit} offers`, ''],
      state: (unit: number) => [`Unit ${unit} holds`, ''],
      hidden: (unit: number) => [`Unit ${unit} gives out`, ''],
      update: (unit: number) => [`Unit ${unit} mixes old and new by`, ''],
      reset: (unit: number) => [`Unit ${unit} lets`, 'of the old state into its candidate'],
    },
  },
  unit: {
    label: 'Unit',
    of: (unit: number, last: number) => `${unit} of 0\u2013${last}`,
    previous: 'Previous unit',
    following: 'Next unit',
  },
  panels: { equations: 'Equations', numbers: 'Numbers', choose: 'Panel' },
  numbersOf: (unit: number) => `Numbers of unit ${unit}`,
  ofTheSum: 'of the sum',
  value: 'value',
  next: 'next',
  noUnit: 'no unit',
  goTo: (line: number, name: string) => `Line ${line}: go to ${name.replace("'", '′')}`,
  transport: {
    label: 'Steps',
    first: 'To the first step',
    back: 'A step back',
    play: 'Play',
    pause: 'Pause',
    forward: 'A step on',
    last: 'To the last step',
    where: (word: number, words: number, step: number, steps: number) =>
      `word ${word} of ${words}, step ${step} of ${steps}`,
    speed: 'Speed',
    speeds: { 0.5: '½', 1: '1', 2: '2', 4: '4' },
    times: (speed: number) => `${speed} times as fast`,
    show: 'Show',
  },
  timeline: {
    label: (name: string) => `${name}: the review, word by word`,
    words: 'Word',
    place: (word: number, words: number, text: string, positive: string, step: number, steps: number) =>
      `word ${word} of ${words}, ${text}, ${positive} positive, step ${step} of ${steps}`,
    unit: (unit: number) => `unit ${unit}`,
    positive: 'p(positive)',
    positiveWithin: (low: string, high: string) => `p, ${low} to ${high}`,
    push: 'push, log-odds',
    pushes: 'push of a word',
    at: (unit: number, word: string) => `unit ${unit} at “${word}”`,
    whole: 'The whole review',
    after: (positive: string, word: string) => `${positive} positive after “${word}”`,
    atTheEnd: 'at the end',
    before: (words: number) => `${words} before`,
    toCome: (words: number) => `${words} to come`,
    earlier: 'Earlier words',
    later: 'Later words',
    backToNow: 'Back to now',
    byWeight: 'Words by weight',
    weight: 'by weight',
    rank: (rank: number, words: number) => `${rank} of ${words}`,
    heavier: 'To the next heavier word',
    lighter: 'To the next lighter word',
    frame: 'Window: drag it along the review',
    table: 'Read it as a table',
    caption: (name: string, first: number, last: number) =>
      `${name}, words ${first} to ${last}, one row a unit`,
    tableUnit: 'Unit',
  },
  live: (name: string, unit: number, word: string, line: string) =>
    `${name.replace("'", '′')} of unit ${unit} at ${word}: ${line}`,
};
