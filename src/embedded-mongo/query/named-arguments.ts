import { location } from './location-error.ts';
import { type Document, field, fieldsOf, isDocument } from './value.ts';

/** An operator's named arguments, with MongoDB's error codes: not a document, an unknown argument, a required one missing. */
interface Signature {
  readonly name: string;
  readonly notDocument: number;
  readonly unknown: number;
  readonly required: ReadonlyMap<string, number>;
  readonly optional: readonly string[];
}

/** `required` is written `name:code name:code`. */
function signature(
  name: string,
  notDocument: number,
  unknown: number,
  required: string,
  ...optional: string[]
): Signature {
  const pairs = required.split(' ').map((part) => part.split(':'));
  return {
    name,
    notDocument,
    unknown,
    optional,
    required: new Map(pairs.map(([key = '', code]) => [key, Number(code)])),
  };
}

export const COND = signature('$cond', 16020, 17083, 'if:17080 then:17081 else:17082');
export const SWITCH = signature('$switch', 40060, 40067, 'branches:40068', 'default');
export const SWITCH_BRANCH = signature('$switch', 40062, 40063, 'case:40064 then:40065');
export const LET = signature('$let', 16874, 16875, 'vars:16876 in:16877');
export const MAP = signature('$map', 16878, 16879, 'input:16880 in:16882', 'as');
export const FILTER = signature('$filter', 28646, 28647, 'input:28648 cond:28650', 'as');
export const REDUCE = signature('$reduce', 40075, 40076, 'input:40077 initialValue:40078 in:40079');
export const DATE_TO_STRING = signature('$dateToString', 18629, 18534, 'date:18628', 'format', 'timezone', 'onNull');

/** The arguments, each known and the required ones given. */
export function named(operand: unknown, { name, notDocument, unknown, required, optional = [] }: Signature): Document {
  if (!isDocument(operand)) throw location(notDocument, `${name} only supports an object as its argument`);
  const odd = fieldsOf(operand).find(([key]) => !required.has(key) && !optional.includes(key));
  if (odd) throw location(unknown, `Unrecognized parameter to ${name}: ${odd[0]}`);
  for (const [key, code] of required) {
    if (field(operand, key) === undefined) throw location(code, `Missing '${key}' parameter to ${name}`);
  }
  return operand;
}
