import { count } from './quantity.ts';

/** The home page. */
export const home = {
  title: 'Open a recurrent network and watch it read.',
  description:
    'Read how LSTM and its relatives work, step a cell through a film review gate by gate with real numbers, and train one in the page.',
  lead: 'Learn how recurrent networks work (RNN, LSTM, GRU): step through a cell gate by gate, train one on real film reviews in this page, then open the one you trained.',
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
};
