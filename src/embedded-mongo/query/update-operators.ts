import { Int32, Long, Timestamp } from 'bson';
import { badValue, failedToParse, typeMismatch } from '../mongo-error.ts';
import { compareValues } from './compare.ts';
import { type ArithmeticOperator, calculate, integer } from './number.ts';
import { ARRAY_OPERATORS } from './update-array-operators.ts';
import { type Document, field, fieldsOf, idText, isDocument, isNumeric, show, typeOf } from './value.ts';

/** Where a change is applied, for messages and for the time of `$currentDate`. */
export interface Site {
  readonly path: string;
  readonly document: Document;
  readonly now: Date;
}

/** One operator on one path: gives the new value; `undefined` is missing. `creates`: makes the path where it is missing. */
export interface Operation {
  readonly creates: boolean;
  readonly change: (current: unknown, site: Site) => unknown;
}

/** Checks the operand and gives the operation. */
export type UpdateOperator = (operand: unknown, path: string) => Operation;

const set: UpdateOperator = (operand) => ({ creates: true, change: () => operand ?? null });

const unset: UpdateOperator = () => ({ creates: false, change: () => undefined });

const arithmetic =
  (name: string, verb: string, operator: ArithmeticOperator): UpdateOperator =>
  (operand, path) => {
    if (!isNumeric(operand))
      throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${show(operand)}}`);
    const change = (current: unknown, site: Site) => {
      if (current === undefined) return operator === '+' ? operand : calculate('*', operand, new Int32(0));
      if (!isNumeric(current)) {
        const place = `{${idText(site.document)}} has the field '${site.path.split('.').at(-1)}' of non-numeric type ${typeOf(current)}`;
        throw typeMismatch(`Cannot apply ${name} to a value of non-numeric type. ${place}`);
      }
      const result = calculate(operator, current, operand);
      if (result !== undefined) return result;
      throw badValue(
        `Failed to apply ${name} operations to current value ((NumberLong)${String(current)}) for document {${idText(site.document)}}`,
      );
    };
    return { creates: true, change };
  };

const bounded =
  (direction: 1 | -1): UpdateOperator =>
  (operand) => ({
    creates: true,
    change: (current) =>
      current === undefined || direction * compareValues(operand, current) > 0 ? (operand ?? null) : current,
  });

const currentDate: UpdateOperator = (operand) => {
  const asTimestamp = wantsTimestamp(operand);
  const change = (_current: unknown, { now }: Site) =>
    asTimestamp ? new Timestamp({ t: Math.floor(now.getTime() / 1_000), i: 1 }) : now;
  return { creates: true, change };
};

function wantsTimestamp(operand: unknown): boolean {
  if (typeof operand === 'boolean') return false;
  if (!isDocument(operand)) {
    throw badValue(
      `${typeOf(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  const unknown = fieldsOf(operand).find(([name]) => name !== '$type');
  if (unknown) throw badValue(`Unrecognized $currentDate option: ${unknown[0]}`);
  const type = field(operand, '$type');
  if (type === 'date' || type === 'timestamp') return type === 'timestamp';
  throw badValue(
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  );
}

const BITS: Record<string, (a: bigint, b: bigint) => bigint> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

const isIntegral = (value: unknown) => typeOf(value) === 'int' || typeOf(value) === 'long';

const bit: UpdateOperator = (operand, path) => {
  if (!isDocument(operand)) {
    throw badValue(
      `The $bit modifier is not compatible with a ${typeOf(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = fieldsOf(operand);
  if (steps.length === 0) {
    throw badValue(`You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`);
  }
  for (const [name, value] of steps) {
    if (!Object.hasOwn(BITS, name)) {
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${path}: ${show(value)}}`,
      );
    }
    if (!isIntegral(value)) {
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeOf(value)}' is not supported here: {${path}: ${show(value)}}`,
      );
    }
  }
  return {
    creates: true,
    change: (current, site) => steps.reduce((value, step) => applyBits(value, step, site), current),
  };
};

function applyBits(current: unknown, [name, operand]: readonly [string, unknown], site: Site): unknown {
  const before = current === undefined ? new Int32(0) : current;
  if (!isIntegral(before)) {
    const place = `${idText(site.document)} has the field ${site.path.split('.').at(-1)} of non-integer type ${typeOf(before)}`;
    throw badValue(`Cannot apply $bit to a value of non-integral type.${place}`);
  }
  const kind = typeOf(before) === 'long' || typeOf(operand) === 'long' ? 'long' : 'int';
  const result = BITS[name]?.(BigInt(String(before)), BigInt(String(operand))) ?? 0n;
  return integer(result, kind) ?? Long.fromBigInt(result);
}

const pop: UpdateOperator = (operand, path) => {
  const end = isNumeric(operand) ? Number(String(operand)) : Number.NaN;
  if (Number.isNaN(end)) throw failedToParse(`Expected a number in: ${path}: ${show(operand)}`);
  if (end !== 1 && end !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${show(operand)}`);
  const change = (current: unknown, site: Site) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) {
      throw typeMismatch(`Path '${site.path}' contains an element of non-array type '${typeOf(current)}'`);
    }
    return end === 1 ? current.slice(0, -1) : current.slice(1);
  };
  return { creates: false, change };
};

/** Every update operator but `$rename`, which has two paths. */
export const UPDATE_OPERATORS: ReadonlyMap<string, UpdateOperator> = new Map<string, UpdateOperator>([
  ['$set', set],
  ['$setOnInsert', set],
  ['$unset', unset],
  ['$inc', arithmetic('$inc', 'increment', '+')],
  ['$mul', arithmetic('$mul', 'multiply', '*')],
  ['$min', bounded(-1)],
  ['$max', bounded(1)],
  ['$currentDate', currentDate],
  ['$bit', bit],
  ['$pop', pop],
  ...ARRAY_OPERATORS,
]);
