import type { Config } from '../../core/config.ts';
import { type Erasing, withoutPerson } from '../../core/erasure.ts';
import { type RollcallError, refused } from '../../core/errors.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isOpen } from '../../core/operation.ts';
import { fold } from '../../core/text.ts';
import { type AdminDeps, activeAdmins } from '../configure/admins.ts';
import type { GovernanceDeps } from '../governance.ts';
import { leaver, namesOf } from '../leave/leaver-report.ts';

type Deps = GovernanceDeps & AdminDeps;

/**
 * Only an admin by name erases: the operating-system user of a command is none. One is enough: nothing that gives power is changed,
 * and the record of it stays.
 */
export async function checkAdmin(deps: Deps, actor: Actor): Promise<void> {
  const config = (await deps.store.config.read())?.config;
  const admins = config === undefined ? [] : await activeAdmins(deps, config);
  if (actor.kind === 'person' && admins.some(({ id }) => id === actor.person)) return;
  throw refused(
    'not-admin',
    'only an admin erases a person, under their own name',
    'Say who you are: `rollcall --as EMAIL erase PERSON`, with the address of an admin of the configuration.',
  );
}

/**
 * Why this person's data must stay for now; null: it may go. Whoever works here, has an account that is not closed, or is told of by
 * a directory or the configuration would come back, or be left with access nobody knows of.
 */
export async function whyNotErased(deps: Deps, person: Person, erasing: Erasing): Promise<RollcallError | null> {
  const name = nameOf(person);
  if (person.status !== 'left')
    return refused(
      'still-here',
      `${name} has not left: they are ${person.status}`,
      'Only who is gone from the directories can be erased. To close their accounts, use `rollcall disable`.',
    );
  const telling = await toldBy(deps, person);
  if (telling.length > 0)
    return refused(
      'still-told',
      `${telling.join(' and ')} still ${telling.length === 1 ? 'tells' : 'tell'} of ${name}: they would come back with the next sync`,
      'Delete them there, sync, and erase them then.',
    );
  return (await openAccounts(deps, person)) ?? (await stillNamed(deps, name, erasing));
}

/** The directories that hold the person as somebody who is there. */
async function toldBy({ store }: Deps, { records }: Person): Promise<string[]> {
  const found = new Set<string>();
  for (const { directory, externalId, status } of records) {
    const pushed = await store.pushed.get(externalId);
    if (status !== 'left' || (pushed?.directory === directory && pushed.goneAt === null)) found.add(directory);
  }
  return [...found];
}

async function openAccounts(deps: Deps, person: Person): Promise<RollcallError | null> {
  const { open, pending, failed } = await leaver(deps, person.id);
  const views = [...open, ...pending, ...failed];
  const busy = (await deps.store.logins.byPeople([person.id])).filter(({ operation }) => isOpen(operation));
  const where = [...new Set([namesOf(views), ...busy.map(({ app }) => app)].filter((part) => part !== ''))];
  if (where.length === 0) return null;
  return refused(
    'account-open',
    `${nameOf(person)} still has an account that is not closed in ${where.join(', ')}`,
    'Close it first: `rollcall report PERSON` tells what is open, under way or failed. Once one that sign-on made is closed, say so: `rollcall closed PERSON APP`.',
  );
}

async function stillNamed({ store }: Deps, name: string, erasing: Erasing): Promise<RollcallError | null> {
  const config = (await store.config.read())?.config;
  const all = [
    ...namedIn(config, erasing),
    ...(await store.proposals.open(100)).flatMap((one) =>
      [one.config, one.base].flatMap((config) => namedIn(config, erasing)).map((place) => `a proposal: ${place}`),
    ),
  ];
  if (all.length === 0) return null;
  const places = [...new Set(all)];
  const told = places.slice(0, 5).join(', ');
  return refused(
    'still-named',
    `the configuration still names ${name}: ${told}${places.length > 5 ? ' …' : ''}`,
    'Take them out there first.',
  );
}

/** Where a configuration holds one of the words, as a path. A full name alone names nobody there. */
function namedIn(config: Config | undefined, { words }: Erasing): string[] {
  const precise = words.filter((word) => word.includes('@') || /\d/.test(word)).map(fold);
  const places: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      const found = withoutPerson(fold(value), { person: '', words: precise });
      if (found !== fold(value)) places.push(path);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) look(item, `${path}[${index}]`);
    } else if (value !== null && typeof value === 'object')
      for (const [key, member] of Object.entries(value)) look(member, path === '' ? key : `${path}.${key}`);
  };
  look(config, '');
  return places;
}
