import { compareValues, equalValues, rankOf } from './compare.ts';
import { VALUE_OPERATORS } from './filter-operators.ts';
import { atValue, isOperators } from './matching.ts';
import { toDouble } from './number.ts';
import { type Document, field, fieldsOf, typeOf } from './value.ts';

/**
 * What a match needs of one path's index keys (`indexValues`). Each member by itself is met by at least one key of every
 * matching document; on an array (`multikey`) two bounds may be met by two different keys, so use both ends of a range only
 * where no document has an array there. Bounds hold within the type of their value. `eq: null` and null in `in` also match
 * documents without the path, whose key is null: a sparse index does not have them.
 */
export interface Constraint {
  eq?: unknown;
  in?: unknown[];
  gt?: unknown;
  gte?: unknown;
  lt?: unknown;
  lte?: unknown;
  exists?: boolean;
}

/** The constraints of a valid filter that an index may serve: those that hold for every match. Paths without any are absent. */
export function constraints(filter: Document): Map<string, Constraint> {
  const found = new Map<string, Constraint>();
  for (const [path, condition] of conjuncts(filter)) {
    const constraint = found.get(path) ?? {};
    // The first of two wins: each holds alone, so leaving one out only widens the search.
    const next = { ...constraintOf(condition), ...constraint };
    if (Object.keys(next).length > 0) found.set(path, next);
  }
  return found;
}

/** The field conditions that must all hold, `$and` opened. */
function conjuncts(filter: Document): [string, unknown][] {
  return fieldsOf(filter).flatMap(([name, condition]): [string, unknown][] => {
    if (name === '$and') return (condition as Document[]).flatMap(conjuncts);
    return name.startsWith('$') ? [] : [[name, condition]];
  });
}

function constraintOf(condition: unknown): Constraint {
  if (!isOperators(condition)) return isKey(condition) ? { eq: condition } : {};
  const constraint: Constraint = {};
  for (const [name, operand] of fieldsOf(condition)) {
    if (name === '$eq' && isKey(operand)) constraint.eq = operand;
    if (name === '$in' && (operand as unknown[]).every(isKey)) constraint.in = operand as unknown[];
    if (name === '$exists' && isTrue(operand)) constraint.exists = true;
    const bound = BOUNDS.get(name);
    if (bound && isBound(operand)) constraint[bound] = operand;
  }
  return constraint;
}

const BOUNDS = new Map([
  ['$gt', 'gt'],
  ['$gte', 'gte'],
  ['$lt', 'lt'],
  ['$lte', 'lte'],
] as const) as ReadonlyMap<string, 'gt' | 'gte' | 'lt' | 'lte'>;

/** A value that, when matched, is itself a key: not an array (keys are its elements) and not a pattern. */
const isKey = (value: unknown) => !['array', 'regex', 'undefined'].includes(typeOf(value));

/** Null takes missing values, MinKey and MaxKey all types, NaN only itself: none is a range within one type. */
const isBound = (value: unknown) =>
  isKey(value) &&
  !['null', 'minKey', 'maxKey'].includes(typeOf(value)) &&
  !(rankOf(value) === 10 && Number.isNaN(toDouble(value)));

const isTrue = (operand: unknown) =>
  rankOf(operand) === 10 ? toDouble(operand) !== 0 : operand !== false && operand !== null;

/** Whether every document that matches `filter` surely matches `partial` too. False when in doubt. Both must be valid filters. */
export function filterImplies(filter: Document, partial: Document): boolean {
  const given = conjuncts(filter);
  return fieldsOf(partial).every(([name, condition]) => {
    if (name === '$and') return (condition as Document[]).every((branch) => filterImplies(filter, branch));
    if (name.startsWith('$')) return equalValues(field(filter, name), condition);
    return operatorsOf(condition).every(([operator, operand]) =>
      given.some(
        ([path, other]) => path === name && operatorsOf(other).some((known) => implies(known, [operator, operand])),
      ),
    );
  });
}

type OperatorUse = readonly [name: string, operand: unknown];

function operatorsOf(condition: unknown): OperatorUse[] {
  if (isOperators(condition)) return fieldsOf(condition);
  return [[typeOf(condition) === 'regex' ? '$regex' : '$eq', condition]];
}

/** Operators that hold as soon as one value passes, whatever number type it has. */
const EXISTENTIAL = ['$eq', '$in', '$gt', '$gte', '$lt', '$lte', '$exists'];

function implies([known, operand]: OperatorUse, [wanted, wantedOperand]: OperatorUse): boolean {
  if (known === wanted && known !== '$options' && known !== '$regex' && equalValues(operand, wantedOperand))
    return true;
  if (!EXISTENTIAL.includes(wanted)) return false;
  const meets = (value: unknown) => isPlainKey(value) && holds(wanted, wantedOperand, value);
  if (known === '$eq') return meets(operand);
  if (known === '$in') return (operand as unknown[]).every(meets);
  return isBound(operand) && BOUNDS.has(known) && boundImplies([known, operand], [wanted, wantedOperand]);
}

const isPlainKey = (value: unknown) => isKey(value) && value !== null;

const holds = (name: string, operand: unknown, value: unknown): boolean =>
  VALUE_OPERATORS.get(name)?.(operand, { locate: atValue, path: '', operators: {} })(value) ?? false;

function boundImplies([known, operand]: OperatorUse, [wanted, limit]: OperatorUse): boolean {
  if (wanted === '$exists') return isTrue(limit);
  if (known.slice(0, 3) !== wanted.slice(0, 3) || !isBound(limit) || rankOf(operand) !== rankOf(limit)) return false;
  const order = known.startsWith('$gt') ? compareValues(operand, limit) : compareValues(limit, operand);
  return order > 0 || (order === 0 && (wanted.endsWith('e') || known === wanted));
}
