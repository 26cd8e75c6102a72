import { badRequest, quoted } from './error.ts';
import { isList, isTree, type Json, memberOf, type Tree, withMember } from './json.ts';
import { extensionOf, isForeign, keyLike } from './reference.ts';
import { common, named, type ResourceKind, resourceTypes, type ScimAttribute, unknownAttribute } from './schema.ts';
import { foreignEntries, readValue } from './value.ts';

const mostExtensions = 10;

/**
 * The resource a client describes whole (POST, PUT): what we know of, as we keep it. What nobody may write and what is in no schema is
 * passed over; what is wrong is refused.
 * @throws ScimError `invalidSyntax`, `invalidValue`
 */
export function readResource(kind: ResourceKind, body: Json): Tree {
  if (!isTree(body)) throw badRequest('invalidSyntax', `A ${kind} is a JSON object.`);
  checkSchemas(body, resourceTypes[kind].schema.urn);
  let tree: Tree = {};
  for (const [key, given] of Object.entries(body)) {
    const attribute = writable(kind, key);
    if (attribute !== null) tree = withMember(tree, attribute.name, readValue(attribute, given));
    else if (isExtension(kind, key)) tree = withExtension(kind, tree, key, given);
  }
  checkRequired(kind, tree);
  return tree;
}

/** Left out, they are taken for granted; written, they have to fit. @throws ScimError `invalidSyntax` */
export function checkSchemas(body: Tree, wanted: string): void {
  const schemas = memberOf(body, keyLike(body, 'schemas'));
  if (schemas === undefined) return;
  const is = isList(schemas) && schemas.some((one) => String(one).toLowerCase() === wanted.toLowerCase());
  if (!is) throw badRequest('invalidSyntax', `schemas has to name ${wanted}.`);
}

/** The attribute a client may write under this key; null: it is read-only, or no attribute. */
export function writable(kind: ResourceKind, key: string): ScimAttribute | null {
  const found = named(resourceTypes[kind].schema.attributes, key) ?? named(common, key);
  return found === undefined || found.readOnly ? null : found;
}

export const isExtension = (kind: ResourceKind, key: string): boolean =>
  extensionOf(kind, key) !== undefined || isForeign(kind, key);

/** The tree with the attributes of an extension in it, those that were there too. @throws ScimError */
export function withExtension(kind: ResourceKind, tree: Tree, urn: string, given: Json): Tree {
  if (given === null) return withMember(tree, extensionOf(kind, urn)?.urn ?? keyLike(tree, urn), undefined);
  const known = extensionOf(kind, urn);
  if (known !== undefined && !isTree(given))
    throw badRequest('invalidValue', `${known.urn} is an object of attributes.`);
  const entries = known === undefined || !isTree(given) ? foreignEntries(urn, given) : Object.entries(given);
  let next = tree;
  for (const [name, value] of entries) {
    const attribute = known === undefined ? unknownAttribute(name) : named(known.attributes, name);
    if (attribute !== undefined) next = withAttribute(next, known?.urn ?? urn, attribute, readValue(attribute, value));
  }
  return next;
}

/** The tree with this value of an attribute, or without any; an extension of which nothing is left goes too. */
export function withAttribute(
  tree: Tree,
  urn: string | null,
  { name }: Pick<ScimAttribute, 'name'>,
  value: Json | undefined,
): Tree {
  if (urn === null) return withMember(tree, name, value);
  const key = keyLike(tree, urn);
  const before = memberOf(tree, key);
  const inside = isTree(before ?? null) ? (before as Tree) : {};
  const after = withMember(inside, keyLike(inside, name), value);
  const extensions = Object.keys(tree).filter((one) => one.startsWith('urn:') && one !== key).length;
  if (extensions >= mostExtensions) throw badRequest('invalidValue', `More than ${mostExtensions} extensions.`);
  return withMember(tree, key, Object.keys(after).length === 0 ? undefined : after);
}

/** @throws ScimError `invalidValue` */
export function checkRequired(kind: ResourceKind, tree: Tree): void {
  for (const { name, required } of resourceTypes[kind].schema.attributes)
    if (required && memberOf(tree, name) === undefined)
      throw badRequest('invalidValue', `${quoted(name)} is required of a ${kind}.`);
}
