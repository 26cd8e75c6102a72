import type { Condition, SimpleCondition } from './condition-schema.ts';
import { type Problem, problem } from './config-problem.ts';
import { timeOf } from './date.ts';
import { canonicalAttributes } from './model.ts';
import { patternProblem } from './pattern.ts';
import type { Place } from './secret.ts';
import { listOf } from './text.ts';

/** What is wrong with conditions beyond their shape. */
export const checkConditions = (conditions: readonly Condition[], place: Place): Problem[] =>
  conditions.flatMap((condition, index) => {
    const here = [...place, index];
    if ('conditions' in condition) return checkConditions(condition.conditions, [...here, 'conditions']);
    return [
      ...checkAttribute(condition.attribute, [...here, 'attribute']),
      ...checkValue(condition, [...here, 'value']),
    ];
  });

const spelling = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const canonicalBySpelling = new Map(canonicalAttributes.map((name) => [spelling(name), name]));

/** Directories map `given_name` and `Department` to the canonical names, so a condition on those spellings never holds. */
export function checkAttribute(name: string, place: Place): Problem[] {
  const canonical = canonicalBySpelling.get(spelling(name));
  if (canonical === undefined || canonical === name) return [];
  return [problem(place, `people have no attribute ${name}`, `write ${canonical}`)];
}

function checkValue(condition: SimpleCondition, place: Place): Problem[] {
  const { operator } = condition;
  if (operator === 'exists') return checkExists(condition, place);
  const values = listOf(condition.value).map(String);
  if (values.length === 0) return [problem(place, `\`${operator}\` has nothing to compare with`, 'add a `value`')];
  if (operator === 'matches') return values.flatMap((value) => checkPattern(value, place));
  if (operator !== '>' && operator !== '<') return [];
  if (values.every(hasOrder)) return [];
  return [
    problem(place, `\`${operator}\` compares numbers and dates only`, 'write a number, or a date such as 2026-03-31'),
  ];
}

const hasOrder = (text: string): boolean => /^[+-]?\d+(\.\d+)?$/.test(text.trim()) || timeOf(text) !== null;

function checkExists(condition: SimpleCondition, place: Place): Problem[] {
  const { value } = condition;
  const good = value === undefined || ['true', 'false'].includes(String(value));
  return good ? [] : [problem(place, '`exists` is true or false', 'write true or false, or leave the value out')];
}

export function checkPattern(pattern: string, place: Place): Problem[] {
  const wrong = patternProblem(pattern);
  return wrong === null
    ? []
    : [problem(place, wrong, 'write a simpler regular expression, or use contains, starts-with or in')];
}
