import { MongoError } from '../mongo-error.ts';
import { isOperators } from './matching.ts';
import { modify } from './modify.ts';
import { type Document, fieldsOf, isDocument, typeOf } from './value.ts';

/**
 * What an upsert starts from: the filter's equalities as a document, or with `onlyId` (a replacement) its `_id` alone.
 * @throws MongoError 54 when the filter asks two values of one path.
 */
export function equalityDocument(filter: Document, onlyId: boolean): Document {
  const equalities = equalitiesOf(filter);
  checkSingle(equalities.map(([path]) => path));
  const taken = onlyId ? equalities.filter(([path]) => path === '_id') : equalities;
  return taken.reduce<Document>((document, [path, value]) => modify(document, path.split('.'), () => value, true), {});
}

/** The values a match must be equal to: implicit, `$eq`, a list of one in `$in` or `$all`, in `$and` and in an `$or` of one. */
function equalitiesOf(filter: Document): [string, unknown][] {
  return fieldsOf(filter).flatMap(([name, condition]): [string, unknown][] => {
    const branches = Array.isArray(condition) ? condition.filter(isDocument) : [];
    if (name === '$and' || (name === '$or' && branches.length === 1)) return branches.flatMap(equalitiesOf);
    if (name.startsWith('$')) return [];
    return valuesAsked(condition).map((value) => [name, value]);
  });
}

function valuesAsked(condition: unknown): unknown[] {
  if (!isOperators(condition)) return typeOf(condition) === 'regex' ? [] : [condition];
  return fieldsOf(condition).flatMap(([name, operand]) => {
    if (name === '$eq') return [operand];
    const only = (name === '$in' || name === '$all') && Array.isArray(operand) && operand.length === 1 ? operand : [];
    return only.filter((member) => typeOf(member) !== 'regex' && !isOperators(member));
  });
}

function checkSingle(paths: string[]): void {
  for (const [index, path] of paths.entries()) {
    const clash = paths
      .slice(index + 1)
      .find((other) => `${other}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${other}.`));
    if (clash === undefined) continue;
    const found =
      clash === path ? `path '${path}' is matched twice` : `both paths '${path}' and '${clash}' are matched`;
    throw new MongoError(54, 'NotSingleValueField', `cannot infer query fields to set, ${found}`);
  }
}
