import { ConnectorError, type ListedAccount, type NewAccount } from '../../src/core/connector.ts';
import type { Mark } from '../_whole.ts';
import { accountRead, checkTouchable, disabledBit, isReadable, ordinaryAccount } from './account.ts';
import { holdersOf } from './accounts.ts';
import { bring } from './bring.ts';
import { regroupingOf } from './membership.ts';
import { accountNameFrom, rdnOf } from './names.ts';
import { freeCommonName, unitOf } from './place.ts';
import { isUnfinished, unfinishedPlace, unfinishedText } from './unfinished.ts';
import { guidDn, type Row, sameDn, textOf } from './values.ts';
import type { Visit } from './visit.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** A new account, all of whose names are known. */
type Draft = Wanted & { externalId: string; userName: string; samAccountName: string; displayName: string };

/**
 * Makes an account disabled and marked as unfinished, sets its password, puts it into its groups, and enables it last. What broke off
 * before that is completed by the same create; what the domain refuses is taken back.
 */
export async function create(visit: Visit, account: NewAccount, mark: Mark): Promise<ListedAccount> {
  const draft = draftOf({ ...visit.config, name: visit.name }, account);
  const regrouping = await regroupingOf(visit, joined(account.entitlements));
  const unit = await unitOf(visit, draft.unit ?? visit.config.organizationalUnit, draft.unit !== null);
  const begun = await begunBefore(visit, draft);
  const commonName = draft.commonName ?? (await freeCommonName(visit, draft, unit, begun));
  const { password } = account;
  const bringing = { wanted: draft, place: { commonName, unit }, regrouping, password, enabled: true };
  if (begun !== null) return bring(visit, begun, bringing, mark);
  const row = await begin(visit, draft, `${rdnOf(commonName)},${unit}`, mark);
  try {
    return await bring(visit, row, bringing, () => undefined);
  } catch (error) {
    // From here on no failure may pass for "nothing happened", unless nothing is left of it.
    if (!isRefusal(error) || !(await takenBack(visit, row))) mark();
    throw error;
  }
}

const joined = (entitlements: NewAccount['entitlements']) =>
  Object.fromEntries(Object.entries(entitlements).map(([target, add]) => [target, { add, remove: [] }]));

function draftOf(domain: Parameters<typeof wantedOf>[0], { externalId, attributes }: NewAccount): Draft {
  const app = domain.name;
  const wanted = wantedOf(domain, { set: attributes, clear: [] });
  const userName = wanted.values.get('userPrincipalName') ?? '';
  if (userName === '') throw new ConnectorError('rejected', 'none', `${app} makes no account without userName.`);
  const samAccountName = wanted.values.get('sAMAccountName') ?? accountNameFrom(app, userName, externalId);
  const values = new Map(wanted.values).set('sAMAccountName', samAccountName);
  const full = ['givenName', 'sn'].flatMap((name) => wanted.values.get(name) ?? []).join(' ');
  const displayName = wanted.values.get('displayName') ?? (full || samAccountName);
  return { ...wanted, values, externalId, userName, samAccountName, displayName };
}

/**
 * An account of ours whose creation did not come to its end; null: there is none, and every name is free.
 * @throws ConnectorError `conflict` where the account is there already, or where a name is taken
 */
async function begunBefore(visit: Visit, draft: Draft): Promise<Row | null> {
  const holders = await holdersOf(visit, draft);
  const ours = holders.filter((row) => textOf(row, visit.config.idAttribute) === draft.externalId);
  const [begun, another] = ours.filter(isUnfinished);
  const [taken] = holders.filter((row) => row !== begun);
  if (taken !== undefined || another !== undefined) throw conflict(visit, draft, taken ?? begun);
  if (begun !== undefined) checkTouchable(begun, { ...visit.config, name: visit.name });
  return begun ?? null;
}

function conflict({ name, config }: Visit, draft: Draft, row: Row | undefined): ConnectorError {
  const has = (attribute: string, value: string) =>
    row !== undefined && sameDn(textOf(row, attribute) ?? '') === sameDn(value);
  const what = has(config.idAttribute, draft.externalId)
    ? 'an account of the same person'
    : has('userPrincipalName', draft.userName)
      ? `another object with the userName ${draft.userName}`
      : `another object with the samAccountName ${draft.samAccountName}`;
  return new ConnectorError('conflict', 'none', `${name} has ${what} already: ${row?.dn ?? ''}.`);
}

/** Disabled, with no password yet. */
async function begin(visit: Visit, draft: Draft, dn: string, mark: Mark): Promise<Row> {
  const { session, config, signal } = visit;
  const filled = [...draft.values].flatMap(([name, value]) => (value === null ? [] : [[name, [value]] as const]));
  await session.add(
    dn,
    {
      ...{ objectClass: ['top', 'person', 'organizationalPerson', 'user'], ...Object.fromEntries(filled) },
      ...{ userAccountControl: [String(ordinaryAccount | disabledBit)], [unfinishedPlace]: [unfinishedText] },
      [config.idAttribute]: [draft.externalId],
    },
    signal,
  );
  try {
    const made = { base: dn, scope: 'base', filter: '(objectClass=*)', attributes: accountRead(config) } as const;
    const [row] = await session.all(made, signal);
    if (row !== undefined && isReadable(row)) return row;
    throw new ConnectorError('unavailable', 'unknown', `${visit.name} took the account but does not show it.`);
  } catch (error) {
    mark();
    throw error;
  }
}

/** The domain said no: the same would be refused again. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  error.effect === 'none' &&
  (error.kind === 'rejected' || error.kind === 'conflict');

/** Was the account, which nobody could sign in to yet, taken away again? */
async function takenBack({ session, signal }: Visit, row: Row): Promise<boolean> {
  try {
    await session.remove(guidDn(row), signal);
    return true;
  } catch (error) {
    if (error instanceof ConnectorError) return false;
    throw error;
  }
}
