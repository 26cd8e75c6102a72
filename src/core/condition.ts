import type { Condition, Match, SimpleCondition } from './config.ts';
import { timeOf } from './date.ts';
import type { Attributes, Value } from './model.ts';
import { compilePattern, subjectLimit } from './pattern.ts';
import { fold, listOf, valuesOf } from './text.ts';

export type Group = { match: Match; conditions: readonly Condition[] };

/**
 * Does the condition hold for these attributes? Never throws. Texts are compared trimmed and without regard to case; a
 * many-valued attribute holds if any value does (`!=` and `not-in`: if none is equal); without a value only `!=`, `not-in`
 * and `exists: false` hold.
 */
export function holds(condition: Condition, attributes: Attributes): boolean {
  if ('conditions' in condition) return holdsAll(condition, attributes);
  const values = valuesOf(attributes, condition.attribute);
  if (condition.operator === 'exists') return values.length > 0 === wantsValue(condition);
  const any = (test: Test) => values.some((value) => listOf(condition.value).some((operand) => test(value, operand)));
  if (condition.operator === '!=' || condition.operator === 'not-in') return !any(equal);
  if (condition.operator === 'matches') return values.some((value) => matches(value, condition));
  return any(tests[condition.operator]);
}

/** A group of conditions. An empty one holds for everybody, as an OneLogin mapping without conditions does. */
export function holdsAll(group: Group, attributes: Attributes): boolean {
  if (group.conditions.length === 0) return true;
  const test = (condition: Condition) => holds(condition, attributes);
  return group.match === 'all' ? group.conditions.every(test) : group.conditions.some(test);
}

type Test = (value: Value, operand: Value) => boolean;

const tests = {
  '=': equal,
  in: equal,
  contains: (value, operand) => fold(value).includes(fold(operand)),
  'starts-with': (value, operand) => fold(value).startsWith(fold(operand)),
  'ends-with': (value, operand) => fold(value).endsWith(fold(operand)),
  '>': (value, operand) => order(value, operand) > 0,
  '<': (value, operand) => order(value, operand) < 0,
} as const satisfies Record<string, Test>;

/** Equal as text, or as numbers where both are written as one: `1.0` is `1`, yet the id `007` is not `7`. */
function equal(value: Value, operand: Value): boolean {
  const [a, b] = [fold(value), fold(operand)];
  return a === b || (exactNumber.test(a) && exactNumber.test(b) && Number(a) === Number(b));
}

/** No leading zero, and few enough digits that none is lost. */
const exactNumber = /^(?=.{1,15}$)-?(0|[1-9]\d*)(\.\d+)?$/;
const anyNumber = /^[+-]?\d+(\.\d+)?$/;

/** Numbers by size, ISO dates by time; NaN for what has no order, so that neither `>` nor `<` holds. */
function order(value: Value, operand: Value): number {
  const [a, b] = [fold(value), fold(operand)];
  if (anyNumber.test(a) && anyNumber.test(b)) return Number(a) - Number(b);
  return (timeOf(a) ?? Number.NaN) - (timeOf(b) ?? Number.NaN);
}

const wantsValue = (condition: SimpleCondition): boolean =>
  !listOf(condition.value).some((value) => fold(value) === 'false');

/** Compiled once for each condition of the configuration, which is never changed in place. */
const compiled = new WeakMap<SimpleCondition, (RegExp | null)[]>();

function matches(value: Value, condition: SimpleCondition): boolean {
  const patterns = compiled.get(condition) ?? listOf(condition.value).map((pattern) => compilePattern(String(pattern)));
  compiled.set(condition, patterns);
  const subject = String(value).normalize('NFC').trim().slice(0, subjectLimit);
  return patterns.some((pattern) => pattern?.test(subject) === true);
}

const words = {
  '=': 'is',
  '!=': 'is not',
  contains: 'contains',
  'starts-with': 'starts with',
  'ends-with': 'ends with',
  in: 'is one of',
  'not-in': 'is none of',
  '>': 'is above',
  '<': 'is below',
  matches: 'matches',
} as const;

/** The condition as a sentence fragment: `department is Sales`. */
export function describe(condition: Condition): string {
  if ('conditions' in condition) return `(${describeAll(condition)})`;
  if (condition.operator === 'exists')
    return `${condition.attribute} ${wantsValue(condition) ? 'has a' : 'has no'} value`;
  return `${condition.attribute} ${words[condition.operator]} ${listOf(condition.value).join(', ')}`;
}

/** A group as a sentence fragment; an empty one is `everybody`. */
export function describeAll(group: Group): string {
  if (group.conditions.length === 0) return 'everybody';
  return group.conditions.map(describe).join(group.match === 'all' ? ' and ' : ' or ');
}
