import { badRequest, quoted } from './error.ts';
import { type Filter, type PatchPath, parsePath } from './filter.ts';
import { isList, isTree, type Json, memberOf, type Tree, withMember } from './json.ts';
import { matcherWithin } from './match.ts';
import { extensionOf, keyLike, type Reference, referenceOf, valueAt } from './reference.ts';
import { checkRequired, checkSchemas, isExtension, withAttribute, withExtension, writable } from './resource.ts';
import { common, named, type ResourceKind, type ScimAttribute, urns } from './schema.ts';
import { isPrimary, mostMembers, readValue } from './value.ts';

type Op = 'add' | 'replace' | 'remove';
type Step = { op: Op; path: string | null; value: Json | undefined };

const mostSteps = 1_000;
const ops: readonly string[] = ['add', 'replace', 'remove'] satisfies Op[];

/**
 * The resource after a PATCH (RFC 7644 section 3.5.2): all of its operations, or none. Taken as clients send them: operations in
 * capitals, members removed by a list, dotted names in an operation without a path.
 * @throws ScimError `invalidSyntax`, `invalidPath`, `invalidFilter`, `invalidValue`, `mutability`, `noTarget`
 */
export function patched(kind: ResourceKind, tree: Tree, body: Json): Tree {
  const after = stepsOf(body).reduce((before, step) => taken(kind, before, step), tree);
  checkRequired(kind, after);
  return after;
}

function stepsOf(body: Json): Step[] {
  if (!isTree(body)) throw badRequest('invalidSyntax', 'A PATCH is a JSON object.');
  checkSchemas(body, urns.patch);
  const steps = memberOf(body, keyLike(body, 'Operations')) ?? null;
  if (!isList(steps) || steps.length === 0)
    throw badRequest('invalidSyntax', 'Operations is a list with one at least.');
  if (steps.length > mostSteps)
    throw badRequest('tooMany', `More than ${mostSteps} operations: send them in several requests.`);
  return steps.map(stepOf);
}

function stepOf(step: Json): Step {
  if (!isTree(step)) throw badRequest('invalidSyntax', 'An operation is a JSON object.');
  const part = (name: string) => memberOf(step, keyLike(step, name));
  const op = String(part('op') ?? '').toLowerCase();
  if (!ops.includes(op)) throw badRequest('invalidSyntax', 'op is add, replace or remove.');
  const path = part('path') ?? null;
  if (path !== null && typeof path !== 'string') throw badRequest('invalidPath', 'path is a text.');
  const value = part('value');
  if (op !== 'remove' && value === undefined) throw badRequest('invalidValue', `An operation ${op} has a value.`);
  return { op: op as Op, path: path === null || path.trim() === '' ? null : path.trim(), value };
}

function taken(kind: ResourceKind, tree: Tree, { op, path, value }: Step): Tree {
  if (path === null) return takenWhole(kind, tree, op, value);
  const whole = wholeExtension(kind, tree, op, path, value);
  return whole ?? takenAt(kind, tree, op, parsePath(path), value);
}

/** Without a path: each attribute of the value as if it were named, those passed over that nobody may write. */
function takenWhole(kind: ResourceKind, tree: Tree, op: Op, value: Json | undefined): Tree {
  if (op === 'remove') throw badRequest('noTarget', 'An operation remove names by its path what is removed.');
  if (value === undefined || !isTree(value))
    throw badRequest('invalidValue', 'Without a path the value is an object of attributes.');
  return Object.entries(value).reduce((before, [key, part]) => {
    const whole = wholeExtension(kind, before, op, key, part);
    if (whole !== null) return whole;
    return isWritten(kind, key) ? takenAt(kind, before, op, parsePath(key), part) : before;
  }, tree);
}

