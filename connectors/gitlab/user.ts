import { z } from 'zod';
import type { AccountChange, Attributes, ListedAccount } from '../../src/core/connector.ts';
import { rejected } from './wire.ts';

/** Our names, and the fields of a user they are. No user is without the first three. */
const needed = { userName: 'username', email: 'email', displayName: 'name' } as const;
const texts = { ...needed, organization: 'organization', location: 'location', note: 'note' } as const;
const fields: Readonly<Record<string, string>> = { ...texts, external: 'external' };

const text = z.string().nullish();
/** A user as administrators see them; `identities` are for them alone, and tell whose id ours is. */
export const User = z.object({
  id: z.number().int(),
  ...{ username: z.string(), state: z.string(), email: text, name: text },
  ...{ organization: text, location: text, note: text, external: z.boolean().nullish() },
  identities: z.array(z.object({ provider: z.string(), extern_uid: text })),
});
export type User = z.infer<typeof User>;

export const normal = (value: string) => value.trim().toLowerCase();

/** `deactivated` is but dormant: whoever signs in is active again. */
export const worksStill = ({ state }: User) => state === 'active' || state === 'deactivated';

export function listedOf(user: User, groups: readonly string[], provider: string): ListedAccount {
  const found = Object.entries(texts).flatMap(([ours, field]) => (user[field] ? [[ours, user[field]]] : []));
  return {
    ...{ remoteId: String(user.id), active: worksStill(user), userName: normal(user.username) },
    attributes: { ...Object.fromEntries(found), external: user.external === true } as Attributes,
    entitlements: { groups: [...groups].sort() },
    externalId: user.identities.find((identity) => identity.provider === provider)?.extern_uid ?? null,
    emails: user.email ? [normal(user.email)] : [],
  };
}

/** What a request sends for attributes; an empty text empties a field. Refuses what GitLab could not hold, before anything is sent. */
export function bodyOf({ set, clear }: Pick<AccountChange, 'set' | 'clear'>): Record<string, unknown> {
  const values = [...Object.entries(set), ...clear.map((name): [string, undefined] => [name, undefined])];
  const named = values.map(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined || Array.isArray(value)) throw rejected(`GitLab has no place for "${name}".`);
    if (value === undefined && (Object.hasOwn(needed, name) || name === 'external'))
      throw rejected(`GitLab has no user without "${name}".`, 'Give it a value, or take the parameter out.');
    return [field, name === 'external' ? String(value).toLowerCase() === 'true' : String(value ?? '')];
  });
  return Object.fromEntries(named);
}
