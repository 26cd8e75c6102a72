import { z } from 'zod';
import {
  type Attributes,
  canonicalAttributes,
  type PersonStatus,
  type RawRecord,
  type Value,
} from '../../src/core/connector.ts';
import type { OneLoginConfig } from './config.ts';

const Text = z.union([z.string(), z.number()]).nullish();
/** Ids are numbers; they are the only thing about a user that never changes. */
export const Id = z.union([z.number().int().positive(), z.string().regex(/^[1-9]\d{0,18}$/)]).transform(String);

/** A user as the API gives it, as far as it is read. */
export const User = z.object({
  id: Id,
  status: z.number().int(),
  state: z.number().int().nullish(),
  ...{ email: Text, username: Text, firstname: Text, lastname: Text, title: Text, department: Text, company: Text },
  ...{ phone: Text, comment: Text, samaccountname: Text, userprincipalname: Text, distinguished_name: Text },
  ...{ external_id: Text, group_id: Text, directory_id: Text },
  member_of: z.union([z.string(), z.array(z.string())]).nullish(),
  manager_user_id: Id.nullish().catch(null),
  role_ids: z.array(Id).nullish(),
  custom_attributes: z.record(z.string(), z.unknown()).nullish(),
});
export type User = z.infer<typeof User>;

/** OneLogin's name for a thing → ours. */
export const attributeNames: Readonly<Record<string, string>> = {
  ...{ email: 'email', username: 'userName', firstname: 'givenName', lastname: 'familyName', title: 'title' },
  ...{ department: 'department', company: 'company', phone: 'phone', comment: 'comment', member_of: 'memberOf' },
  ...{ samaccountname: 'samAccountName', userprincipalname: 'userPrincipalName', external_id: 'externalId' },
  ...{ distinguished_name: 'distinguishedName', group_id: 'groupId', directory_id: 'directoryId' },
};

const spelling = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
const canonical = new Map<string, string>(canonicalAttributes.map((name) => [spelling(name), name]));

/** What a custom attribute is called here: as the config says, else the canonical name it spells, else its own. */
export function customName(shortname: string, config: Pick<OneLoginConfig, 'attributes'>): string {
  const named = Object.entries(config.attributes).find(([, own]) => own === shortname);
  return named?.[0] ?? canonical.get(spelling(shortname)) ?? shortname;
}

type Meaning = PersonStatus | 'unactivated' | 'unapproved' | 'rejected' | 'unlicensed';

/** Who is locked out or has to change a password works here all the same. */
const statuses: Readonly<Record<number, Meaning>> = {
  ...{ 0: 'unactivated', 1: 'active', 2: 'suspended', 3: 'active', 4: 'active', 5: 'active', 7: 'active', 8: 'active' },
};
const states: Readonly<Record<number, Meaning>> = { 0: 'unapproved', 1: 'active', 2: 'rejected', 3: 'unlicensed' };
const severity = { active: 0, suspended: 1, left: 2 } as const;

/** The graver of status and state; null where OneLogin uses a number nobody has told us about. */
export function statusOf(
  { status, state }: Pick<User, 'status' | 'state'>,
  people: OneLoginConfig['people'],
): PersonStatus | null {
  const meanings = [statuses[status], states[state ?? 1]];
  let gravest: PersonStatus = 'active';
  for (const meaning of meanings) {
    if (meaning === undefined) return null;
    const said = meaning in people ? people[meaning as keyof typeof people] : (meaning as PersonStatus);
    if (severity[said] > severity[gravest]) gravest = said;
  }
  return gravest;
}

/** A user as a record; `roles` are names, `manager` an e-mail address. Null: its status is none that is known. */
export function recordOf(
  user: User,
  config: OneLoginConfig,
  known: { roles: readonly string[]; manager: string | null },
): RawRecord | null {
  const status = statusOf(user, config.people);
  if (status === null) return null;
  const own = Object.entries(attributeNames).map(
    ([theirs, ours]) => [ours, readValue(user[theirs as keyof User], ours)] as const,
  );
  const custom = Object.entries(user.custom_attributes ?? {}).map(([name, value]) => {
    const ours = customName(name, config);
    return [ours, readValue(value, ours)] as const;
  });
  const named = [
    ['manager', known.manager ?? undefined],
    ['roles', known.roles.length > 0 ? known.roles : undefined],
  ] as const;
  const attributes: Record<string, Value | readonly Value[]> = {};
  // A custom attribute that spells a canonical name fills it where the user has no such field of its own.
  for (const [name, value] of [...own, ...named, ...custom])
    if (value !== undefined && !Object.hasOwn(attributes, name)) attributes[name] = value;
  return { externalId: user.id, status, attributes: attributes as Attributes };
}

/** Directory groups come as one text, with semicolons between them. */
function readValue(value: unknown, name: string): Value | readonly Value[] | undefined {
  if (typeof value === 'number' || typeof value === 'boolean')
    return name === 'groupId' || name === 'directoryId' ? String(value) : value;
  const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  const parts = (name === 'memberOf' ? texts.flatMap((text) => text.split(/;|\r?\n/)) : texts)
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (parts.length === 0) return undefined;
  return name === 'memberOf' || Array.isArray(value) ? parts : parts[0];
}
