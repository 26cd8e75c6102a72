import { ObjectId } from 'bson';
import { runBatch, type Statement, type WriteError } from '../batch.ts';
import { ensureCollection } from '../catalog.ts';
import { decode, encodeStored, MAX_DOCUMENT_BYTES, tooLarge } from '../codec.ts';
import { arrayAt, collectionAt, documentAt, documentsAt, flagAt, missing, wholeAt } from '../command-argument.ts';
import { insertDocument } from '../documents.ts';
import { withFirst } from '../elements.ts';
import { type Modification, type Modified, modify, modifyLater, modifyNow } from '../modification.ts';
import { badValue, failedToParse } from '../mongo-error.ts';
import { compileProjection } from '../query/projection.ts';
import { compileUpdate, isModifier, upsertDocument } from '../query/update.ts';
import { type Document, field, isDocument } from '../query/value.ts';
import { namesOfFilter, namesOfUpdate, union } from '../touched.ts';
import type { Call, Reply } from './call.ts';
import { checkFields } from './fields.ts';

const MOST_STATEMENTS = 100_000;

export async function insert(call: Call): Promise<Reply> {
  const { command, server, db, deadline } = call;
  const name = collectionAt(command, 'insert');
  const documents = statementsAt(command, 'documents');
  let n = 0;
  const statements = documents.map((given): Statement => {
    return {
      now() {
        const { document, raw } = toInsert(given);
        insertDocument(server, ensureCollection(server.storage, server.catalog, db, name), document, raw);
        n += 1;
        return true;
      },
    };
  });
  const errors = await runBatch(server, statements, flagAt(command, 'ordered', true), deadline);
  return withErrors({ n }, errors);
}

/** What arrives as BSON is stored as it is, but with `_id` in front, where MongoDB has it too. */
function toInsert(given: unknown): { document: Document; raw: Buffer } {
  if (!Buffer.isBuffer(given)) return withId(given as Document);
  if (given.length > MAX_DOCUMENT_BYTES) throw tooLarge(given.length);
  const document = decode(given);
  if (field(document, '_id') === undefined) return withId(document);
  return { document, raw: Object.keys(document)[0] === '_id' ? given : withFirst(given, '_id') };
}

function withId(given: Document): { document: Document; raw: Buffer } {
  const document = field(given, '_id') === undefined ? { _id: new ObjectId(), ...given } : given;
  return { document, raw: encodeStored(document) };
}

const STATEMENT_FIELDS = {
  updates: {
    fields: ['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation'],
    refused: ['c', 'sort', 'sampleId'],
  },
  deletes: { fields: ['q', 'limit', 'hint', 'collation'], refused: ['sampleId'] },
};

export async function update(call: Call): Promise<Reply> {
  const { command } = call;
  const name = collectionAt(command, 'update');
  const result = { n: 0, nModified: 0 };
  const upserted: Document[] = [];
  const errors = await runModifications(
    call,
    'updates',
    (statement) => updateOf(call, name, statement),
    (modified, index) => {
      const isUpsert = modified.upsertedId !== undefined;
      result.n += modified.matched + (isUpsert ? 1 : 0);
      result.nModified += modified.modified;
      if (isUpsert) upserted.push({ index, _id: modified.upsertedId });
    },
  );
  return withErrors({ ...result, ...(upserted.length > 0 && { upserted }) }, errors);
}

function updateOf({ db }: Call, collection: string, statement: Document): Modification {
  const multi = flagAt(statement, 'multi');
  const { q: filter, u } = statement;
  if (!isDocument(filter)) throw missing('update.updates.q');
  if (multi && isDocument(u) && !isModifier(u))
    throw failedToParse('multi update is not supported for replacement-style update');
  const upsert = flagAt(statement, 'upsert');
  return {
    db,
    collection,
    filter,
    hint: statement.hint,
    multi,
    ...changeOf(filter, u, arrayAt(statement, 'arrayFilters'), upsert),
  };
}

