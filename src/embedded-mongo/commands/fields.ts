import { unknownField } from '../command-argument.ts';
import { requireSimpleCollation } from '../index-spec.ts';
import { notSupported } from '../mongo-error.ts';
import { type Document, fieldsOf, isDocument } from '../query/value.ts';

export interface KnownFields {
  /** Honoured, or without effect on a single node (`allowDiskUse`, `comment`). */
  readonly fields: readonly string[];
  /** MongoDB's, left out here: refused when they ask for anything. */
  readonly refused?: readonly string[];
}

/** @throws MongoError 40415 for a field MongoDB does not know either, 115 for one left out. */
export function checkFields(name: string, document: Document, { fields, refused = [] }: KnownFields): void {
  for (const [key, value] of fieldsOf(document)) {
    if (refused.includes(key) && asksSomething(value))
      throw notSupported(`The option '${key}' of ${name} is not supported by the built-in store`);
    if (!fields.includes(key) && !refused.includes(key)) throw unknownField(`${name}.${key}`);
  }
  requireSimpleCollation(document.collation);
}

const asksSomething = (value: unknown) =>
  value !== undefined && value !== null && value !== false && !(isDocument(value) && fieldsOf(value).length === 0);
