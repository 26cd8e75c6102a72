import { Int32 } from 'bson';
import { decodePart, encode } from '../codec.ts';
import { countAt, documentAt, documentsAt } from '../command-argument.ts';
import { paced } from '../deadline.ts';
import { failedToParse, notSupported } from '../mongo-error.ts';
import type { Query } from '../plan.ts';
import { runPipeline } from '../query/pipeline.ts';
import { type Document, field, fieldsOf, isDocument, isNumeric } from '../query/value.ts';
import { ordered, prepareSearch, type Search } from '../search.ts';
import { type Names, namesOfExpression } from '../touched.ts';
import { type Call, collectionOr, type Reply } from './call.ts';
import { countMatches, FIRST_BATCH } from './read.ts';

const WHOLE = { skip: 0, limit: 0 };

export async function aggregate(call: Call): Promise<Reply> {
  const { command, client, session, deadline, server, db } = call;
  const name = command.aggregate;
  if (typeof name !== 'string')
    throw notSupported('Aggregation without a collection is not supported by the built-in store');
  const cursor = documentAt(command, 'cursor');
  if (!cursor) throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  const { search, query, rest } = openPipeline(call, name, documentsAt(command, 'pipeline'));
  const group = query.sort === undefined ? countGroup(rest) : undefined;
  const source = group
    ? counting(call, search, query.filter, group)
    : runPipeline(rest, documentsOf(call, search, query.sort, namesOfStages(rest)), (foreign) => allOf(call, foreign));
  const opened = { ns: `${db}.${name}`, source: encoded(source), deadline, session, keepsOpen: false };
  return server.cursors.open(opened, client, countAt(cursor, 'batchSize', FIRST_BATCH), false);
}

/** The leading `$match` stages, and a `$sort` behind them that an index gives, become the search; `rest` is left to run. */
export function openPipeline(call: Call, name: string, pipeline: readonly Document[]) {
  const operandOf = (stage: Document | undefined, stageName: string) => {
    const operand = stage && fieldsOf(stage).length === 1 ? field(stage, stageName) : undefined;
    return isDocument(operand) ? operand : undefined;
  };
  const end = pipeline.findIndex((stage) => !operandOf(stage, '$match'));
  const used = end < 0 ? pipeline.length : end;
  const filters = pipeline.slice(0, used).map((stage) => operandOf(stage, '$match') ?? {});
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {});
  const target = collectionOr(call, name);
  const hint = call.server.catalog.has(target.ns) ? call.command.hint : undefined;
  const sort = operandOf(pipeline[used], '$sort');
  const search = prepareSearch(call.server, target, { filter, sort, hint });
  if (sort && search.plan.sorted) return { search, query: { filter, sort }, rest: pipeline.slice(used + 1) };
  return { search, query: { filter } as Query, rest: pipeline.slice(used) };
}

async function* documentsOf(
  { deadline }: Call,
  search: Search,
  sort: Document | undefined,
  names?: Names,
): AsyncGenerator<Document> {
  const isOrdered = sort === undefined || search.plan.sorted;
  for await (const found of isOrdered ? paced(search.run(), deadline) : ordered(search, sort, WHOLE, deadline))
    yield names ? decodePart(found.raw, names) : found.document;
}

/** A leading `$group` sees only the fields it names. */
function namesOfStages([first]: readonly Document[]): Names {
  const group = first && fieldsOf(first).length === 1 ? field(first, '$group') : undefined;
  return group === undefined ? undefined : namesOfExpression(group);
}

function allOf(call: Call, name: string): AsyncIterable<Document> {
  return documentsOf(call, prepareSearch(call.server, collectionOr(call, name), { filter: {} }), undefined);
}

async function* encoded(documents: AsyncIterable<Document>): AsyncGenerator<Buffer> {
  for await (const document of documents) yield encode(document);
}

/** The `$group` that `countDocuments` sends, `{ _id: 1, n: { $sum: 1 } }`, if it is all there is: a count needs no pipeline. */
function countGroup(rest: readonly Document[]): Document | undefined {
  const group = rest.length === 1 ? field(rest[0] ?? {}, '$group') : undefined;
  if (!isDocument(group) || !isNumeric(group._id) || fieldsOf(group).length !== 2) return undefined;
  const sum = isDocument(group.n) && fieldsOf(group.n).length === 1 ? field(group.n, '$sum') : undefined;
  return sum instanceof Int32 && sum.valueOf() === 1 ? group : undefined;
}

async function* counting(call: Call, search: Search, filter: Document, group: Document): AsyncGenerator<Document> {
  const n = await countMatches(call, search, filter);
  if (n > 0) yield { _id: group._id, n: new Int32(n) };
}
