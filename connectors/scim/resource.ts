import { z } from 'zod';
import type { Attributes, ListedAccount } from '../../src/core/connector.ts';
import { type Place, places as standardPlaces } from './attributes.ts';
import type { Writing } from './change.ts';

const Id = z.union([z.string().min(1), z.number().transform(String)]);

/** A resource as the app gives it: whatever it holds beside the id stays as it is, for a PUT sends all of it back. */
export const Resource = z.looseObject({ id: Id });
export type Resource = z.infer<typeof Resource>;

/** An answer to a list. Without a total it could not be told from an error page, so the total is required (RFC 7644 section 3.4.2). */
export const ListResponse = z
  .looseObject({
    totalResults: z.coerce.number().int().min(0),
    Resources: z.array(Resource).nullish(),
    resources: z.array(Resource).nullish(),
  })
  .transform((answer) => ({
    total: answer.totalResults,
    rows: answer.Resources ?? answer.resources ?? [],
    next: null,
  }));

/** The same page by page (RFC 9865 section 2.2): it holds no total, and ends where no cursor follows. */
export const CursorResponse = z
  .looseObject({
    itemsPerPage: z.coerce.number().int().min(0),
    nextCursor: z.string().nullish(),
    Resources: z.array(Resource).nullish(),
  })
  .transform((answer) => ({ total: null, rows: answer.Resources ?? [], next: answer.nextCursor || null }));

const Discovery = z.looseObject({ supported: z.boolean().catch(false) });
export const ServiceProviderConfig = z.looseObject({ patch: Discovery.optional(), etag: Discovery.optional() });

const ErrorAnswer = z.looseObject({ detail: z.string().optional(), message: z.string().optional() });

/** The sentence of a SCIM error (RFC 7644 section 3.12). */
export function detailOf(body: unknown): string | undefined {
  const answer = ErrorAnswer.safeParse(body);
  return answer.success ? (answer.data.detail ?? answer.data.message) : undefined;
}

const SaidByScim = z.looseObject({ schemas: z.array(z.string()) });

/** Is it an error as the protocol writes one? */
export const isScimError = (body: unknown): boolean =>
  SaidByScim.safeParse(body).data?.schemas.some((schema) => /:messages:2\.0:Error$/i.test(schema)) === true;

type Tree = Readonly<Record<string, unknown>>;
export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function valueAt(resource: Tree, path: readonly string[]): unknown {
  let value: unknown = resource;
  for (const step of path) value = isTree(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value;
}

/** The entries of a multi-valued attribute. */
export function entriesAt(resource: Tree, path: readonly string[]): Tree[] {
  const value = valueAt(resource, path);
  return Array.isArray(value) ? value.filter(isTree) : [];
}

const isTrue = (value: unknown) => value === true || (typeof value === 'string' && value.toLowerCase() === 'true');

/** What is for work may be told in any case, and by some servers not at all (RFC 7643 section 2.4). */
const isForWork = ({ type }: Tree): boolean => typeof type === 'string' && normal(type) === 'work';
const isForAnything = ({ type }: Tree): boolean => typeof type !== 'string' || normal(type) === '';

/**
 * Which entry is the one Rollcall keeps: the primary one, else the one at work, else the first that is not told to be for something
 * else, as a private number or a recovery address are. -1: none.
 */
export function ownEntry(entries: readonly Tree[]): number {
  for (const isOwn of [({ primary }: Tree) => isTrue(primary), isForWork, isForAnything]) {
    const own = entries.findIndex(isOwn);
    if (own >= 0) return own;
  }
  return -1;
}

const textOf = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

function textAt(resource: Tree, { path, many }: Place): string | undefined {
  if (!many) return textOf(valueAt(resource, path));
  const entries = entriesAt(resource, path);
  return textOf(entries[ownEntry(entries)]?.value);
}

/** A resource's attributes by their flat names. */
export function attributesOf(resource: Tree, places = standardPlaces): Attributes {
  const found = Object.entries(places).map(([name, place]) => [name, textAt(resource, place)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Servers that leave `active` out mean an account that works. */
export const isActive = (resource: Tree) =>
  resource.active === undefined || resource.active === null || isTrue(resource.active);

export const normal = (text: string) => text.trim().toLowerCase();

/** An account as Rollcall sees it. `groups`: the names of its groups, or null where they are not looked at or cannot be read. */
export function listedOf(resource: Resource, groups: readonly string[] | null, places = standardPlaces): ListedAccount {
  const userName = textOf(resource.userName);
  const emails = entriesAt(resource, ['emails']).flatMap((entry) => textOf(entry.value) ?? []);
  return {
    remoteId: resource.id,
    active: isActive(resource),
    attributes: attributesOf(resource, places),
    entitlements: groups === null ? {} : { groups: [...new Set(groups)].sort() },
    externalId: textOf(resource.externalId) ?? null,
    userName: userName === undefined ? null : normal(userName),
    emails: [...new Set(emails.map(normal))],
  };
}

/** Does the resource show what was written? Names and addresses are compared as the protocol does, without case. */
export function shows(resource: Tree, { set, clear, active }: Writing, places = standardPlaces): boolean {
  const seen = attributesOf(resource, places);
  const asked = active === undefined || (isActive(resource) === active && resource.active !== undefined);
  const same = Object.entries(set).every(([name, value]) => normal(String(seen[name] ?? '')) === normal(String(value)));
  return asked && same && clear.every((name) => seen[name] === undefined);
}
