import type { Attributes, Value } from './model.ts';
import { textOf, valuesOf } from './text.ts';

/** A person's attribute within a text: `{givenName}`. */
const placeholder = /\{([\p{L}_][\p{L}\p{N}_. -]*)\}/gu;

/**
 * The values of a constant or template: `{givenName} {familyName}` takes the first value of each attribute and is no value
 * at all while one of them is missing; `{memberOf}` alone stands for every value of the attribute.
 */
export function fill(template: Value, attributes: Attributes): readonly Value[] {
  if (typeof template !== 'string') return [template];
  const names = namesIn(template);
  const [only] = names;
  if (only !== undefined && template.trim() === `{${only}}`) return valuesOf(attributes, only);
  if (names.some((name) => textOf(attributes, name) === null)) return [];
  const text = template.replace(placeholder, (_, name: string) => textOf(attributes, name) ?? '').trim();
  return text === '' ? [] : [text];
}

/** The attributes a template reads; none for a constant. */
export const namesIn = (template: string): string[] => [...template.matchAll(placeholder)].map(([, name = '']) => name);
