import { z } from 'zod';
import {
  type Attributes,
  canonicalAttributes,
  type PushedUser,
  type RawRecord,
  type RecordProblem,
  type Value,
} from '../../src/core/connector.ts';
import { best, memberOf, simple, valueAt } from './value.ts';

export type Reading = { kind: 'record'; record: RawRecord } | { kind: 'problem'; problem: RecordProblem };

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const dates = ['startDate', 'endDate'];
const IsoDate = z.union([z.iso.date(), z.iso.datetime({ local: true, offset: true })]);

/** Attributes that keep the name SCIM gives them. */
const kept = ['userName', 'title', 'nickName', 'userType', 'preferredLanguage', 'locale', 'timezone', 'externalId'];
const keptOfEnterprise = ['department', 'division', 'costCenter'];

/** A person as pushed, as a record; or what of it cannot be. `managerEmail`: of the manager the resource names, where one is known. */
export function readUser(
  user: PushedUser,
  attributes: Readonly<Record<string, string>>,
  managerEmail: string | null,
): Reading {
  const found: Record<string, Value | readonly Value[] | undefined> = {
    ...foreign(user.resource),
    ...usual(user, managerEmail),
    ...Object.fromEntries(Object.entries(attributes).map(([name, path]) => [name, valueAt(user.resource, path)])),
  };
  for (const name of dates) {
    const value = found[name];
    if (value !== undefined && !IsoDate.safeParse(value).success) {
      const message = `${name} "${String(value).slice(0, 40)}" is not a date such as 2026-12-31`;
      return { kind: 'problem', problem: { place: `user ${user.id}`, message, externalId: user.id } };
    }
  }
  const present = Object.entries(found).filter(
    (entry): entry is [string, Value | readonly Value[]] => entry[1] !== undefined,
  );
  const status = user.resource.active === false ? 'suspended' : 'active';
  return {
    kind: 'record',
    record: { externalId: user.id, status, attributes: Object.fromEntries(present) as Attributes },
  };
}

/** The e-mail address a person is known by. */
export function emailOf({ resource }: Pick<PushedUser, 'resource'>): string | null {
  const given = simple(best(resource.emails, ['work'])?.value) ?? resource.userName;
  return typeof given === 'string' && /^[^\s@]+@[^\s@]+$/.test(given.trim()) ? given.trim() : null;
}

/** The id of a person's manager, as it was pushed: ours, or whatever the source calls them. */
export function managerOf({ resource }: Pick<PushedUser, 'resource'>): string | null {
  const value = simple(memberOf(memberOf(resource, enterprise), 'manager'));
  return typeof value === 'string' ? value : null;
}

function usual(user: PushedUser, managerEmail: string | null): Record<string, Value | readonly Value[] | undefined> {
  const { resource, groups } = user;
  const name = (part: string) => valueAt(resource, `name.${part}`);
  const ofCompany = (part: string) => valueAt(resource, `${enterprise}:${part}`);
  const address = best(resource.addresses, ['work']);
  const full = [name('givenName'), name('familyName')].filter((part) => part !== undefined).join(' ');
  const phones = (types: readonly string[]) => simple(best(resource.phoneNumbers, types, ['fax', 'pager'])?.value);
  return {
    ...Object.fromEntries(kept.map((one) => [one, valueAt(resource, one)])),
    ...Object.fromEntries(keptOfEnterprise.map((one) => [one, ofCompany(one)])),
    email: emailOf(user) ?? undefined,
    givenName: name('givenName'),
    familyName: name('familyName'),
    displayName: valueAt(resource, 'displayName') ?? name('formatted') ?? (full === '' ? undefined : full),
    employeeId: ofCompany('employeeNumber'),
    company: ofCompany('organization'),
    manager: managerEmail ?? undefined,
    location: simple(address?.locality) ?? simple(address?.formatted),
    country: simple(address?.country),
    phone: phones(['work', 'mobile']),
    roles: simple(resource.roles),
    entitlements: simple(resource.entitlements),
    memberOf: groups.length === 0 ? undefined : [...groups].sort(),
  };
}

/** Attributes of extensions that are not SCIM's own keep their names; one that spells a canonical one is that. */
function foreign(resource: PushedUser['resource']): Record<string, Value | readonly Value[] | undefined> {
  const extensions = Object.entries(resource).filter(([key]) => /^urn:/i.test(key) && key !== enterprise);
  return Object.fromEntries(
    extensions.flatMap(([, extension]) =>
      Object.entries(extension as object).map(([name, value]) => [canonicalName(name), simple(value)] as const),
    ),
  );
}

const canonicalName = (name: string): string =>
  canonicalAttributes.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
