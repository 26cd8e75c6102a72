import type { Config } from '../../core/config.ts';
import { namesWithin, secretNames } from '../../core/config-check.ts';
import type { Deps } from '../ports.ts';
import type { SecretBook } from '../secret/secret-book.ts';
import { type Finding, note, right, wrong } from './finding.ts';

/**
 * Looks whether everything the configuration names as `${NAME}` is set, in the environment of this process or in the store, and
 * whether something is kept that nothing names.
 */
export async function examineNames(
  { store, book }: Pick<Deps, 'store'> & { book: SecretBook },
  config: Config,
): Promise<Finding[]> {
  await book.follow();
  const names = secretNames(config);
  const found = names.flatMap((name) => findingOf(book, name, usersOf(config, name)) ?? []);
  const all = names.length > 0 && found.length === 0 ? [right('every secret the configuration names is set')] : found;
  const idle = await unnamed(store, names);
  return idle.length === 0
    ? all
    : [...all, note(`nothing names ${idle.join(', ')}, which is kept in the store`, idleRemedy)];
}

const idleRemedy =
  'Nothing has to be done: it is left from an app that was removed, or from a change that was rejected.';

/** What is on its way into the configuration is named there. */
async function unnamed(store: Deps['store'], names: readonly string[]): Promise<string[]> {
  const kept = (await store.namedSecrets.all()).filter(({ sealed }) => sealed !== null);
  if (kept.length === 0) return [];
  const [drafts, proposals] = await Promise.all([store.drafts.open(1_000), store.proposals.open(1_000)]);
  const used = new Set([
    ...names,
    ...drafts.flatMap((draft) => Object.values(draft.names)),
    ...proposals.flatMap((proposal) => secretNames(proposal.config)),
  ]);
  return kept.flatMap(({ id }) => (used.has(id) ? [] : [id]));
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
function usersOf({ apps, directories, settings }: Config, name: string): string {
  const users = [
    ...apps.filter(({ connection }) => namesWithin(connection).includes(name)).map((app) => `app ${app.name}`),
    ...directories.filter(({ config }) => namesWithin(config).includes(name)).map((one) => `directory ${one.name}`),
    ...(namesWithin(settings).includes(name) ? ['the settings'] : []),
  ];
  return new Intl.ListFormat('en').format(users);
}
