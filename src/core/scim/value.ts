import { badRequest, quoted } from './error.ts';
import { isList, isTree, type Json, memberOf, type Tree } from './json.ts';
import { isForeignName } from './reference.ts';
import { named, type ScimAttribute } from './schema.ts';

const longestText = 8_000;
/** Values of one attribute of a person; members of a group are many more. */
const mostValues = 100;
export const mostMembers = 100_000;
const mostForeign = 100;

const wrong = (attribute: ScimAttribute, why: string) => badRequest('invalidValue', `${attribute.name} ${why}.`);

/**
 * What a client sent for an attribute, as it is kept; undefined: no value (null, an empty list or text, RFC 7643 section 2.5). Clients
 * differ: truth values come as "False", single values in a list or an object, and those of many alone.
 * @throws ScimError `invalidValue`
 */
export function readValue(attribute: ScimAttribute, given: Json): Json | undefined {
  if (given === null) return undefined;
  if (attribute.type === 'any') return readForeign(attribute, given);
  if (!attribute.many) return readOne(attribute, alone(attribute, given));
  const items = isList(given) ? given : [given];
  const most = attribute.name === 'members' ? mostMembers : mostValues;
  if (items.length > most) throw wrong(attribute, `has more than ${most} values`);
  const values = items.flatMap((item) => readOne(attribute, item) ?? []);
  if (values.filter(isPrimary).length > 1)
    throw wrong(attribute, 'has two primary values, and one is preferred at most');
  return values.length === 0 ? undefined : values;
}

export const isPrimary = (value: Json): boolean => isTree(value) && memberOf(value, 'primary') === true;

/** A list of one is that one. */
function alone(attribute: ScimAttribute, given: Json): Json {
  if (!isList(given)) return given;
  const [only = null, another] = given;
  if (another !== undefined) throw wrong(attribute, 'takes one value');
  return only;
}

function readOne(attribute: ScimAttribute, given: Json): Json | undefined {
  if (given === null) return undefined;
  return attribute.type === 'complex' ? readComplex(attribute, given) : readSimple(attribute, given);
}

function readComplex(attribute: ScimAttribute, given: Json): Tree | undefined {
  if (!isTree(given)) {
    const value = named(attribute.members, 'value');
    if (value === undefined || isList(given)) throw wrong(attribute, 'is an object of several parts');
    const read = readSimple(value, given);
    return read === undefined ? undefined : { value: read };
  }
  const parts = Object.entries(given).flatMap(([key, part]) => {
    const member = named(attribute.members, key);
    const value = member === undefined || member.readOnly ? undefined : readValue(member, part);
    return member === undefined || value === undefined ? [] : [[member.name, value] as const];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

function readSimple(attribute: ScimAttribute, given: Json): string | boolean | undefined {
  if (isTree(given)) {
    const inner = memberOf(given, 'value');
    if (inner === undefined || isTree(inner)) throw wrong(attribute, 'is one value and no object');
    return inner === null ? undefined : readSimple(attribute, inner);
  }
  if (given === null) return undefined;
  if (isList(given)) throw wrong(attribute, 'takes one value');
  return attribute.type === 'boolean' ? readFlag(attribute, given) : readText(attribute, given);
}

/** Older Entra clients write "True" and "False" (its SCIM compatibility page, aadOptscim062020). */
function readFlag(attribute: ScimAttribute, given: string | number | boolean): boolean | undefined {
  const word = String(given).trim().toLowerCase();
  if (word === '') return undefined;
  if (word !== 'true' && word !== 'false') throw wrong(attribute, `is true or false, not ${quoted(String(given))}`);
  return word === 'true';
}

function readText(attribute: ScimAttribute, given: string | number | boolean): string | undefined {
  const text = String(given);
  if (text.length > longestText) throw wrong(attribute, `is longer than ${longestText} characters`);
  return text.trim() === '' ? undefined : text;
}

/** A text, a number, a truth value, or a list of them. */
function readForeign(attribute: ScimAttribute, given: Json): Json | undefined {
  const items = isList(given) ? given : [given];
  if (items.length > mostValues) throw wrong(attribute, `has more than ${mostValues} values`);
  const values = items.flatMap((item): Json[] => {
    if (item === null) return [];
    if (typeof item === 'object') throw wrong(attribute, 'is a text, a number, a truth value, or a list of them');
    if (typeof item !== 'string') return [item];
    return [readText(attribute, item) ?? []].flat();
  });
  if (values.length === 0) return undefined;
  return isList(given) ? values : values[0];
}

/** The attributes of an extension that is not ours. @throws ScimError `invalidValue` */
export function foreignEntries(urn: string, given: Json): [string, Json][] {
  if (!isTree(given)) throw badRequest('invalidValue', `${quoted(urn)} is an object of attributes.`);
  const entries = Object.entries(given);
  if (entries.length > mostForeign)
    throw badRequest('invalidValue', `${quoted(urn)} has more than ${mostForeign} attributes.`);
  for (const [name] of entries)
    if (!isForeignName(name)) throw badRequest('invalidValue', `${quoted(name)} is no name of an attribute.`);
  return entries;
}
