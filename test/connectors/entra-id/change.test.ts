import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../../connectors/entra-id/attributes.ts';
import { bodyOf, newBody } from '../../../connectors/entra-id/change.ts';
import { target } from '../../../connectors/entra-id/index.ts';
import { refusalOf } from '../../../connectors/entra-id/refusal.ts';
import { type AccountChange, ConnectorError } from '../../../src/core/connector.ts';

const settings = { externalId: 'extensionAttribute15', changePassword: true };

describe('the body of a change in Entra ID', () => {
  it('names what is set, empties what is cleared or blank, and leaves the manager to a reference', () => {
    const set = { title: 'CEO', phone: '+49 30 1', extensionAttribute2: 'b', city: ' ', manager: 'ada@acme.test' };
    const clear = ['department', 'extensionAttribute1'];
    expect(bodyOf({ set, clear, active: false }, settings)).toEqual({
      ...{ jobTitle: 'CEO', businessPhones: ['+49 30 1'], city: null, department: null, accountEnabled: false },
      onPremisesExtensionAttributes: { extensionAttribute1: null, extensionAttribute2: 'b' },
    });
    expect(bodyOf({ set: {}, clear: ['phone', 'manager'] }, settings)).toEqual({ businessPhones: [] });
  });

  it.each([
    ['zoe.lang@acme.test', 'zoe.lang'],
    ['Zoë "Z" O’Neil@acme.test', 'ZoZONeil'],
    ['é@acme.test', 'user'],
    [`${'x'.repeat(90)}@acme.test`, 'x'.repeat(64)],
  ])('gives a new account of the name %s the alias %s, with our id where it is kept', (userName, mailNickname) => {
    const body = newBody('person-1', { userName, extensionAttribute1: 'x' }, 'secret-7', settings);
    expect(body).toEqual({
      ...{ userPrincipalName: userName, mailNickname, accountEnabled: true, displayName: userName },
      onPremisesExtensionAttributes: { extensionAttribute1: 'x', extensionAttribute15: 'person-1' },
      passwordProfile: { password: 'secret-7', forceChangePasswordNextSignIn: true },
    });
    const named = newBody('person-1', { userName, givenName: 'Zoë', familyName: 'Lang' }, 'secret-7', settings);
    expect(named.displayName).toBe('Zoë Lang');
    expect(newBody('person-1', { userName, mailNickname: 'own' }, 'x', settings).mailNickname).toBe('own');
  });

  it('holds no attribute there is none of, no list, and nothing where our id is kept', () => {
    const wrong: AccountChange['set'][] = [
      { shoeSize: '43' },
      { title: ['a', 'b'] },
      { extensionAttribute15: 'x' },
      { constructor: 'x' },
    ];
    for (const set of wrong) expect(() => bodyOf({ set, clear: [] }, settings)).toThrow(ConnectorError);
    expect(() => bodyOf({ set: {}, clear: ['toString'] }, settings)).toThrow('no attribute "toString"');
  });
});

describe('the shape of an app that is an Entra ID tenant', () => {
  const names = (connection: Record<string, unknown>) => shapeOf(connection).attributes.map(({ name }) => name);

  it('leaves out where our id is kept, and what is not looked at', () => {
    expect(names({})).not.toContain('extensionAttribute15');
    expect(names({ externalId: 'employeeId' })).toContain('extensionAttribute15');
    expect(names({ externalId: 'employeeId' })).not.toContain('employeeId');
    expect(shapeOf({ externalId: 'employeeId' }).parameters.map((one) => one.target)).not.toContain('employeeId');
    expect(names({ licences: false })).not.toContain('licences');
    expect(shapeOf({ licences: false, groups: false }).capabilities.entitlements).toBe(false);
    expect(shapeOf({ externalId: 7, groups: '${X}' })).toEqual(shapeOf({}));
    expect(target.capabilities).toEqual(shapeOf({}).capabilities);
  });
});

describe('a refusal of Graph', () => {
  const meaning = (status: number, error: object | undefined, writes = true) => {
    const usual = new ConnectorError(
      status === 404 ? 'missing' : status === 403 ? 'auth' : 'rejected',
      'none',
      'said no',
    );
    const body = error === undefined ? { detail: 'no' } : { error };
    return refusalOf({ status, headers: new Headers(), body, writes }, usual).kind;
  };

  it.each([
    [400, { code: 'Request_BadRequest' }, true, 'rejected'],
    [400, { code: 'Request_BadRequest', details: [{ code: 'ObjectConflict' }] }, true, 'conflict'],
    [
      400,
      { code: 'Request_BadRequest', message: 'Another object with the same value for x exists.' },
      true,
      'conflict',
    ],
    [400, { code: 'Request_BadRequest', message: 'Another object with the same value' }, false, 'rejected'],
    [400, { code: 'Directory_ExpiredPageToken' }, false, 'unavailable'],
    [404, { code: 'Request_ResourceNotFound' }, true, 'missing'],
    [404, undefined, true, 'unavailable'],
    [400, undefined, true, 'unavailable'],
    [409, { code: 'Directory_ConcurrencyViolation' }, true, 'unavailable'],
    [410, undefined, false, 'unavailable'],
    [403, { code: 'Authorization_RequestDenied' }, true, 'rejected'],
    [403, { code: 'Authorization_RequestDenied' }, false, 'auth'],
    [403, undefined, true, 'auth'],
    [503, { code: 'Request_ThrottledTemporarily' }, true, 'throttled'],
  ])('of status %i with %j means, where it writes (%s), %s', (status, error, writes, kind) => {
    expect(meaning(status, error, writes)).toBe(kind);
  });
});
