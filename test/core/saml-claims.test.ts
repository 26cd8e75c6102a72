import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connector as saml } from '../../connectors/saml.ts';
import { connector as scim } from '../../connectors/scim/index.ts';
import type { TargetAttribute } from '../../src/core/connector.ts';
import { claimedTarget } from '../../src/core/saml-claims.ts';

const usual = saml.attributes;
const value = (name: string): TargetAttribute => ({ name, kind: 'value', type: 'string' });

describe('what an app asks to be told', () => {
  it.each([
    ['urn:oid:2.5.4.42', 'givenName'],
    ['urn:oid:2.5.4.4', 'familyName'],
    ['urn:oid:0.9.2342.19200300.100.1.3', 'email'],
    ['0.9.2342.19200300.100.1.1', 'userName'],
    ['urn:oid:2.16.840.1.113730.3.1.241', 'displayName'],
    ['URN:OID:1.3.6.1.4.1.5923.1.1.1.6', 'userName'],
    ['urn:oid:1.3.6.1.4.1.5923.1.5.1.1', 'groups'],
    ['urn:mace:dir:attribute-def:mail', 'email'],
    ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress', 'email'],
    ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname', 'givenName'],
    ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name', 'userName'],
    ['http://schemas.microsoft.com/ws/2008/06/identity/claims/groups', 'groups'],
    ['First Name', 'givenName'],
    ['last_name', 'familyName'],
    ['User.Email', 'email'],
    ['userEmail', 'email'],
    ['SN', 'familyName'],
    ['memberOf', 'groups'],
    ['organization', 'company'],
    ['department', 'department'],
    ['urn:oid:1.2.3.4', null],
    ['shoeSize', null],
    ['', null],
    ['urn:', null],
    ['constructor', null],
    ['__proto__', null],
  ])('%s is %s', (name, target) => {
    expect(claimedTarget(name, usual)).toBe(target);
  });

  it('is what the connector calls it', () => {
    expect(claimedTarget('urn:oid:2.5.4.10', scim.attributes)).toBe('organization');
    expect(claimedTarget('urn:oid:2.16.840.1.113730.3.1.3', scim.attributes)).toBe('employeeNumber');
    expect(claimedTarget('upn', [value('userPrincipalName'), value('userName')])).toBe('userPrincipalName');
    expect(claimedTarget('Cost Centre', [value('costCentre')])).toBe('costCentre');
  });

  it('is never anything that is not there, whatever it is called', () => {
    const names = fc.oneof(fc.string(), fc.webUrl({ withFragments: true }), fc.stringMatching(/^urn:oid:[\d.]{0,40}$/));
    fc.assert(
      fc.property(names, (name) => {
        const target = claimedTarget(name, usual);
        expect(target === null || usual.some((one) => one.name === target)).toBe(true);
        expect(claimedTarget(name, [])).toBeNull();
      }),
    );
  });
});
