import type { Problem } from './graph.ts';

/** The only error that reading a text throws. `message` says place, met, expected and mend in one line. */
export class EquationError extends Error {
  override readonly name = 'EquationError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    const { line, column, met, expected, mend } = problem;
    super(`line ${line}, column ${column}: met ${met}, expected ${expected}. ${mend}`);
    this.problem = problem;
  }
}
