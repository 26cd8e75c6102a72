import { randomBytes } from 'node:crypto';
import { type Attributes, ConnectorError, type NewAccount, type Value } from '../../src/core/connector.ts';
import { places as ownPlaces, type Place, type Places } from './attributes.ts';
import { type Entry, type EntryList, isMeant, oursAmong, placeOf, text, type User, type Which } from './user.ts';

/** What to write: attributes by flat names, whether the account works, and a password. */
export type Writing = {
  set: Attributes;
  clear: readonly string[];
  active?: boolean | undefined;
  password?: string | undefined;
};

/** A request's body. Null empties: PUT takes what it names and leaves the rest, but an array is always written whole. */
export type Body = Record<string, unknown>;

type Spot = { name: string; place: Place; value: Value | undefined };

/** Refuses what Google could not hold, before anything is sent. */
function spotsOf({ set, clear }: Writing, places: Places): Spot[] {
  const wanted: [string, Attributes[string] | undefined][] = [
    ...Object.entries(set),
    ...clear.map((name): [string, undefined] => [name, undefined]),
  ];
  return wanted.map(([name, value]) => {
    const place = Object.hasOwn(places, name) ? places[name] : undefined;
    if (place === undefined) throw refused(`Google Workspace accounts have no attribute "${name}".`);
    if (place.at === 'read-only') throw refused(`Google Workspace shows "${name}" and takes none.`);
    if (typeof value === 'object') throw refused(`"${name}" takes one value, not several.`);
    if (value === undefined && 'needed' in place) throw refused(`Google Workspace has no account without "${name}".`);
    return { name, place, value };
  });
}

const refused = (message: string) => new ConnectorError('rejected', 'none', message);

/** The body of a PUT that makes the change; empty where there is nothing to change. */
export function bodyOf(writing: Writing, current: User, places = ownPlaces): Body {
  const body: Body = {};
  for (const { place, value } of spotsOf(writing, places)) write(body, place, value, current);
  if (writing.active !== undefined) body.suspended = !writing.active;
  if (writing.active === true && current.archived === true) body.archived = false;
  if (writing.password !== undefined) body.password = writing.password;
  return body;
}

/** The body of a POST. Google takes no user without a password: where none is given, it is one nobody knows. */
export function newBodyOf(
  { externalId, attributes, password }: NewAccount,
  changePassword: boolean,
  places = ownPlaces,
): Body {
  const body: Body = { externalIds: [{ ...kindOf(oursAmong), value: externalId }] };
  const nobody = { ...unknownUser, externalIds: body.externalIds as Entry[] };
  for (const { place, value } of spotsOf({ set: attributes, clear: [] }, places)) write(body, place, value, nobody);
  const mustChange = password !== undefined && changePassword ? { changePasswordAtNextLogin: true } : {};
  return { ...body, ...mustChange, password: password ?? randomPassword() };
}

const unknownUser = { id: '', primaryEmail: '' } as const;

/** 48 characters; Google takes 8 to 100 of ASCII. */
export const randomPassword = (): string => randomBytes(36).toString('base64url');

function write(body: Body, place: Place, value: Value | undefined, current: User): void {
  if (place.at === 'entry') {
    const before = (Object.hasOwn(body, place.list) ? (body[place.list] as Entry[] | null) : current[place.list]) ?? [];
    const after = changedEntries(before, place, value);
    body[place.list] = after.length === 0 ? null : after;
  }
  // The name is written whole, so that no part of it can be lost.
  if (place.at === 'name')
    body.name = { ...(body.name ?? nameOf(current)), [place.field]: value === undefined ? null : String(value) };
  if (place.at === 'custom') body.customSchemas = withField(body, place, value ?? null, current);
  if (place.at === 'field')
    body[place.field] = value === undefined ? (place.empty ?? null) : asKept(value, place.empty);
}

type Schemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The schema is written whole like the name; others stay unnamed. */
function withField(body: Body, { schema, field }: Place & { at: 'custom' }, value: unknown, current: User): Schemas {
  const written = (body.customSchemas ?? {}) as Schemas;
  const fields = written[schema] ?? current.customSchemas?.[schema];
  return { ...written, [schema]: { ...fields, [field]: value } };
}

/** A yes or no may come as a text. */
const asKept = (value: Value, empty: unknown): string | boolean =>
  typeof empty === 'boolean' ? String(value).toLowerCase() === 'true' : String(value);

function nameOf({ name }: User): Record<string, string> {
  const parts = (['givenName', 'familyName', 'displayName'] as const).map(
    (part) => [part, text(name?.[part])] as const,
  );
  return Object.fromEntries(parts.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined));
}

type Spotted = { list: EntryList; key: string; which: Which };

/** What an entry says beside what it is. */
const labels = new Set(['type', 'customType', 'primary']);
const isBlank = (entry: Entry): boolean =>
  Object.entries(entry).every(
    ([key, value]) => labels.has(key) || value === undefined || value === null || value === '',
  );

/**
 * The entries once the one that is meant is changed; all others stay. Emptied are all that are meant, or the next one would show in
 * its place; and one that says nothing any more goes, unless the next one would.
 */
function changedEntries(entries: readonly Entry[], spot: Spotted, value: Value | undefined): Entry[] {
  const { key, which } = spot;
  if (value === undefined) return emptied(entries, spot);
  const place = placeOf(entries, which);
  const said = { [key]: String(value) };
  if (place < 0) return [...entries, { ...kindOf(which), ...said }];
  return entries.map((entry, index) => (index === place ? { ...entry, ...said } : entry));
}

function emptied(entries: readonly Entry[], { key, which }: Spotted): Entry[] {
  const changed = entries.map((entry) => {
    const { [key]: _before, ...others } = entry;
    return isMeant(entry, which) ? others : entry;
  });
  const isLeft = (entry: Entry) => isMeant(entry, which) && !isBlank(entry);
  return changed.some(isLeft) ? changed : changed.filter((entry) => !isMeant(entry, which));
}

const kindOf = (which: Which): Entry => (which === 'own' ? { type: 'work', primary: true } : which);
