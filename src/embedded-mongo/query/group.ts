import { failedToParse, MongoError } from '../mongo-error.ts';
import { ACCUMULATORS, type Accumulator } from './accumulators.ts';
import { valueKey } from './compare.ts';
import { compileExpression, type Expression } from './expression.ts';
import { location } from './location-error.ts';
import { requireSupported } from './supported.ts';
import { type Document, documentOf, field, fieldsOf, isDocument, show } from './value.ts';

/** How many values a stage may hold at once: past this the store would run out of memory for everyone. */
export const MOST_HELD = 1_000_000;

export const tooMuch = (stage: string) =>
  new MongoError(
    292,
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    `Exceeded memory limit for ${stage}: the built-in store holds at most ${MOST_HELD} values there`,
  );

interface Column {
  readonly name: string;
  readonly value: Expression;
  readonly start: () => Accumulator;
  readonly holds: boolean;
}

interface Group {
  readonly id: unknown;
  readonly accumulators: Accumulator[];
}

/** Compiles `$group`: reads the source once and holds one accumulator per group and field. */
export function compileGroup(
  operand: unknown,
): (source: AsyncIterable<Document>, now: Date) => AsyncIterable<Document> {
  if (!isDocument(operand)) throw location(15947, "a group's fields must be specified in an object");
  const source = field(operand, '_id');
  if (source === undefined) throw location(15955, 'a group specification must include an _id');
  const id = compileExpression(source);
  const columns = fieldsOf(operand)
    .filter(([name]) => name !== '_id')
    .map(([name, specification]) => compileColumn(name, specification));
  return (documents, now) => group(documents, id, columns, now);
}

function compileColumn(name: string, specification: unknown): Column {
  if (name.includes('.')) throw location(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) throw location(40236, `The field name '${name}' cannot be an operator name`);
  const fields = isDocument(specification) ? fieldsOf(specification) : [];
  const [only] = fields;
  if (!only?.[0].startsWith('$')) throw location(40234, `The field '${name}' must be an accumulator object`);
  if (fields.length > 1) throw location(40238, `The field '${name}' must specify one accumulator`);
  const [operator, operand] = only;
  requireSupported('accumulator', operator);
  const start = ACCUMULATORS.get(operator);
  if (!start) throw location(15952, `unknown group operator '${operator}'`);
  if (operator === '$count' && !(isDocument(operand) && fieldsOf(operand).length === 0)) {
    throw failedToParse(`$count takes no arguments, i.e. $count:{}, not ${show(operand)}`);
  }
  const holds = operator === '$push' || operator === '$addToSet';
  return { name, value: compileExpression(operand), start, holds };
}

async function* group(
  documents: AsyncIterable<Document>,
  id: Expression,
  columns: readonly Column[],
  now: Date,
): AsyncGenerator<Document> {
  const groups = new Map<string, Group>();
  const growing = columns.filter(({ holds }) => holds).length;
  let held = 0;
  for await (const root of documents) {
    const scope = { root, variables: new Map(), now };
    const value = id(scope) ?? null;
    const key = valueKey(value);
    const found = groups.get(key) ?? { id: value, accumulators: columns.map(({ start }) => start()) };
    groups.set(key, found);
    for (const [index, column] of columns.entries()) found.accumulators[index]?.add(column.value(scope));
    held += growing;
    if (held + groups.size > MOST_HELD) throw tooMuch('$group');
  }
  for (const { id: value, accumulators } of groups.values()) {
    yield documentOf([
      ['_id', value],
      ...columns.map(({ name }, index) => [name, accumulators[index]?.result()] as const),
    ]);
  }
}
