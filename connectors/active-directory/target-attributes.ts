import type { DefaultParameter, TargetAttribute } from '../../src/core/connector.ts';

/** Where each attribute of an account is kept. The name in the domain and the place are written by renaming and moving. */
export const accountPlaces: Readonly<Record<string, string>> = {
  userName: 'userPrincipalName',
  samAccountName: 'sAMAccountName',
  email: 'mail',
  givenName: 'givenName',
  familyName: 'sn',
  displayName: 'displayName',
  title: 'title',
  department: 'department',
  company: 'company',
  employeeId: 'employeeID',
  employeeNumber: 'employeeNumber',
  employeeType: 'employeeType',
  phone: 'telephoneNumber',
  mobile: 'mobile',
  location: 'l',
  office: 'physicalDeliveryOfficeName',
  streetAddress: 'streetAddress',
  postalCode: 'postalCode',
  state: 'st',
  description: 'description',
  ...Object.fromEntries(
    Array.from({ length: 15 }, (_, at) => [`extensionAttribute${at + 1}`, `extensionAttribute${at + 1}`]),
  ),
};

const described: Readonly<Record<string, Partial<TargetAttribute>>> = {
  userName: { required: true, unique: true, description: 'What the person signs in with: the user principal name' },
  samAccountName: {
    unique: true,
    description: 'The older name to sign in with, 20 letters at most. Empty: made of what stands before the @',
  },
  extensionAttribute1: { description: 'These fifteen are there where Exchange was set up' },
};

const named: readonly TargetAttribute[] = [
  {
    ...{ name: 'commonName', kind: 'value', type: 'string' },
    description: 'The name in its organizational unit, 64 letters at most. Empty: follows displayName',
  },
  {
    ...{ name: 'organizationalUnit', kind: 'value', type: 'string' },
    description: 'Where the account stands, written as the domain does: OU=Sales,OU=People,DC=acme,DC=test',
  },
];

export const accountAttributes: readonly TargetAttribute[] = [
  ...Object.keys(accountPlaces).map(
    (name): TargetAttribute => ({ name, kind: 'value', type: 'string', ...described[name] }),
  ),
  ...named,
  { name: 'groups', kind: 'entitlement', type: 'string', description: 'Groups the account itself is a member of' },
];

/** Untouched, these make a valid account. */
export const accountParameters: readonly DefaultParameter[] = [
  { target: 'userName', from: 'email' },
  { target: 'email', from: 'email' },
  { target: 'givenName', from: 'givenName' },
  { target: 'familyName', from: 'familyName' },
  { target: 'displayName', from: 'displayName' },
  { target: 'title', from: 'title' },
  { target: 'department', from: 'department' },
  { target: 'company', from: 'company' },
  { target: 'employeeId', from: 'employeeId' },
];
