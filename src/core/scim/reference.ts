import { badRequest, quoted, type ScimType } from './error.ts';
import type { AttributePath } from './filter.ts';
import { type Json, memberOf, type Tree } from './json.ts';
import { common, named, type ResourceKind, resourceTypes, type ScimAttribute, unknownAttribute } from './schema.ts';

/** An attribute found: `urn` where it stands in an extension, as the resource writes it. */
export type Reference = { urn: string | null; attribute: ScimAttribute; sub: ScimAttribute | null };

const reservedNames = new Set(['__proto__', 'constructor', 'prototype']);

const ours = Object.values(resourceTypes).flatMap(({ schema, extensions }) =>
  [schema, ...extensions].map(({ urn }) => urn.toLowerCase()),
);

/** Of a schema that is not ours: only people have such. */
export const isForeign = (kind: ResourceKind, urn: string): boolean =>
  kind === 'User' &&
  /^urn:[\w.:-]+$/i.test(urn) &&
  urn.length <= 200 &&
  !ours.some((known) => `${urn.toLowerCase()}:`.startsWith(`${known}:`));
/** No name of JavaScript's own is one. */
export const isForeignName = (name: string): boolean =>
  /^[A-Za-z][\w-]{0,63}$/.test(name) && !reservedNames.has(name.toLowerCase());

/** The extension that is known under this name, in any case of letters. */
export const extensionOf = (kind: ResourceKind, urn: string) =>
  resourceTypes[kind].extensions.find((one) => one.urn.toLowerCase() === urn.toLowerCase());

/** The attribute a path names. @throws ScimError of this type where there is none. */
export function referenceOf(kind: ResourceKind, path: AttributePath, scimType: ScimType): Reference {
  const { urn, name, sub } = path;
  const found = attributeOf(kind, urn, name);
  if (found === null) throw badRequest(scimType, `There is no attribute ${spelled(path)} of a ${kind}.`);
  if (sub === null) return { ...found, sub: null };
  const part = named(found.attribute.members, sub);
  if (part === undefined) throw badRequest(scimType, `There is no attribute ${spelled(path)} of a ${kind}.`);
  return { ...found, sub: part };
}

const spelled = ({ urn, name, sub }: AttributePath) =>
  quoted(`${urn === null ? '' : `${urn}:`}${name}${sub === null ? '' : `.${sub}`}`);

function attributeOf(kind: ResourceKind, urn: string | null, name: string): Omit<Reference, 'sub'> | null {
  const { schema } = resourceTypes[kind];
  if (urn === null || urn.toLowerCase() === schema.urn.toLowerCase()) {
    const attribute = named(schema.attributes, name) ?? named(common, name);
    return attribute === undefined ? null : { urn: null, attribute };
  }
  const extension = extensionOf(kind, urn);
  if (extension !== undefined) {
    const attribute = named(extension.attributes, name);
    return attribute === undefined ? null : { urn: extension.urn, attribute };
  }
  return isForeign(kind, urn) && isForeignName(name) ? { urn, attribute: unknownAttribute(name) } : null;
}

/** The value of the attribute itself, whatever its parts. */
export function valueAt(tree: Tree, { urn, attribute }: Pick<Reference, 'urn' | 'attribute'>): Json | undefined {
  if (urn === null) return memberOf(tree, attribute.name);
  const extension = memberOf(tree, keyLike(tree, urn));
  if (typeof extension !== 'object' || extension === null || Array.isArray(extension)) return undefined;
  return memberOf(extension as Tree, keyLike(extension as Tree, attribute.name));
}

/** The key as the tree writes it, in whatever case of letters; else as it is given. */
export const keyLike = (tree: Tree, key: string): string =>
  Object.hasOwn(tree, key) ? key : (Object.keys(tree).find((one) => one.toLowerCase() === key.toLowerCase()) ?? key);
