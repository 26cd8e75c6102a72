import { ConnectorError } from '../../src/core/connector.ts';
import { equals, every } from './filters.ts';
import { commonNameFrom, parentOf, rdnOf } from './names.ts';
import { type Row, sameDn, textOf } from './values.ts';
import { accountBase, type Visit } from './visit.ts';
import type { Wanted } from './wanted.ts';
import { willHave } from './wanted.ts';

/** Where an account shall stand and under which name; null: as it does. */
export type Place = { commonName: string | null; unit: string | null };

/** How to get there by one rename; `rdn` null: it is there. */
export function placeOf(row: Row, { commonName, unit }: Place): { rdn: string | null; below: string | null } {
  const isThere = commonName === null || commonName === textOf(row, 'cn');
  const isBelow = unit === null || sameDn(unit) === sameDn(parentOf(row.dn));
  if (isThere && isBelow) return { rdn: null, below: null };
  return { rdn: rdnOf(commonName ?? textOf(row, 'cn') ?? ''), below: isBelow ? null : unit };
}

/**
 * The organizational unit as the domain writes it, at or below the base.
 * @throws ConnectorError where there is none, or where a parameter spells it otherwise: then what is wished and what is there would
 * never be the same
 */
export async function unitOf(visit: Visit, asked: string, isParameter: boolean): Promise<string> {
  const filter = every(
    '(|(objectClass=organizationalUnit)(objectClass=container)(objectClass=domainDNS))',
    equals('distinguishedName', asked),
  );
  const [row] = await visit.session.all({ base: accountBase(visit), filter, attributes: [] }, visit.signal);
  const problem = `${visit.name} makes no account in ${asked}`;
  if (row === undefined)
    throw new ConnectorError('rejected', 'none', `${problem}: there is no such organizational unit below its base.`, {
      remedy: 'Create it, or correct organizationalUnit in the parameter or the connection, then retry.',
    });
  if (isParameter && row.dn !== asked)
    throw new ConnectorError('rejected', 'none', `${problem}: the domain writes it ${row.dn}.`, {
      remedy: `Write it in the parameter organizationalUnit as the domain does: ${row.dn}`,
    });
  return row.dn;
}

/** Names an account is called by in its unit. */
type Names = { displayName: string; samAccountName: string };

/** The common name of an account that asks for none: its display name; where another account has that, with its older sign-in name. */
export async function freeCommonName(visit: Visit, names: Names, unit: string, own: Row | null): Promise<string> {
  const plain = commonNameFrom(names.displayName, names.samAccountName, false);
  const holder = await holderOf(visit, plain, unit);
  const isFree = holder === null || (own !== null && sameDn(holder.dn) === sameDn(own.dn));
  return isFree ? plain : commonNameFrom(names.displayName, names.samAccountName, true);
}

async function holderOf({ session, signal }: Visit, commonName: string, unit: string): Promise<Row | null> {
  const filter = equals('cn', commonName);
  const [row] = await session.all({ base: unit, scope: 'one', filter, attributes: ['cn'] }, signal);
  return row ?? null;
}

/** Where an account that is there goes: its name follows the display name as long as nobody gave it another one. */
export async function placeAfter(visit: Visit, row: Row, wanted: Wanted): Promise<Place> {
  const unit = wanted.unit === null ? null : await unitOf(visit, wanted.unit, true);
  if (wanted.commonName !== null) return { commonName: wanted.commonName, unit };
  const present = textOf(row, 'cn') ?? '';
  const before = namesOf(row, { values: new Map() });
  const after = namesOf(row, wanted);
  const called = [false, true].map((other) => commonNameFrom(before.displayName, before.samAccountName, other));
  const isMoved = unit !== null && sameDn(unit) !== sameDn(parentOf(row.dn));
  if (!called.includes(present) || (!isMoved && sameNames(before, after))) return { commonName: null, unit };
  return { commonName: await freeCommonName(visit, after, unit ?? parentOf(row.dn), row), unit };
}

const sameNames = (one: Names, other: Names) =>
  one.displayName === other.displayName && one.samAccountName === other.samAccountName;

export function namesOf(row: Row, wanted: Pick<Wanted, 'values'>): Names {
  const samAccountName = willHave(row, wanted, 'sAMAccountName') ?? '';
  return { displayName: willHave(row, wanted, 'displayName') ?? samAccountName, samAccountName };
}
