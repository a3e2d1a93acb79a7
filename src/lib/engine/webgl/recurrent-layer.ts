import { cellsOf, type RecurrentLayer } from '../architecture.ts';
import { type Beside, besideFor } from './beside.ts';
import { type Keep, keepFor } from './dropout.ts';
import type { BuildCell, Made, Part, Pass, Place } from './part.ts';

/** A layer's cell with its own dropout. */
interface Ring {
  readonly part: Part;
  readonly keep: Keep | undefined;
  /** Its blocks among the layer's. */
  readonly from: number;
}

/** Says of which layer an error speaks: a cell knows its line, but not its model. */
function named(name: string, work: () => Part): Part {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof Error)) throw fault;
    throw new Error(`${name}: ${fault.message}`, { cause: fault });
  }
}

/** One cell, or two side by side that read the sequence from both ends. */
export function buildRecurrent(layer: RecurrentLayer, place: Place, build: BuildCell): Part {
  const { equations, units, sequences, recurrentDropout: rate } = layer;
  const rings: Ring[] = [];
  let from = 0;
  for (const [k, { direction, prefix }] of cellsOf(layer).entries()) {
    const keep = rate > 0 ? keepFor(place.room, rate, place.place, k, place.most.batch) : undefined;
    const part = named(layer.name, () =>
      build({ equations, units, prefix, direction, sequences, keep: keep?.of }, place),
    );
    rings.push({ part, keep, from });
    from += part.blocks.length;
  }
  const blocks = rings.flatMap(({ part }) => part.blocks);
  const [first, second] = rings;
  const own = (pass: Pass, { part, from }: Ring): Pass => ({
    ...pass,
    at: pass.at.slice(from, from + part.blocks.length),
  });
  const forward = (pass: Pass, ring: Ring): Made => {
    ring.keep?.draw(pass.rows, pass.chance);
    return ring.part.forward(own(pass, ring));
  };
  if (first === undefined) throw new Error(`${layer.name} has no cell`);
  if (second === undefined)
    return {
      blocks,
      forward: (pass) => forward(pass, first),
      backward: (pass, adjoint, gradients) => first.part.backward(own(pass, first), adjoint, gradients),
    };
  const beside: Beside = besideFor(place, units, sequences);
  return {
    blocks,
    forward(pass) {
      const [a, b] = [forward(pass, first), forward(pass, second)];
      return { ...a, output: beside.join(a.output, b.output, a.rows) };
    },
    backward(pass, adjoint, gradients) {
      const rows = sequences ? pass.rows : { ...pass.rows, steps: 1 };
      const [toA, toB] = beside.split(adjoint, rows);
      const a = first.part.backward(own(pass, first), toA, gradients);
      const b = second.part.backward(own(pass, second), toB, gradients);
      return a === undefined || b === undefined ? (a ?? b) : beside.add(a, b, pass.rows);
    },
  };
}
