import type { Attributes, ListedAccount, Value } from '../../src/core/connector.ts';
import { places as ownPlaces, type Place } from './attributes.ts';
import type { Writing } from './change.ts';
import { addressesOf, customField, entryText, normal, oursAmong, text, type User } from './user.ts';

const scalar = (value: unknown): Value | undefined => (typeof value === 'boolean' ? value : text(value));

function valueAt(user: User, place: Place): Value | undefined {
  if (place.at === 'entry') return entryText(user, place.list, place.key, place.which);
  if (place.at === 'name') return text(user.name?.[place.field]);
  if (place.at === 'custom') return scalar(customField(user, place.schema, place.field));
  if (place.at === 'read-only') return user[place.field] === true ? true : undefined;
  return scalar((user as Readonly<Record<string, unknown>>)[place.field]);
}

/** A user's attributes by their flat names. */
export function attributesOf(user: User, places = ownPlaces): Attributes {
  const found = Object.entries(places).map(([name, place]) => [name, valueAt(user, place)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

export const isActive = ({ suspended, archived }: User): boolean => suspended !== true && archived !== true;

/** Our id of the person whose account it is; null: Rollcall did not make it. */
export const externalIdOf = (user: Partial<User>): string | null =>
  entryText(user, 'externalIds', 'value', oursAmong) ?? null;

/** An account as Rollcall sees it. `groups`: their addresses, or null where groups are not looked at. */
export const listedOf = (user: User, groups: readonly string[] | null, places = ownPlaces): ListedAccount => ({
  remoteId: user.id,
  active: isActive(user),
  attributes: attributesOf(user, places),
  entitlements: groups === null ? {} : { groups: [...new Set(groups)].sort() },
  externalId: externalIdOf(user),
  userName: normal(user.primaryEmail),
  emails: addressesOf(user),
});

/** Does the user show what was written? Google keeps addresses in lower case. */
export function shows(user: User, { set, clear, active }: Writing, places = ownPlaces): boolean {
  const seen = attributesOf(user, places);
  const same = Object.entries(set).every(([name, value]) => normal(String(seen[name] ?? '')) === normal(String(value)));
  return (
    same && clear.every((name) => isEmptied(name, seen[name])) && (active === undefined || isActive(user) === active)
  );
}

function isEmptied(name: string, value: unknown): boolean {
  const place = ownPlaces[name];
  const empty = place?.at === 'field' ? place.empty : undefined;
  return value === undefined || (empty !== undefined && String(value) === String(empty));
}
