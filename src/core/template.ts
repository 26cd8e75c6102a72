import { isLiquid, liquidProblem, namesInLiquid, type Rendered, render } from './liquid.ts';
import type { Attributes, Value } from './model.ts';
import { textOf, valuesOf } from './text.ts';

/** A person's attribute within a text: `{givenName}`. */
const placeholder = /\{([\p{L}_][\p{L}\p{N}_. -]*)\}/gu;

/**
 * The values of a constant or template: `{givenName} {familyName}` takes the first value of each attribute and is no value
 * at all while one of them is missing; `{memberOf}` alone stands for every value of the attribute. A text with `{{ … }}` is
 * Liquid; one that fails is no value.
 */
export function fill(template: Value, attributes: Attributes): readonly Value[] {
  if (typeof template !== 'string') return [template];
  if (isLiquid(template)) return render(template, attributes).values;
  const names = placeholdersIn(template);
  const [only] = names;
  if (only !== undefined && template.trim() === `{${only}}`) return valuesOf(attributes, only);
  if (names.some((name) => textOf(attributes, name) === null)) return [];
  const text = template.replace(placeholder, (_, name: string) => textOf(attributes, name) ?? '').trim();
  return text === '' ? [] : [text];
}

/** The values of a parameter's `template`: always Liquid, and it says what went wrong. */
export const fillTemplate = (template: string, attributes: Attributes): Rendered => render(template, attributes);

const placeholdersIn = (template: string): string[] => [...template.matchAll(placeholder)].map(([, name = '']) => name);

/** The attributes a template reads; none for a constant. */
export const namesIn = (template: string): string[] =>
  isLiquid(template) ? namesInLiquid(template) : placeholdersIn(template);

/** Is the text worked out from attributes? */
export const isTemplate = (text: string): boolean => isLiquid(text) || placeholdersIn(text).length > 0;

/** What is wrong with a text that may be a template, and what to do about it; null for a good one. */
export const templateProblem = (text: string): { message: string; remedy: string } | null =>
  isLiquid(text) ? liquidProblem(text) : null;
