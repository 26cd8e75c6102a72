import { ConnectorError, type ListedAccount } from '../../src/core/connector.ts';
import { parentOf } from './names.ts';
import { accountPlaces } from './target-attributes.ts';
import type { TargetConnection } from './target-config.ts';
import { isUnfinished, unfinishedPlace } from './unfinished.ts';
import { guidOf, type Row, ridOf, sameDn, textOf, timeOf } from './values.ts';

export const disabledBit = 0x2;
export const ordinaryAccount = 0x200;

/** Everything that is read of an account. */
export const accountRead = ({ idAttribute }: Pick<TargetConnection, 'idAttribute'>): string[] => [
  ...new Set([
    ...['cn', 'userAccountControl', 'accountExpires', 'memberOf', 'objectSid', 'adminCount', 'isCriticalSystemObject'],
    ...['sAMAccountType', unfinishedPlace, idAttribute, ...Object.values(accountPlaces)],
  ]),
];

export const controlOf = (row: Row): number => Number(textOf(row, 'userAccountControl') ?? Number.NaN);

/** Whether it is disabled, and which one it is, shows. */
export const isReadable = (row: Row): boolean => guidOf(row) !== undefined && !Number.isNaN(controlOf(row));

/** Past the moment the account ends by itself. */
export function isExpired(row: Row, now: number): boolean {
  const expiry = timeOf(textOf(row, 'accountExpires'));
  return expiry !== null && expiry <= now;
}

const normal = (text: string) => text.trim().toLowerCase();

/** An account as Rollcall sees it. `groups`: the names of those it is itself a member of. @throws ConnectorError where rights are missing. */
export function accountOf(
  row: Row,
  groups: readonly string[],
  { idAttribute, now, name }: Pick<TargetConnection, 'idAttribute'> & { now: number; name: string },
): ListedAccount {
  const remoteId = guidOf(row);
  const control = controlOf(row);
  if (remoteId === undefined || Number.isNaN(control))
    throw new ConnectorError('auth', 'none', `${name} does not show whether ${row.dn} is disabled.`, {
      remedy: 'Let the service account read userAccountControl and objectGUID of all accounts below the base.',
    });
  const userName = textOf(row, 'userPrincipalName');
  const email = textOf(row, 'mail');
  return {
    ...{ remoteId, active: (control & disabledBit) === 0 && !isExpired(row, now), attributes: attributesOf(row) },
    entitlements: { groups: [...new Set(groups)].sort() },
    externalId: textOf(row, idAttribute) ?? null,
    userName: userName === undefined ? null : normal(userName),
    emails: email === undefined ? [] : [normal(email)],
    ...(isUnfinished(row) ? { unfinished: true } : {}),
  };
}

function attributesOf(row: Row): ListedAccount['attributes'] {
  const found = Object.entries(accountPlaces).map(([name, place]) => [name, textOf(row, place)] as const);
  const filled = found.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return {
    ...Object.fromEntries(filled),
    commonName: textOf(row, 'cn') ?? '',
    organizationalUnit: parentOf(row.dn),
  };
}

/** Accounts that Windows made for itself or that stand for machines: they are none to us. Theirs are the first thousand numbers. */
export const isBuiltIn = (row: Row): boolean =>
  textOf(row, 'sAMAccountType') !== '805306368' ||
  /^true$/i.test(textOf(row, 'isCriticalSystemObject') ?? '') ||
  (ridOf(row) ?? 1_000) < 1_000 ||
  /^krbtgt(_|$)/i.test(textOf(row, 'sAMAccountName') ?? '');

/** Members of the groups that run a domain: Windows keeps their rights to itself, and we leave them alone. */
const isGuarded = (row: Row): boolean => Number(textOf(row, 'adminCount') ?? '0') > 0;

/** The account Rollcall signs in with. */
function isOwn(row: Row, user: string): boolean {
  const samAccountName = sameDn(textOf(row, 'sAMAccountName') ?? '');
  const principal = textOf(row, 'userPrincipalName');
  // Every account may also sign in as its older name at the domain.
  const isSame = principal === undefined && samAccountName === sameDn(user.split('@')[0] ?? '');
  return isSame || [sameDn(row.dn), sameDn(principal ?? ''), samAccountName].includes(sameDn(withoutDomain(user)));
}
/** Of `ACME\rollcall` the second part; a distinguished name stays as it is. */
const withoutDomain = (user: string) => user.replace(/^[^\\=]*\\/, '');

/** Why an account may be linked to nobody and changed by nobody; null: it may. */
export function protectionOf(row: Row, { user }: Pick<TargetConnection, 'user'>): string | null {
  if (isBuiltIn(row)) return 'it is an account of the system';
  if (isGuarded(row)) return 'it has administrative rights in the domain (adminCount)';
  return isOwn(row, user) ? 'it is the account Rollcall itself signs in with' : null;
}

/** @throws ConnectorError where the account is not to be touched. */
export function checkTouchable(row: Row, { user, name }: Pick<TargetConnection, 'user'> & { name: string }): void {
  const why = protectionOf(row, { user });
  if (why === null) return;
  throw new ConnectorError('rejected', 'none', `${name} was not changed: ${row.dn} is not touched, since ${why}.`, {
    remedy:
      'Change it by hand. Who has lost their administrative rights keeps the mark: take adminCount from the account, then retry.',
  });
}

/** Does the account really carry it? Textual ids to the letter, names in any case. */
export const carries = (account: ListedAccount, match: { externalId?: string; userName?: string }): boolean =>
  (match.externalId !== undefined && account.externalId === match.externalId) ||
  (match.userName !== undefined && account.userName === normal(match.userName));
