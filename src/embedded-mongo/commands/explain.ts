import { Int32 } from 'bson';
import { documentAt, documentsAt, wholeAt } from '../command-argument.ts';
import { notSupported } from '../mongo-error.ts';
import type { Scan } from '../plan.ts';
import { type Document, fieldsOf, isDocument } from '../query/value.ts';
import { ordered, prepareSearch, type Search } from '../search.ts';
import { openPipeline } from './aggregate.ts';
import { type Call, collectionOr, type Reply } from './call.ts';

/** The plan of a command, and (unless `queryPlanner` is asked for) what its search looks at. Nothing is changed. */
export async function explain(call: Call): Promise<Reply> {
  const inner = documentAt(call.command, 'explain') ?? {};
  const { search, sort, ns, limit } = explained({ ...call, command: inner });
  const planned = { namespace: ns, winningPlan: winningPlan(search, sort), rejectedPlans: [] };
  const reply = { explainVersion: '1', queryPlanner: planned };
  if (call.command.verbosity === 'queryPlanner') return reply;
  const started = performance.now();
  let returned = 0;
  for await (const _ of ordered(search, sort, { skip: 0, limit }, call.deadline)) returned += 1;
  return {
    ...reply,
    executionStats: {
      executionSuccess: true,
      nReturned: new Int32(returned),
      executionTimeMillis: new Int32(performance.now() - started),
      totalKeysExamined: new Int32(search.examined.keys),
      totalDocsExamined: new Int32(search.examined.documents),
    },
  };
}

interface Explained {
  readonly search: Search;
  readonly sort: Document | undefined;
  readonly ns: string;
  readonly limit: number;
}

function explained(call: Call): Explained {
  const { command, db } = call;
  const [name = '', collection] = fieldsOf(command)[0] ?? [];
  const ns = `${db}.${collection}`;
  if (name === 'aggregate') {
    const { search, query } = openPipeline(call, String(collection), documentsAt(command, 'pipeline'));
    return { search, sort: query.sort, ns, limit: 0 };
  }
  const [statement = command] = name === 'update' || name === 'delete' ? documentsAt(command, `${name}s`) : [];
  const filterName = FILTERS.get(name);
  if (!filterName) throw notSupported(`explain of '${name}' is not supported by the built-in store`);
  const sort = documentAt(command, 'sort');
  const query = { filter: documentAt(statement, filterName) ?? {}, sort, hint: statement.hint };
  const limit = Math.abs((name === 'find' ? wholeAt(command, 'limit') : undefined) ?? 0);
  return { search: prepareSearch(call.server, collectionOr(call, String(collection)), query), sort, ns, limit };
}

/** Where each command keeps its filter. */
const FILTERS = new Map([
  ['find', 'filter'],
  ['count', 'query'],
  ['distinct', 'query'],
  ['findAndModify', 'query'],
  ['update', 'q'],
  ['delete', 'q'],
]);

function winningPlan({ plan }: Search, sort: Document | undefined): Document {
  const [only, ...others] = plan.scans.map(scanStage);
  const input =
    others.length > 0
      ? { stage: 'FETCH', inputStage: { stage: 'OR', inputStages: plan.scans.map(indexStage) } }
      : (only ?? { stage: 'EOF' });
  return plan.sorted || !isDocument(sort) ? input : { stage: 'SORT', sortPattern: sort, inputStage: input };
}

const direction = ({ reverse }: Scan) => (reverse ? 'backward' : 'forward');

function scanStage(scan: Scan): Document {
  if (scan.index.primary && scan.whole) return { stage: 'COLLSCAN', direction: direction(scan) };
  return { stage: 'FETCH', inputStage: indexStage(scan) };
}

function indexStage(scan: Scan): Document {
  const { name, spec, multikey, unique, sparse, partial } = scan.index;
  return {
    stage: 'IXSCAN',
    keyPattern: spec.key,
    indexName: name,
    isMultiKey: multikey.includes(true),
    isUnique: unique,
    isSparse: sparse,
    isPartial: partial !== undefined,
    direction: direction(scan),
  };
}
