/**
 * The cells that scripts/reference/cell-code.py runs, as JSON on the standard output: each with its files of code, numbers to
 * run them on, and what `numbers` makes of those.  node scripts/reference/cell-code.cases.ts RANDOM
 *
 * The files of the tfjs dialect are run here, on tfjs's cpu backend.
 */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type LayersModel, type Tensor, tensor } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { cells } from '../../src/lib/cells/index.ts';
import { useInNode } from '../../src/lib/engine/tfjs/node.ts';
import { cellText } from '../../src/lib/equations/arbitrary.ts';
import { DIALECTS } from '../../src/lib/equations/code/index.ts';
import { type CodeOptions, className, fileOf, type Listing } from '../../src/lib/equations/code/listing.ts';
import { output, run } from '../../src/lib/equations/numbers.ts';
import { parse } from '../../src/lib/equations/parse.ts';
import { differentiate, record, type Sample, sample } from '../../src/lib/equations/sample.ts';

const SIZES = { input: 3, units: 4 };
const STEPS = 5;

/** Texts that a careless writer of code would get wrong. */
const STRANGE: Readonly<Record<string, string>> = {
  'words of Python': `
lambda = tanh(None x + True h + def)
self = sigmoid(lambda * torch + np - ops)
class' = self * class + keras * nn
h' = tanh(class' + Import h)`,
  'members of layers': `
name = tanh(W x + weights + to)
h' = train * name + half * h + input + T_destination h + units * dtype`,
  'new names that are taken': `
c_new = tanh(W x + h_new)
c_new_ = 0.5
c' = c_new * c + c_new_
h' = tanh(U c' + h)`,
  'numbers fill states': `
rate = 0.25
k' = rate
c' = b
m' = -p * rate
h' = tanh(W x + k + c' + m' + k')`,
  'numbers of every kind': `
far = 1 / 0
near = min(far, 5) - 2 * 2
zero = 0
deep = near / (zero + 1) / 3
large = 12345678901234567890 / 1e19
tiny = 1e-7 * 10000000
h' = tanh(W x * deep + large - tiny + 123456789012345678901234567890 * 0 * h) + sigmoid(0.1) - max(2, 1) / 7`,
  'products within products': `
y = V (U h)
e = tanh(Q y + x)
h' = tanh(W (x * e) - U (V (U (h * b))) * b + b * (U h))`,
  'minus in every place': `
a = --h - -b
c' = -(h * b) - -(U h) * -b
d = -U h + -(a - (b - -a)) * --(-a)
h' = tanh(-(W x) - (-d + -c')) - (-0.5)`,
  'what divides what': `
a = b / (c / d) / (1 + abs(U h))
e = (b - (h - d)) - (h + d)
c' = 1 / (1 + exp(-(W x))) / 2 * 3 / (4 / 5) - e / (2 * (3 * b * b + 1))
h' = tanh(a) * (c / 2) / 3 - 2 / 3`.replace(/\bc\b(?! ?')/g, 'k'),
  'every function': `
a = relu(W x) + softplus(30 * h) - softplus(-40 * h) / exp(tanh(b))
c' = log(1 + abs(U h)) + sqrt(abs(h) + 0.1) * max(h, b) - min(0.1, h)
h' = tanh(a) + max(sigmoid(c'), 0.5) + relu(0.5) + softplus(2) + abs(-2) - sqrt(2) + log(3)`,
  'nothing comes in': `
f = sigmoid(U h + b)
unused = 3 * b
never' = tanh(h)
h' = f * h + (1 - f) * 0.5`,
  'sizes of every shape': `
e = sigmoid(q * x + Q x)
y = R h + e * 2
c' = tanh(W (y - x) + b)
h' = c' * h + S c`,
  'one state of three is given out': `
n' = tanh(W x + A memory)
memory' = tanh(A n' + b + W x)
constructor' = memory' * n + constructor / 2`,
  'a copy of everything': `
a = x
b = h
k = q
one = 1
two = one
c' = h
d' = c'
h' = tanh(W a + b + k + two)`,
  'remarks that end strings': [
    `# \`\${1}\` """ \\`,
    `h' = tanh(W x + U h)  # """ \\ \`\${h}\` # ' \u2028 \u0000 \u{1F600} \ud800`,
  ].join('\n'),
};

interface Subject {
  readonly title: string;
  readonly equations: string;
  readonly starts: Readonly<Record<string, number>>;
  readonly random: boolean;
}

async function caseOf({ title, equations, starts, random }: Subject, seed: number) {
  const graph = parse(equations);
  const sampled = sample(graph, SIZES, new Array<boolean>(STEPS).fill(true), seed);
  const recording = record(sampled);
  const through = differentiate(sampled);
  const states = Object.fromEntries(
    graph.states.map(({ name }) => [name, recording.steps.map(({ after }) => [...(after.get(name) ?? [])])]),
  );
  const gradients = lists(through.parameters);
  // What overflows is compared with nothing, and what is huge has lost its digits on the way.
  const tame = [...Object.values(states).flat(2), ...Object.values(gradients).flat()];
  if (!tame.every((value) => Math.abs(value) < 1e3)) return undefined;
  const options: CodeOptions = { title, starts: new Map(Object.entries(starts)) };
  const listings = DIALECTS.map((dialect) => ({ ...dialect, listing: dialect.write(graph, options) }));
  return {
    title,
    equations,
    starts,
    seed,
    random,
    sizes: SIZES,
    shapes: Object.fromEntries(
      graph.parameters.map(({ name, shape }) => [name, shape.map((size) => SIZES[size])]),
    ),
    parameters: lists(sampled.parameters),
    inputs: sampled.inputs.map((x) => [...x]),
    initial: lists(sampled.initial),
    seeds: sampled.seeds.map((adjoint) => [...adjoint]),
    output: graph.output,
    className: className(options),
    states,
    gradients,
    files: Object.fromEntries(listings.map(({ id, listing }) => [id, fileOf(listing)])),
    renamed: Object.fromEntries(listings.map(({ id, listing }) => [id, Object.fromEntries(listing.renamed)])),
    // Single precision can't hold every number that a random text writes.
    ...(random ? {} : { tfjs: await tfjsError(listings.find(({ id }) => id === 'tfjs')?.listing, sampled) }),
  };
}

function lists(values: ReadonlyMap<string, ArrayLike<number>>): Record<string, number[]> {
  return Object.fromEntries([...values].map(([name, numbers]) => [name, Array.from(numbers)]));
}

/** Runs a file of the tfjs dialect on the sequence, from states at zero. @returns the largest difference of the output */
async function tfjsError(listing: Listing | undefined, sampled: Sample): Promise<number> {
  if (listing === undefined) throw new Error('there is no dialect tfjs');
  const path = fileURLToPath(new URL(`../../code-${randomUUID()}.ts`, import.meta.url));
  const { graph, parameters, inputs } = sampled;
  // The layer is all that is looked at; the file's sizes give way to those of the case.
  const sized = fileOf(listing)
    .replace('const recurrent', 'export const recurrent')
    .replace(/units: 16,/, `units: ${SIZES.units},`)
    .replace(/outputDim: 8,/, `outputDim: ${SIZES.input},`);
  writeFileSync(path, sized);
  try {
    const made: { readonly model: LayersModel; readonly recurrent: RecurrentLayer } = await import(
      pathToFileURL(path).href
    );
    const x = tensor(
      inputs.flatMap((step) => [...step]),
      [1, STEPS, SIZES.input],
    );
    made.recurrent.apply(x);
    const weights = graph.parameters.map(({ name, shape }) =>
      tensor(
        Float32Array.from(parameters.get(name) ?? []),
        shape.map((size) => SIZES[size]),
      ),
    );
    made.recurrent.setWeights(weights);
    const given = await made.recurrent.apply(x).data();
    const recording = run(graph, SIZES, parameters, inputs);
    const expected = output(recording, STEPS - 1);
    return Math.max(...expected.map((value, k) => Math.abs(value - (given[k] ?? Number.NaN))));
  } finally {
    rmSync(path);
  }
}

interface RecurrentLayer {
  apply(x: Tensor): Tensor;
  setWeights(weights: Tensor[]): void;
}

await useInNode('cpu');
const count = Number(process.argv[2] ?? 0);
const subjects: readonly Subject[] = [
  ...cells.map(({ name, equations, initial }) => ({
    title: name,
    equations,
    starts: initial,
    random: false,
  })),
  ...Object.entries(STRANGE).map(([title, equations]) => ({
    title,
    equations: equations.trim(),
    starts: {},
    random: false,
  })),
  ...fc
    .sample(cellText(), { seed: 1, numRuns: count })
    .map((equations, k) => ({ title: `random ${k + 1}`, equations, starts: {}, random: true })),
];
const cases = [];
for (const [k, subject] of subjects.entries()) {
  const made = await caseOf(subject, k + 1);
  if (made !== undefined) cases.push(made);
  else if (!subject.random) throw new Error(`${subject.title}: the numbers are not tame`);
}
process.stdout.write(JSON.stringify(cases));
