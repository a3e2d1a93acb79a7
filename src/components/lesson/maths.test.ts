import { expect, it } from 'vitest';
import { maths, withMaths } from './maths.ts';

it('gives every letter of the cell the colour of its role', () => {
  const html = maths("\\c' = \\f \\ast \\c + \\i \\ast \\g, \\quad \\h' = \\o \\ast \\tanh(\\c')");
  for (const role of ['state', 'forget', 'input', 'candidate', 'hidden', 'output'])
    expect(html).toContain(`role-${role}`);
});

it('escapes what is no maths', () => {
  expect(withMaths('a < b & "c"')).toBe('a &lt; b &amp; &quot;c&quot;');
  expect(withMaths('keeps $\\f$ <b>')).toMatch(/^keeps <span class="katex">.*role-forget.*&lt;b&gt;$/s);
});

it('refuses maths that is left open or does not read', () => {
  expect(() => withMaths('costs $5')).toThrow(/no partner/);
  expect(() => maths('\\nosuchmacro')).toThrow();
});
