import { z } from 'zod';

const Text = z.string().nullish();
const Yes = z.boolean().nullish();
/** One of several things of a kind: a phone number, an organisation. Its other fields stay as they are, for a PUT sends it whole. */
const Entries = z.array(z.record(z.string(), z.unknown())).nullish();

/** A user as the API gives it, as far as it is read. */
export const User = z.object({
  id: z.string().min(1),
  primaryEmail: z.string().min(1),
  name: z.object({ givenName: Text, familyName: Text, fullName: Text, displayName: Text }).nullish(),
  ...{ suspended: Yes, archived: Yes, isAdmin: Yes, includeInGlobalAddressList: Yes },
  ...{ orgUnitPath: Text, recoveryEmail: Text, recoveryPhone: Text, deletionTime: Text },
  aliases: z.array(z.string()).nullish(),
  nonEditableAliases: z.array(z.string()).nullish(),
  ...{ organizations: Entries, phones: Entries, externalIds: Entries, relations: Entries },
  customSchemas: z.record(z.string(), z.record(z.string(), z.unknown())).nullish(),
});
export type User = z.infer<typeof User>;
export type Entry = Readonly<Record<string, unknown>>;
export type EntryList = 'organizations' | 'phones' | 'externalIds' | 'relations';

/** Which of the entries is meant: the person's own one (`own`), or the one of a type. */
export type Which = 'own' | { type: string; customType?: string };

/** Our id of the person, among the account's external ids. */
export const oursAmong: Which = { type: 'custom', customType: 'rollcall' };

/** Is it one of those that are meant? The person's own are the primary one and those at work. */
export function isMeant({ type, customType, primary }: Entry, which: Which): boolean {
  if (which === 'own') return primary === true || type === 'work';
  return type === which.type && (customType || undefined) === which.customType;
}

/** The place of the entry that is meant: the primary one goes ahead. -1: there is none. */
export function placeOf(entries: readonly Entry[], which: Which): number {
  const primary = which === 'own' ? entries.findIndex((entry) => entry.primary === true) : -1;
  return primary >= 0 ? primary : entries.findIndex((entry) => isMeant(entry, which));
}

export function entryText(user: Partial<User>, list: EntryList, key: string, which: Which): string | undefined {
  const entries = user[list] ?? [];
  return text(entries[placeOf(entries, which)]?.[key]);
}

/** What a field of a custom schema holds; undefined: nothing. */
export function customField({ customSchemas }: Pick<User, 'customSchemas'>, schema: string, field: string): unknown {
  const fields = Object.hasOwn(customSchemas ?? {}, schema) ? customSchemas?.[schema] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

/** Custom schemas are only shown where they are asked for by name. */
export function projectionOf(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const schemas = [...new Set(Object.values(attributes).map((path) => path.split('.')[0]))];
  return schemas.length === 0 ? {} : { projection: 'custom', customFieldMask: schemas.join(',') };
}

/** A text that says something. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : typeof value === 'number' ? String(value) : undefined;

export const normal = (value: string) => value.trim().toLowerCase();

/** Addresses at which the account itself is reached: of its own, and none it merely names. */
export const addressesOf = ({ primaryEmail, aliases, nonEditableAliases }: User): string[] => [
  ...new Set([primaryEmail, ...(aliases ?? []), ...(nonEditableAliases ?? [])].map(normal)),
];

/** One clause of a search (developers.google.com/admin-sdk/directory/v1/guides/search-users): no value can end it. */
export const clause = (field: string, value: string): string =>
  `${field}='${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
