import type { Person } from './model.ts';

/** How a person is called in sentences: display name, else given and family name, else e-mail, else the id. */
export function nameOf(person: Pick<Person, 'id' | 'attributes'>): string {
  const { displayName, givenName, familyName, email } = person.attributes;
  if (typeof displayName === 'string' && displayName !== '') return displayName;
  const parts = [givenName, familyName].filter((part) => typeof part === 'string' && part !== '');
  if (parts.length > 0) return parts.join(' ');
  return typeof email === 'string' && email !== '' ? email : person.id;
}
