import { CHARACTER_RULES, type CharacterFacts } from './rules/character-rules.ts';
import { LINE_RULES, type LineFacts } from './rules/line-rules.ts';
import { NAME_RULES, type NameFacts } from './rules/name-rules.ts';
import { OPERAND_RULES, type OperandFacts } from './rules/operand-rules.ts';
import type { Rules } from './rules/rule.ts';
import { SHAPE_RULES, type ShapeFacts } from './rules/shape-rules.ts';

/** What each rule needs to know of a place where it was broken. */
export interface Facts extends CharacterFacts, LineFacts, OperandFacts, NameFacts, ShapeFacts {}

/** A rule's stable code; links and the reference page use it. */
export type Code = keyof Facts;

/** Every rule that a text can break, by its code, in the order in which a text is checked. */
export const RULES: Rules<Facts> = {
  ...CHARACTER_RULES,
  ...LINE_RULES,
  ...OPERAND_RULES,
  ...NAME_RULES,
  ...SHAPE_RULES,
};
