import { fieldPath } from './expression.ts';
import { location } from './location-error.ts';
import { computedEntries, type Entry, projectionEntries } from './projection-entries.ts';
import { cutToMatch } from './projection-match.ts';
import { addFields, excludeFields, includeFields, type Rule, type Tree } from './projection-tree.ts';
import { type Document, fieldsOf } from './value.ts';

/** `filter`: the query, for the positional `$`. `aggregation`: a `$project` stage, in which `$slice` is an expression. */
export interface ProjectionOptions {
  readonly filter?: Document;
  readonly aggregation?: boolean;
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
  const entries = fieldsOf(specification).flatMap(([path, value]) => projectionEntries(path, value, options));
  if (entries.length === 0) return (document) => document;
  const includes = isInclusion(entries);
  checkUniform(entries, includes);
  const tree = buildTree(withId(entries, includes));
  const project = includes ? includeFields : excludeFields;
  const positional = entries.find(({ from }) => from === 'positional');
  const prepare = positional ? cutToMatch(positional.path, options.filter ?? {}) : (document: Document) => document;
  return (document) => project(tree, prepare(document), { root: document, variables: new Map() });
}

/**
 * A projection that only keeps or drops whole top-level fields: it can be made on the stored bytes. Undefined for any other.
 * @throws as compileProjection does.
 */
export function wholeFields(
  specification: Document,
  options: ProjectionOptions = {},
): { keeps: boolean; names: ReadonlySet<string> } | undefined {
  const entries = fieldsOf(specification).flatMap(([path, value]) => projectionEntries(path, value, options));
  if (entries.length === 0 || !entries.every(isWhole)) return undefined;
  const keeps = isInclusion(entries);
  checkUniform(entries, keeps);
  const named = withId(entries, keeps).filter(({ rule }) => rule.kind === (keeps ? 'keep' : 'drop'));
  return { keeps, names: new Set(named.map(({ path }) => path)) };
}

const isWhole = ({ path, from }: Entry): boolean => from === 'flag' && !path.includes('.');

/** Compiles `$addFields` / `$set`. */
export function compileAddFields(specification: Document): (document: Document, now?: Date) => Document {
  const entries = fieldsOf(specification).flatMap(([path, value]) => computedEntries(path, value));
  const tree = buildTree(entries);
  return (document, now) =>
    addFields(tree, document, { root: document, variables: new Map(), ...(now && { now }) }) as Document;
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
