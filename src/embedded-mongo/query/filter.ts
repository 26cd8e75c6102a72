import { badValue } from '../mongo-error.ts';
import { compileExpression, isTruthy } from './expression.ts';
import { equalityTest, VALUE_OPERATORS } from './filter-operators.ts';
import {
  allOf,
  anyOf,
  anyValue,
  atPath,
  atValue,
  isOperators,
  type Locate,
  negated,
  type Place,
  REFERENCE_FIELDS,
  type Test,
  type ValueTest,
} from './matching.ts';
import { regexTest } from './regex.ts';
import { requireSupported, SUPPORTED } from './supported.ts';
import { type Document, fieldsOf, isDocument, typeOf } from './value.ts';

export { type Constraint, constraints, filterImplies } from './constraints.ts';

/**
 * Compiles a filter by MongoDB 7.0's rules into a test over documents.
 * @throws MongoError with MongoDB's code for a malformed filter (2 BadValue …), 115 for what is left out.
 */
export function compileFilter(filter: Document): (document: Document) => boolean {
  const test = compileTest(filter);
  return (document) => test(document);
}

/** What a filter is matched against; `$expr` is understood on whole documents only. */
type Level = 'document' | 'element';

/** As `compileFilter`; the test also notes the array position of the match. */
export function compileTest(filter: Document, level: Level = 'document'): Test {
  return allOf(fieldsOf(filter).map(([name, condition]) => compileClause(name, condition, level)));
}

function compileClause(name: string, condition: unknown, level: Level): Test {
  if (!name.startsWith('$')) return compileField(name, condition);
  if (REFERENCE_FIELDS.includes(name)) return anyValue(atPath(name), equalityTest(condition));
  requireSupported('top-level query operator', name);
  if (name === '$comment') return () => true;
  if (name === '$expr') return compileExpr(condition, level);
  const tests = branches(name, condition, level);
  if (name === '$and') return allOf(tests);
  return name === '$or' ? anyOf(tests) : negated(anyOf(tests));
}

function branches(name: string, condition: unknown, level: Level): Test[] {
  if (!Array.isArray(condition)) throw badValue(`${name} must be an array`);
  if (condition.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  return condition.map((branch) => {
    if (!isDocument(branch)) throw badValue('$or/$and/$nor entries need to be full objects');
    return compileTest(branch, level);
  });
}

function compileExpr(condition: unknown, level: Level): Test {
  if (level === 'element') throw badValue('$expr can only be applied to the top-level document');
  const expression = compileExpression(condition);
  return (root) => isTruthy(expression({ root, variables: new Map() }));
}

function compileField(path: string, condition: unknown): Test {
  const locate = atPath(path);
  return isOperators(condition) ? compileOperators(condition, locate, path) : anyValue(locate, literalTest(condition));
}

const literalTest = (value: unknown): ValueTest => (typeOf(value) === 'regex' ? regexTest(value) : equalityTest(value));

/** All operators of one field's condition. */
export function compileOperators(operators: Document, locate: Locate, path = ''): Test {
  const place: Place = { operators, locate, path };
  return allOf(
    fieldsOf(operators).map(([name, operand]) => {
      requireSupported('query operator', name);
      return operatorNamed(name)(operand, place);
    }),
  );
}

type Operator = (operand: unknown, place: Place) => Test;

function operatorNamed(name: string): Operator {
  if (name === '$not') return not;
  if (name === '$all') return all;
  const operator = name === '$elemMatch' ? elemMatch : VALUE_OPERATORS.get(name);
  if (!operator) throw badValue(`unknown operator: ${name}`);
  return operator;
}

const not: Operator = (operand, { locate, path }) => {
  if (typeOf(operand) === 'regex') return negated(anyValue(locate, regexTest(operand)));
  if (!isDocument(operand)) throw badValue('$not needs a regex or a document');
  if (fieldsOf(operand).length === 0) throw badValue('$not cannot be empty');
  return negated(compileOperators(operand, locate, path));
};

const all: Operator = (operand, place) => {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  const wantsElements = isElementCondition(operand[0]);
  const tests = operand.map((member) => {
    const isElement = isElementCondition(member);
    if (isElement !== wantsElements) throw badValue('$all/$elemMatch has to be consistent');
    if (isOperators(member) && !isElement) throw badValue('no $ expressions in $all');
    return isElement
      ? compileOperators(member as Document, place.locate, place.path)
      : anyValue(place.locate, literalTest(member));
  });
  return tests.length === 0 ? () => false : allOf(tests);
};

const isElementCondition = (member: unknown) => isOperators(member) && fieldsOf(member)[0]?.[0] === '$elemMatch';

const elemMatch: Operator = (operand, { locate }) => {
  if (!isDocument(operand)) throw badValue('$elemMatch needs an Object');
  const test = elementTest(operand);
  return (root, match) =>
    locate(root, true, (value, position) => {
      const index = Array.isArray(value) ? value.findIndex((element) => test(element ?? null)) : -1;
      if (index >= 0 && match) match.position = position ?? index;
      return index >= 0;
    });
};

const FILTER_OPERATORS: readonly string[] = [
  ...SUPPORTED['top-level query operator'].here,
  ...SUPPORTED['top-level query operator'].elsewhere,
  ...REFERENCE_FIELDS,
];

/** Whether a filter may begin with this, as opposed to operators on a value. */
export const isFilterOperator = (name: string): boolean => FILTER_OPERATORS.includes(name);

/** Operators test the element as a value; anything else is a filter over elements that are documents (arrays count as such). */
export function elementTest(operand: Document): Test {
  const [first] = fieldsOf(operand);
  if (isOperators(operand) && !isFilterOperator(first?.[0] ?? '')) return compileOperators(operand, atValue);
  const test = compileTest(operand, 'element');
  return (element) => (Array.isArray(element) ? test({ ...element }) : isDocument(element) && test(element));
}
