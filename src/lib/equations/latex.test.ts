import fc from 'fast-check';
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { cellText } from './arbitrary.ts';
import { latex, symbolLatex } from './latex.ts';
import { parse } from './parse.ts';

const ROLES = new Map([
  ['f', 'forget'],
  ['c', 'state'],
  ['h', 'hidden'],
]);

/** As the site sets its formulas; throws where KaTeX can't read the TeX. */
function render(tex: string): string {
  return katex.renderToString(tex, { throwOnError: true, trust: true, strict: false });
}

/** The right side of the last line, without wrappers: what the eye reads. */
function bare(text: string): string {
  const tex = latex(parse(text)).at(-1) ?? '';
  return tex
    .replace(/^[^=]*=[^=]* = /, '')
    .replace(/\{\\htmlData\{symbol=[^}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}\}/g, '$1')
    .replaceAll('\\mkern3mu ', '\\,');
}

describe('latex', () => {
  it('wraps every symbol in braces of its own, the left side too', () => {
    const [first, second] = latex(parse("f = sigmoid(Wf x + bf)\nc' = f * c"), { roles: ROLES });
    expect(first).toBe(
      '{\\htmlData{symbol=f}{\\htmlClass{role-forget}{f}}} = ' +
        '\\sigma({\\htmlData{symbol=Wf}{W_{\\htmlClass{role-forget}{f}}}}\\mkern3mu {\\htmlData{symbol=x}{x}}' +
        ' + {\\htmlData{symbol=bf}{b_{\\htmlClass{role-forget}{f}}}})',
    );
    expect(second).toBe(
      "{\\htmlData{symbol=c'}{\\htmlClass{role-state}{c'}}} = " +
        '{\\htmlData{symbol=f}{\\htmlClass{role-forget}{f}}} \\ast {\\htmlData{symbol=c}{\\htmlClass{role-state}{c}}}',
    );
  });

  it.each([
    ["h' = h - (h - h)", 'h - (h - h)'],
    ["h' = (h + h) * h", '(h + h) \\ast h'],
    ["h' = h * -h", 'h \\ast (-h)'],
    ["h' = h + -h * h", 'h + (-h \\ast h)'],
    ["h' = --h", '-(-h)'],
    ["h' = (-h + h) * h", '(-h + h) \\ast h'],
    ["h' = h / (h + h)", '\\frac{h}{h + h}'],
    ["h' = h / h / h", '\\frac{h}{h} / h'],
    ["h' = h / (h / h)", 'h / \\frac{h}{h}'],
    ["h' = U (h * h)", 'U\\,(h \\ast h)'],
    ["h' = V U h", 'V\\,U\\,h'],
    ["h' = U tanh(h)", 'U\\tanh(h)'],
    ["h' = U sigmoid(h)", 'U\\,\\sigma(h)'],
    ["h' = sigmoid(h / 2)", '\\sigma\\mathopen{}\\left(\\frac{h}{2}\\right)\\mathclose{}'],
    ["h' = sqrt(abs(h))", '\\sqrt{\\lvert h\\rvert }'],
    ["h' = max(h, 1e-7)", '\\max(h, 10^{-7})'],
    ["h' = h / 1 * 2.5e-9", '\\frac{h}{1} \\ast (2.5 \\times 10^{-9})'],
    ["h' = relu(h)", '\\mathop{\\mathrm{relu}}(h)'],
  ])('%j', (text, tex) => {
    expect(bare(text)).toBe(tex);
    render(latex(parse(text)).at(-1) ?? '');
  });

  it('renders whatever the cell, and every symbol can be found', () => {
    fc.assert(
      fc.property(cellText(), (text) => {
        const graph = parse(text);
        const html = latex(graph, { roles: ROLES }).map(render).join('');
        for (const { name, primed } of graph.statements) {
          expect(html).toContain(`data-symbol="${primed ? `${name}&#x27;` : name}"`);
        }
        for (const { name } of graph.parameters) expect(html).toContain(`data-symbol="${name}"`);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it.each([
    ['6,000 terms', Array(6000).fill('h').join('+')],
    ['6,000 quotients', Array(6000).fill('h').join('/')],
    ['3,000 matrix products', Array(3000).fill('W x').join('+')],
    ['200 roots', `${'sqrt('.repeat(200)}h${')'.repeat(200)}`],
    ['200 tall parentheses', `${'tanh('.repeat(200)}h/h${')'.repeat(200)}`],
  ])('renders %s', (_, expression) => {
    const symbols = render(latex(parse(`h'=${expression}`))[0] ?? '').match(/data-symbol=/g);
    // Each letter of the text, and the one on the left.
    expect(symbols).toHaveLength(expression.replaceAll(/[a-z]{2,}|[^A-Za-z]/g, '').length + 1);
  });

  it('writes a text that doubles itself line by line', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `a${i + 1} = a${i} + a${i}`).join('\n');
    const lines = latex(parse(`a0 = h\n${doubling}\nh' = a60`));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(200);
  });
});

describe('symbolLatex', () => {
  const graph = parse(
    [
      'f = sigmoid(Wf x + Uf h + bf + pf * c + shared)',
      'gate_new = tanh(Wgate_new x + Whh h + Wout x + alpha + bias + pi + under__score)',
      'k2 = constructor',
      "c' = f * c + gate_new * shared",
      "h' = U c' + bh",
    ].join('\n'),
  );

  it.each([
    ['f', '\\htmlClass{role-forget}{f}'],
    ["c'", "\\htmlClass{role-state}{c'}"],
    ["h'", "\\htmlClass{role-hidden}{h'}"],
    ['x', 'x'],
    ['Wf', 'W_{\\htmlClass{role-forget}{f}}'],
    ['pf', 'p_{\\htmlClass{role-forget}{f}}'],
    ['bh', 'b_{\\htmlClass{role-hidden}{h}}'],
    ['U', 'U'],
    ['Whh', 'W_{hh}'],
    ['Wout', 'W_{\\mathrm{out}}'],
    ['gate_new', '\\mathrm{gate}_{\\mathrm{new}}'],
    ['alpha', '\\alpha'],
    ['pi', '\\pi'],
    ['bias', '\\mathrm{bias}'],
    ['k2', 'k_{2}'],
    ['constructor', '\\mathrm{constructor}'],
    ['under__score', '\\mathrm{under\\_\\_score}'],
    ['shared', '\\mathrm{shared}'],
  ])('%s', (name, tex) => {
    const symbol = symbolLatex(name, graph, { roles: ROLES });
    expect(symbol).toBe(`{\\htmlData{symbol=${name}}{${tex}}}`);
    render(symbol);
  });

  it('takes pi as the peephole of i where there is an i', () => {
    const peephole = parse("i = sigmoid(pi * c)\nc' = i");
    expect(symbolLatex('pi', peephole)).toBe('{\\htmlData{symbol=pi}{p_{i}}}');
  });

  it('colours no index of a parameter that feeds lines of two roles', () => {
    const two = parse("f = bf\nc' = f + bf");
    expect(symbolLatex('bf', two, { roles: ROLES })).toBe('{\\htmlData{symbol=bf}{b_{f}}}');
  });
});
