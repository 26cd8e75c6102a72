import { MongoError, notSupported } from '../mongo-error.ts';
import { compileExpression, type Expression, fieldPath } from './expression.ts';
import { compileTest, elementTest } from './filter.ts';
import { location } from './location-error.ts';
import type { Match } from './matching.ts';
import { toDouble } from './number.ts';
import { addFields, excludeFields, includeFields, type Rule, type Tree } from './projection-tree.ts';
import { copyOf, type Document, field, fieldsOf, isDocument, isNumeric, setField, typeOf } from './value.ts';

/** `filter`: the query, for the positional `$`. `aggregation`: a `$project` stage, in which `$slice` is an expression. */
export interface ProjectionOptions {
  readonly filter?: Document;
  readonly aggregation?: boolean;
}

interface Entry {
  readonly path: string;
  readonly rule: Rule;
  readonly from: 'flag' | 'expression' | 'slice' | 'elemMatch' | 'positional';
}

/**
 * Compiles a projection: inclusion or exclusion, dotted paths, `_id`, computed fields, and in a query `$slice`, `$elemMatch` and
 * the positional `$` (which needs the filter).
 * @throws MongoError 31253 / 31254 when inclusion and exclusion are mixed, 31249 / 31250 when paths collide.
 */
export function compileProjection(
  specification: Document,
  options: ProjectionOptions = {},
): (document: Document) => Document {
  const entries = fieldsOf(specification).flatMap(([path, value]) => parse(path, value, options));
  if (entries.length === 0) return (document) => document;
  const includes = isInclusion(entries);
  checkUniform(entries, includes);
  const tree = buildTree(withId(entries, includes));
  const project = includes ? includeFields : excludeFields;
  const positional = entries.find(({ from }) => from === 'positional');
  const prepare = positional ? cutToMatch(positional.path, options.filter ?? {}) : (document: Document) => document;
  return (document) => project(tree, prepare(document), { root: document, variables: new Map() });
}

/** Compiles `$addFields` / `$set`. */
export function compileAddFields(specification: Document): (document: Document, now?: Date) => Document {
  const entries = fieldsOf(specification).flatMap(([path, value]) => computedEntries(path, value));
  const tree = buildTree(entries);
  return (document, now) =>
    addFields(tree, document, { root: document, variables: new Map(), ...(now && { now }) }) as Document;
}

function computedEntries(path: string, value: unknown): Entry[] {
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

function parse(path: string, value: unknown, options: ProjectionOptions): Entry[] {
  const isFlag = typeof value === 'boolean' || isNumeric(value);
  if (/(^|\.)\$(\.|$)/.test(path)) return [positionalEntry(path, value, options)];
  if (isFlag) return [{ path, rule: { kind: isKept(value) ? 'keep' : 'drop' }, from: 'flag' }];
  if (!isDocument(value)) return [computedEntry(path, compileExpression(value))];
  const [first] = fieldsOf(value);
  if (!first) throw location(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
  if (!first[0].startsWith('$'))
    return fieldsOf(value).flatMap(([name, inner]) => parse(`${path}.${name}`, inner, options));
  if (!options.aggregation && first[0] === '$slice' && isQuerySlice(first[1])) return [sliceEntry(path, first[1])];
  if (first[0] === '$elemMatch') return [elemMatchEntry(path, first[1], options)];
  if (first[0] === '$meta') throw notSupported('$meta projections are not supported by the built-in store');
  return [computedEntry(path, compileExpression(value))];
}

const isKept = (value: unknown) => (typeof value === 'boolean' ? value : toDouble(value) !== 0);

function positionalEntry(path: string, value: unknown, { aggregation }: ProjectionOptions): Entry {
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

function elemMatchEntry(path: string, operand: unknown, { aggregation }: ProjectionOptions): Entry {
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

/** The kind is named by any field but `_id`; `$slice` alone keeps the rest, `$elemMatch` alone does not. */
function isInclusion(entries: Entry[]): boolean {
  const others = entries.filter(({ path }) => path !== '_id');
  const decisive = others.find(({ from }) => from === 'flag' || from === 'expression' || from === 'positional');
  if (decisive) return decisive.rule.kind !== 'drop';
  const id = entries.find(({ path }) => path === '_id');
  if (others.some(({ from }) => from === 'slice')) return id?.rule.kind === 'keep';
  if (others.length > 0) return true;
  return id?.rule.kind !== 'drop';
}

function checkUniform(entries: Entry[], includes: boolean): void {
  for (const { path, rule, from } of entries) {
    if (path === '_id') continue;
    if (includes && rule.kind === 'drop')
      throw location(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    if (!includes && rule.kind === 'keep')
      throw location(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
    if (!includes && from === 'expression')
      throw location(31252, 'Cannot use expression other than $meta in exclusion projection');
  }
  if (entries.filter(({ from }) => from === 'positional').length > 1)
    throw location(31276, 'Cannot specify more than one positional projection per query.');
}

/** `_id` is included unless it is left out, and stays in an exclusion unless it is named. */
function withId(entries: Entry[], includes: boolean): Entry[] {
  if (!includes || entries.some(({ path }) => path === '_id' || path.startsWith('_id.'))) return entries;
  return [{ path: '_id', rule: { kind: 'keep' }, from: 'flag' }, ...entries];
}

function buildTree(entries: Entry[]): Tree {
  const root = new Map<string, Rule | Tree>();
  for (const { path, rule } of entries) place(root, path, rule);
  return root;
}

function place(root: Map<string, Rule | Tree>, path: string, rule: Rule): void {
  const parts = fieldPath(path);
  const last = parts.pop() ?? '';
  let node = root;
  for (const [index, part] of parts.entries()) {
    const child = node.get(part) ?? new Map<string, Rule | Tree>();
    if (!(child instanceof Map)) {
      throw location(
        31249,
        `Path collision at ${path} remaining portion ${[...parts.slice(index + 1), last].join('.')}`,
      );
    }
    node.set(part, child);
    node = child;
  }
  if (node.has(last)) throw location(31250, `Path collision at ${path}`);
  node.set(last, rule);
}

/** Cuts the first array on the path to the element the filter matched. */
function cutToMatch(path: string, filter: Document): (document: Document) => Document {
  const test = compileTest(filter);
  return (document) => {
    const match: Match = {};
    test(document, match);
    return cut(document, path.split('.'), match.position);
  };
}

function cut(document: Document, [name = '', ...rest]: string[], position: number | undefined): Document {
  const value = field(document, name);
  if (Array.isArray(value)) {
    if (position === undefined || position >= value.length) {
      throw location(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      );
    }
    return replaced(document, name, [value[position]]);
  }
  return isDocument(value) && rest.length > 0 ? replaced(document, name, cut(value, rest, position)) : document;
}

function replaced(document: Document, name: string, value: unknown): Document {
  const copy = copyOf(document);
  setField(copy, name, value);
  return copy;
}
