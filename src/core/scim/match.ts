import { badRequest, quoted } from './error.ts';
import type { AttributePath, Filter, Operand, Operator } from './filter.ts';
import { isList, isTree, type Json, memberOf, type Tree } from './json.ts';
import { type Reference, referenceOf, valueAt } from './reference.ts';
import { named, type ResourceKind, type ScimAttribute } from './schema.ts';

export type Match = (tree: Tree) => boolean;

/**
 * A filter made ready for resources of a kind, or for one value of an attribute of many. Attributes are checked at once, so that a
 * misspelt one is told and never passes for "there is nobody".
 * @throws ScimError `invalidFilter`
 */
export const matcherFor = (kind: ResourceKind, filter: Filter): Match =>
  compile(filter, (path) => {
    const reference = referenceOf(kind, path, 'invalidFilter');
    return { ...reference, values: (tree) => listed(valueAt(tree, reference)) };
  });

/** For one value of the attribute, of which the filter names the parts. @throws ScimError `invalidFilter` */
export const matcherWithin = (attribute: ScimAttribute, filter: Filter): Match =>
  compile(filter, (path) => {
    const part = path.urn === null && path.sub === null ? named(attribute.members, path.name) : undefined;
    if (part === undefined)
      throw badRequest('invalidFilter', `There is no part ${quoted(path.name)} of ${attribute.name}.`);
    return { urn: null, attribute: part, sub: null, values: (tree) => listed(memberOf(tree, part.name)) };
  });

type Found = Reference & { values(tree: Tree): readonly Json[] };
type Resolve = (path: AttributePath) => Found;

const listed = (value: Json | undefined): readonly Json[] =>
  value === undefined || value === null ? [] : isList(value) ? value : [value];

function compile(filter: Filter, resolve: Resolve): Match {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => compile(part, resolve));
      return filter.kind === 'and'
        ? (tree) => parts.every((part) => part(tree))
        : (tree) => parts.some((part) => part(tree));
    }
    case 'not': {
      const part = compile(filter.part, resolve);
      return (tree) => !part(tree);
    }
    case 'within': {
      const { attribute, sub, values } = resolve(filter.path);
      if (attribute.type !== 'complex' || sub !== null)
        throw badRequest('invalidFilter', `${filter.path.name} has no parts to be compared in brackets.`);
      const fits = matcherWithin(attribute, filter.filter);
      return (tree) => values(tree).some((value) => isTree(value) && fits(value));
    }
    case 'present': {
      const simple = simpleValues(resolve(filter.path), true);
      return (tree) => simple(tree).some((value) => value !== '');
    }
    case 'compare':
      return comparison(filter, resolve(filter.path));
  }
}

function comparison({ operator, value }: Extract<Filter, { kind: 'compare' }>, found: Found): Match {
  const simple = simpleValues(found, false);
  if (value === null) {
    if (operator !== 'eq' && operator !== 'ne')
      throw badRequest('invalidFilter', `null cannot be compared by ${operator}.`);
    return (tree) => (simple(tree).length === 0) === (operator === 'eq');
  }
  const fits = testOf(leafOf(found), operator === 'ne' ? 'eq' : operator, value);
  if (operator !== 'ne') return (tree) => simple(tree).some(fits);
  // Of many values one that differs is enough, RFC 7644 section 3.4.2.2; and no value is another one.
  return (tree) => simple(tree).length === 0 || !simple(tree).every(fits);
}

/** What is compared: the part that is named, else `value`, as RFC 7644 section 3.4.2.2 has it for `emails co "x"`. */
const leafOf = ({ attribute, sub }: Found): ScimAttribute => sub ?? named(attribute.members, 'value') ?? attribute;

function simpleValues(found: Found, whole: boolean): (tree: Tree) => readonly Json[] {
  const leaf = leafOf(found);
  if (leaf.type === 'complex' && !whole)
    throw badRequest('invalidFilter', `${leaf.name} has several parts: name the one to compare.`);
  if (leaf === found.attribute) return found.values;
  return (tree) => found.values(tree).flatMap((value) => (isTree(value) ? listed(memberOf(value, leaf.name)) : []));
}

/** @throws ScimError `invalidFilter` where attribute, operator and value do not go together. */
function testOf(attribute: ScimAttribute, operator: Operator, operand: NonNullable<Operand>): (value: Json) => boolean {
  const misfit = () =>
    badRequest('invalidFilter', `${attribute.name} cannot be compared by ${operator} with ${quoted(String(operand))}.`);
  if (attribute.type === 'boolean') {
    const word = lower(String(operand));
    if (operator !== 'eq' || (word !== 'true' && word !== 'false')) throw misfit();
    return (value) => value === (word === 'true');
  }
  if (attribute.type === 'dateTime') {
    const time = Date.parse(String(operand));
    if (typeof operand !== 'string' || Number.isNaN(time) || isPart(operator)) throw misfit();
    return (value) => holds(operator, Date.parse(String(value)), time);
  }
  if (attribute.type !== 'any' && typeof operand !== 'string') throw misfit();
  if (typeof operand === 'string') {
    const spell = attribute.exact ? String : lower;
    const sought = spell(operand);
    return (value) => typeof value === 'string' && holdsText(operator, spell(value), sought);
  }
  if (isPart(operator) || (typeof operand === 'boolean' && operator !== 'eq')) throw misfit();
  return (value) => typeof value === typeof operand && holds(operator, value as number, operand as number);
}

/** One spelling for texts that differ in nothing but case; spaces count. */
const lower = (text: string): string => text.normalize('NFC').toLowerCase();

const isPart = (operator: Operator): boolean => operator === 'co' || operator === 'sw' || operator === 'ew';

function holdsText(operator: Operator, value: string, sought: string): boolean {
  if (operator === 'co') return value.includes(sought);
  if (operator === 'sw') return value.startsWith(sought);
  if (operator === 'ew') return value.endsWith(sought);
  return holds(operator, value, sought);
}

function holds<T extends string | number>(operator: Operator, value: T, sought: T): boolean {
  if (operator === 'eq') return value === sought;
  if (operator === 'gt') return value > sought;
  if (operator === 'ge') return value >= sought;
  if (operator === 'lt') return value < sought;
  return value <= sought;
}

/** A value of an attribute that the filter asks to be equal to something, wherever it is asked of all that fit. */
export function demanded(filter: Filter, isIt: (path: AttributePath) => boolean): string | null {
  if (filter.kind === 'and') {
    for (const part of filter.parts) {
      const value = demanded(part, isIt);
      if (value !== null) return value;
    }
  }
  const isEqual = filter.kind === 'compare' && filter.operator === 'eq' && isIt(filter.path);
  return isEqual && typeof filter.value === 'string' ? filter.value : null;
}
