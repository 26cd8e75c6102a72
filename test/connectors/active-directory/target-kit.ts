import type { NewAccount } from '../../../src/core/connector.ts';

/** What the kit is told of Active Directory, whichever controller it runs on. */

export const accountNumber = (n: number): NewAccount => ({
  externalId: `p-${n}x`,
  attributes: {
    ...{ userName: `zoe.${n}@acme.test`, email: `zoe.${n}@acme.test`, displayName: `#Zoë O'Neil "${n}", <Jr.> \\+` },
    ...{ givenName: 'Zoë', familyName: "O'Neil", title: 'Clerk', phone: `+49 30 ${n}`, employeeId: `${n}` },
  },
  entitlements: {},
});

export const refusedAccount: NewAccount = {
  externalId: 'p-nobody',
  attributes: { userName: 'nobody@acme.test', title: 'x'.repeat(1_000) },
  entitlements: {},
};

export const attributesOfKit = { changed: 'title', cleared: 'phone', kept: 'displayName' };

const good = {
  ...{ url: 'ldaps://dc1.acme.test', user: 'rollcall@acme.test', password: 'x' },
  organizationalUnit: 'OU=People,DC=acme,DC=test',
};
const { organizationalUnit: _unit, ...homeless } = good;
const { password: _password, ...open } = good;

export const nonsense = {
  nothing: {},
  'no password': open,
  'nowhere to make accounts': homeless,
  'a web address': { ...good, url: 'https://dc1.acme.test' },
  'a unit that is no name': { ...good, organizationalUnit: 'People' },
  'a filter that is none': { ...good, filter: '(&(employeeID=*)' },
  'an attribute that is none': { ...good, idAttribute: 'employee id' },
  'an attribute that a parameter fills': { ...good, idAttribute: 'EmployeeID' },
  'no page': { ...good, pageSize: 0 },
  'a misspelt field': { ...good, groupbase: 'OU=Groups,DC=acme,DC=test' },
};

export const skips = [
  {
    test: 'under faults',
    reason: 'it speaks LDAP and no HTTP: its faults are tested beside this, on a server of our own',
  },
];
