import type { Attributes } from './model.ts';
import { fold, valuesOf } from './text.ts';

/** Is this one of their e-mail addresses, in any case? Somebody may have several. */
export function hasAddress({ attributes }: { attributes: Attributes }, email: string): boolean {
  const wanted = fold(email);
  return valuesOf(attributes, 'email').some((own) => fold(own) === wanted);
}
