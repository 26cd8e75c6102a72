import { MongoError, notSupported } from '../mongo-error.ts';
import { compileExpression, type Expression } from './expression.ts';
import { elementTest } from './filter.ts';
import { location } from './location-error.ts';
import { toDouble } from './number.ts';
import type { Rule } from './projection-tree.ts';
import { type Document, field, fieldsOf, isDocument, isNumeric, typeOf } from './value.ts';

/** `aggregation`: a `$project` stage, in which `$slice` is an expression. */
interface EntryOptions {
  readonly aggregation?: boolean;
}

/** One path of a projection and what it was written as. */
export interface Entry {
  readonly path: string;
  readonly rule: Rule;
  readonly from: 'flag' | 'expression' | 'slice' | 'elemMatch' | 'positional';
}

/** The entries of one field of `$addFields`. */
export function computedEntries(path: string, value: unknown): Entry[] {
  const [first] = isDocument(value) ? fieldsOf(value) : [];
  if (isDocument(value) && !first) {
    throw location(40180, `an empty object is not a valid value. Found empty object at path ${path}`);
  }
  if (!isDocument(value) || !first || first[0].startsWith('$')) return [computedEntry(path, compileExpression(value))];
  return fieldsOf(value).flatMap(([name, inner]) => computedEntries(`${path}.${name}`, inner));
}

const computedEntry = (path: string, expression: Expression): Entry => ({
  path,
  rule: { kind: 'compute', expression },
  from: 'expression',
});

/** The entries of one field of a projection. */
export function projectionEntries(path: string, value: unknown, options: EntryOptions): Entry[] {
  const isFlag = typeof value === 'boolean' || isNumeric(value);
  if (/(^|\.)\$(\.|$)/.test(path)) return [positionalEntry(path, value, options)];
  if (isFlag) return [{ path, rule: { kind: isKept(value) ? 'keep' : 'drop' }, from: 'flag' }];
  if (!isDocument(value)) return [computedEntry(path, compileExpression(value))];
  const [first] = fieldsOf(value);
  if (!first) throw location(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
  if (!first[0].startsWith('$'))
    return fieldsOf(value).flatMap(([name, inner]) => projectionEntries(`${path}.${name}`, inner, options));
  if (!options.aggregation && first[0] === '$slice' && isQuerySlice(first[1])) return [sliceEntry(path, first[1])];
  if (first[0] === '$elemMatch') return [elemMatchEntry(path, first[1], options)];
  if (first[0] === '$meta') throw notSupported('$meta projections are not supported by the built-in store');
  return [computedEntry(path, compileExpression(value))];
}

const isKept = (value: unknown) => (typeof value === 'boolean' ? value : toDouble(value) !== 0);

function positionalEntry(path: string, value: unknown, { aggregation }: EntryOptions): Entry {
  if (aggregation) throw location(31324, 'Cannot use positional projection in aggregation projection');
  if (!path.endsWith('.$'))
    throw location(
      31394,
      "As of 4.4, it's illegal to specify positional operator in the middle of a path.Positional projection may only be used at the end, for example: a.b.$. If the query previously used a form like a.b.$.d, remove the parts following the '$' and the results will be equivalent.",
    );
  if (!(typeof value === 'boolean' || isNumeric(value)) || !isKept(value))
    throw location(31395, 'positional projection cannot be used with exclusion');
  return { path: path.slice(0, -2), rule: { kind: 'keep' }, from: 'positional' };
}

const isQuerySlice = (value: unknown) =>
  isNumeric(value) || (Array.isArray(value) && value.length === 2 && value.every(isNumeric));

function sliceEntry(path: string, operand: unknown): Entry {
  const [first, second] = (Array.isArray(operand) ? operand : [operand]).map((part) => Math.trunc(toDouble(part)));
  if (second !== undefined && second <= 0) throw location(31259, `$slice limit must be positive, got ${second}`);
  const change = (value: unknown) => (Array.isArray(value) ? slice(value, first ?? 0, second) : value);
  return { path, rule: { kind: 'change', change }, from: 'slice' };
}

function slice(list: unknown[], first: number, limit: number | undefined): unknown[] {
  if (limit === undefined) return first < 0 ? list.slice(first) : list.slice(0, first);
  const start = first < 0 ? Math.max(0, list.length + first) : first;
  return list.slice(start, start + limit);
}

function elemMatchEntry(path: string, operand: unknown, { aggregation }: EntryOptions): Entry {
  if (aggregation)
    throw new MongoError(168, 'InvalidPipelineOperator', 'Cannot use $elemMatch projection in aggregation projection');
  if (!isDocument(operand))
    throw location(31274, `elemMatch: Invalid argument, object required, but got ${typeOf(operand)}`);
  if (path.includes('.')) throw location(31275, 'Cannot use $elemMatch projection on a nested field.');
  const test = elementTest(operand);
  const expression: Expression = ({ root }) => {
    const list = field(root as Document, path);
    const found = Array.isArray(list) ? list.findIndex((element) => test(element ?? null)) : -1;
    return found < 0 ? undefined : [(list as unknown[])[found]];
  };
  return { path, rule: { kind: 'compute', expression }, from: 'elemMatch' };
}