/** Is that a path we know of? Others are passed over, as in a resource that is sent whole. */
function isWritten(kind: ResourceKind, key: string): boolean {
  if (/^urn:/i.test(key)) return true;
  const [first = ''] = key.split(/[.[]/);
  return writable(kind, first) !== null;
}

/** An extension named as a whole: its attributes are merged in, or all of them go. Null: it is not that. */
function wholeExtension(kind: ResourceKind, tree: Tree, op: Op, path: string, value: Json | undefined): Tree | null {
  const isKnown = extensionOf(kind, path) !== undefined;
  const isThere = isExtension(kind, path) && Object.hasOwn(tree, keyLike(tree, path));
  if (op === 'remove') return isKnown || isThere ? withMember(tree, keyLike(tree, path), undefined) : null;
  const isWhole = isExtension(kind, path) && (isKnown || isTree(value ?? null));
  return isWhole ? withExtension(kind, tree, path, value ?? null) : null;
}

function takenAt(kind: ResourceKind, tree: Tree, op: Op, { path, filter, sub }: PatchPath, value?: Json): Tree {
  const reference = referenceOf(kind, sub === null ? path : { ...path, sub }, 'invalidPath');
  const { urn, attribute } = reference;
  checkMutable(reference);
  const before = valueAt(tree, reference);
  if (filter !== null && !(attribute.many && attribute.type === 'complex'))
    throw badRequest('invalidPath', `${attribute.name} has no values to choose among by brackets.`);
  const after =
    filter === null ? unfiltered(reference, op, before, value) : filtered(reference, filter, op, before, value);
  return withAttribute(tree, urn, attribute, after);
}

function checkMutable({ attribute, sub }: Reference): void {
  if (
    attribute.readOnly ||
    sub?.readOnly === true ||
    common.some(({ name, readOnly }) => readOnly && name === attribute.name)
  )
    throw badRequest('mutability', `${attribute.name}${sub === null ? '' : `.${sub.name}`} cannot be written.`);
}

function unfiltered({ attribute, sub }: Reference, op: Op, before: Json | undefined, value?: Json): Json | undefined {
  if (sub !== null) return withPart(attribute, sub, op, before, value);
  if (op === 'remove') return attribute.many && value !== undefined ? without(attribute, before, value) : undefined;
  const given = readValue(attribute, value ?? null);
  if (attribute.many) return op === 'add' ? joined(attribute, before, given) : given;
  // Its other parts stay, RFC 7644 sections 3.5.2.1 and 3.5.2.3.
  return attribute.type === 'complex' && isTree(given ?? null) ? { ...treeOf(before), ...treeOf(given) } : given;
}

const treeOf = (value: Json | undefined): Tree => (value !== undefined && isTree(value) ? value : {});
const itemsOf = (value: Json | undefined): readonly Json[] => (value !== undefined && isList(value) ? value : []);
const orNothing = (values: readonly Json[]): Json | undefined => (values.length === 0 ? undefined : values);

/** A part of a single value, or of each of many; the first value where there is none. */
function withPart(attribute: ScimAttribute, sub: ScimAttribute, op: Op, before: Json | undefined, value?: Json) {
  const part = op === 'remove' ? undefined : readValue(sub, value ?? null);
  const changed = (item: Tree): Tree => withMember(item, sub.name, part);
  if (!attribute.many) {
    const after = changed(treeOf(before));
    return Object.keys(after).length === 0 ? undefined : after;
  }
  const items = itemsOf(before).filter(isTree);
  if (items.length === 0) return part === undefined ? undefined : [{ [sub.name]: part }];
  const after: readonly Json[] = onePrimary(distinct(items.map(changed).filter(hasParts)), 0);
  return orNothing(after);
}

const hasParts = (item: Tree): boolean => Object.keys(item).length > 0;

/** What a value is known by among many: what it says and what it is for. */
const keyOf = (value: Json): string =>
  isTree(value) ? JSON.stringify([memberOf(value, 'value') ?? value, memberOf(value, 'type') ?? null]) : String(value);

/** None is there twice. */
const distinct = (values: readonly Json[]): readonly Json[] => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
];

/** Added to what is there, RFC 7644 section 3.5.2.1: what is there already is not there twice. */
function joined(attribute: ScimAttribute, before: Json | undefined, given: Json | undefined): Json | undefined {
  const values = new Map(itemsOf(before).map((value) => [keyOf(value), value]));
  const fresh = itemsOf(given);
  for (const value of fresh) values.set(keyOf(value), value);
  const all = [...values.values()];
  const most = attribute.name === 'members' ? mostMembers : mostMembers / 1_000;
  if (all.length > most) throw badRequest('invalidValue', `${attribute.name} would have more than ${most} values.`);
  const preferred = fresh.find(isPrimary);
  return orNothing(preferred === undefined ? all : onePrimary(all, all.indexOf(preferred)));
}

/** Taken out by a list of what goes, as Entra ID and AWS send it. */
function without(attribute: ScimAttribute, before: Json | undefined, value: Json): Json | undefined {
  const given = itemsOf(readValue(attribute, value));
  const gone = new Set(given.map((item) => sayingOf(item)));
  return orNothing(itemsOf(before).filter((item) => !gone.has(sayingOf(item))));
}

const sayingOf = (item: Json): string => (isTree(item) ? String(memberOf(item, 'value') ?? keyOf(item)) : String(item));

/** Of two that are preferred the newer one is, RFC 7644 section 3.5.2. */
function onePrimary(values: readonly Json[], preferred: number): readonly Json[] {
  if (values.filter(isPrimary).length < 2) return values;
  return values.map((value, index) =>
    index !== preferred && isTree(value) && isPrimary(value) ? { ...value, primary: false } : value,
  );
}

/** The values that fit the brackets; where none does, an `add` or a `replace` that says all of it makes one. */
function filtered({ attribute, sub }: Reference, filter: Filter, op: Op, before: Json | undefined, value?: Json) {
  const fits = matcherWithin(attribute, filter);
  const items = itemsOf(before).filter(isTree);
  const change = op === 'remove' && sub === null ? null : changeOf(attribute, sub, op, value);
  const at = items.findIndex(fits);
  if (at >= 0) {
    const after = items.flatMap((item): Tree[] => (fits(item) ? (change === null ? [] : [change(item)]) : [item]));
    return orNothing(onePrimary(distinct(after.filter(hasParts)), at));
  }
  if (op === 'remove') return before;
  const made = change?.(Object.fromEntries(partsIn(attribute, filter))) ?? {};
  return joined(attribute, before, hasParts(made) ? [made] : undefined);
}

function changeOf(attribute: ScimAttribute, sub: ScimAttribute | null, op: Op, value?: Json): (item: Tree) => Tree {
  if (sub !== null) {
    const part = op === 'remove' ? undefined : readValue(sub, value ?? null);
    return (item) => withMember(item, sub.name, part);
  }
  const [given] = itemsOf(readValue(attribute, value ?? null));
  return (item) => ({ ...item, ...treeOf(given) });
}

/** `type eq "work" and primary eq true` as the parts of a value. @throws ScimError `noTarget` for what is no such list. */
function partsIn(attribute: ScimAttribute, filter: Filter): (readonly [string, Json])[] {
  if (filter.kind === 'and') return filter.parts.flatMap((part) => partsIn(attribute, part));
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null)
    throw badRequest('noTarget', `No value of ${quoted(attribute.name)} fits the brackets.`);
  const member = named(attribute.members, filter.path.name);
  const value = member === undefined || member.readOnly ? undefined : readValue(member, filter.value);
  return member === undefined || value === undefined ? [] : [[member.name, value]];
}
