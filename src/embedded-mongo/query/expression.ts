import type { MongoError } from '../mongo-error.ts';
import { EXPRESSION_FORMS, type Expression, isTruthy, readPath, type Scope } from './expression-forms.ts';
import { EXPRESSION_FUNCTIONS } from './expression-functions.ts';
import { location } from './location-error.ts';
import { requireSupported } from './supported.ts';
import { type Document, documentOf, fieldsOf, isDocument, show } from './value.ts';

export { type Expression, isTruthy, type Scope };

/**
 * Compiles an aggregation expression. Number types are kept as MongoDB keeps them: int + int is an int, `$divide` a double.
 * @throws MongoError 168 for an unknown operator, 115 for one left out, 16020 for a wrong count of arguments …
 */
export function compileExpression(source: unknown, variables: readonly string[] = []): Expression {
  if (typeof source === 'string' && source.startsWith('$')) return compilePath(source, variables);
  if (Array.isArray(source)) {
    const parts = source.map((part) => compileExpression(part, variables));
    return (scope) => parts.map((part) => part(scope) ?? null);
  }
  return isDocument(source) ? compileDocument(source, variables) : () => source;
}

function compilePath(source: string, variables: readonly string[]): Expression {
  if (!source.startsWith('$$')) {
    const parts = fieldPath(source.slice(1));
    return ({ root }) => readPath(root, parts);
  }
  const [name = '', ...parts] = source.slice(2).split('.');
  const read = variable(name, variables);
  return (scope) => readPath(read(scope), parts);
}

/** The parts of a field path in an aggregation, checked. */
export function fieldPath(path: string): string[] {
  const parts = path.split('.');
  if (parts.includes('')) throw location(15998, 'FieldPath field names may not be empty strings.');
  if (!parts.some((part) => part.startsWith('$'))) return parts;
  const reason = "FieldPath field names may not start with '$'. Consider using $getField or $setField.";
  throw location(16410, reason);
}

function variable(name: string, variables: readonly string[]): Expression {
  if (variables.includes(name)) return (scope) => scope.variables.get(name);
  if (name === 'ROOT' || name === 'CURRENT') return ({ root }) => root;
  if (name === 'REMOVE') return () => undefined;
  if (name === 'NOW') return ({ now }) => now ?? new Date();
  throw location(17276, `Use of undefined variable: ${name}`);
}

function compileDocument(source: Document, variables: readonly string[]): Expression {
  const fields = fieldsOf(source);
  const [first] = fields;
  if (first?.[0].startsWith('$')) {
    if (fields.length === 1) return compileOperator(first[0], first[1], variables);
    const reason = `an object representing an expression must have exactly one field: ${show(source)}`;
    throw location(15983, reason);
  }
  const parts = fields.map(([name, part]) => [name, compileExpression(part, variables)] as const);
  return (scope) => documentOf(parts.map(([name, part]) => [name, part(scope)] as const));
}

function compileOperator(name: string, operand: unknown, variables: readonly string[]): Expression {
  requireSupported('expression', name);
  const form = EXPRESSION_FORMS.get(name);
  if (form) return form(operand, (source, ...more) => compileExpression(source, [...variables, ...more]));
  const parts = (Array.isArray(operand) ? operand : [operand]).map((part) => compileExpression(part, variables));
  const { apply, least, most } = EXPRESSION_FUNCTIONS.get(name) ?? unreachable(name);
  if (parts.length < least || parts.length > most) throw wrongCount(name, least, most, parts.length);
  return (scope) => apply(parts.map((part) => part(scope)));
}

function unreachable(name: string): never {
  throw new Error(`${name} is listed as supported but has no implementation`);
}

function wrongCount(name: string, least: number, most: number, given: number): MongoError {
  const range = most === Number.POSITIVE_INFINITY ? `at least ${least}` : `at least ${least}, and at most ${most}`;
  const wanted = least === most ? `exactly ${least}` : range;
  return location(16020, `Expression ${name} takes ${wanted} arguments. ${given} were passed in.`);
}
