import { DOCUMENT_STAGES, openStage } from './document-stages.ts';
import { compileFilter } from './filter.ts';
import { compileGroup, MOST_HELD, tooMuch } from './group.ts';
import { compileLookup, compileUnwind, type Lookup } from './join-stages.ts';
import { location } from './location-error.ts';
import { integer, toCount } from './number.ts';
import { compileOrder } from './sort.ts';
import { type Document, documentOf, fieldsOf, isDocument, show } from './value.ts';

type Stage = (source: AsyncIterable<Document>) => AsyncIterable<Document>;

/**
 * Runs an aggregation over `source`, one document at a time; `$sort`, `$group`, `$lookup` and `$facet` hold what they need, up to
 * a limit. The whole pipeline is checked before anything is read.
 * @throws MongoError 40324 for an unknown stage, 115 for one left out, 292 when a stage would hold too much.
 */
export function runPipeline(
  pipeline: readonly unknown[],
  source: AsyncIterable<Document>,
  lookup: Lookup,
): AsyncIterable<Document> {
  return compilePipeline(pipeline, lookup, new Date())(source);
}

function compilePipeline(pipeline: readonly unknown[], lookup: Lookup, now: Date): Stage {
  const opened = pipeline.map(openStage);
  const stages = opened.map(([name, operand], index) => {
    const next = opened[index + 1];
    const limit = name === '$sort' && next?.[0] === '$limit' ? toCount(next[1]) : undefined;
    return compileStage(name, operand, { lookup, now, limit });
  });
  return (source) => stages.reduce((documents, stage) => stage(documents), source);
}

interface Surroundings {
  readonly lookup: Lookup;
  readonly now: Date;
  /** How many documents the next stage keeps of a sort. */
  readonly limit: number | undefined;
}

function compileStage(name: string, operand: unknown, { lookup, now, limit }: Surroundings): Stage {
  const perDocument = DOCUMENT_STAGES.get(name)?.(operand);
  if (perDocument) return (source) => mapped(source, (document) => perDocument(document, now));
  switch (name) {
    case '$match':
      return compileMatch(operand);
    case '$group': {
      const group = compileGroup(operand);
      return (source) => group(source, now);
    }
    case '$sort':
      return compileSortStage(operand, limit);
    case '$limit':
      return compileLimit(operand);
    case '$skip':
      return compileSkip(operand);
    case '$count':
      return compileCount(operand);
    case '$sortByCount':
      return compileSortByCount(operand, now);
    case '$unwind':
      return compileUnwind(operand);
    case '$lookup':
      return compileLookup(operand, lookup);
    case '$facet':
      return compileFacet(operand, lookup, now);
    default:
      throw new Error(`${name} is listed as supported but has no implementation`);
  }
}

async function* mapped(
  source: AsyncIterable<Document>,
  change: (document: Document) => Document,
): AsyncGenerator<Document> {
  for await (const document of source) yield change(document);
}

function compileMatch(operand: unknown): Stage {
  if (!isDocument(operand)) throw location(15959, 'the match filter must be an expression in an object');
  const matches = compileFilter(operand);
  return async function* match(source) {
    for await (const document of source) if (matches(document)) yield document;
  };
}

function compileSortStage(operand: unknown, limit: number | undefined): Stage {
  if (!isDocument(operand)) throw location(15973, 'the $sort key specification must be an object');
  if (fieldsOf(operand).length === 0) throw location(15976, '$sort stage must have at least one sort key');
  const { keysOf, compare } = compileOrder(operand);
  return async function* sorted(source) {
    let rows: { keys: unknown[]; document: Document }[] = [];
    const sortRows = () => rows.sort((a, b) => compare(a.keys, b.keys));
    for await (const document of source) {
      rows.push({ keys: keysOf(document), document });
      if (limit !== undefined && rows.length > 2 * limit + 1_000) rows = sortRows().slice(0, limit);
      if (rows.length > MOST_HELD) throw tooMuch('$sort');
    }
    for (const { document } of sortRows()) yield document;
  };
}

function compileLimit(operand: unknown): Stage {
  const limit = toCount(operand);
  if (limit === undefined || limit < 0)
    throw location(
      5107201,
      `invalid argument to $limit stage: Expected a non-negative number in: $limit: ${show(operand)}`,
    );
  if (limit === 0) throw location(15958, 'the limit must be positive');
  return async function* limited(source) {
    let left = limit;
    for await (const document of source) {
      yield document;
      left -= 1;
      if (left === 0) return;
    }
  };
}

function compileSkip(operand: unknown): Stage {
  const count = toCount(operand);
  if (count === undefined || count < 0)
    throw location(
      5107200,
      `invalid argument to $skip stage: Expected a non-negative number in: $skip: ${show(operand)}`,
    );
  return async function* skipped(source) {
    let left = count;
    for await (const document of source) {
      if (left > 0) left -= 1;
      else yield document;
    }
  };
}

function compileCount(operand: unknown): Stage {
  if (typeof operand !== 'string' || operand === '')
    throw location(40156, 'the count field must be a non-empty string');
  if (operand.startsWith('$')) throw location(40158, 'the count field cannot be a $-prefixed path');
  if (operand.includes('.')) throw location(40160, "the count field cannot contain '.'");
  return async function* counted(source) {
    let count = 0n;
    for await (const _document of source) count += 1n;
    if (count > 0n) yield documentOf([[operand, integer(count, 'int')]]);
  };
}

function compileSortByCount(operand: unknown, now: Date): Stage {
  const isExpression =
    typeof operand === 'string'
      ? operand.startsWith('$')
      : isDocument(operand) && fieldsOf(operand)[0]?.[0].startsWith('$');
  if (!isExpression)
    throw location(
      40147,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  const group = compileGroup({ _id: operand, count: { $sum: 1 } });
  const sort = compileSortStage({ count: -1 }, undefined);
  return (source) => sort(group(source, now));
}

function compileFacet(operand: unknown, lookup: Lookup, now: Date): Stage {
  if (!isDocument(operand))
    throw location(40169, `the $facet specification must be a non-empty object, got ${show(operand)}`);
  const facets = fieldsOf(operand).map(([name, pipeline]) => {
    if (!Array.isArray(pipeline))
      throw location(40170, `arguments to $facet must be arrays, ${name} is ${show(pipeline)}`);
    if (pipeline.some((stage) => openStage(stage)[0] === '$facet'))
      throw location(40600, '$facet is not allowed to be used within a $facet stage');
    return { name, run: compilePipeline(pipeline, lookup, now) };
  });
  return async function* facetted(source) {
    const documents = await collect(source);
    const results: [string, unknown][] = [];
    for (const { name, run } of facets) results.push([name, await collect(run(each(documents)))]);
    yield documentOf(results);
  };
}

async function collect(source: AsyncIterable<Document>): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of source) {
    documents.push(document);
    if (documents.length > MOST_HELD) throw tooMuch('$facet');
  }
  return documents;
}

async function* each(documents: readonly Document[]): AsyncGenerator<Document> {
  yield* documents;
}
