import type { TargetAttribute } from './connector.ts';

/*
 * What apps call what they would like to be told: object identifiers of X.520, RFC 2798, eduPerson and Netscape as the attribute
 * profile X.500/LDAP writes them (SAML 2.0 profiles, section 8.2), the claims of WS-Federation, and the words of vendors.
 */

/** By object identifier, without `urn:oid:`. */
const identified: Readonly<Record<string, string>> = {
  ...{ '2.5.4.3': 'cn', '2.5.4.4': 'sn', '2.5.4.7': 'l', '2.5.4.10': 'o', '2.5.4.11': 'ou', '2.5.4.12': 'title' },
  ...{ '2.5.4.20': 'telephoneNumber', '2.5.4.42': 'givenName', '0.9.2342.19200300.100.1.1': 'uid' },
  ...{ '0.9.2342.19200300.100.1.3': 'mail', '0.9.2342.19200300.100.1.10': 'manager' },
  ...{ '0.9.2342.19200300.100.1.41': 'mobile', '2.16.840.1.113730.3.1.3': 'employeeNumber' },
  ...{ '2.16.840.1.113730.3.1.39': 'preferredLanguage', '2.16.840.1.113730.3.1.241': 'displayName' },
  ...{ '1.3.6.1.4.1.5923.1.1.1.6': 'eduPersonPrincipalName', '1.3.6.1.4.1.5923.1.5.1.1': 'isMemberOf' },
};

/** A name one signs in with, whatever it is called. */
const principal = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name';

/** Words for one thing; the targets it may be held in come first. */
const alike: readonly (readonly string[])[] = [
  ['userName', 'uid', 'login', 'userId', 'nameId', 'nameIdentifier'],
  ['userPrincipalName', 'userName', 'upn', 'eduPersonPrincipalName', 'eppn'],
  ['email', 'mail', 'emailAddress', 'userEmail', 'emails'],
  ['givenName', 'firstName', 'fname', 'first'],
  ['familyName', 'lastName', 'surname', 'sn', 'lname', 'last'],
  ['displayName', 'fullName', 'commonName', 'cn', 'name'],
  ['title', 'jobTitle'],
  ['department', 'dept', 'ou', 'organizationalUnit'],
  ['company', 'organization', 'companyName', 'organizationName', 'o'],
  ['phone', 'telephoneNumber', 'phoneNumber', 'telephone'],
  ['mobilePhone', 'mobile', 'cell', 'mobileNumber'],
  ['employeeId', 'employeeNumber', 'personnelNumber'],
  ['location', 'city', 'officeLocation', 'office', 'l'],
  ['preferredLanguage', 'language', 'locale'],
  ['groups', 'group', 'memberOf', 'isMemberOf', 'roles', 'role'],
];

const spelling = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** `urn:oid:2.5.4.42`, `http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname` and `First Name` are all given names. */
function wordOf(name: string): string {
  if (name === principal) return 'upn';
  const id = /^(?:urn:oid:)?([\d.]+)$/i.exec(name)?.[1] ?? '';
  if (Object.hasOwn(identified, id)) return identified[id] ?? '';
  return name.slice(Math.max(...[...'/:#'].map((mark) => name.lastIndexOf(mark))) + 1);
}

/** The attribute that an app of this name for it most likely means; null where that cannot be told. */
export function claimedTarget(name: string, attributes: readonly TargetAttribute[]): string | null {
  const word = spelling(wordOf(name));
  if (word === '') return null;
  const meanings = alike.filter((words) => words.some((one) => spelling(one) === word)).flat();
  for (const candidate of [word, ...meanings.map(spelling)]) {
    const found = attributes.find((attribute) => spelling(attribute.name) === candidate);
    if (found !== undefined) return found.name;
  }
  return null;
}
