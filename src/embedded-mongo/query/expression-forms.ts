import { notSupported } from '../mongo-error.ts';
import { location } from './location-error.ts';
import { COND, DATE_TO_STRING, FILTER, LET, MAP, named, REDUCE, SWITCH, SWITCH_BRANCH } from './named-arguments.ts';
import { toDouble } from './number.ts';
import { type Document, field, fieldsOf, isDocument, isNumeric, show, typeOf } from './value.ts';

/** What an expression sees: the document (`$$ROOT`), the variables of `$let`, `$map` …, and the time for `$$NOW`. */
export interface Scope {
  readonly root: unknown;
  readonly variables: ReadonlyMap<string, unknown>;
  readonly now?: Date;
}

/** Gives a value; `undefined` is missing. */
export type Expression = (scope: Scope) => unknown;

/** Compiles an inner expression, in which these variables are known too. */
type Compile = (source: unknown, ...variables: string[]) => Expression;
type Form = (operand: unknown, compile: Compile) => Expression;

/** False, null, missing and zero are not true; anything else is. */
export const isTruthy = (value: unknown): boolean =>
  isNumeric(value) ? toDouble(value) !== 0 : value !== undefined && value !== null && value !== false;

/** Null or missing. */
export const isNullish = (value: unknown): boolean => value === null || value === undefined;

/** A field path as expressions read it: an array gives the values of its documents; positions are not understood. */
export function readPath(value: unknown, parts: readonly string[]): unknown {
  const [name, ...rest] = parts;
  if (name === undefined) return value;
  if (Array.isArray(value)) {
    const found = value.map((element) => (Array.isArray(element) ? undefined : readPath(element, parts)));
    return found.filter((inner) => inner !== undefined);
  }
  return isDocument(value) ? readPath(field(value, name), rest) : undefined;
}

const bind = (scope: Scope, ...bound: (readonly [string, unknown])[]): Scope => ({
  ...scope,
  variables: new Map([...scope.variables, ...bound]),
});

const list = (operand: unknown): unknown[] => (Array.isArray(operand) ? operand : [operand]);

const condition: Form = (operand, compile) => {
  const byName = isDocument(operand) ? named(operand, COND) : undefined;
  const sources = byName ? ['if', 'then', 'else'].map((key) => field(byName, key)) : list(operand);
  const [test, yes, no] = sources.map((source) => compile(source));
  if (!test || !yes || !no || sources.length !== 3) {
    const reason = `Expression $cond takes exactly 3 arguments. ${sources.length} were passed in.`;
    throw location(16020, reason);
  }
  return (scope) => (isTruthy(test(scope)) ? yes(scope) : no(scope));
};

const firstPresent: Form = (operand, compile) => {
  const parts = list(operand).map((source) => compile(source));
  if (parts.length < 2) throw location(1257300, '$ifNull needs at least two arguments');
  return (scope) => {
    let value: unknown;
    for (const part of parts) {
      value = part(scope);
      if (!isNullish(value)) break;
    }
    return value;
  };
};

const choose: Form = (operand, compile) => {
  const given = named(operand, SWITCH);
  const branches = list(field(given, 'branches')).map((branch) => {
    const parts = named(branch, SWITCH_BRANCH);
    return { when: compile(field(parts, 'case')), value: compile(field(parts, 'then')) };
  });
  const source = field(given, 'default');
  const otherwise = source === undefined ? undefined : compile(source);
  return (scope) => {
    const chosen = branches.find(({ when }) => isTruthy(when(scope)))?.value ?? otherwise;
    if (chosen) return chosen(scope);
    throw location(40066, '$switch could not find a matching branch for an input, and no default was specified.');
  };
};

const letForm: Form = (operand, compile) => {
  const given = named(operand, LET);
  const variables = fieldsOf(field(given, 'vars') as Document).map(
    ([name, source]) => [name, compile(source)] as const,
  );
  const inner = compile(field(given, 'in'), ...variables.map(([name]) => name));
  return (scope) => inner(bind(scope, ...variables.map(([name, value]) => [name, value(scope)] as const)));
};

