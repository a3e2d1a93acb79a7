import type { Messages } from '../../messages/en.ts';
import type { SymbolInfo } from './symbol.ts';

/** A letter as it is read aloud: `c′`; the index of a parameter is parted from its capital, `W f`. */
export function spokenLetter({ name, kind }: Pick<SymbolInfo, 'name' | 'kind'>): string {
  const parameter = kind === 'matrix' || kind === 'vector';
  return (parameter ? name.replace(/^([A-Za-z])(?=[a-z])/, '$1 ') : name).replace("'", '′');
}

/** What a letter is, in words: `forget gate`, `weights from x`. */
export function symbolTitle(info: SymbolInfo, messages: Messages['stage']): string {
  const role = info.role === undefined ? undefined : messages.roles[info.role];
  return messages.kinds[info.kind](role, info);
}

/** Letter and title: the accessible name of a symbol, `f, forget gate`. */
export function symbolName(info: SymbolInfo, messages: Messages['stage']): string {
  return `${spokenLetter(info)}, ${symbolTitle(info, messages)}`;
}
