import type { Attributes, RawRecord, RecordProblem } from '../../src/core/connector.ts';
import type { DirectoryConfig } from './config.ts';
import type { Groups } from './groups.ts';
import { guidOf, type Row, sameDn, textOf, textsOf, timeOf } from './values.ts';

/** Where our attributes are found. A custom one is under its own name. */
const usual: Readonly<Record<string, string>> = {
  email: 'mail',
  userName: 'userPrincipalName',
  samAccountName: 'sAMAccountName',
  userPrincipalName: 'userPrincipalName',
  employeeId: 'employeeID',
  givenName: 'givenName',
  familyName: 'sn',
  displayName: 'displayName',
  title: 'title',
  department: 'department',
  company: 'company',
  manager: 'manager',
  location: 'l',
  phone: 'telephoneNumber',
  endDate: 'accountExpires',
  memberOf: 'memberOf',
  distinguishedName: 'distinguishedName',
};

export type Places = readonly (readonly [ours: string, theirs: string])[];

export const placesOf = (config: Pick<DirectoryConfig, 'attributes'>): Places =>
  Object.entries({ ...usual, ...config.attributes });

/** Where somebody's e-mail address is found, by which their reports name them. */
export const emailPlace = (places: Places): string => places.find(([ours]) => ours === 'email')?.[1] ?? 'mail';

const alwaysRead = ['userAccountControl', 'accountExpires', 'primaryGroupID'];

/** Everything that is read of a person. */
export const attributesRead = (places: Places): string[] => [
  ...new Set([...alwaysRead, ...places.map(([, theirs]) => theirs)]),
];

/** What a record is made with, beside the row. `managers`: e-mail addresses by DN. */
export type Surroundings = { groups: Groups; managers: ReadonlyMap<string, string>; places: Places; now: number };

export type Reading = { record: RawRecord } | { problem: RecordProblem };

/** Disabled, or past its end: suspended. Locked out after wrong passwords is neither: it passes by itself. */
export function readPerson(row: Row, around: Surroundings): Reading {
  const externalId = guidOf(row);
  const place = row.dn;
  if (externalId === undefined) return { problem: { place, message: 'its objectGUID may not be read' } };
  const control = textOf(row, 'userAccountControl');
  if (control === undefined || !/^-?\d{1,10}$/.test(control))
    return { problem: { place, message: 'whether it is disabled may not be read (userAccountControl)', externalId } };
  const expiry = timeOf(textOf(row, 'accountExpires'));
  const suspended = (Number(control) & accountDisabled) !== 0 || (expiry !== null && expiry <= around.now);
  return { record: { externalId, status: suspended ? 'suspended' : 'active', attributes: attributesOf(row, around) } };
}

const accountDisabled = 0x2;

function attributesOf(row: Row, around: Surroundings): Attributes {
  const found: [string, string | string[]][] = [];
  for (const [ours, theirs] of around.places) {
    const values = valuesOf(row, theirs.toLowerCase(), around);
    const [first, ...more] = values;
    if (first === undefined) continue;
    found.push([ours, ours === 'memberOf' || more.length > 0 ? values : first]);
  }
  return Object.fromEntries(found);
}

function valuesOf(row: Row, theirs: string, { groups, managers }: Surroundings): string[] {
  if (theirs === 'memberof') return groups.namesOf(row);
  if (theirs === 'distinguishedname') return [row.dn];
  if (theirs === 'manager') return textsOf(row, theirs).flatMap((dn) => managers.get(sameDn(dn)) ?? []);
  if (theirs === 'accountexpires') return [lastDay(timeOf(textOf(row, theirs)))].flatMap((day) => day ?? []);
  return textsOf(row, theirs)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .sort();
}

const half = 12 * 3_600_000;
const year10000 = Date.UTC(10_000, 0, 1);

/**
 * The last day of an account that ends at `expiry`. The tools of Windows write the midnight after it, in their own time zone; half a day
 * earlier is on that last day in every zone.
 */
const lastDay = (expiry: number | null): string | null =>
  expiry === null || expiry < 0 || expiry >= year10000 ? null : new Date(expiry - half).toISOString().slice(0, 10);
