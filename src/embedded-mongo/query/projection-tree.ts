import type { Expression, Scope } from './expression.ts';
import { type Document, documentOf, field, fieldsOf, isDocument } from './value.ts';

/** What happens to a field: kept, left out, its value changed in place, or computed from the whole document. */
export type Rule =
  | { readonly kind: 'keep' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'change'; readonly change: (value: unknown) => unknown }
  | { readonly kind: 'compute'; readonly expression: Expression };

export type Tree = ReadonlyMap<string, Rule | Tree>;

const isTree = (node: Rule | Tree): node is Tree => node instanceof Map;

/** Keeps the fields of the tree, in the document's order; computed ones come last. */
export function includeFields(tree: Tree, document: Document, scope: Scope): Document {
  const kept = fieldsOf(document).map(([name, value]): [string, unknown] => {
    const node = tree.get(name);
    return [name, node ? includeValue(node, value, scope) : undefined];
  });
  return documentOf([...kept, ...computed(tree, document, scope)]);
}

function includeValue(node: Rule | Tree, value: unknown, scope: Scope): unknown {
  if (!isTree(node)) return node.kind === 'keep' ? value : node.kind === 'change' ? node.change(value) : undefined;
  if (isDocument(value)) return includeFields(node, value, scope);
  if (!Array.isArray(value)) return undefined;
  return value.map((element) => includeValue(node, element, scope)).filter((element) => element !== undefined);
}

/** Computed fields, and those below a path where no document is yet. */
function computed(tree: Tree, document: Document, scope: Scope): [string, unknown][] {
  return [...tree].flatMap(([name, node]): [string, unknown][] => {
    if (!isTree(node)) return node.kind === 'compute' ? [[name, node.expression(scope)]] : [];
    const value = field(document, name);
    return isDocument(value) || Array.isArray(value) || !computes(node) ? [] : [[name, includeFields(node, {}, scope)]];
  });
}

const computes = (tree: Tree): boolean =>
  [...tree.values()].some((node) => (isTree(node) ? computes(node) : node.kind === 'compute'));

/** Leaves the dropped fields of the tree out, and changes or computes the others named. */
export function excludeFields(tree: Tree, document: Document, scope: Scope): Document {
  const kept = fieldsOf(document).map(([name, value]): [string, unknown] => {
    const node = tree.get(name);
    return [name, node ? excludeValue(node, value, scope) : value];
  });
  return documentOf([...kept, ...computed(tree, document, scope)]);
}

function excludeValue(node: Rule | Tree, value: unknown, scope: Scope): unknown {
  if (!isTree(node)) return node.kind === 'keep' ? value : node.kind === 'change' ? node.change(value) : undefined;
  if (isDocument(value)) return excludeFields(node, value, scope);
  return Array.isArray(value) ? value.map((element) => excludeValue(node, element, scope)) : value;
}

/** Adds or replaces the computed fields of the tree, as `$addFields`: paths go into each element of an array. */
export function addFields(tree: Tree, value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((element) => addFields(tree, element, scope));
  const result = documentOf(isDocument(value) ? fieldsOf(value) : []);
  const before = new Map(Object.entries(result));
  const added = [...tree].map(([name, node]): [string, unknown] => {
    if (isTree(node)) return [name, addFields(node, before.get(name), scope)];
    return [name, node.kind === 'compute' ? node.expression(scope) : before.get(name)];
  });
  const changes = new Map(added);
  const replaced = [...before].map(([name, old]): [string, unknown] => [
    name,
    changes.has(name) ? changes.get(name) : old,
  ]);
  return documentOf([...replaced, ...added.filter(([name]) => !before.has(name))]);
}
