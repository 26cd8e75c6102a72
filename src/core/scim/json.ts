import { badRequest, quoted } from './error.ts';

/** A JSON value, as it came or as it is kept. */
export type Json = null | boolean | number | string | readonly Json[] | Tree;
export type Tree = { readonly [name: string]: Json };

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** The member of this very object, never one of its prototype. */
export const memberOf = (tree: Tree, name: string): Json | undefined =>
  Object.hasOwn(tree, name) ? tree[name] : undefined;

/** A copy with this member, or without it. */
export function withMember(tree: Tree, name: string, value: Json | undefined): Tree {
  const { [name]: _, ...others } = tree;
  return value === undefined ? others : { ...others, [name]: value };
}

/** Deeper than any resource of SCIM; a resource has four levels. */
const deepest = 10;
/** A group of a hundred thousand members has fewer. */
const mostValues = 500_000;
/** Names that mean something to JavaScript itself; no attribute of SCIM is called so. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);
/** Half a character: what is kept would not be what was sent. */
const halves = /\p{Surrogate}/u;

/** @throws ScimError for what is no JSON, nests too deep, holds too much, or names what belongs to the language. */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('invalidSyntax', 'The body is not JSON.');
  }
  let left = mostValues;
  const check = (part: Json, depth: number): void => {
    left -= 1;
    if (left < 0) throw badRequest('invalidSyntax', `The body holds more than ${mostValues} values.`);
    if (typeof part === 'string') checkText(part);
    if (typeof part !== 'object' || part === null) return;
    if (depth > deepest) throw badRequest('invalidSyntax', `The body nests deeper than ${deepest} levels.`);
    if (isList(part)) {
      for (const item of part) check(item, depth + 1);
      return;
    }
    for (const [name, member] of Object.entries(part)) {
      if (reserved.has(name)) throw badRequest('invalidSyntax', `No attribute is called ${quoted(name)}.`);
      checkText(name);
      check(member, depth + 1);
    }
  };
  check(value, 1);
  return value;
}

function checkText(text: string): void {
  if (halves.test(text)) throw badRequest('invalidSyntax', 'The body holds half a character (a lone surrogate).');
}
