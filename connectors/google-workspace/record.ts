import { z } from 'zod';
import type { Attributes, PersonStatus, RawRecord, RecordProblem, Value } from '../../src/core/connector.ts';
import type { GoogleDirectory } from './config.ts';
import { customField, type EntryList, entryText, normal, placeOf, text, User } from './user.ts';

const Whose = z.object({ id: z.string().min(1) });

/** A row read: a user, or what is wrong with it. */
export type Reading = { user: User } | { problem: RecordProblem };

export function readUser(row: unknown): Reading {
  const user = User.safeParse(row);
  if (user.success) return { user: user.data };
  const whose = Whose.safeParse(row).data;
  const [issue] = user.error.issues;
  const message = `${issue?.path.join('.') || 'the user'}: ${issue?.message ?? 'not as expected'}`;
  if (whose === undefined) return { problem: { place: 'a user without an id', message } };
  return { problem: { place: `user ${whose.id}`, message, externalId: whose.id } };
}

export const idOf = (reading: Reading): string | undefined =>
  'user' in reading ? reading.user.id : reading.problem.externalId;

function statusOf({ suspended, archived }: User, said: PersonStatus): PersonStatus {
  const whenArchived = archived === true ? said : 'active';
  return suspended === true && whenArchived === 'active' ? 'suspended' : whenArchived;
}

type Known = { config: Pick<GoogleDirectory, 'attributes' | 'archived'>; memberOf: readonly string[] };

/** A user as a record; what comes of a custom schema by configuration goes ahead of what the user has by itself. */
export function recordOf(user: User, { config, memberOf }: Known): RawRecord {
  const custom = Object.entries(config.attributes).map(([ours, path]) => [ours, customValue(user, path)] as const);
  const known: Record<string, Attributes[string] | undefined> = { ...ownAttributes(user), memberOf: some(memberOf) };
  for (const [name, value] of custom) if (value !== undefined) known[name] = value;
  const attributes = Object.fromEntries(
    Object.entries(known).filter((entry): entry is [string, Attributes[string]] => entry[1] !== undefined),
  );
  return { externalId: user.id, status: statusOf(user, config.archived), attributes };
}

function ownAttributes(user: User): Record<string, Attributes[string] | undefined> {
  const { name, primaryEmail } = user;
  const organization = (key: string) => firstText(user, 'organizations', key);
  return {
    ...{ email: normal(primaryEmail), userName: normal(primaryEmail) },
    ...{ givenName: text(name?.givenName), familyName: text(name?.familyName) },
    displayName: text(name?.displayName) ?? text(name?.fullName),
    employeeId: entryText(user, 'externalIds', 'value', { type: 'organization' }),
    ...{ title: organization('title'), department: organization('department'), company: organization('name') },
    ...{ location: organization('location'), costCenter: organization('costCenter') },
    manager: entryText(user, 'relations', 'value', { type: 'manager' }),
    phone: firstText(user, 'phones', 'value'),
    aliases: some((user.aliases ?? []).map(normal).sort()),
    orgUnitPath: text(user.orgUnitPath),
    isAdmin: user.isAdmin === true ? true : undefined,
  };
}

/** Where none is marked as the person's own, the first is better than none. */
function firstText(user: User, list: EntryList, key: string): string | undefined {
  const entries = user[list] ?? [];
  return text((entries[placeOf(entries, 'own')] ?? entries[0])?.[key]);
}

const some = <T>(values: readonly T[]): readonly T[] | undefined => (values.length === 0 ? undefined : values);

/** `HR.costCentre`; a field that may have several values is a list of `{ value }`. */
function customValue(user: User, path: string): Attributes[string] | undefined {
  const [schema = '', field = ''] = path.split('.');
  const value = customField(user, schema, field);
  if (!Array.isArray(value)) return scalar(value);
  return some(value.flatMap((one) => scalar(one?.value) ?? []));
}

const scalar = (value: unknown): Value | undefined =>
  typeof value === 'number' || typeof value === 'boolean' ? value : text(value);
