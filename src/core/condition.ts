import type { Condition, Match, SimpleCondition } from './condition-schema.ts';
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
  const found = values.some(testOf(condition));
  return condition.operator === '!=' || condition.operator === 'not-in' ? !found : found;
}

/** A group of conditions. An empty one holds for everybody, as an OneLogin mapping without conditions does. */
export function holdsAll(group: Group, attributes: Attributes): boolean {
  if (group.conditions.length === 0) return true;
  if (group.match === 'any') return group.conditions.some((condition) => holds(condition, attributes));
  return group.conditions.every((condition) => holds(condition, attributes));
}

/** The attributes a group of conditions reads, in the order they are named. */
export const attributesIn = (group: Pick<Group, 'conditions'>): string[] =>
  group.conditions.flatMap((condition) =>
    'conditions' in condition ? attributesIn(condition) : [condition.attribute],
  );

type Test = (value: Value) => boolean;

/** Made once for each condition of the configuration, which is never changed in place. */
const tests = new WeakMap<SimpleCondition, Test>();

function testOf(condition: SimpleCondition): Test {
  const known = tests.get(condition);
  if (known !== undefined) return known;
  const test = makers[condition.operator](listOf(condition.value));
  tests.set(condition, test);
  return test;
}

type Maker = (operands: readonly Value[]) => Test;

const makers: Record<SimpleCondition['operator'], Maker> = {
  '=': equalToAny,
  '!=': equalToAny,
  in: equalToAny,
  'not-in': equalToAny,
  contains: textWith((text, part) => text.includes(part)),
  'starts-with': textWith((text, part) => text.startsWith(part)),
  'ends-with': textWith((text, part) => text.endsWith(part)),
  '>': orderedAs((difference) => difference > 0),
  '<': orderedAs((difference) => difference < 0),
  matches: matchesAny,
  exists: () => () => true,
};

/** No leading zero, and few enough digits that none is lost. */
const exactNumber = /^(?=.{1,15}$)-?(0|[1-9]\d*)(\.\d+)?$/;

/** Equal as text, or as numbers where both are written as one: `1.0` is `1`, yet the id `007` is not `7`. */
function equalToAny(operands: readonly Value[]): Test {
  const texts = new Set(operands.map(fold));
  const numbers = new Set([...texts].filter((text) => exactNumber.test(text)).map(Number));
  return (value) => {
    const text = fold(value);
    return texts.has(text) || (numbers.size > 0 && exactNumber.test(text) && numbers.has(Number(text)));
  };
}

function textWith(compare: (text: string, part: string) => boolean): Maker {
  return (operands) => {
    const parts = operands.map(fold);
    return (value) => {
      const text = fold(value);
      return parts.some((part) => compare(text, part));
    };
  };
}

const anyNumber = /^[+-]?\d+(\.\d+)?$/;

function orderedAs(compare: (difference: number) => boolean): Maker {
  return (operands) => (value) => operands.some((operand) => compare(order(fold(value), fold(operand))));
}

/** Numbers by size, ISO dates by time; NaN for what has no order, so that neither `>` nor `<` holds. */
function order(a: string, b: string): number {
  if (anyNumber.test(a) && anyNumber.test(b)) return Number(a) - Number(b);
  return (timeOf(a) ?? Number.NaN) - (timeOf(b) ?? Number.NaN);
}

function matchesAny(operands: readonly Value[]): Test {
  const patterns = operands.map((pattern) => compilePattern(String(pattern)));
  return (value) => {
    const text = String(value).normalize('NFC').trim().slice(0, subjectLimit);
    return patterns.some((pattern) => pattern?.test(text) === true);
  };
}

const wantsValue = (condition: SimpleCondition): boolean =>
  !listOf(condition.value).some((value) => fold(value) === 'false');

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
