import type { Condition } from '../../src/core/connector.ts';
import type { TenantCondition, TenantRule } from './tenant.ts';
import { attributeOf, roleName, type Said, type Words } from './words.ts';

type Meaning = '=' | '!=' | 'contains' | 'lacks' | 'starts-with' | 'ends-with' | '>' | '<';

/** OneLogin's operators, by their sign and by what the account calls them: the list differs by condition. */
const meanings: Readonly<Record<string, Meaning>> = {
  ...{
    '=': '=',
    '!=': '!=',
    '~': 'contains',
    '!~': 'lacks',
    bw: 'starts-with',
    ew: 'ends-with',
    '>': '>',
    '<': '<',
    ri: '=',
  },
  ...{ equals: '=', is: '=', includes: '=', 'does not equal': '!=', 'is not': '!=', 'does not include': '!=' },
  ...{ contains: 'contains', 'does not contain': 'lacks', 'begins with': 'starts-with', 'starts with': 'starts-with' },
  ...{ 'ends with': 'ends-with', 'is greater than': '>', 'is less than': '<' },
};
export const isKnownOperator = (operator: string): boolean => Object.hasOwn(meanings, operator);

function meaningOf({ source, operator }: TenantCondition, { tenant }: Words): Meaning | null {
  if (isKnownOperator(operator)) return meanings[operator] ?? null;
  const called = tenant.operators.get(source)?.get(operator)?.trim().toLowerCase() ?? '';
  return Object.hasOwn(meanings, called) ? (meanings[called] ?? null) : null;
}

const why: Readonly<Record<string, string>> = {
  status: 'who may have accounts follows the status by itself here',
  last_login: 'Rollcall does not know when somebody last signed in to OneLogin',
};
const severalValued = new Set(['memberOf', 'roles']);
const ordered = /^[+-]?\d+(\.\d+)?$|^\d{4}-\d{2}-\d{2}/;

/** A condition in our words: it holds for the same people, but for the case of letters, which we never mind. */
export function conditionOf(condition: TenantCondition, words: Words): Said<Condition> {
  const { source, operator, value } = condition;
  const meaning = meaningOf(condition, words);
  const attribute = source === 'has_role' ? 'roles' : attributeOf(source, words);
  if (attribute === null)
    return { why: `its condition reads ${source}: ${why[source] ?? 'people have no such attribute here'}` };
  if (meaning === null) return { why: `its condition on ${source} has an operator that is not known (${operator})` };
  const wanted = source === 'has_role' ? roleName(value ?? '', words) : (value ?? '').trim();
  if (wanted === null) return { why: `its condition names a role that does not exist (${value})` };
  return wanted === '' ? emptyOf(attribute, meaning) : said(attribute, meaning, wanted);
}

function emptyOf(attribute: string, meaning: Meaning): Said<Condition> {
  if (meaning === '=') return { said: { attribute, operator: 'exists', value: false } };
  if (meaning === '!=') return { said: { attribute, operator: 'exists' } };
  return { why: `its condition on ${attribute} compares with nothing` };
}

function said(attribute: string, meaning: Meaning, value: string): Said<Condition> {
  if (meaning === 'lacks') return lacking(attribute, value);
  if ((meaning === '>' || meaning === '<') && !ordered.test(value))
    return { why: `its condition on ${attribute} orders what is neither a number nor a date (${value})` };
  return { said: { attribute, operator: meaning, value } };
}

/** “Does not contain” is a pattern here, and whoever has no value lacks it too. */
function lacking(attribute: string, value: string): Said<Condition> {
  if (severalValued.has(attribute))
    return {
      why: `its condition wants that none of several values of ${attribute} contains “${value}”, which ours cannot say`,
    };
  const pattern = `^(?![\\s\\S]*${value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')})`;
  return {
    said: {
      match: 'any',
      conditions: [
        { attribute, operator: 'exists', value: false },
        { attribute, operator: 'matches', value: pattern },
      ],
    },
  };
}

/** All of them or none: leaving one out would give the rest of the rule to other people. */
export function conditionsOf(
  { match, conditions }: TenantRule,
  words: Words,
): Said<{ match: 'all' | 'any'; conditions: Condition[] }> {
  const all: Condition[] = [];
  for (const condition of conditions) {
    const one = conditionOf(condition, words);
    if ('why' in one) return one;
    all.push(one.said);
  }
  return { said: { match, conditions: all } };
}
