import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { hasPlaceholder, type Place } from './secret.ts';

/** One thing wrong with a configuration: where, what, and what to do about it. No message ever repeats a value. */
export type Problem = { path: string; message: string; remedy: string };

/** `apps[0].parameters[1].target`. */
export const pathText = (place: readonly PropertyKey[]): string =>
  place
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('') || '(the whole file)';

export const problem = (place: Place, message: string, remedy: string): Problem => ({
  path: pathText(place),
  message,
  remedy,
});

/** `did you mean crm?` or, where nothing is near, what else to do. */
export function meant(word: string, words: Iterable<string>, otherwise: string): string {
  const near = nearest(word, words);
  return near === null ? otherwise : `did you mean ${near}?`;
}

type Issue = z.core.$ZodIssue;

/**
 * A zod error as problems. `value` is what was parsed, `place` where it stands in the file, `keys` the names a misspelt key may
 * have meant. An issue with a value that holds `${NAME}` is left out: it is checked when the value is known.
 */
export function problemsOf(error: z.ZodError, value: unknown, place: Place, keys: readonly string[]): Problem[] {
  return error.issues.flatMap((issue) => fromIssue(issue, value, place, keys));
}

function fromIssue(issue: Issue, value: unknown, place: Place, keys: readonly string[]): Problem[] {
  const found = at(value, issue.path);
  if (hasPlaceholder(found)) return [];
  const full = [...place, ...issue.path.map(keyOf)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => problem([...full, key], 'there is no such setting', keyRemedy(key, keys)));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [branch = []] = [...issue.errors].sort((a, b) => a.length - b.length);
    return branch.flatMap((inner) => fromIssue(inner, found, full, keys));
  }
  return [problem(full, ...sentencesOf(issue, found))];
}

const keyRemedy = (key: string, keys: readonly string[]): string =>
  keys.includes(key) ? 'it does not belong here: take it out' : meant(key, keys, 'take it out');

const keyOf = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key));

const forms: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
  string: 'a text',
  boolean: 'true or false',
  int: 'a whole number',
};

function sentencesOf(issue: Issue, found: unknown): [message: string, remedy: string] {
  if (issue.code === 'invalid_type') {
    const form = forms[issue.expected] ?? `a ${issue.expected}`;
    return found === undefined ? ['it is missing', `add it: ${form}`] : ['it has the wrong type', `write ${form}`];
  }
  const choices = choicesOf(issue);
  if (choices.length === 0) return ['the value is not accepted', issue.message];
  const words = choices.map(String);
  return [
    found === undefined ? 'it is missing' : 'the value is not one of those known',
    meant(wordOf(found), words, `write one of: ${words.join(', ')}`),
  ];
}

/** A group of settings in the place of a word is none, and may not even be told as text. */
const wordOf = (found: unknown): string => (typeof found === 'object' ? '' : String(found));

/** What may stand there, where that is a list; the tag of a discriminated union lists its options. */
function choicesOf(issue: Issue): readonly unknown[] {
  if (issue.code === 'invalid_value') return issue.values;
  return 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (found === null || typeof found !== 'object') return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
