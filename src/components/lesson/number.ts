import { format } from '../stage/precision.ts';

/** A number as prose prints it: a real minus, groups of three in what is large, as many decimals as asked. */
export function print(value: number, decimals = 2): string {
  const [whole = '', fraction] = format(value, decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A share of 1 as a percentage. */
export function percent(share: number, decimals = 1): string {
  return `${print(share * 100, decimals)} %`;
}

/** What is left of 1: `1/33` where it shrank, `1.55` where it grew or hardly changed. */
export function ratio(value: number): string {
  if (value > 0 && value < 0.5) return `1/${print(1 / value, 1 / value < 10 ? 1 : 0)}`;
  return print(value, 2);
}
