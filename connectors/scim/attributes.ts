import type { DefaultParameter, TargetAttribute } from '../../src/core/connector.ts';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Where an attribute lives in the resource: a plain path, or the entry of a multi-valued attribute that is the person's own. */
export type Place = { path: readonly string[]; many: boolean };

const at = (...path: string[]): Place => ({ path, many: false });
const enterprise = (attribute: string): Place => at(enterpriseSchema, attribute);

/** The app's attributes by the flat names parameters use (RFC 7643 sections 4.1 and 4.3). */
export const places: Readonly<Record<string, Place>> = {
  userName: at('userName'),
  email: { path: ['emails'], many: true },
  givenName: at('name', 'givenName'),
  familyName: at('name', 'familyName'),
  displayName: at('displayName'),
  nickName: at('nickName'),
  title: at('title'),
  userType: at('userType'),
  phone: { path: ['phoneNumbers'], many: true },
  preferredLanguage: at('preferredLanguage'),
  locale: at('locale'),
  timezone: at('timezone'),
  employeeNumber: enterprise('employeeNumber'),
  department: enterprise('department'),
  organization: enterprise('organization'),
  division: enterprise('division'),
  costCenter: enterprise('costCenter'),
};

const described: Readonly<Record<string, Partial<TargetAttribute>>> = {
  userName: { required: true, unique: true, description: 'What the person signs in with' },
  email: { description: 'The primary e-mail address, else the one at work; other addresses stay' },
  phone: { description: 'The primary phone number, else the one at work; other numbers stay' },
  preferredLanguage: { description: 'Such as en or de-CH' },
};

export const attributes: readonly TargetAttribute[] = [
  ...Object.keys(places).map((name): TargetAttribute => ({ name, kind: 'value', type: 'string', ...described[name] })),
  { name: 'groups', kind: 'entitlement', type: 'string', description: 'Groups of the app, by display name' },
];

/** Untouched, these make a valid account. */
export const parameters: readonly DefaultParameter[] = [
  { target: 'userName', from: 'email' },
  { target: 'email', from: 'email' },
  { target: 'givenName', from: 'givenName' },
  { target: 'familyName', from: 'familyName' },
  { target: 'displayName', from: 'displayName' },
  { target: 'title', from: 'title' },
  { target: 'employeeNumber', from: 'employeeId' },
  { target: 'department', from: 'department' },
  { target: 'organization', from: 'company' },
];
