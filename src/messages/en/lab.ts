import { count, duration, kilobytes, megabytes, oneBatch, scientific } from './quantity.ts';

/** The lab. */
export const lab = {
  title: 'The lab',
  description:
    'Train a recurrent network on film reviews, in this page: choose a cell, press Train, and open what it learnt.',
  what: 'A run starts from random weights, reads film reviews that people have rated, and shifts its weights after every 32 of them, until it tells praise from complaint. It all happens on your machine.',
  model: 'Cell',
  modelNote: (units: number) => `Weights of the cell alone, at ${units} ${units === 1 ? 'unit' : 'units'}.`,
  weights: (n: number) => `${count(n)} weights`,
  settings: 'Settings',
  settingsHeld: 'Held until the run ends.',
  settingsNote: 'They stand in the page’s address, so a link to it brings them along.',
  knobs: {
    reviews: {
      name: 'Reviews to learn from',
      help: 'More take longer and teach more words: 4,000, 8,000 or 10,000 of them.',
    },
    tokens: {
      name: 'Last words kept',
      help: 'Of a longer review only the end is read; the verdict tends to stand there.',
    },
    units: { name: 'Units', help: 'How many numbers the state holds from word to word.' },
    epochs: { name: 'Epochs', help: 'How often it goes through all the reviews.' },
    seed: {
      name: 'Seed',
      help: 'Draws the first weights and the order. The same seed gives the same run.',
    },
  },
  summary: (units: number, reviews: number, tokens: number) =>
    `${units} ${units === 1 ? 'unit' : 'units'}, ${count(reviews)} reviews, last ${tokens}`,
  invalid: (least: number, most: number) => `A whole number from ${count(least)} to ${count(most)}, please.`,
  invalidKept: (kept: number) => `The run would use ${count(kept)}.`,
  reset: 'Reset to defaults',
  undo: 'Undo the reset',
  refused: (setting: string, received: string, used: string) =>
    `The link asked for ${setting} “${received}”, which no run takes. ${used} stands instead.`,
  partMissing: 'A part of this page could not be loaded. Check the connection, then try again.',
  cell: 'cell',
  ownCell: 'A cell of your own',
  heading: (cell: string, units: number) => `${cell}, ${units} ${units === 1 ? 'unit' : 'units'}`,
  train: 'Train',
  trainAgain: 'Train again',
  stop: 'Stop',
  stopNote: 'Stop keeps what was learnt.',
  status: {
    idle: (batches: number) => `Not trained yet. The run would take ${count(batches)} batches of 32 reviews.`,
    loading: 'Loading the reviews.',
    retrying: 'Waiting for the connection.',
    choosing: 'Starting the engine.',
    training: (epoch: number, epochs: number, batch: number, of: number, loss: number | undefined) =>
      `Training. Epoch ${epoch} of ${epochs}, batch ${count(batch)} of ${count(of)}${
        loss === undefined ? '' : `, loss ${loss.toFixed(3)}`
      }.`,
    stopping: 'Stopping after this batch, then reading the held-out reviews.',
    testing: 'Reading the held-out reviews.',
    finished: (epochs: number) => `Finished ${epochs === 1 ? 'its epoch' : `all ${epochs} epochs`}.`,
    stopped: (step: number, steps: number) =>
      `Stopped after batch ${count(step)}${steps > 0 ? ` of ${count(steps)}` : ''}. What it had learnt by then is in place.`,
    diverged: (step: number) => `Ended at batch ${count(step)}: the loss stopped being a number.`,
    failed: 'It could not go on.',
    changed: 'The settings now are others; Train takes those.',
    kept: (step: number) => `Opened as it was kept, at batch ${count(step)}.`,
  },
  engine: {
    tag: 'engine',
    names: { wasm: 'WebAssembly', webgl: 'WebGL', tfjs: 'TensorFlow.js' },
    choose: 'Engine to train with',
    fastest: 'The fastest',
    idle: 'Training starts on WebAssembly, which runs on the processor. WebGL, which runs on the graphics chip, is tried beside it and takes over where it is faster.',
    memory: (bytes: number) => `The run will take about ${megabytes(bytes)} MB of memory.`,
    loading: (done: number, of: number) => `Loading the reviews: ${kilobytes(done)} of ${kilobytes(of)} kB.`,
    starting: 'Starting the engine and looking for the reviews.',
    retrying: (attempt: number, seconds: number, reason: string) =>
      `${reason}. Trying again in ${seconds} s (attempt ${attempt}). What has come so far is kept.`,
    choosing: 'The reviews are here. Starting the engine.',
    speed: (milliseconds: number) => `${oneBatch(milliseconds)} a batch.`,
    trying: (other: string) => `${other} is being tried beside it.`,
    faster: (other: string, milliseconds: number) => `${other} takes ${oneBatch(milliseconds)}.`,
    asked: 'You chose it.',
    refused: (other: string, reason: string) => `${other} can’t train here: ${reason}`,
    restarted: (why: 'silent' | 'died' | 'context' | 'wrong', at: number, from: number) =>
      `${
        {
          silent: 'The engine stopped answering',
          died: 'The engine broke off',
          context: 'The browser took the graphics chip away',
          wrong: 'The engine was found to compute wrong numbers',
        }[why]
      } at batch ${count(at)}. A fresh one goes on ${
        from === 0 ? 'from the beginning' : `from batch ${count(from)}, the last that was kept`
      }.`,
    diverged: (step: number, lastLoss: number) =>
      `The loss stopped being a number (NaN) at batch ${count(step)}${
        Number.isFinite(lastLoss) ? `; before that it was ${scientific(lastLoss)}` : ''
      }.`,
    culprit: {
      value: (name: string, statement: string, review: number, word: number, value: number) =>
        `The first value out of reach is ${name} in “${statement}”, at word ${count(word)} of review ${count(review)}: ${scientific(value)}. 32 bits hold numbers up to 3.4 × 10³⁸.`,
      derivative: (name: string, statement: string, review: number, word: number, value: number) =>
        `On the way back, the first derivative out of reach is that of ${name} in “${statement}”, at word ${count(word)} of review ${count(review)}: ${scientific(value)}. 32 bits hold numbers up to 3.4 × 10³⁸.`,
      weight: (variable: string, value: number) =>
        `The batch before had left ${scientific(value)} in the weights ${variable}.`,
      logit: (review: number, value: number) =>
        `The first value out of reach is the verdict on review ${count(review)}: log-odds of ${scientific(value)}.`,
      norm: (value: number) =>
        `Every value is a number, but the gradient is too long: the sum of its squares is out of reach, and its length became ${scientific(value)}. 32 bits hold numbers up to 3.4 × 10³⁸.`,
    },
    divergedNext: (good: number) =>
      good === 0
        ? 'The weights are back where they began. Smaller steps are likely to help.'
        : `The weights are back where they were after batch ${count(good)}. Smaller steps are likely to help.`,
    slower: (good: number, rate: number) =>
      good === 0
        ? `Train at rate ${scientific(rate)}`
        : `Go on from batch ${count(good)} at rate ${scientific(rate)}`,
    failed: 'The settings and the curve are kept.',
    tryAgain: 'Try again',
    otherSeed: 'Train with another seed',
    dropped:
      'An earlier version of this page had kept a run here. This version can’t go on with it, so it was dropped.',
    storage:
      'This browser keeps nothing for the page (storage is refused or full): a run works all the same, but closing the page loses it.',
  },
  progress: {
    label: 'Epochs of the run',
    bar: 'Share of the reviews loaded',
    gone: (seconds: number) => `${duration(seconds)} gone`,
    took: (seconds: number) => `It took ${duration(seconds)}.`,
    left: (seconds: number) => `about ${duration(seconds)} left`,
    epoch: (epoch: number, state: 'done' | 'now' | 'part' | 'next') =>
      `epoch ${epoch}, ${{ done: 'done', now: 'running', part: 'broken off', next: 'to come' }[state]}`,
  },
  charts: {
    loss: 'Loss',
    accuracy: 'Accuracy',
    validation: 'validation',
    training: 'training',
    batches: 'batches',
    leastLoss: (epoch: number, value: string) => `epoch ${epoch} (least loss): ${value}`,
    now: 'now',
    stopped: 'stopped',
    empty: {
      loss: 'Loss begins near 0.69, which is what guessing costs (ln 2), and should fall.',
      accuracy: 'Accuracy begins near 0.5, a coin’s, and should rise.',
    },
    note: 'x counts epochs. The thin line is the loss of the batches, smoothed; validation is read after each epoch on reviews that the run never learns from. The dashed line marks the epoch of the least validation loss.',
    lossLabel: 'Loss over epochs',
    accuracyLabel: 'Accuracy over epochs',
    table: 'The numbers of the charts',
    epoch: 'epoch',
    columns: {
      trainingLoss: 'training loss',
      validationLoss: 'validation loss',
      trainingAccuracy: 'training accuracy',
      validationAccuracy: 'validation accuracy',
    },
    failed: 'The charts could not be loaded. The numbers stand in the table below.',
  },
  result: {
    title: 'Held-out reviews',
    guessing: '50 %, guessing',
    waiting: 'When the run ends it reads 3,000 reviews that neither training nor validation has seen, once.',
    share: (accuracy: number) => `${(100 * accuracy).toFixed(1)} %`,
    read: (reviews: number) => `of ${count(reviews)} held-out reviews read rightly.`,
    interval: (low: number, high: number) =>
      `95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %: another draw of as many reviews would move it about so far.`,
    loss: (loss: number) => `Mean loss ${loss.toFixed(3)}; guessing costs 0.693.`,
    untested: 'The held-out reviews have not been read with these weights.',
    dropped: 'There are no weights to read them with.',
  },
  review: {
    title: 'Your own review',
    label: 'A film review',
    sample:
      'I expected a dull film, but the ending was wonderful and moving, and I would happily see it again.',
    read: 'Read it',
    reading: 'Reading.',
    untrained: 'Train first; then the model reads whatever you write here.',
    empty: 'There is nothing to read yet. Write a sentence or two.',
    wordless: 'There is no word in it: letters or digits are what a model reads.',
    changed: 'The text has changed since it was read.',
    positive: 'positive',
    negative: 'negative',
    probability: (p: number) => `Probability that it is praise: ${p.toFixed(2)}.`,
    cut: (read: number, length: number) =>
      `It has ${count(length)} words; the model reads the last ${count(read)}.`,
    known: (share: number, words: number) =>
      share === 0
        ? `All ${count(words)} words are in its vocabulary.`
        : `${Math.round(100 * share)} % of the ${count(words)} words are not in its vocabulary and look all the same to it.`,
    strange:
      'With so few words that it knows, its verdict says little. It learnt from English reviews alone.',
    below: 'Below each word',
    pushes: 'its push',
    ids: 'its id',
    pushNote: (bound: string) =>
      `Shade and number: how far the verdict’s log-odds moved when the word was read, shade on ±${bound}.`,
    idNote:
      'The number that the word becomes; 2 stands for every word outside the vocabulary, 1 for the start.',
    sum: (start: string, words: string, total: string) =>
      `${start} to begin with, and the words add ${words}: ${total}.`,
    words: 'The words, as the model reads them',
    open: 'Open this model in the stage',
    close: 'Close the stage',
    opening: 'Opening the stage.',
  },
  stage: {
    title: 'Your model, opened',
    origin: (reviews: number, step: number) =>
      `trained here on ${count(reviews)} reviews, ${count(step)} batches`,
    failed: (message: string) =>
      `The stage could not open. ${message} The model is kept as long as this page is open.`,
    answered: (status: number) => `The server answered ${status} for the equations.`,
    again: 'Try again',
  },
  explorer: {
    title: 'What a review becomes',
    text: 'A model never sees a text. It sees words, each word’s number, and padding in front where a review is short. Look at any of the held-out reviews.',
    open: 'Show the reviews',
    loading: (done: number, of: number) => `Loading: ${kilobytes(done)} of ${kilobytes(of)} kB.`,
    opening: 'Loading the reviews.',
    retry: 'Try again',
    place: (n: number, of: number) => `Review ${count(n)} of ${count(of)}`,
    label: { positive: 'Its writer liked the film.', negative: 'Its writer did not like the film.' },
    previous: 'Previous',
    next: 'Next',
    random: 'Any other',
    written: 'As it was written',
    cut: (words: number) => `The ${count(words)} words in grey come before the last that are kept.`,
    whole: 'It is kept whole.',
    row: (tokens: number) => `As the model reads it: a row of ${count(tokens)} numbers`,
    unknown: (share: number) =>
      share === 0
        ? 'Every kept word is in the vocabulary.'
        : `${Math.round(100 * share)} % of the kept words are outside the vocabulary: framed, and all of them 2, so the model can’t tell one from another.`,
    ids: (vocabulary: number) =>
      `0 fills up a short review, 1 marks its start. From 3 on words are numbered by how often they occur, 3 the most frequent; of the vocabulary this run knows ${count(vocabulary)} numbers.`,
    padding: (n: number) => `padding, ${count(n)} ×`,
    start: '(start)',
  },
  last: {
    stopped: (cell: string, step: number, ago: string) =>
      `Your last run: ${cell}, kept at batch ${count(step)}, ${ago}.`,
    finished: (cell: string, ago: string) => `Your last run: ${cell}, finished, ${ago}.`,
    goOn: 'Go on',
    open: 'Open',
    discard: 'Discard',
    discarded: 'Discarded.',
  },
  live: {
    started: 'The run has started.',
    cancelled: 'Stopped before training began. Nothing has changed.',
    epoch: (epoch: number, epochs: number, loss: number, accuracy: number) =>
      `Epoch ${epoch} of ${epochs}: validation loss ${loss.toFixed(2)}, accuracy ${accuracy.toFixed(2)}.`,
    ended: (accuracy: number, reviews: number) =>
      `The run has ended: ${(100 * accuracy).toFixed(1)} % of ${count(reviews)} held-out reviews read rightly.`,
  },
  noScripts: 'Training needs JavaScript, which is off in this browser. The lessons read well without it.',
};
