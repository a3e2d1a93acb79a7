import { expect, it } from 'vitest';
import { answer } from './stage-find.ts';

const search = {
  letter: 'f',
  words: ['dull', 'film'],
  table: [
    [0.9, 0.4],
    [0.8, 0.6],
  ],
  seek: 'least',
} as const;

it('says what stands where the stage stands, and how it compares', () => {
  expect(answer(search, '#at=1.5.1')).toMatch(/^Found.*dull.*unit 1.*0\.40/);
  expect(answer(search, '#at=2.1.1')).toMatch(/film.*unit 1.*0\.60.*no other unit.*other words/);
  expect(answer(search, '#at=2.1.0')).toMatch(/0\.80.*other unit/);
  expect(answer(search, '#at=1.1.0')).toMatch(/0\.90/);
});

it('asks for a move where the address has no place on this stage', () => {
  for (const hash of ['', '#the-way-back', '#at=9.1.0', '#at=1.1.7'])
    expect(answer(search, hash)).toMatch(/move/i);
});
