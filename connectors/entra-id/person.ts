import { z } from 'zod';
import type { Attributes, RawRecord, RecordProblem, Value } from '../../src/core/connector.ts';
import type { DirectoryConfig } from './config.ts';

/** Where our attributes are found at a user; parts of a property behind a slash. */
const usual: Readonly<Record<string, string>> = {
  ...{ email: 'mail', userName: 'userPrincipalName', userPrincipalName: 'userPrincipalName' },
  ...{ samAccountName: 'onPremisesSamAccountName', distinguishedName: 'onPremisesDistinguishedName' },
  ...{ employeeId: 'employeeId', employeeType: 'employeeType', givenName: 'givenName', familyName: 'surname' },
  ...{ displayName: 'displayName', title: 'jobTitle', department: 'department', company: 'companyName' },
  ...{ location: 'officeLocation', city: 'city', country: 'country', usageLocation: 'usageLocation' },
  ...{ phone: 'businessPhones', mobilePhone: 'mobilePhone' },
};

const placesOf = ({ attributes }: Pick<DirectoryConfig, 'attributes'>) => Object.entries({ ...usual, ...attributes });

/** The properties of a user that are read. */
export const propertiesOf = (config: Pick<DirectoryConfig, 'attributes'>): string[] => [
  ...new Set([
    'id',
    'accountEnabled',
    'userType',
    ...placesOf(config).map(([, place]) => place.split('/')[0] ?? place),
  ]),
];

const Id = z.string().min(1);
const Linked = z.looseObject({ id: Id, '@removed': z.unknown().optional() });

/** A user as Graph tells it: whole, as far as it was asked for, or as a sign that it is gone. */
export const UserRow = z.looseObject({
  id: Id,
  accountEnabled: z.boolean().nullish(),
  userType: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  '@removed': z.unknown().optional(),
  'manager@delta': z.array(Linked).optional(),
  manager: z.looseObject({ mail: z.string().nullish(), userPrincipalName: z.string().nullish() }).nullish(),
});
export type UserRow = z.infer<typeof UserRow>;

const Whose = z.object({ id: Id });

/** What a row says: a user, or what is wrong with it. */
export function readRow(row: unknown): { user: UserRow } | { problem: RecordProblem } {
  const read = UserRow.safeParse(row);
  if (read.success) return { user: read.data };
  const id = Whose.safeParse(row).data?.id;
  const [issue] = read.error.issues;
  const message = `${issue?.path.join('.') || 'the user'}: ${issue?.message ?? 'not as expected'}`;
  if (id === undefined) return { problem: { place: 'a user without an id', message } };
  return { problem: { place: `user ${id}`, message, externalId: id } };
}

export const isRemoved = (user: UserRow): boolean => user['@removed'] !== undefined;

/** By which a user is named as somebody's manager. */
export const addressOf = ({ mail, userPrincipalName }: Pick<UserRow, 'mail' | 'userPrincipalName'>): string | null =>
  mail?.trim() || userPrincipalName?.trim() || null;

/** The id of the manager a row of a delta query names. */
export const managerIdOf = (user: UserRow): string | null =>
  user['manager@delta']?.findLast((one) => one['@removed'] === undefined)?.id ?? null;

/** Is this one of the people the config asks for? */
export const isWanted = ({ userType }: UserRow, { guests }: Pick<DirectoryConfig, 'guests'>): boolean =>
  guests || userType?.toLowerCase() !== 'guest';

export type Surroundings = { groups: readonly string[]; manager: string | null };

/** A user as a record, or why it cannot be one. */
export function recordOf(
  user: UserRow,
  config: Pick<DirectoryConfig, 'attributes'>,
  around: Surroundings,
): RawRecord | RecordProblem {
  const { id: externalId, accountEnabled } = user;
  if (typeof accountEnabled !== 'boolean') {
    const message = 'whether it is enabled may not be read (accountEnabled)';
    return { place: `user ${externalId}`, message, externalId };
  }
  const found: [string, Value | readonly Value[] | undefined][] = [
    ...placesOf(config).map(([ours, place]): [string, Value | readonly Value[] | undefined] => [
      ours,
      valueAt(user, ours, place),
    ]),
    ['manager', around.manager ?? undefined],
    ['memberOf', around.groups.length > 0 ? around.groups : undefined],
  ];
  const attributes = Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Attributes;
  return { externalId, status: accountEnabled ? 'active' : 'suspended', attributes };
}

function valueAt(user: UserRow, ours: string, place: string): Value | readonly Value[] | undefined {
  let value: unknown = user;
  for (const step of place.split('/'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const texts = [value].flat().flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []));
  const [first] = texts;
  if (first === undefined || ours === 'phone') return first;
  if (Array.isArray(value)) return texts;
  return ours === 'startDate' || ours === 'endDate' ? first.slice(0, 10) : first;
}
