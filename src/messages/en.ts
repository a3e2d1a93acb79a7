import type { LatchVerdict } from '../components/lesson/latch.ts';

/**
 * Every text of the interface in English; the page's islands take theirs from here, so that a language is one
 * file. A section a subject; a text with numbers in it is a function. Minus is U+2212.
 */
export const en = {
  site: {
    name: 'Unrolled',
    motto: 'open a recurrent network and watch it read',
    skip: 'Skip to the content',
    navigation: 'Site',
    menu: 'Menu',
    sections: { lessons: 'Lessons', stage: 'Stage', lab: 'Lab' },
    theme: { label: 'Colours', light: 'Light', dark: 'Dark' },
    outline: 'In this lesson',
    lesson: {
      place: (order: number, title: string) => `${order} · ${title.split(':')[0]}`,
      meta: (order: number, minutes: number) => `Lesson ${order} · about ${minutes} minutes`,
    },
    lessons: {
      description:
        'How networks that read a sequence word by word work, from the first tokens to the gates, each with a model that runs in the page.',
      minutes: (minutes: number) => `${minutes} min`,
      toCome: 'to come',
      planned: [
        { order: 1, title: 'Sequences', summary: 'from a review to numbers' },
        {
          order: 2,
          title: 'The recurrent cell',
          summary: 'Elman, Jordan, and one set of weights for every step',
        },
        { order: 3, title: 'Learning through time', summary: 'why the error fades, and where it explodes' },
        { order: 4, title: 'LSTM', summary: 'a memory with gates' },
        { order: 5, title: 'GRU', summary: 'two gates, and two conventions' },
        {
          order: 6,
          title: 'Stacks, directions, dropout, masks',
          summary: 'what toolkits wrap around a cell',
        },
        { order: 7, title: 'The family tree', summary: 'minimal gates, peepholes, Hopfield’s other road' },
        { order: 8, title: 'The IMDB lab', summary: 'train on film reviews, and read the mistakes' },
        { order: 9, title: 'What came next', summary: 'attention, memory, sequence to sequence' },
        { order: 10, title: 'What tutorials get wrong', summary: 'each claim run both ways, side by side' },
        { order: 11, title: 'Questions and answers', summary: 'short, with the figure that shows it' },
      ],
    },
    footer: {
      licences: 'Code under the MIT licence, lessons under CC BY 4.0.',
      data: 'Reviews: the Large Movie Review Dataset.',
      privacy: 'Everything runs in this browser. What you type and train stays on your machine.',
    },
    notFound: {
      title: 'No page here',
      description: 'This address leads to no page of the site.',
      text: 'Nothing has this address. It may have been mistyped, or the link that led here is older than the site.',
      ways: 'What is here:',
      lessons: 'lessons that run in the page',
      stage: 'a cell, opened, reading a review',
      lab: 'train a cell on film reviews',
    },
  },
  home: {
    title: 'Open a recurrent network and watch it read.',
    description:
      'Read how LSTM and its relatives work, step a cell through a film review gate by gate with real numbers, and train one in the page.',
    lead: 'A lesson that runs, a cell that you step through a film review gate by gate, and a lab that trains one on real reviews in this page, then opens what it learnt.',
    read: (lesson: string) => `Read the ${lesson} lesson`,
    train: 'Train a model',
    lessons: 'One can be read now. The others are planned in this order.',
    figure: {
      label: (cell: string, sentence: string, word: string) =>
        `An ${cell} reads “${sentence}”. Its equations are shown with their numbers at “${word}”, and below them its state and its verdict after each word.`,
      title: (cell: string) => `${cell}, opened at`,
      roles: {
        forget: 'forget gate: what share of the old state stays',
        input: 'input gate: how much of the candidate comes in',
        output: 'output gate: how much of the state shows',
        candidate: 'candidate: what would be added',
        state: 'cell state: the old, scaled, plus the new',
        hidden: 'hidden state: what the next word and the verdict see',
        update: 'update gate: how much is kept and how much is new',
        reset: 'reset gate: how much of the old state the candidate sees',
      },
      unit: (unit: number) => `unit ${unit}`,
      positive: 'p(positive)',
      after: (word: string, p: string) => `after ${word}: probability of praise ${p}`,
      source: (reviews: number, accuracy: number) =>
        `Real numbers: 16 units, trained on ${count(reviews)} film reviews; it reads ${(100 * accuracy).toFixed(1)} % of 3,000 held-out ones rightly. Blue is positive, orange negative, pale near zero.`,
    },
    features: {
      step: {
        title: 'Step through a cell',
        text: 'Equations, numbers and the state over the words are views of one moment. Point at a letter in one and it lights up in all.',
      },
      train: {
        title: 'Train it here',
        text: 'From an Elman network to an LSTM with peepholes, on film reviews. It runs on your machine and needs no account.',
        caption: 'validation loss after each epoch',
        picture: (epoch: number, loss: number) =>
          `Validation loss over the epochs of the lesson’s LSTM; it is least after epoch ${epoch}, ${loss.toFixed(2)}.`,
      },
      open: {
        title: 'Open what you trained',
        text: 'Put your own model under the same glass, on a review that you write, and see which word moved it.',
      },
    },
  },
  stage: {
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
      matrix: (_role: string | undefined, { multiplies }: { multiplies: string | undefined }) =>
        multiplies === undefined ? 'weights' : `weights on ${multiplies.replace("'", '′')}`,
      vector: (_role: string | undefined, { feeds }: { feeds: string | undefined }) =>
        feeds === undefined
          ? 'trained numbers, one a unit'
          : `trained numbers, one a unit, in ${feeds.replace("'", '′')}`,
    },
    inspector: {
      numbers: (count: number) => (count === 1 ? '1 number' : `${count} numbers`),
      matrix: (rows: number, columns: number) => `${rows} × ${columns} numbers`,
      between: (low: number, high: number) => ` from ${`${low}`.replace('-', '\u2212')} to ${high}`,
      ofWord: (word: string) => `of “${word}”`,
      after: (word: string) => `left by “${word}”`,
      atFirst: 'zeros before the first word',
      line: (line: number) => `made in line ${line}`,
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
  },
  lesson: {
    check: 'Check',
    right: 'Yes.',
    wrong: 'Not that.',
    chooseFirst: 'Choose an answer first; a guess is welcome.',
    wholeNumber: 'Write a whole number, such as 1,600.',
    hint: (step: number) => `Hint ${step}`,
    worked: 'Worked answer',
    predict: 'Predict first',
    exercise: (number: number, title: string) => `Exercise ${number}: ${title}`,
    read: {
      whole: 'Read for this lesson.',
      abstract: 'Abstract read; cited for the rest.',
      not: 'Cited, not read for this lesson.',
    },
    table: 'The same in numbers',
    shapes: {
      caption: (name: string, input: number, units: number) =>
        `What the ${name} trains with an input of ${input} and ${units} units`,
      parameters: 'parameters',
      shape: 'shape of each',
      count: (input: number, units: number) => `numbers, input ${input}, units ${units}`,
      total: 'all together',
    },
    gradient: {
      title: 'What arrives of the gradient, on its way back through the words',
      caption: (reviews: number) =>
        `Size of the gradient of the verdict’s log-odds at the state, divided by its size at the last word: the median over ${reviews} reviews that neither network was trained on; a bar holds the middle 80 % of them.`,
      label:
        'Two lines on a logarithmic axis, words back from the last word to 127 before it; the table below holds their numbers',
      stripLabel: (at: number) => `One stroke a review: what arrives ${at} words back, on a logarithmic axis`,
      lastWord: 'last word',
      back: 'words back',
      wordsBack: 'words back',
      median: (ratio: string) => `median ${ratio}`,
      tableCaption:
        'Share of the gradient that arrives, by words back: the median, and the middle 80 % of the reviews',
    },
    latch: {
      bf: 'forget bias',
      Wi: 'input gate’s weight',
      bi: 'input gate’s bias',
      step: 'step',
      table: 'The unit at each step',
      verdict: (verdict: LatchVerdict, least: number) => {
        const number = (value: number) => value.toFixed(2).replace('-', '\u2212');
        switch (verdict.kind) {
          case 'kept':
            return `Kept: ${number(verdict.stored)} went in, ${number(verdict.last)} is still there seven steps later.`;
          case 'notStored':
            return `Only ${number(verdict.stored)} went in at step 1; at least ${number(least)} is asked. The input gate has to open for x = 1: its argument there is the weight plus the bias.`;
          case 'leaked':
            return `${number(verdict.stored)} went in, but the forget gate lets only ${number(verdict.left)} of it through the seven later steps. Seven factors multiply, so each must be very near 1.`;
          case 'disturbed':
            return `${number(verdict.stored)} went in and the forget gate kept it, but later inputs added ${number(verdict.added)}. The input gate has to stay shut for x up to 0.4.`;
        }
      },
    },
    find: {
      ask: 'Ask from where the stage stands',
      nowhere: 'The stage hasn’t been moved yet. Move it to a word and choose a unit, then ask again.',
      here: (word: string, unit: number, letter: string, value: string) =>
        `At “${word}”, unit ${unit} has ${letter} = ${value}.`,
      found: 'Found.',
      further: (seek: 'least' | 'most', inWord: boolean, inUnit: boolean) => {
        const more = seek === 'least' ? 'less' : 'more';
        if (inWord) return `At this word no other unit has ${more}; look at the other words.`;
        if (inUnit)
          return `This unit never has ${more}; some other unit does at another word or at this one.`;
        return `There is ${more} elsewhere: at this word in other units, and in this unit at other words.`;
      },
      withoutScript: (letter: string, value: string) =>
        `Without JavaScript the stage can’t be asked; the number to find is ${letter} = ${value}.`,
    },
  },
  engine: {
    /** Why an engine can’t train here, after “… can’t train here: ”; keys are the engine’s own codes. */
    problems: {
      'no-webassembly': 'this browser has no WebAssembly.',
      'wasm-refused': 'this browser refuses to run WebAssembly for the page.',
      'no-webgl2': 'this browser offers no WebGL 2.',
      'float16-only': 'the graphics chip computes with 16-bit numbers only, too coarse to learn with.',
      'webgl-refused': 'WebGL could not be started.',
      'software-renderer': 'it has no graphics chip to run on, and emulating one on the processor is slower.',
      'slow-start': 'it took too long to start.',
      'wrong-numbers': 'it computed wrong numbers on a batch whose numbers are known.',
    },
  },
  lab: {
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
    invalid: (least: number, most: number) =>
      `A whole number from ${count(least)} to ${count(most)}, please.`,
    invalidKept: (kept: number) => `The run would use ${count(kept)}.`,
    reset: 'Reset to defaults',
    undo: 'Undo the reset',
    refused: (setting: string, received: string, used: string) =>
      `The link asked for ${setting} “${received}”, which no run takes. ${used} stands instead.`,
    cell: 'cell',
    ownCell: 'A cell of your own',
    heading: (cell: string, units: number) => `${cell}, ${units} ${units === 1 ? 'unit' : 'units'}`,
    train: 'Train',
    trainAgain: 'Train again',
    stop: 'Stop',
    stopNote: 'Stop keeps what was learnt.',
    status: {
      idle: (batches: number) =>
        `Not trained yet. The run would take ${count(batches)} batches of 32 reviews.`,
      loading: 'Loading the reviews.',
      retrying: 'Waiting for the connection.',
      choosing: 'Finding the faster engine.',
      training: (epoch: number, epochs: number, batch: number, of: number) =>
        `Training. Epoch ${epoch} of ${epochs}, batch ${count(batch)} of ${count(of)}.`,
      stopping: 'Stopping after this batch, then reading the held-out reviews.',
      testing: 'Reading the held-out reviews.',
      finished: (epochs: number) => `Finished ${epochs === 1 ? 'its epoch' : `all ${epochs} epochs`}.`,
      stopped: (step: number, steps: number) =>
        `Stopped after batch ${count(step)}${steps > 0 ? ` of ${count(steps)}` : ''}. What it had learnt by then is in place.`,
      diverged: (step: number) => `Ended at batch ${count(step)}: the loss stopped being a number.`,
      failed: 'It could not go on.',
      kept: (step: number) => `Opened as it was kept, at batch ${count(step)}.`,
    },
    engine: {
      tag: 'engine',
      names: { wasm: 'WebAssembly', webgl: 'WebGL' },
      idle: 'Two engines can train here, WebAssembly on the processor and WebGL on the graphics chip. Train times both on your model and takes the faster.',
      loading: (done: number, of: number) =>
        `Loading the reviews: ${kilobytes(done)} of ${kilobytes(of)} kB.`,
      starting: 'Starting the engine and looking for the reviews.',
      retrying: (attempt: number, seconds: number, reason: string) =>
        `${reason}. Trying again in ${seconds} s (attempt ${attempt}). What has come so far is kept.`,
      choosing: 'The reviews are here. Timing both engines on a few batches of your model.',
      speed: (milliseconds: number) =>
        `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms a batch.`,
      faster: (other: string, milliseconds: number) =>
        `Chosen because ${other} is slower here (${milliseconds < 10 ? milliseconds.toFixed(1) : count(Math.round(milliseconds))} ms).`,
      asked: 'You chose it.',
      refused: (other: string, reason: string) => `${other} can’t train here: ${reason}`,
      restarted: (why: 'silent' | 'died', at: number, from: number) =>
        `The engine ${why === 'silent' ? 'stopped answering' : 'broke off'} at batch ${count(at)}. A fresh one goes on ${
          from === 0 ? 'from the beginning' : `from batch ${count(from)}, the last that was kept`
        }.`,
      diverged: (step: number, loss: string) =>
        `The loss became NaN at batch ${count(step)}; before it, it was ${loss}. Its weights are of no use, so they were dropped; the curve is kept.`,
      divergedNext: 'Train again with another seed, or with fewer units.',
      failed: 'Nothing is lost of the settings and the curve.',
      tryAgain: 'Try again',
      otherSeed: 'Train with another seed',
      storage:
        'This browser keeps nothing for the page (storage is refused or full): a run works all the same, but closing the page loses it.',
    },
    progress: {
      label: 'Epochs of the run',
      bar: 'Share of the reviews loaded',
      gone: (seconds: number) => `${duration(seconds)} gone`,
      left: (seconds: number) => `about ${duration(seconds)} left`,
      epoch: (epoch: number, state: 'done' | 'now' | 'next') =>
        `epoch ${epoch}, ${{ done: 'done', now: 'running', next: 'to come' }[state]}`,
    },
    charts: {
      loss: 'Loss',
      accuracy: 'Accuracy',
      validation: 'validation',
      training: 'training',
      batches: 'batches',
      best: (epoch: number, value: string) => `best: epoch ${epoch}, ${value}`,
      bestSoFar: (epoch: number, value: string) => `best so far: epoch ${epoch}, ${value}`,
      now: 'now',
      stopped: 'stopped',
      empty: {
        loss: 'Loss begins near 0.69, which is what guessing costs (ln 2), and should fall.',
        accuracy: 'Accuracy begins near 0.5, a coin’s, and should rise.',
      },
      note: 'x counts epochs. The thin line is the loss of the batches, smoothed; validation is read after each epoch on reviews that the run never learns from. Best is the epoch of the least validation loss.',
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
      waiting:
        'When the run ends it reads 3,000 reviews that neither training nor validation has seen, once.',
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
      failed: (message: string) => `The stage could not open: ${message}`,
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
      row: (tokens: number) => `As the model reads it, ${count(tokens)} columns`,
      unknown: (share: number) =>
        `${Math.round(100 * share)} % of the kept words are outside the vocabulary (id 2).`,
      padding: (n: number) => `${count(n)} × padding, id 0`,
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
      epoch: (epoch: number, epochs: number, loss: number, accuracy: number) =>
        `Epoch ${epoch} of ${epochs}: validation loss ${loss.toFixed(2)}, accuracy ${accuracy.toFixed(2)}.`,
      ended: (accuracy: number, reviews: number) =>
        `The run has ended: ${(100 * accuracy).toFixed(1)} % of ${count(reviews)} held-out reviews read rightly.`,
    },
    noScripts: 'Training needs JavaScript, which is off in this browser. The lessons read well without it.',
  },
};

const count = (n: number): string => n.toLocaleString('en');
const kilobytes = (bytes: number): string => count(Math.round(bytes / 1000));
const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;

/** The type that every other language's file satisfies. */
export type Messages = typeof en;
