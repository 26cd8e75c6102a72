import type { DefaultParameter, TargetAttribute } from '../../src/core/connector.ts';
import type { EntryList, Which } from './user.ts';

/**
 * Where an attribute lives in a user: a field of its own, a part of the name, a field of one of several entries, or of a custom schema.
 * `needed`: Google takes no user without it. `empty`: what it is where it is nothing else; null is sent where this is left out.
 */
export type Place =
  | { at: 'field'; field: string; needed?: true; empty?: string | boolean }
  | { at: 'name'; field: 'givenName' | 'familyName' | 'displayName'; needed?: true }
  | { at: 'entry'; list: EntryList; key: string; which: Which }
  | { at: 'custom'; schema: string; field: string }
  | { at: 'read-only'; field: 'isAdmin' };
export type Places = Readonly<Record<string, Place>>;

const organization = (key: string): Place => ({ at: 'entry', list: 'organizations', key, which: 'own' });

/** The app's attributes by the flat names parameters use, and where Google keeps them. */
export const places: Places = {
  userName: { at: 'field', field: 'primaryEmail', needed: true },
  givenName: { at: 'name', field: 'givenName', needed: true },
  familyName: { at: 'name', field: 'familyName', needed: true },
  displayName: { at: 'name', field: 'displayName' },
  title: organization('title'),
  department: organization('department'),
  company: organization('name'),
  costCenter: organization('costCenter'),
  location: organization('location'),
  phone: { at: 'entry', list: 'phones', key: 'value', which: 'own' },
  employeeId: { at: 'entry', list: 'externalIds', key: 'value', which: { type: 'organization' } },
  manager: { at: 'entry', list: 'relations', key: 'value', which: { type: 'manager' } },
  orgUnitPath: { at: 'field', field: 'orgUnitPath', empty: '/' },
  recoveryEmail: { at: 'field', field: 'recoveryEmail' },
  recoveryPhone: { at: 'field', field: 'recoveryPhone' },
  includeInGlobalAddressList: { at: 'field', field: 'includeInGlobalAddressList', empty: true },
  isAdmin: { at: 'read-only', field: 'isAdmin' },
};

const booleans = new Set(['includeInGlobalAddressList', 'isAdmin']);

const described: Readonly<Record<string, Partial<TargetAttribute>>> = {
  userName: {
    required: true,
    unique: true,
    description: 'The primary address; when it changes, the old one stays an alias',
  },
  givenName: { required: true },
  familyName: { required: true },
  phone: { description: 'The primary phone number, else the one at work; numbers of other kinds stay' },
  employeeId: { description: 'The Employee ID of the Admin console' },
  manager: { description: 'The manager’s e-mail address' },
  orgUnitPath: { description: 'Such as /Staff/Sales; it has to exist. Empty: the top' },
  recoveryPhone: { description: 'With its country: +493012345' },
  isAdmin: { description: 'Is it a super administrator? Only read' },
};

const groups: TargetAttribute = {
  ...{ name: 'groups', kind: 'entitlement', type: 'string', description: 'Groups, by their addresses' },
};

/** Our attribute → the custom field it lives in: `HR.costCentre`. */
export type CustomFields = Readonly<Record<string, string>>;

/** With the attributes a connection adds; those everybody has stay what they are. */
export function placesWith(custom: CustomFields): Places {
  const added = Object.entries(custom).map(([name, path]): [string, Place] => {
    const [schema = '', field = ''] = path.split('.');
    return [name, { at: 'custom', schema, field }];
  });
  return { ...Object.fromEntries(added), ...places };
}

export function attributesIn(options: { groups: boolean; attributes: CustomFields }): TargetAttribute[] {
  const values = Object.entries(placesWith(options.attributes)).map(([name, place]): TargetAttribute => {
    const told = place.at === 'custom' ? { description: `${place.schema}.${place.field}` } : described[name];
    return { name, kind: 'value', type: booleans.has(name) ? 'boolean' : 'string', ...told };
  });
  return options.groups ? [...values, groups] : values;
}

/** Untouched, these make a valid account. */
export const parameters: readonly DefaultParameter[] = [
  { target: 'userName', from: 'email' },
  { target: 'givenName', from: 'givenName' },
  { target: 'familyName', from: 'familyName' },
  { target: 'title', from: 'title' },
  { target: 'department', from: 'department' },
  { target: 'company', from: 'company' },
  { target: 'employeeId', from: 'employeeId' },
  { target: 'phone', from: 'phone' },
];
