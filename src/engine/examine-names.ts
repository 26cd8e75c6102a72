import type { Config } from '../core/config.ts';
import { namesWithin, secretNames } from '../core/config-check.ts';
import { type Finding, right, wrong } from './finding.ts';
import type { SecretBook } from './secret-book.ts';

/** Looks whether everything the configuration names as `${NAME}` is set, in the environment of this process or in the store. */
export async function examineNames(book: SecretBook, config: Config): Promise<Finding[]> {
  await book.follow();
  const names = secretNames(config);
  const found = names.flatMap((name) => findingOf(book, name, usersOf(config, name)) ?? []);
  return names.length > 0 && found.length === 0 ? [right('every secret the configuration names is set')] : found;
}

function findingOf(book: SecretBook, name: string, users: string): Finding | null {
  if ((book.secret(name) ?? '') !== '') return null;
  if (book.isLocked(name))
    return wrong(
      `${name} of ${users} was set, but cannot be opened with the sealing keys of this process`,
      'Put the key back, or set it anew on the page that `/provision renew` gives an admin.',
    );
  return wrong(
    `${name} of ${users} is not set`,
    'Set it in the environment of the bot, or on the page that `/provision renew` gives an admin.',
  );
}

/** `app crm`, `app crm and directory hr` */
function usersOf({ apps, directories }: Config, name: string): string {
  const users = [
    ...apps.filter(({ connection }) => namesWithin(connection).includes(name)).map((app) => `app ${app.name}`),
    ...directories.filter(({ config }) => namesWithin(config).includes(name)).map((one) => `directory ${one.name}`),
  ];
  return new Intl.ListFormat('en').format(users);
}
