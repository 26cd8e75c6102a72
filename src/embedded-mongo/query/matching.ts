import { visitPath } from './path.ts';
import { type Document, fieldsOf, isDocument } from './value.ts';

/** What a match leaves behind: the position in the outermost array that the positional `$` stands for. */
export interface Match {
  position?: number;
}

/** Whether a document, or for `$elemMatch` an array element, matches; notes the array position in `match`. */
export type Test = (root: unknown, match?: Match) => boolean;

/** A test of one value; `undefined` is a missing one. */
export type ValueTest = (value: unknown) => boolean;

/** How operators reach their values: along a path from the document, or on the value itself. */
export type Locate = (
  root: unknown,
  wholeArrays: boolean,
  visit: (value: unknown, position: number | undefined) => boolean,
) => boolean;

/** Where an operator stands: how to reach its values, the path for messages, and its neighbours (`$options` of a `$regex`). */
export interface Place {
  readonly locate: Locate;
  readonly path: string;
  readonly operators: Document;
}

/** The value itself, as `$elemMatch` sees it. */
export const atValue: Locate = (root, _wholeArrays, visit) => visit(root, undefined);

export function atPath(path: string): Locate {
  const parts = path.split('.');
  return (root, wholeArrays, visit) => visitPath(root as Document, parts, wholeArrays, visit);
}

/** Matches when the test holds for any value the path leads to; with `wholeArrays` an array is one value. */
export function anyValue(locate: Locate, test: ValueTest, wholeArrays = false): Test {
  return (root, match) =>
    locate(root, wholeArrays, (value, position) => {
      if (!test(value)) return false;
      if (match && position !== undefined) match.position = position;
      return true;
    });
}

export const allOf = (tests: Test[]): Test => {
  const [only] = tests;
  return tests.length === 1 && only ? only : (root, match) => tests.every((test) => test(root, match));
};

export const anyOf =
  (tests: Test[]): Test =>
  (root, match) =>
    tests.some((test) => test(root, match));

export const negated =
  (test: Test): Test =>
  (root) =>
    !test(root);

/** The fields of a DBRef, the only ones with a dollar that are data. */
export const REFERENCE_FIELDS: readonly string[] = ['$ref', '$id', '$db'];

/** `{ $gt: 1 }` as opposed to a document to be equal to; a DBRef is such a document. */
export function isOperators(condition: unknown): condition is Document {
  if (!isDocument(condition)) return false;
  const names = fieldsOf(condition).map(([name]) => name);
  return names[0]?.startsWith('$') === true && !(names.includes('$ref') && names.includes('$id'));
}
