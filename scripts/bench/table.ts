import { type Case, spelled } from './cases.ts';
import { type Ratio, type Row, sameCase } from './measure.ts';

/** Milliseconds with three digits that count. */
export function milliseconds(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

/** How many times as fast; two digits that count. */
export function times(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : ratio < 100 ? ratio.toFixed(1) : ratio.toFixed(0);
}

/** What stands on the terminal for one case: a line an engine, and how far this site's are ahead of it. */
export function terminalTable(of: Case, rows: readonly Row[], ratios: readonly Ratio[]): string {
  const own = rows.filter(({ engine }) => engine.startsWith('unrolled-'));
  const head = [
    '',
    'ms a batch',
    '(fastest, slowest)',
    'draws',
    ...own.map(({ engine }) => `${engine} is ahead`),
  ];
  const lines = rows.map((row) => [
    row.engine,
    milliseconds(row.ms),
    `(${milliseconds(Math.min(...row.rounds))}, ${milliseconds(Math.max(...row.rounds))})`,
    String(row.draws),
    ...own.map(({ engine }) => {
      const found = ratios.find(
        (ratio) => ratio.engine === engine && ratio.over === row.engine && sameCase(ratio, row),
      );
      return found === undefined ? '' : `${times(found.ratio)} times`;
    }),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)),
  );
  const spaced = [head, ...lines].map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [spelled(of), ...spaced].join('\n');
}
