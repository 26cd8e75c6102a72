import { badValue, failedToParse, MongoError } from '../mongo-error.ts';
import { compileTest } from './filter.ts';
import type { Match } from './matching.ts';
import { modify } from './modify.ts';
import { isArrayPosition } from './path.ts';
import { requireSupported } from './supported.ts';
import { type Operation, UPDATE_OPERATORS } from './update-operators.ts';
import {
  type ArrayFilters,
  checkConflicts,
  checkIdentifiers,
  comparePaths,
  isDynamic,
  type Resolution,
  resolvePath,
  updatePath,
} from './update-path.ts';
import { type Document, field, fieldsOf, idText, isDocument, show, typeOf } from './value.ts';

/** Applies a compiled update to one document; `isInsert`: `$setOnInsert` applies. */
export type Update = (document: Document, options?: { readonly isInsert?: boolean; readonly now?: Date }) => Document;

/** One operator on one path, not yet resolved. */
interface Step extends Operation {
  readonly name: string;
  readonly parts: string[];
}

/** Compiles `{ $set: …, $inc: … }`: the whole is checked before anything is applied. */
export function modifierUpdate(update: Document, arrayFilters: ArrayFilters, filter: Document): Update {
  const renames = fieldsOf(renameClause(update)).map(([from, to]) => parseRename(from, to));
  const steps = fieldsOf(update).flatMap(([name, fields]) => parseOperator(name, fields));
  const paths = [...steps.map(({ parts }) => parts), ...renames.flatMap(({ from, to }) => [from, to])];
  checkConflicts(paths);
  checkIdentifiers(paths, arrayFilters, update);
  const test = paths.some((parts) => parts.includes('$')) ? compileTest(filter) : undefined;
  return (document, { isInsert = false, now = new Date() } = {}) => {
    const resolution: Resolution = { document, arrayFilters, position: () => matchPosition(test, document) };
    const wanted = steps.filter(({ name }) => isInsert || name !== '$setOnInsert');
    const concrete = [
      ...wanted.flatMap((step) => resolveStep(step, resolution)),
      ...renames.flatMap((rename) => renameSteps(rename, document)),
    ];
    if (paths.some((parts) => parts.some(isDynamic))) checkConflicts(concrete.map(({ parts }) => parts));
    concrete.sort((a, b) => comparePaths(a.parts, b.parts));
    return concrete.reduce((current, { parts, change, creates }) => {
      const site = { path: parts.join('.'), document, now };
      return modify(current, parts, (value) => change(value, site), creates);
    }, document);
  };
}

function matchPosition(test: ReturnType<typeof compileTest> | undefined, document: Document): number | undefined {
  const match: Match = {};
  test?.(document, match);
  return match.position;
}

const resolveStep = (step: Step, resolution: Resolution): Step[] =>
  resolvePath(step.parts, resolution).map((parts) => ({ ...step, parts }));

function parseOperator(name: string, fields: unknown): Step[] {
  requireSupported('update operator', name);
  if (!isDocument(fields)) {
    throw failedToParse(
      `Modifiers operate on fields but we found type ${typeOf(fields)} instead. For example: {$mod: {<field>: ...}} not {${name}: ${show(fields)}}`,
    );
  }
  const operator = UPDATE_OPERATORS.get(name);
  if (!operator) return [];
  return fieldsOf(fields).map(([path, operand]) => ({ name, parts: updatePath(path), ...operator(operand, path) }));
}

interface Rename {
  readonly from: string[];
  readonly to: string[];
}

function renameClause(update: Document): Document {
  const clause = field(update, '$rename');
  return isDocument(clause) ? clause : {};
}

function parseRename(source: string, target: unknown): Rename {
  if (typeof target !== 'string')
    throw badValue(`The 'to' field for $rename must be a string: ${source}: ${show(target)}`);
  const [from, to] = [updatePath(source), updatePath(target)];
  if (source === target) throw badValue(`The source and target field for $rename must differ: ${source}: "${target}"`);
  if (`${target}.`.startsWith(`${source}.`) || `${source}.`.startsWith(`${target}.`)) {
    throw badValue(`The source and target field for $rename must not be on the same path: ${source}: "${target}"`);
  }
  if (from.some(isDynamic)) throw badValue(`The source field for $rename may not be dynamic: ${source}`);
  if (to.some(isDynamic)) throw badValue(`The destination field for $rename may not be dynamic: ${target}`);
  return { from, to };
}

/** The value is set at its new place and removed from its old one; a missing source changes nothing. */
function renameSteps({ from, to }: Rename, document: Document): Step[] {
  const value = readThroughDocuments(document, from, 'source');
  if (value === undefined) return [];
  readThroughDocuments(document, to, 'destination');
  return [
    { name: '$rename', parts: to, creates: true, change: () => value },
    { name: '$rename', parts: from, creates: false, change: () => undefined },
  ];
}

/** @throws MongoError 2 for a path into an array, 28 for a source path through another value. */
function readThroughDocuments(document: Document, parts: string[], role: 'source' | 'destination'): unknown {
  let value: unknown = document;
  for (const [index, part] of parts.entries()) {
    if (value === undefined) return undefined;
    const path = parts.join('.');
    const parent = parts[index - 1] ?? '';
    if (Array.isArray(value) && (role === 'destination' || isArrayPosition(part))) {
      const place = `'${path}' in doc with ${idText(document)} has an array field called '${parent}'`;
      throw badValue(`The ${role} field cannot be an array element, ${place}`);
    }
    if (isDocument(value)) value = field(value, part);
    else if (role === 'destination') return undefined;
    else throw notTraversable(`${part} of ${path}`, `{${parent}: ${show(value)}}`);
  }
  return value;
}

const notTraversable = (part: string, element: string) =>
  new MongoError(28, 'PathNotViable', `cannot use the part (${part}) to traverse the element (${element})`);
