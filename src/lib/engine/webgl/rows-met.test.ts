import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowsMet } from './rows-met.ts';

/** What is known of a batch, the slow way. */
function stepsByRow(ids: readonly number[], skip: number): Map<number, number[]> {
  const steps = new Map<number, number[]>();
  for (const [step, id] of ids.entries()) if (id !== skip) steps.set(id, [...(steps.get(id) ?? []), step]);
  return steps;
}

it('lists each met row’s steps, batch after batch of any size', () => {
  const batch = fc.array(fc.nat(9), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 4 }), fc.constantFrom(-1, 0), (batches, skip) => {
      const met = new RowsMet(10, 40);
      for (const ids of batches) {
        met.meet(Int32Array.from(ids), skip);
        const expected = stepsByRow(ids, skip);
        expect(met.count).toBe(expected.size);
        for (let row = 0; row < 10; row++) {
          const place = met.placeOf[row] ?? -1;
          const received = place < 0 ? undefined : met.steps.slice(met.starts[place], met.starts[place + 1]);
          expect(received && [...received]).toEqual(expected.get(row));
        }
      }
    }),
  );
});
