import { describe, expect, it } from 'vitest';
import { countParameters, type Graph, type Node } from './graph.ts';
import { parse } from './parse.ts';

const LSTM = `f  = sigmoid(Wf x + Uf h + bf)
i  = sigmoid(Wi x + Ui h + bi)
o  = sigmoid(Wo x + Uo h + bo)
g  = tanh(Wg x + Ug h + bg)
c' = f * c + i * g
h' = o * tanh(c')`;

/** A node in brackets, its operands inside, named lines by name: the meaning of a text without its spacing. */
function meaning(graph: Graph, line = graph.statements.length - 1): string {
  const names = new Map(graph.statements.map(({ node, name, primed }) => [node, primed ? `${name}'` : name]));
  const write = (node: Node | undefined): string => {
    if (node === undefined) throw new Error('a node reads one that is not there');
    const read = (id: number): string => names.get(id) ?? write(graph.nodes[id]);
    switch (node.op) {
      case 'input':
        return 'x';
      case 'state':
      case 'parameter':
        return node.name;
      case 'number':
        return String(node.value);
      case 'matmul':
        return `(${read(node.matrix)} ${read(node.vector)})`;
      default:
        return 'b' in node ? `(${node.op} ${read(node.a)} ${read(node.b)})` : `(${node.op} ${read(node.a)})`;
    }
  };
  return write(graph.nodes[graph.statements[line]?.node ?? -1]);
}

/** The meaning of one expression, as a state's next value. */
function expression(text: string): string {
  return meaning(parse(`f = sigmoid(p)\nc' = f\nh' = ${text}`));
}

describe('the LSTM', () => {
  const graph = parse(LSTM);

  it('has its parameters in order of first appearance, with their shapes', () => {
    const shapes = graph.parameters.map(({ name, shape }) => `${name} ${shape.join(' x ')}`);
    expect(shapes.slice(0, 3)).toEqual(['Wf units x input', 'Uf units x units', 'bf units']);
    expect(shapes).toHaveLength(12);
    expect(countParameters(graph, { input: 8, units: 16 })).toBe(4 * 16 * (8 + 16 + 1));
  });

  it('has two states, gives out h and warns of nothing', () => {
    expect(graph.states.map(({ name }) => name)).toEqual(['c', 'h']);
    expect(graph.output).toBe('h');
    expect(graph.warnings).toEqual([]);
  });

  it('keeps operands before what reads them, and one node for a name', () => {
    for (const [id, node] of graph.nodes.entries()) {
      const read = node.op === 'matmul' ? [node.matrix, node.vector] : [];
      if ('a' in node) read.push(node.a);
      if ('b' in node) read.push(node.b);
      for (const operand of read) expect(operand).toBeLessThan(id);
    }
    expect(graph.nodes.filter(({ op }) => op === 'input')).toHaveLength(1);
    expect(graph.nodes.filter(({ op }) => op === 'state')).toHaveLength(2);
  });

  it('says where each operator, call and name stands', () => {
    const texts = graph.nodes.map(({ span }) => graph.source.slice(span.start, span.end));
    expect(texts.slice(0, 10)).toEqual(['Wf', 'x', 'Wf', 'Uf', 'h', 'Uf', '+', 'bf', '+', 'sigmoid']);
  });
});

describe('precedence', () => {
  it.each([
    ['f + h - c', '(sub (add f h) c)'],
    ['f - (h - c)', '(sub f (sub h c))'],
    ['f + h * c', '(add f (mul h c))'],
    ['f / h * c', '(mul (div f h) c)'],
    ['f / (h * c)', '(div f (mul h c))'],
    ['-f * h', '(mul (neg f) h)'],
    ['f * -h', '(mul f (neg h))'],
    ['f - -h', '(sub f (neg h))'],
    ['---f', '(neg (neg (neg f)))'],
    ['-(f + h)', '(neg (add f h))'],
    ['-W x', '(neg (W x))'],
    ['W(x)', '(W x)'],
    ['W (-x)', '(W (neg x))'],
    ['V U h', '(V (U h))'],
    ['V (U h)', '(V (U h))'],
    ['V tanh(U h)', '(V (tanh (U h)))'],
    ["V c'", "(V c')"],
    ['U h * c', '(mul (U h) c)'],
    ['f * U h', '(mul f (U h))'],
    ['U (h * c) + f', '(add (U (mul h c)) f)'],
    ['max(f, h) / min(h, 2)', '(div (max f h) (min h 2))'],
    ['((f))', '(copy f)'],
  ])('%s', (text, tree) => {
    expect(expression(text)).toBe(tree);
  });
});