/** The change and the insertion of an update, checked before anything is read. */
function changeOf(filter: Document, update: unknown, arrayFilters: unknown[] = [], upsert: boolean) {
  if (!isDocument(update) && !Array.isArray(update))
    throw failedToParse('Update argument must be either an object or an array');
  const filters = arrayFilters as Document[];
  const change = compileUpdate(update as Document | Document[], { filter, arrayFilters: filters });
  return {
    change: (document: Document) => change(document, { now: new Date() }),
    // A positional `$` looks at what the filter does.
    touched: union(namesOfUpdate(update), namesOfFilter(filter)),
    upsert: upsert ? () => upsertDocument(filter, update as Document | Document[], filters) : undefined,
  };
}

/** `delete` */
export async function remove(call: Call): Promise<Reply> {
  const { command, db } = call;
  const collection = collectionAt(command, 'delete');
  let n = 0;
  const toModification = (statement: Document): Modification => {
    const { q: filter, hint } = statement;
    if (!isDocument(filter)) throw missing('delete.deletes.q');
    const limit = wholeAt(statement, 'limit');
    if (limit !== 0 && limit !== 1)
      throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
    return { db, collection, filter, hint, multi: limit === 0, change: () => undefined };
  };
  const errors = await runModifications(call, 'deletes', toModification, ({ matched }) => {
    n += matched;
  });
  return withErrors({ n }, errors);
}

async function runModifications(
  { command, name, server, deadline }: Call,
  list: 'updates' | 'deletes',
  toModification: (statement: Document) => Modification,
  done: (modified: Modified, index: number) => void,
): Promise<WriteError[]> {
  const given = statementsAt(command, list) as Document[];
  for (const statement of given) checkFields(`${name}.${list}`, statement, STATEMENT_FIELDS[list]);
  const statements = given.map((statement, index): Statement => {
    let modification: Modification | undefined;
    return {
      now() {
        modification = toModification(statement);
        const modified = modifyNow(server, modification);
        if (modified) done(modified, index);
        return modified !== undefined;
      },
      async later() {
        if (modification) done(await modifyLater(server, modification, deadline), index);
      },
    };
  });
  return runBatch(server, statements, flagAt(command, 'ordered', true), deadline);
}

export async function findAndModify(call: Call): Promise<Reply> {
  const { command, server, db, deadline } = call;
  const collection = collectionAt(command, call.name);
  const filter = documentAt(command, 'query') ?? {};
  const isRemoval = flagAt(command, 'remove');
  const wantsNew = flagAt(command, 'new');
  const upsert = flagAt(command, 'upsert');
  const { update } = command;
  if (isRemoval === (update !== undefined)) throw failedToParse('Either an update or remove=true must be specified');
  if (isRemoval && (upsert || wantsNew)) throw failedToParse("Cannot specify 'upsert' or 'new' with remove=true");
  const fields = documentAt(command, 'fields');
  const project = fields ? compileProjection(fields, { filter }) : (document: Document) => document;
  const change = isRemoval
    ? { change: () => undefined }
    : changeOf(filter, update, arrayAt(command, 'arrayFilters'), upsert);
  const query = { filter, sort: documentAt(command, 'sort'), hint: command.hint };
  const modified = await modify(server, { db, collection, ...query, multi: false, ...change }, deadline);
  const { before, after, upsertedId, matched } = modified;
  const document = (wantsNew ? after : before)?.();
  const isUpsert = upsertedId !== undefined;
  return {
    lastErrorObject: {
      n: matched + (isUpsert ? 1 : 0),
      ...(!isRemoval && { updatedExisting: matched > 0 }),
      ...(isUpsert && { upserted: upsertedId }),
    },
    value: document ? project(document) : null,
  };
}

/** The statements of a batch: documents, or BSON of a document sequence. */
function statementsAt(command: Document, list: 'documents' | 'updates' | 'deletes'): unknown[] {
  const isRaw = list === 'documents' && Array.isArray(command.documents) && Buffer.isBuffer(command.documents[0]);
  const statements: unknown[] = isRaw ? (command.documents as Buffer[]) : documentsAt(command, list);
  if (statements.length >= 1 && statements.length <= MOST_STATEMENTS) return statements;
  throw badValue(`Write batch sizes must be between 1 and ${MOST_STATEMENTS}. Got ${statements.length} operations.`);
}

const withErrors = (reply: Document, writeErrors: WriteError[]): Document =>
  writeErrors.length > 0 ? { ...reply, writeErrors } : reply;
