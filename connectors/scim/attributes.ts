import type { DefaultParameter, TargetAttribute } from '../../src/core/connector.ts';
import type { Manner } from './profile.ts';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/**
 * Where an attribute lives in the resource: a plain path, or the entry of a multi-valued attribute that is the person's own. `entry`:
 * what a new one holds beside its value.
 */
export type Place = { path: readonly string[]; many: boolean; entry?: Readonly<Record<string, unknown>> };
export type Places = Readonly<Record<string, Place>>;

const at = (...path: string[]): Place => ({ path, many: false });
const enterprise = (attribute: string): Place => at(enterpriseSchema, attribute);

/** The app's attributes by the flat names parameters use (RFC 7643 sections 4.1 and 4.3). */
export const places: Places = {
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

const groups: TargetAttribute = {
  ...{ name: 'groups', kind: 'entitlement', type: 'string', description: 'Groups of the app, by display name' },
};

/** Where the attributes are that an app of this manner holds. */
export function placesOf({ attributes, own }: Pick<Manner, 'attributes' | 'own'>): Places {
  const held = Object.entries(places).filter(([name]) => attributes === null || attributes.includes(name));
  return { ...Object.fromEntries(held), ...own };
}

/** The same as parameters and rules see them. */
export function attributesIn(manner: Pick<Manner, 'attributes' | 'own' | 'required' | 'groups'>): TargetAttribute[] {
  const needed = (name: string) => manner.required.includes(name) || manner.own[name]?.required === true;
  const values = Object.keys(placesOf(manner)).map((name): TargetAttribute => {
    const description = manner.own[name]?.description;
    const told = { ...described[name], ...(description !== undefined && { description }) };
    return { name, kind: 'value', type: 'string', ...told, ...(needed(name) && { required: true }) };
  });
  return manner.groups ? [...values, groups] : values;
}

/** Untouched, these make a valid account. */
const parameters: readonly DefaultParameter[] = [
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

export function parametersIn(manner: Pick<Manner, 'attributes' | 'own'>): DefaultParameter[] {
  const held = placesOf(manner);
  return parameters.filter(({ target }) => Object.hasOwn(held, target));
}
