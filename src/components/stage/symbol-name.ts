import type * as en from '../../messages/en.ts';
import type { SymbolInfo } from './symbol.ts';

/** A letter as it is read aloud, with a real prime. */
function spokenLetter({ name }: Pick<SymbolInfo, 'name'>): string {
  return name.replace("'", '′');
}

/** What a letter is, in words: `forget gate`, `weights from x`. */
export function symbolTitle(info: SymbolInfo, messages: typeof en.stage): string {
  const role = info.role === undefined ? undefined : messages.roles[info.role];
  return messages.kinds[info.kind](role, info);
}

/** Letter and title: the accessible name of a symbol, `f, forget gate`. */
export function symbolName(info: SymbolInfo, messages: typeof en.stage): string {
  return `${spokenLetter(info)}, ${symbolTitle(info, messages)}`;
}
