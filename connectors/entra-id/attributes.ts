import type { DefaultParameter, TargetAttribute, TargetShape } from '../../src/core/connector.ts';
import { rate } from './rate.ts';

/** Where an attribute lives in a user. */
export type Spot = readonly string[];

const fifteen = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);
const extended = (name: string): Spot => ['onPremisesExtensionAttributes', name];

/** An account's attributes by the flat names parameters use. The manager is a reference, and no property. */
export const spots: Readonly<Record<string, Spot>> = {
  userName: ['userPrincipalName'],
  email: ['mail'],
  mailNickname: ['mailNickname'],
  displayName: ['displayName'],
  givenName: ['givenName'],
  familyName: ['surname'],
  title: ['jobTitle'],
  department: ['department'],
  company: ['companyName'],
  employeeId: ['employeeId'],
  employeeType: ['employeeType'],
  location: ['officeLocation'],
  phone: ['businessPhones'],
  mobilePhone: ['mobilePhone'],
  streetAddress: ['streetAddress'],
  postalCode: ['postalCode'],
  city: ['city'],
  state: ['state'],
  country: ['country'],
  usageLocation: ['usageLocation'],
  preferredLanguage: ['preferredLanguage'],
  ...Object.fromEntries(fifteen.map((name) => [name, extended(name)])),
};

/** Where the id of ours is kept, as the connection names it. */
export const slotSpot = (name: string): Spot => (/^extensionAttribute/i.test(name) ? extended(name) : [name]);

const described: Readonly<Record<string, Partial<TargetAttribute>>> = {
  userName: {
    ...{ required: true, unique: true },
    description: 'The user principal name, which people sign in with; its domain must be verified in the tenant',
  },
  displayName: { description: 'By default the given and the family name' },
  email: { description: 'The address `mail`; where there is a mailbox, Exchange has the say on it' },
  mailNickname: { description: 'The alias; by default what stands before the @ of the user name' },
  phone: { description: 'The business phone' },
  usageLocation: { description: 'The country licences are used in, two letters: DE. There is no licence without it' },
};

const attributes: readonly TargetAttribute[] = [
  ...Object.keys(spots).map((name): TargetAttribute => ({ name, kind: 'value', type: 'string', ...described[name] })),
  { name: 'manager', kind: 'value', type: 'string', description: 'The manager, by user principal name (or by mail)' },
  {
    ...{ name: 'groups', kind: 'entitlement', type: 'string' },
    description:
      'Security and Microsoft 365 groups by display name, but dynamic, synchronised and role-assignable ones',
  },
  {
    ...{ name: 'licences', kind: 'entitlement', type: 'string' },
    description: 'Licences given to the person directly, by their SKU part number, such as ENTERPRISEPACK',
  },
];

/** Untouched, these make a valid account. */
const parameters: readonly DefaultParameter[] = [
  { target: 'userName', from: 'email' },
  { target: 'displayName', from: 'displayName' },
  { target: 'givenName', from: 'givenName' },
  { target: 'familyName', from: 'familyName' },
  { target: 'title', from: 'title' },
  { target: 'department', from: 'department' },
  { target: 'company', from: 'company' },
  { target: 'employeeId', from: 'employeeId' },
];

/**
 * What the app is like under a connection, finished or not: where our own id is kept nothing else is, and entitlements are those that
 * are looked at.
 */
export function shapeOf(connection: Readonly<Record<string, unknown>>): TargetShape {
  const { externalId, groups, licences } = connection;
  const slot = typeof externalId === 'string' ? externalId : 'extensionAttribute15';
  const hidden = new Set([slot, ...(groups === false ? ['groups'] : []), ...(licences === false ? ['licences'] : [])]);
  return {
    title: 'Microsoft Entra ID',
    capabilities: {
      ...{ suspend: true, delete: true, password: true, uniqueKey: true },
      entitlements: !(groups === false && licences === false),
    },
    attributes: attributes.filter(({ name }) => !hidden.has(name)),
    parameters: parameters.filter(({ target }) => !hidden.has(target)),
    rate,
    remarks: {
      delete: 'Entra ID keeps a deleted account for 30 days, in which Rollcall restores it when the person comes back.',
    },
  };
}
