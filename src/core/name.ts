import type { Attributes } from './model.ts';
import { fold, textOf, valuesOf } from './text.ts';

/** How a person is called in sentences: display name, else given and family name, else e-mail, else user name, else the id. */
export function nameOf(person: { id: string; attributes: Attributes }): string {
  const read = (name: string) => textOf(person.attributes, name);
  const full = [read('givenName'), read('familyName')].filter((part) => part !== null).join(' ');
  return read('displayName') ?? (full || (read('email') ?? read('userName') ?? person.id));
}

const names = ['email', 'userName', 'userPrincipalName', 'samAccountName', 'employeeId'];

/** Is this, as a whole, what the person is called: their name, their id, or one of their addresses, user names and numbers? */
export function isCalled(person: { id: string; attributes: Attributes }, text: string): boolean {
  const all = [person.id, nameOf(person), ...names.flatMap((name) => valuesOf(person.attributes, name))];
  return all.some((one) => fold(one) === fold(text));
}
