/** A work that lessons cite. */
export interface Reference {
  /** First author and year, as cells and lessons name it: `gers2000`. */
  readonly key: string;
  /** Surname first. */
  readonly authors: readonly string[];
  readonly year: number;
  readonly title: string;
  /** Journal, volume, pages; or proceedings; or publisher. */
  readonly where: string;
  readonly doi?: string;
  readonly url?: string;
  /** How much of it was read for what the lessons say of it. */
  readonly read: 'whole' | 'abstract' | 'not';
}

/** The bibliography: every key that a lesson or a cell names stands here. */
export const references: readonly Reference[] = [
  {
    key: 'cho2014',
    authors: [
      'Cho, K.',
      'van Merriënboer, B.',
      'Gulcehre, C.',
      'Bahdanau, D.',
      'Bougares, F.',
      'Schwenk, H.',
      'Bengio, Y.',
    ],
    year: 2014,
    title: 'Learning phrase representations using RNN encoder–decoder for statistical machine translation',
    where:
      'Proceedings of the 2014 Conference on Empirical Methods in Natural Language Processing, pp. 1724–1734',
    doi: '10.3115/v1/D14-1179',
    read: 'not',
  },
  {
    key: 'chung2014',
    authors: ['Chung, J.', 'Gulcehre, C.', 'Cho, K.', 'Bengio, Y.'],
    year: 2014,
    title: 'Empirical evaluation of gated recurrent neural networks on sequence modeling',
    where: 'arXiv:1412.3555',
    url: 'https://arxiv.org/abs/1412.3555',
    read: 'abstract',
  },
  {
    key: 'elman1990',
    authors: ['Elman, J. L.'],
    year: 1990,
    title: 'Finding structure in time',
    where: 'Cognitive Science 14(2), pp. 179–211',
    doi: '10.1207/s15516709cog1402_1',
    read: 'not',
  },
  {
    key: 'gers1999',
    authors: ['Gers, F. A.', 'Schmidhuber, J.', 'Cummins, F.'],
    year: 1999,
    title: 'Learning to forget: continual prediction with LSTM',
    where: 'Ninth International Conference on Artificial Neural Networks (ICANN 99), vol. 2, pp. 850–855',
    doi: '10.1049/cp:19991218',
    read: 'abstract',
  },
  {
    key: 'gers2000',
    authors: ['Gers, F. A.', 'Schmidhuber, J.', 'Cummins, F.'],
    year: 2000,
    title: 'Learning to forget: continual prediction with LSTM',
    where: 'Neural Computation 12(10), pp. 2451–2471',
    doi: '10.1162/089976600300015015',
    read: 'abstract',
  },
  {
    key: 'gers2000peepholes',
    authors: ['Gers, F. A.', 'Schmidhuber, J.'],
    year: 2000,
    title: 'Recurrent nets that time and count',
    where:
      'Proceedings of the International Joint Conference on Neural Networks (IJCNN 2000), vol. 3, pp. 189–194',
    doi: '10.1109/IJCNN.2000.861302',
    read: 'abstract',
  },
  {
    key: 'greff2017',
    authors: ['Greff, K.', 'Srivastava, R. K.', 'Koutník, J.', 'Steunebrink, B. R.', 'Schmidhuber, J.'],
    year: 2017,
    title: 'LSTM: a search space odyssey',
    where: 'IEEE Transactions on Neural Networks and Learning Systems 28(10), pp. 2222–2232',
    doi: '10.1109/TNNLS.2016.2582924',
    read: 'not',
  },
  {
    key: 'hochreiter1997',
    authors: ['Hochreiter, S.', 'Schmidhuber, J.'],
    year: 1997,
    title: 'Long short-term memory',
    where: 'Neural Computation 9(8), pp. 1735–1780',
    doi: '10.1162/neco.1997.9.8.1735',
    read: 'abstract',
  },
  {
    key: 'jordan1986',
    authors: ['Jordan, M. I.'],
    year: 1986,
    title: 'Attractor dynamics and parallelism in a connectionist sequential machine',
    where: 'Proceedings of the Eighth Annual Conference of the Cognitive Science Society, pp. 531–546',
    read: 'not',
  },
  {
    key: 'jozefowicz2015',
    authors: ['Jozefowicz, R.', 'Zaremba, W.', 'Sutskever, I.'],
    year: 2015,
    title: 'An empirical exploration of recurrent network architectures',
    where: 'Proceedings of the 32nd International Conference on Machine Learning, PMLR 37, pp. 2342–2350',
    url: 'https://proceedings.mlr.press/v37/jozefowicz15.html',
    read: 'abstract',
  },
  {
    key: 'maas2011',
    authors: ['Maas, A. L.', 'Daly, R. E.', 'Pham, P. T.', 'Huang, D.', 'Ng, A. Y.', 'Potts, C.'],
    year: 2011,
    title: 'Learning word vectors for sentiment analysis',
    where:
      'Proceedings of the 49th Annual Meeting of the Association for Computational Linguistics, pp. 142–150',
    url: 'https://aclanthology.org/P11-1015/',
    read: 'not',
  },
  {
    key: 'tallec2018',
    authors: ['Tallec, C.', 'Ollivier, Y.'],
    year: 2018,
    title: 'Can recurrent neural networks warp time?',
    where: 'International Conference on Learning Representations; arXiv:1804.11188',
    url: 'https://arxiv.org/abs/1804.11188',
    read: 'not',
  },
  {
    key: 'zhou2016',
    authors: ['Zhou, G.-B.', 'Wu, J.', 'Zhang, C.-L.', 'Zhou, Z.-H.'],
    year: 2016,
    title: 'Minimal gated unit for recurrent neural networks',
    where: 'International Journal of Automation and Computing 13(3), pp. 226–234',
    doi: '10.1007/s11633-016-1006-2',
    read: 'not',
  },
];

/** @throws Error for a key that isn't in the bibliography */
export function referenceOf(key: string): Reference {
  const reference = references.find((candidate) => candidate.key === key);
  if (reference === undefined)
    throw new Error(
      `there is no reference ${key}. Add it to src/components/lesson/references.ts with its DOI.`,
    );
  return reference;
}

/** As a text cites it: `Gers, Schmidhuber and Cummins 2000`, `Maas et al. 2011`. */
export function shortName({ authors, year }: Reference): string {
  const surnames = authors.map((author) => author.split(',')[0] ?? author);
  const last = surnames.at(-1) ?? '';
  if (surnames.length === 1) return `${last} ${year}`;
  if (surnames.length > 3) return `${surnames[0]} et al. ${year}`;
  return `${surnames.slice(0, -1).join(', ')} and ${last} ${year}`;
}