describe('text', () => {
  it.each([
    ['CRLF', "f = h\r\nh' = f"],
    ['CR', "f = h\rh' = f"],
    ['empty lines and comments', "# a cell\n\nf = h\n  # more; σ ∗ ×\nh' = f # done\n"],
    ['a byte order mark', "\uFEFFf = h\nh' = f"],
    ['tabs', "\tf\t=\th\t\nh'\t=\tf"],
    ['no spaces', "f=h\nh'=f"],
  ])('%s', (_, text) => {
    expect(meaning(parse(text), 0)).toBe('(copy h)');
    expect(meaning(parse(text), 1)).toBe('(copy f)');
  });

  it('keeps the comment of a line, trimmed', () => {
    expect(parse("h' = h #  kept # as it is ").statements[0]?.comment).toBe('kept # as it is');
  });

  it.each([
    ['.5', 0.5],
    ['1.', 1],
    ['1e-3', 0.001],
    ['2E+2', 200],
    ['007', 7],
    ['1.5e2', 150],
  ])('the number %s', (text, value) => {
    expect(expression(`h * ${text}`)).toBe(`(mul h ${value})`);
  });

  it.each([
    'pi',
    'lambda',
    'var',
    'float',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'a__b_',
    'tan',
    'relu6',
  ])('takes %s as any other name: parameter, value, state', (name) => {
    expect(parse(`h' = tanh(W x + ${name})`).parameters[1]?.name).toBe(name);
    expect(meaning(parse(`${name} = W x\nh' = ${name}`))).toBe(`(copy ${name})`);
    expect(parse(`${name}' = W x + ${name}`).output).toBe(name);
  });

  it('tells names apart by their case', () => {
    expect(parse("h' = aB * ab").parameters.map(({ name }) => name)).toEqual(['aB', 'ab']);
  });
});

describe('names', () => {
  it('reads a state before the step by its plain name, below its own line too', () => {
    expect(meaning(parse("h' = W x\nc' = h"))).toBe('(copy h)');
    const { nodes, states } = parse("h' = W x\nc' = h * h'");
    expect(nodes[states[0]?.before ?? -1]).toMatchObject({ op: 'state', name: 'h' });
    expect(states[1]?.before).toBeUndefined();
  });

  it('reads the new value by the primed name', () => {
    expect(meaning(parse("h' = W x\nc' = h'"))).toBe("(copy h')");
  });

  it.each([
    ["c' = W x\nh' = U c\nn' = h'", 'h'],
    ["c' = W x\nn' = c", 'n'],
    ["h = W x\ny' = U h", 'y'],
  ])('gives out h, else the state defined last: %j', (text, output) => {
    expect(parse(text).output).toBe(output);
  });

  it('makes one parameter of a name used twice, and two of two biases in one sum', () => {
    const { parameters } = parse("f = W x + b + d\nh' = U h + b * f");
    expect(parameters.map(({ name }) => name)).toEqual(['W', 'b', 'd', 'U']);
  });

  it('takes a second name for a value as a node of its own', () => {
    const { nodes, statements } = parse("a = x\nb = a\nh' = W b");
    expect(statements.slice(0, 2).map(({ node }) => nodes[node]?.op)).toEqual(['copy', 'copy']);
  });

  it.each([
    ["h' = W h", 'a cell without x'],
    ["c' = W x\nh' = U x", 'states that nothing reads'],
    ["f = W x\nh' = U h", 'a value that nothing uses'],
    ["h' = 0.5", 'a state that a number fills'],
  ])('accepts %j: %s', (text) => {
    expect(parse(text).states.length).toBeGreaterThan(0);
  });
});

describe('shapes', () => {
  function shapes(text: string): Record<string, string> {
    const graph = parse(text);
    return Object.fromEntries([
      ...graph.parameters.map(({ name, shape }) => [name, shape.join(' ')]),
      ...graph.statements.map(({ name, node }) => [name, graph.nodes[node]?.shape.join(' ')]),
    ]);
  }

  it.each([
    ["h' = W x", { W: 'units input', h: 'units' }],
    ["e = x * p\nh' = W e", { p: 'input', e: 'input', W: 'units input' }],
    ["e = V p + x\nh' = W e", { V: 'input units', p: 'units', W: 'units input' }],
    ["h' = V U x", { V: 'units units', U: 'units input' }],
    ["a = 0.25\nb = sigmoid(a) + 2\nh' = b * h + a", { a: '', b: '', h: 'units' }],
    ["a = 2\nh' = a", { a: '', h: '' }],
    ["e = max(0, p)\nh' = W (e - x)", { p: 'input', e: 'input' }],
    ["a = p\nh' = W x", { p: 'units', a: 'units' }],
    ["e = p + q\nd = q - x\nh' = W d + V p", { p: 'input', q: 'input', e: 'input', V: 'units input' }],
  ])('%j', (text, expected) => {
    expect(shapes(text)).toMatchObject(expected);
  });
});

describe('warnings', () => {
  it.each([
    ["gate = W x\nh' = gat * h", 'gat', 'gate'],
    ["gate = W x\nh' = gaet * h", 'gaet', 'gate'],
    ["gate = W x\nh' = gata * h", 'gata', 'gate'],
    ["gate = W x\nh' = gate_ * h", 'gate_', 'gate'],
    ["memory' = W x + memry", 'memry', 'memory'],
  ])('%j', (text, name, near) => {
    const [warning, ...more] = parse(text).warnings;
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ code: 'near-name', edit: { text: near } });
    expect(text.slice(warning?.span.start, warning?.span.end)).toBe(name);
    expect(warning?.column).toBe((text.split('\n').at(-1)?.indexOf(name) ?? 0) + 1);
  });

  it.each([
    ["h' = tanh(W x + U h + b)", 'single letters'],
    ["f = W x + bf\nh' = f", 'a bias named after its line'],
    ["out = W x + bout\nh' = out", 'a bias named after its line, a longer one'],
    ["gate = W x\nh' = gates2 * h", 'two edits'],
  ])('none for %j: %s', (text) => {
    expect(parse(text).warnings).toEqual([]);
  });
});
