import { ObjectId } from 'bson';
import { failedToParse, MongoError } from '../mongo-error.ts';
import { equalValues, identicalValues } from './compare.ts';
import { compileDocumentStages } from './document-stages.ts';
import { modifierUpdate, type Update } from './modifiers.ts';
import { compileArrayFilters } from './update-path.ts';
import { equalityDocument } from './upsert.ts';
import { type Document, documentOf, field, fieldsOf, idText, typeOf } from './value.ts';

/** `filter`: for the positional `$`. `isInsert`: `$setOnInsert` applies. `now`: for `$currentDate` and `$$NOW`. */
export interface UpdateOptions {
  readonly filter?: Document;
  readonly arrayFilters?: readonly Document[];
  readonly isInsert?: boolean;
  readonly now?: Date;
}

/**
 * The updated document: a new one, or the same reference when nothing changed. The original is never touched. The whole update is
 * checked first.
 * @throws MongoError with MongoDB's code: 9 unknown modifier, 40 conflicting paths, 66 a changed `_id`, 14 a wrong type …
 */
export function applyUpdate(document: Document, update: Document | Document[], options: UpdateOptions = {}): Document {
  return compileUpdate(update, options)(document, options);
}

/** Checks an update once, to apply it to many documents. */
export function compileUpdate(update: Document | Document[], options: UpdateOptions = {}): Update {
  const { arrayFilters = [], filter = {} } = options;
  if (!Array.isArray(update) && isModifier(update)) {
    const apply = modifierUpdate(update, compileArrayFilters(arrayFilters), filter);
    return (document, at) => checked(document, apply(document, at), MODIFIED);
  }
  const style = Array.isArray(update) ? 'pipeline-style' : 'replacement-style';
  if (arrayFilters.length > 0) throw failedToParse(`arrayFilters may not be specified for ${style} updates`);
  const apply = Array.isArray(update) ? pipelineUpdate(update) : replacement(update);
  return (document, at) => {
    const result = checked(document, apply(document, at), replacedText);
    return identicalValues(result, document) ? document : result;
  };
}

/** `{ $set: … }` as opposed to a replacement. */
export const isModifier = (update: Document): boolean => fieldsOf(update)[0]?.[0].startsWith('$') ?? false;

const MODIFIED = () => "Performing an update on the path '_id' would modify the immutable field '_id'";

const replacedText = (result: Document) =>
  `After applying the update, the (immutable) field '_id' was found to have been altered to ${idText(result)}`;

function checked(before: Document, result: Document, message: (result: Document) => string): Document {
  const id = field(before, '_id');
  if (result === before || id === undefined || equalValues(id, field(result, '_id'))) return result;
  throw new MongoError(66, 'ImmutableField', message(result));
}

function replacement(update: Document): Update {
  const odd = fieldsOf(update).find(([name]) => name.startsWith('$'));
  if (odd) {
    throw new MongoError(
      52,
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${odd[0]}' in '${odd[0]}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  return (document) => withIdOf(document, update);
}

/** The new document under the old `_id`, which comes first. */
function withIdOf(document: Document, next: Document): Document {
  const own = field(next, '_id');
  const id = own === undefined ? field(document, '_id') : own;
  return documentOf([['_id', id], ...fieldsOf(next).filter(([name]) => name !== '_id')]);
}

function pipelineUpdate(stages: Document[]): Update {
  const run = compileDocumentStages(stages);
  return (document, { now = new Date() } = {}) => withIdOf(document, run(document, now));
}

/**
 * The document an upsert inserts: the filter's equalities, then the update with `$setOnInsert`. `_id` comes first; one is made
 * when neither names it.
 * @throws MongoError 54 when the filter asks two values of one path, 53 for an `_id` that cannot be one; else as `applyUpdate`.
 */
export function upsertDocument(
  filter: Document,
  update: Document | Document[],
  arrayFilters: readonly Document[] = [],
  now = new Date(),
): Document {
  const isReplacement = !Array.isArray(update) && !isModifier(update);
  const base = equalityDocument(filter, isReplacement);
  const inserted = compileUpdate(update, { filter, arrayFilters })(base, { isInsert: true, now });
  const named = field(inserted, '_id');
  const id = named === undefined ? new ObjectId() : named;
  if (['array', 'regex'].includes(typeOf(id))) {
    throw new MongoError(53, 'InvalidIdField', `The '_id' value cannot be of type ${typeOf(id)}`);
  }
  return documentOf([['_id', id], ...fieldsOf(inserted).filter(([name]) => name !== '_id')]);
}
