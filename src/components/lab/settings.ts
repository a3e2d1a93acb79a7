import * as v from 'valibot';
import { Configuration, QUICK, quickRun } from '../../lib/engine/configuration.ts';
import type { ListedCell } from './listed-cell.ts';

/** What a reader chooses in the lab; all else of a run follows from it (`configurationOf`). */
export interface Settings {
  /** A cell of the list, by id. */
  readonly cell: string;
  readonly reviews: Configuration['reviews'];
  readonly tokens: number;
  readonly units: number;
  readonly epochs: number;
  readonly seed: number;
}

export const REVIEWS = [2_000, 8_000, 20_000] as const;

/** The settings that are a whole number within bounds; the bounds are the run's own. */
export const NUMBERS = ['tokens', 'units', 'epochs', 'seed'] as const;
export type NumberSetting = (typeof NUMBERS)[number];

/**
 * How many ids a run of so many reviews keeps: a word that is met a handful of times teaches its vector nothing.
 */
const VOCABULARY: ReadonlyMap<number, number> = new Map([
  [2_000, 4_000],
  [8_000, 8_000],
  [20_000, 10_000],
]);

export const DEFAULTS: Settings = {
  cell: 'lstm',
  reviews: QUICK.reviews,
  tokens: QUICK.tokens,
  units: QUICK.units,
  epochs: QUICK.epochs,
  seed: QUICK.seed,
};

/** The least and the greatest value that a run takes for a setting. */
export function bounds(setting: NumberSetting): { readonly least: number; readonly most: number } {
  const checks = Configuration.entries[setting].pipe;
  const requirement = (type: 'min_value' | 'max_value') =>
    checks.find((check) => check.type === type && 'requirement' in check);
  const least = requirement('min_value');
  const most = requirement('max_value');
  if (least?.type !== 'min_value' || most?.type !== 'max_value')
    throw new Error(`The run's ${setting} has no bounds; give it minValue and maxValue in configuration.ts.`);
  return { least: least.requirement, most: most.requirement };
}

/** The number that was typed; undefined for what no run takes. */
export function readNumber(setting: NumberSetting, typed: string): number | undefined {
  // Number('') is 0 and Number('0x10') is 16; a reader means neither.
  if (!/^\s*\d{1,12}\s*$/.test(typed)) return undefined;
  const result = v.safeParse(Configuration.entries[setting], Number(typed));
  return result.success ? result.output : undefined;
}

/** A part of an address that asked for what there isn't; the default stands instead. */
export interface Refusal {
  readonly setting: keyof Settings;
  /** As received, cut to a length that can be shown. */
  readonly received: string;
}

/**
 * The settings that an address's query asks for. Whatever in it isn't one is refused, and the default stands;
 * parameters that the lab doesn't know are another's.
 */
export function readQuery(
  query: URLSearchParams,
  cells: readonly ListedCell[],
): { readonly settings: Settings; readonly refused: readonly Refusal[] } {
  const refused: Refusal[] = [];
  const take = <T>(setting: keyof Settings, read: (text: string) => T | undefined, otherwise: T): T => {
    const text = query.get(setting);
    if (text === null) return otherwise;
    const value = read(text);
    if (value === undefined) refused.push({ setting, received: text.slice(0, 40) });
    return value ?? otherwise;
  };
  const number = (setting: NumberSetting) =>
    take(setting, (text) => readNumber(setting, text), DEFAULTS[setting]);
  const settings: Settings = {
    cell: take('cell', (text) => cells.find(({ id }) => id === text)?.id, DEFAULTS.cell),
    reviews: take('reviews', (text) => REVIEWS.find((size) => String(size) === text), DEFAULTS.reviews),
    tokens: number('tokens'),
    units: number('units'),
    epochs: number('epochs'),
    seed: number('seed'),
  };
  return { settings, refused };
}

/** The query that brings these settings back; what is default is left out, so the plain address is the plain run. */
export function writeQuery(settings: Settings): string {
  const query = new URLSearchParams();
  for (const setting of ['cell', 'reviews', ...NUMBERS] as const)
    if (settings[setting] !== DEFAULTS[setting]) query.set(setting, String(settings[setting]));
  return query.toString();
}

/** Whether two configurations are one run; one that was kept has its entries in another order. */
export function isSameRun(one: Configuration, other: Configuration): boolean {
  const entries = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(entries.get(name)),
  );
}

/** The run that these settings stand for. */
export function configurationOf(settings: Settings, cell: ListedCell): Configuration {
  const { reviews, tokens, units, epochs, seed } = settings;
  const vocabulary = VOCABULARY.get(reviews) ?? QUICK.vocabulary;
  return { ...quickRun(cell), reviews, tokens, units, epochs, seed, vocabulary };
}
