import type { Attributes } from './model.ts';
import { textOf } from './text.ts';

/** How a person is called in sentences: display name, else given and family name, else e-mail, else user name, else the id. */
export function nameOf(person: { id: string; attributes: Attributes }): string {
  const read = (name: string) => textOf(person.attributes, name);
  const full = [read('givenName'), read('familyName')].filter((part) => part !== null).join(' ');
  return read('displayName') ?? (full || (read('email') ?? read('userName') ?? person.id));
}
