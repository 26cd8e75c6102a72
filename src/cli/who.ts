import { isEmail } from '../core/config-people.ts';
import { refused } from '../core/errors.ts';
import type { Person } from '../core/model.ts';
import { isCalled, nameOf } from '../core/name.ts';
import { nearest } from '../core/nearest.ts';
import { fold } from '../core/text.ts';
import type { Session } from './session.ts';
import { wrongUse } from './wrong-use.ts';

/**
 * The one person of this e-mail address, id or name; a whole address or name goes before a part of one.
 * @throws RollcallError `unknown-person`; `wrong-use` when it could be several, naming them.
 */
export async function personOf({ engine, opened }: Pick<Session, 'engine' | 'opened'>, text: string): Promise<Person> {
  const byEmail = text.includes('@') ? await opened.store.people.byKeys([`email=${fold(text)}`]) : [];
  const found = byEmail.length > 0 ? byEmail : await engine.useCases.findPeople(text, 50);
  const whole = found.filter((person) => isCalled(person, text));
  const people = whole.length === 1 ? whole : found;
  const [person] = people;
  if (person === undefined)
    throw refused('unknown-person', `nobody is called ${text}`, 'Write a name, an e-mail address or an id.');
  // A whole address names whose it is, and nobody whose own it is a part of: `ann@acme.test` is not Joann.
  const isCertain = byEmail.length > 0 || whole.length > 0 || !isEmail(text);
  if (people.length === 1 && isCertain) return person;
  const named = people.slice(0, 5).map((one) => `${nameOf(one)} (${one.id})`);
  throw wrongUse(
    `${text} could be ${named.join(', ')}${people.length > 5 ? ' …' : ''}`,
    'Write the id of the one you mean.',
  );
}

/** The id of that person. */
export const personId = async (session: Session, text: string): Promise<string> => (await personOf(session, text)).id;

/**
 * The name of the app, as the configuration writes it; a title will do.
 * @throws RollcallError `unknown-app`, with the name that was probably meant.
 */
export async function appNamed({ opened }: Pick<Session, 'opened'>, text: string): Promise<string> {
  const apps = (await opened.store.config.read())?.config.apps ?? [];
  const names = apps.map(({ name }) => name);
  const sought = fold(text);
  const found =
    apps.find(({ name }) => name === text) ??
    apps.find(({ name, title }) => fold(name) === sought || fold(title ?? name) === sought);
  if (found !== undefined) return found.name;
  const meant = nearest(text, names);
  const remedy = meant === null ? `The apps are ${names.join(', ') || 'none yet'}.` : `Did you mean ${meant}?`;
  throw refused('unknown-app', `there is no app ${text}`, remedy);
}
