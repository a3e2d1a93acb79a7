import type { LatchVerdict } from '../../components/lesson/latch.ts';

/** Exercises, figures and references of the lessons. */
export const lesson = {
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
      'Two lines and a dotted one on a logarithmic axis, from the last word back to the first; the table below holds their numbers',
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
      if (inUnit) return `This unit never has ${more}; some other unit does at another word or at this one.`;
      return `There is ${more} elsewhere: at this word in other units, and in this unit at other words.`;
    },
    withoutScript: (letter: string, value: string) =>
      `Without JavaScript the stage can’t be asked; the number to find is ${letter} = ${value}.`,
  },
};