/** The input list of `$map` and its like; null stays null. */
function inputList(name: string, code: number, value: unknown): unknown[] | null {
  if (isNullish(value)) return null;
  if (Array.isArray(value)) return value;
  throw location(code, `input to ${name} must be an array not ${typeOf(value)}`);
}

const mapForm: Form = (operand, compile) => {
  const given = named(operand, MAP);
  const name = String(field(given, 'as') ?? 'this');
  const [input, inner] = [compile(field(given, 'input')), compile(field(given, 'in'), name)];
  return (scope) =>
    inputList('$map', 16883, input(scope))?.map((element) => inner(bind(scope, [name, element])) ?? null) ?? null;
};

const filterForm: Form = (operand, compile) => {
  const given = named(operand, FILTER);
  const name = String(field(given, 'as') ?? 'this');
  const [input, keep] = [compile(field(given, 'input')), compile(field(given, 'cond'), name)];
  return (scope) =>
    inputList('$filter', 28651, input(scope))?.filter((element) => isTruthy(keep(bind(scope, [name, element])))) ??
    null;
};

const reduceForm: Form = (operand, compile) => {
  const given = named(operand, REDUCE);
  const [input, start] = [compile(field(given, 'input')), compile(field(given, 'initialValue'))];
  const inner = compile(field(given, 'in'), 'this', 'value');
  return (scope) => {
    const elements = inputList('$reduce', 40080, input(scope));
    if (!elements) return null;
    return elements.reduce((value, element) => inner(bind(scope, ['this', element], ['value', value])), start(scope));
  };
};

const connective =
  (stopsAt: boolean): Form =>
  (operand, compile) => {
    const parts = list(operand).map((source) => compile(source));
    return (scope) => parts.some((part) => isTruthy(part(scope)) === stopsAt) === stopsAt;
  };

const DATE_PARTS: Record<string, (date: Date) => string> = {
  '%Y': (date) => String(date.getUTCFullYear()).padStart(4, '0'),
  '%m': (date) => String(date.getUTCMonth() + 1).padStart(2, '0'),
  '%d': (date) => String(date.getUTCDate()).padStart(2, '0'),
  '%H': (date) => String(date.getUTCHours()).padStart(2, '0'),
  '%M': (date) => String(date.getUTCMinutes()).padStart(2, '0'),
  '%S': (date) => String(date.getUTCSeconds()).padStart(2, '0'),
  '%L': (date) => String(date.getUTCMilliseconds()).padStart(3, '0'),
  '%%': () => '%',
};

const dateText: Form = (operand, compile) => {
  const given = named(operand, DATE_TO_STRING);
  const zone = field(given, 'timezone') ?? 'UTC';
  if (!['UTC', 'GMT', 'Etc/UTC', '+00', '+00:00', 'Z'].includes(String(zone))) {
    throw notSupported('$dateToString in a time zone other than UTC is not supported by the built-in store');
  }
  const format = field(given, 'format') ?? '%Y-%m-%dT%H:%M:%S.%LZ';
  if (typeof format !== 'string') throw notSupported('$dateToString needs a literal format in the built-in store');
  const unknown = format.match(/%./g)?.find((part) => !Object.hasOwn(DATE_PARTS, part));
  if (unknown) throw notSupported(`$dateToString format ${unknown} is not supported by the built-in store`);
  const [date, onNull] = [compile(field(given, 'date')), compile(field(given, 'onNull') ?? null)];
  return (scope) => {
    const value = date(scope);
    if (isNullish(value)) return onNull(scope);
    if (!(value instanceof Date))
      throw location(16006, `can't convert from BSON type ${typeOf(value)} to Date: ${show(value)}`);
    return format.replace(/%./g, (part) => DATE_PARTS[part]?.(value) ?? part);
  };
};

/** The operators whose operands are not simply evaluated first. */
export const EXPRESSION_FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['$literal', (operand) => () => operand],
  ['$and', connective(false)],
  ['$or', connective(true)],
  ['$cond', condition],
  ['$ifNull', firstPresent],
  ['$switch', choose],
  ['$let', letForm],
  ['$map', mapForm],
  ['$filter', filterForm],
  ['$reduce', reduceForm],
  ['$dateToString', dateText],
]);
