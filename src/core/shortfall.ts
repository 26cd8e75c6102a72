import { describe, type Group, holds, holdsAll } from './condition.ts';
import type { Condition, SimpleCondition } from './condition-schema.ts';
import type { Attributes, Value } from './model.ts';
import { distance } from './nearest.ts';
import { fold, listOf, valuesOf } from './text.ts';

/** One condition that does not hold, what is there, and what would make it hold. */
export type Shortfall = {
  condition: SimpleCondition;
  /** The condition in words: `department is Sales`. */
  words: string;
  has: string;
  wants: string;
  /** A value that makes it hold in place of what is there; null where only a limit or a pattern can be named. */
  suggestion: Value | null;
};

/**
 * The fewest conditions that would have to hold as well for the group to hold; none when it holds already. Of an `any` group it
 * is the alternative nearest to holding, of equally near ones the first.
 */
export const shortfallOf = (group: Group, attributes: Attributes): readonly Shortfall[] =>
  missingIn(group, attributes).map((condition) => describeOne(condition, attributes));

function missingIn(group: Group, attributes: Attributes): readonly SimpleCondition[] {
  if (holdsAll(group, attributes)) return [];
  const each = group.conditions.map((condition) => missing(condition, attributes));
  if (group.match === 'all') return each.flat();
  return each.reduce((least, one) => (one.length < least.length ? one : least));
}

function missing(condition: Condition, attributes: Attributes): readonly SimpleCondition[] {
  if ('conditions' in condition) return missingIn(condition, attributes);
  return holds(condition, attributes) ? [] : [condition];
}

function describeOne(condition: SimpleCondition, attributes: Attributes): Shortfall {
  const present = valuesOf(attributes, condition.attribute);
  const has = present.length === 0 ? 'nothing' : inWords(present, ', ');
  return { condition, words: describe(condition), has, ...remedy(condition, present) };
}

const inWords = (values: readonly Value[], between: string): string =>
  values.map((value) => String(value).trim()).join(between);

function remedy(
  { operator, value }: SimpleCondition,
  present: readonly Value[],
): Pick<Shortfall, 'wants' | 'suggestion'> {
  const operands = listOf(value);
  if (operator === 'exists') {
    const refused = operands.some((operand) => fold(operand) === 'false');
    return { wants: refused ? 'no value' : 'any value', suggestion: null };
  }
  const near = nearestOf(operands, present);
  if (near === null) return { wants: 'nothing: the condition names no value to compare with', suggestion: null };
  const form = forms[operator];
  const told = form.nearest ? String(near).trim() : inWords(operands, ' or ');
  return { wants: `${form.words}${told}`, suggestion: form.nearest ? near : null };
}

/** How each operator says what it wants: before the nearest of its values, which then makes it hold, or before all of them. */
const forms: Record<Exclude<SimpleCondition['operator'], 'exists'>, { words: string; nearest: boolean }> = {
  '=': { words: '', nearest: true },
  in: { words: '', nearest: true },
  contains: { words: 'a value containing ', nearest: true },
  'starts-with': { words: 'a value starting with ', nearest: true },
  'ends-with': { words: 'a value ending with ', nearest: true },
  '!=': { words: 'anything but ', nearest: false },
  'not-in': { words: 'anything but ', nearest: false },
  '>': { words: 'a value above ', nearest: false },
  '<': { words: 'a value below ', nearest: false },
  matches: { words: 'a value matching ', nearest: false },
};

/** Long lists and texts are compared by their beginnings: a suggestion is no reason to keep anybody waiting. */
const compared = { values: 20, characters: 60 };

/** The value fewest edits away from one that is there; the first when nothing is. */
function nearestOf(operands: readonly Value[], present: readonly Value[]): Value | null {
  const there = present.slice(0, compared.values).map(beginning);
  let best: { operand: Value; edits: number } | null = null;
  for (const operand of operands) {
    const edits = Math.min(...there.map((text) => distance(text, beginning(operand))));
    if (best === null || edits < best.edits) best = { operand, edits };
  }
  return best?.operand ?? null;
}

const beginning = (value: Value): string => fold(value).slice(0, compared.characters);
