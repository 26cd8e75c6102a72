import { z } from 'zod';
import type { Attributes, ListedAccount } from '../../src/core/connector.ts';
import { type Spot, slotSpot, spots } from './attributes.ts';
import type { TargetConnection } from './config.ts';

const Id = z.string().min(1);
const LicenceState = z.looseObject({ skuId: Id, assignedByGroup: z.string().nullish() });

/** A user as the target reads it. */
export const User = z.looseObject({
  id: Id,
  accountEnabled: z.boolean(),
  userPrincipalName: z.string(),
  mail: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  manager: z.looseObject({ id: Id, mail: z.string().nullish(), userPrincipalName: z.string().nullish() }).nullish(),
  licenseAssignmentStates: z.array(LicenceState).nullish(),
});
export type User = z.infer<typeof User>;

type Settings = Pick<TargetConnection, 'externalId' | 'managerBy' | 'licences'>;

/** What is asked for of a user, so that all of the account shows. */
export function selectionOf({ externalId, licences }: Settings): Record<string, string> {
  const properties = [
    'id',
    'accountEnabled',
    'proxyAddresses',
    ...[slotSpot(externalId), ...Object.values(spots)].map(top),
  ];
  const all = licences ? [...properties, 'licenseAssignmentStates'] : properties;
  return { $select: [...new Set(all)].join(','), $expand: 'manager($select=id,mail,userPrincipalName)' };
}

const top = ([first = '']: Spot): string => first;

export const normal = (text: string) => text.trim().toLowerCase();

function textAt(user: object, spot: Spot): string | undefined {
  let value: unknown = user;
  for (const step of spot)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  const [first] = [value].flat();
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** Our id in an account. */
export const slotOf = (user: object, { externalId }: Pick<Settings, 'externalId'>): string | null =>
  textAt(user, slotSpot(externalId)) ?? null;

/** Licences somebody has of themselves; those of a group are the group's to take. */
export const ownLicences = ({ licenseAssignmentStates }: User): string[] =>
  (licenseAssignmentStates ?? []).flatMap((one) => (one.assignedByGroup == null ? [one.skuId] : []));

/** What an account has of entitlements, by name; left out where they are not looked at. */
export type Held = { groups?: readonly string[]; licences?: readonly string[] };

/** An account as Rollcall sees it. */
export function listedOf(user: User, settings: Settings, held: Held): ListedAccount {
  const found = Object.entries(spots).flatMap(([name, spot]) => {
    const text = isSlot(spot, settings) ? undefined : textAt(user, spot);
    return text === undefined ? [] : [[name, text] as const];
  });
  const manager = user.manager?.[settings.managerBy];
  const addresses = (user.proxyAddresses ?? []).flatMap((one) => (/^smtp:/i.test(one) ? [one.slice(5)] : []));
  const emails = [...(user.mail ? [user.mail] : []), ...addresses].map(normal);
  return {
    remoteId: user.id,
    active: user.accountEnabled,
    attributes: Object.fromEntries([...found, ...(manager ? [['manager', manager] as const] : [])]),
    entitlements: Object.fromEntries(Object.entries(held).map(([name, values]) => [name, [...new Set(values)].sort()])),
    externalId: slotOf(user, settings),
    userName: normal(user.userPrincipalName),
    emails: [...new Set(emails)],
  };
}

/** Is this where our own id is kept? */
export const isSlot = (spot: Spot, { externalId }: Pick<Settings, 'externalId'>): boolean =>
  spot.join('/') === slotSpot(externalId).join('/');

/** What an account has to show after a change. */
export type Expected = {
  set: Attributes;
  clear: readonly string[];
  active?: boolean | undefined;
  entitlements: Readonly<Record<string, { add: readonly string[]; remove: readonly string[] }>>;
};

/** Does the account show what was written? Names and addresses are compared without case, as Entra ID does. */
export function shows({ active, attributes, entitlements }: ListedAccount, expected: Expected): boolean {
  if (expected.active !== undefined && active !== expected.active) return false;
  const same = Object.entries(expected.set).every(
    ([name, value]) => normal(String(attributes[name] ?? '')) === normal(String(value)),
  );
  const regrouped = Object.entries(expected.entitlements).every(([name, { add, remove }]) => {
    const held = entitlements[name] ?? [];
    return add.every((value) => held.includes(value)) && !remove.some((value) => held.includes(value));
  });
  return same && regrouped && expected.clear.every((name) => attributes[name] === undefined);
}
