import type { ListedAccount, RawRecord, Target } from '../../core/connector.ts';
import type { Draft } from '../../core/draft.ts';
import type { Login } from '../../core/login-model.ts';
import { nameOf } from '../../core/name.ts';
import { fold, textOf } from '../../core/text.ts';
import type { DraftDeps } from './drafts.ts';

/** Accounts that are looked for where an app is to be reached. */
const looked = 20;

/**
 * Why what answers there is another app than the one that is connected: an account of ours is somebody else's there, or more than
 * half of those looked for are missing. Null: it is the same, as far as can be seen. @throws ConnectorError
 */
export async function anotherApp(
  { store }: DraftDeps,
  { name, title }: Pick<Draft, 'name' | 'title'>,
  target: Target,
  signal: AbortSignal,
): Promise<string | null> {
  const managed = (await store.logins.list({ app: name, account: 'active' }, null, looked)).filter(
    ({ remoteId, disassociated }) => remoteId !== null && !disassociated,
  );
  const missing: Login[] = [];
  for (const login of managed) {
    const account = await target.get(login.remoteId ?? '', signal);
    if (account === null) missing.push(login);
    else if (!isTheirs(account, login)) return another(title ?? name, await whose(store, login), 'is somebody else’s');
  }
  const [first] = missing;
  if (first === undefined || missing.length * 2 <= managed.length) return null;
  return another(title ?? name, await whose(store, first), 'is not there');
}

function isTheirs({ externalId, userName }: ListedAccount, { person, observed }: Login): boolean {
  const known = textOf(observed?.attributes ?? {}, 'userName');
  return externalId === person || known === null || userName === fold(known);
}

const whose = async ({ people }: DraftDeps['store'], { person }: Login): Promise<string> => {
  const found = await people.get(person);
  return found === null ? person : nameOf(found);
};

const another = (title: string, name: string, what: string): string =>
  `what answers there is not ${title} as Rollcall knows it: the account of ${name} ${what}. Connect it as an app of its own, or mend the address`;

/** Why what is read there is another directory: it was read before, and nobody of these records is known. */
export async function anotherDirectory(
  { store }: DraftDeps,
  { name, title }: Pick<Draft, 'name' | 'title'>,
  records: readonly RawRecord[],
): Promise<string | null> {
  if ((await store.directories.get(name)) === null) return null;
  const known = await store.people.byRecords(
    name,
    records.map(({ externalId }) => externalId),
  );
  if (known.length > 0 || records.length === 0) return null;
  return `what is read there is not ${title ?? name} as Rollcall knows it: of ${records.length} records nobody is known. Connect it as a directory of its own, or mend the address`;
}
