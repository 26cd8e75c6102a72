import { badValue } from '../mongo-error.ts';
import { compareValues, equalValues, indexValues, valueKey } from './compare.ts';
import { compileOperators, compileTest, isFilterOperator } from './filter.ts';
import { atPath, isOperators, type ValueTest } from './matching.ts';
import { toCount, toDouble } from './number.ts';
import type { Operation, Site, UpdateOperator } from './update-operators.ts';
import { field, fieldsOf, idText, isDocument, isNumeric, show, typeOf } from './value.ts';

type Compare = (a: unknown, b: unknown) => number;

const push: UpdateOperator = (operand) => {
  const clauses =
    isDocument(operand) && field(operand, '$each') !== undefined
      ? fieldsOf(operand)
      : [['$each', [operand ?? null]] as const];
  const given = new Map<string, unknown>(clauses);
  const unknown = [...given.keys()].find((name) => !['$each', '$slice', '$sort', '$position'].includes(name));
  if (unknown) throw badValue(`Unrecognized clause in $push: ${unknown}`);
  const each = given.get('$each');
  if (!Array.isArray(each)) {
    throw badValue(`The argument to $each in $push must be an array but it was of type: ${typeOf(each)}`);
  }
  const position = whole(
    given.get('$position'),
    (type) => `The value for $position must be an integer value, not of type: ${type}`,
  );
  const slice = whole(
    given.get('$slice'),
    (type) => `The value for $slice must be an integer value but was given type: ${type}`,
  );
  const order = given.has('$sort') ? sortClause(given.get('$sort')) : undefined;
  const change = (current: unknown, site: Site) => {
    const before = current ?? [];
    if (!Array.isArray(before) || current === null) {
      throw badValue(
        `The field '${site.path}' must be an array but is of type ${typeOf(current)} in document {${idText(site.document)}}`,
      );
    }
    const inserted = insertAt(before, each, position);
    return sliced(order ? inserted.sort(order) : inserted, slice);
  };
  return { creates: true, change };
};

function whole(value: unknown, message: (type: string) => string): number | undefined {
  if (value === undefined) return undefined;
  const count = toCount(value);
  if (count === undefined) throw badValue(message(typeOf(value)));
  return count;
}

function insertAt(list: unknown[], added: unknown[], position = list.length): unknown[] {
  const start = position < 0 ? Math.max(0, list.length + position) : Math.min(position, list.length);
  return [...list.slice(0, start), ...added, ...list.slice(start)];
}

function sliced(list: unknown[], slice: number | undefined): unknown[] {
  if (slice === undefined) return list;
  if (slice === 0) return [];
  return slice > 0 ? list.slice(0, slice) : list.slice(slice);
}

function sortClause(sort: unknown): Compare {
  if (isNumeric(sort)) return byDirection(directionOf(sort), (value) => value);
  if (!isDocument(sort)) {
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  }
  const fields = fieldsOf(sort);
  if (fields.length === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.');
  const orders = fields.map(([path, direction]) => {
    if (path.split('.').includes(''))
      throw badValue(
        path === ''
          ? 'The $sort field cannot be empty'
          : `The $sort field is a dotted field but has an empty part: ${path}`,
      );
    return byDirection(directionOf(direction), (value) => keyAt(value, path));
  });
  return (a, b) => orders.reduce((decided, order) => decided || order(a, b), 0);
}

/** The smallest key of the element at the path; an element that is no document counts as having none. */
function keyAt(value: unknown, path: string): unknown {
  const { values } = indexValues(isDocument(value) ? value : {}, path);
  return values.reduce((best, key) => (compareValues(key, best) < 0 ? key : best));
}

function directionOf(direction: unknown): number {
  const value = isNumeric(direction) ? toDouble(direction) : 0;
  if (value !== 1 && value !== -1) throw badValue('The $sort element value must be either 1 or -1');
  return value;
}

const byDirection =
  (direction: number, key: (value: unknown) => unknown): Compare =>
  (a, b) =>
    direction * compareValues(key(a), key(b));

const addToSet: UpdateOperator = (operand) => {
  const added = setMembers(operand);
  const change = (current: unknown, site: Site) => {
    if (current !== undefined && !Array.isArray(current)) {
      const name = site.path.split('.').at(-1);
      throw badValue(
        `Cannot apply $addToSet to non-array field. Field named '${name}' has non-array type ${typeOf(current)}`,
      );
    }
    const before = current ?? [];
    const known = new Set(before.map(valueKey));
    const fresh = added.filter((value) => !known.has(valueKey(value)));
    return [...before, ...new Map(fresh.map((value) => [valueKey(value), value])).values()];
  };
  return { creates: true, change };
};

function setMembers(operand: unknown): unknown[] {
  const [first, ...others] = isDocument(operand) ? fieldsOf(operand) : [];
  if (first?.[0] !== '$each') return [operand ?? null];
  const each = first[1];
  if (!Array.isArray(each)) {
    throw badValue(`The argument to $each in $addToSet must be an array but it was of type ${typeOf(each)}`);
  }
  if (others.length > 0) throw badValue(`Found unexpected fields after $each in $addToSet: ${show(operand)}`);
  return each;
}

/** Leaves out the elements for which the test holds. */
const removing = (name: string, test: ValueTest): Operation => ({
  creates: false,
  change: (current) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) throw badValue(`Cannot apply ${name} to a non-array value`);
    return current.filter((element) => !test(element ?? null));
  },
});

const pull: UpdateOperator = (operand) => removing('$pull', pullTest(operand));

/** A pattern or operators test each element, a document is a filter over elements that are documents, any other value is compared. */
function pullTest(operand: unknown): ValueTest {
  const [first] = isDocument(operand) ? fieldsOf(operand) : [];
  if (isOperators(operand) && !isFilterOperator(first?.[0] ?? '')) {
    const test = compileOperators(operand, atPath('value'));
    return (element) => test({ value: element });
  }
  if (isDocument(operand)) {
    const test = compileTest(operand, 'element');
    return (element) => isDocument(element) && test(element);
  }
  if (typeOf(operand) !== 'regex') return (element) => equalValues(element, operand ?? null);
  const test = compileTest({ value: operand });
  return (element) => test({ value: element });
}

const pullAll: UpdateOperator = (operand) => {
  if (!Array.isArray(operand)) throw badValue(`$pullAll requires an array argument but was given a ${typeOf(operand)}`);
  const keys = new Set(operand.map(valueKey));
  return removing('$pullAll', (element) => keys.has(valueKey(element)));
};

export const ARRAY_OPERATORS: ReadonlyMap<string, UpdateOperator> = new Map<string, UpdateOperator>([
  ['$push', push],
  ['$addToSet', addToSet],
  ['$pull', pull],
  ['$pullAll', pullAll],
]);
