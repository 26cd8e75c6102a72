import { MongoError, notSupported } from './mongo-error.ts';
import { compileFilter } from './query/filter.ts';
import { toDouble } from './query/number.ts';
import { type Document, fieldsOf, isNumeric } from './query/value.ts';

/** LMDB's limit on a key, and what of it `_id` and the index id may take. */
const KEY_BYTES = 1978;
export const ID_BYTES = 512;
const PREFIX_BYTES = 4;

export interface IndexField {
  readonly path: string;
  readonly direction: 1 | -1;
}

export interface Index {
  readonly id: number;
  readonly name: string;
  /** As `listIndexes` shows it. */
  spec: Document;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  /** Set for a partial index: which documents it holds. */
  readonly partial?: { readonly filter: Document; readonly matches: (document: Document) => boolean };
  /** The tree of documents itself, in `_id` order. */
  readonly primary: boolean;
  /** False while it is being built: kept by writes, not used by queries. */
  ready: boolean;
  /** Per field: some document has an array on the way, so one document has several keys. */
  multikey: boolean[];
  /** Some key was too long and is in order only by its beginning. */
  shortened: boolean;
}

interface IndexState {
  ready: boolean;
  multikey: boolean[];
  shortened: boolean;
}

/** The most bytes one field of the index may take in a key. */
export const fieldBytes = (index: Index): number =>
  index.primary ? ID_BYTES : Math.floor((KEY_BYTES - PREFIX_BYTES - ID_BYTES) / index.fields.length);

export function primaryIndex(id: number, shortened: boolean): Index {
  const spec = { v: 2, key: { _id: 1 }, name: '_id_' };
  return { ...indexFromSpec(id, spec, { ready: true, multikey: [false], shortened }), unique: true, primary: true };
}

export function indexFromSpec(id: number, spec: Document, state: IndexState): Index {
  const filter = spec.partialFilterExpression as Document | undefined;
  return {
    id,
    name: String(spec.name),
    spec,
    fields: fieldsOf(spec.key as Document).map(([path, direction]) => ({
      path,
      direction: toDouble(direction) < 0 ? -1 : 1,
    })),
    unique: spec.unique === true,
    sparse: spec.sparse === true,
    ...(filter && { partial: { filter, matches: compileFilter(filter) } }),
    primary: false,
    ...state,
  };
}

const OPTIONS = [
  'v',
  'key',
  'name',
  'ns',
  'background',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'hidden',
  'collation',
];
const FOREIGN_OPTIONS = [
  'storageEngine',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'bucketSize',
  'wildcardProjection',
  'prepareUnique',
  'clustered',
];
const MAX_FIELDS = 32;

/**
 * What a createIndexes specification becomes, in the form it is kept in.
 * @throws MongoError as MongoDB does for a bad one (67 CannotCreateIndex …), 115 for kinds of index this store leaves out.
 */
export function parseIndexSpec(given: Document): Document {
  for (const [name] of fieldsOf(given)) {
    if (FOREIGN_OPTIONS.includes(name))
      throw notSupported(`The index option '${name}' is not supported by the built-in store`);
    if (!OPTIONS.includes(name))
      throw invalid(
        197,
        'InvalidIndexSpecificationOption',
        `The field '${name}' is not valid for an index specification. Specification: ${JSON.stringify(given)}`,
      );
  }
  const key = given.key as Document | undefined;
  if (!key || typeof key !== 'object' || fieldsOf(key).length === 0) throw cannotCreate('Index keys cannot be empty.');
  if (fieldsOf(key).length > MAX_FIELDS)
    throw cannotCreate(`compound index fields exceed the maximum of ${MAX_FIELDS}`);
  for (const [path, direction] of fieldsOf(key)) requireField(path, direction);
  requireSimpleCollation(given.collation);
  const partial = given.partialFilterExpression as Document | undefined;
  if (partial) compileFilter(partial);
  if (partial && given.sparse === true) throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
  const expires = given.expireAfterSeconds;
  if (expires !== undefined && (!isNumeric(expires) || toDouble(expires) < 0 || fieldsOf(key).length > 1))
    throw cannotCreate("TTL indexes are single-field indexes, and 'expireAfterSeconds' is a number of at least 0");
  const { unique, sparse, hidden } = given;
  return {
    v: 2,
    key,
    name: String(given.name ?? indexName(key)),
    ...(unique === true && { unique }),
    ...(sparse === true && { sparse }),
    ...(partial && { partialFilterExpression: partial }),
    ...(expires !== undefined && { expireAfterSeconds: expires }),
    ...(hidden === true && { hidden }),
  };
}

const indexName = (key: Document) =>
  fieldsOf(key)
    .flatMap(([path, direction]) => [path, String(direction)])
    .join('_');

function requireField(path: string, direction: unknown): void {
  if (typeof direction === 'string')
    throw notSupported(`'${direction}' indexes are not supported by the built-in store`);
  if (path.split('.').includes('$**')) throw notSupported('Wildcard indexes are not supported by the built-in store');
  if (path.split('.').some((part) => part === '' || part.startsWith('$')))
    throw cannotCreate(`Index key contains an illegal field name: '${path}'.`);
  if (!isNumeric(direction) || !toDouble(direction))
    throw cannotCreate(
      `Values in v:2 index key pattern cannot be of type other than a non-zero number. Field: '${path}'`,
    );
}

/** @throws MongoError 115 unless the collation is absent or `simple`. */
export function requireSimpleCollation(collation: unknown): void {
  const locale = (collation as Document | undefined)?.locale;
  if (collation !== undefined && locale !== undefined && locale !== 'simple')
    throw notSupported(`Collation '${locale}' is not supported by the built-in store: only 'simple'`);
}

const invalid = (code: number, codeName: string, message: string) => new MongoError(code, codeName, message);
const cannotCreate = (message: string) => invalid(67, 'CannotCreateIndex', message);
