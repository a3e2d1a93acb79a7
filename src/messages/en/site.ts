/** The frame that every page shares: header, footer, the list of lessons, 404. */
export const site = {
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
};
