import { describe, expect, it } from 'vitest';
import { accountOf, carries, checkTouchable, protectionOf } from '../../../connectors/active-directory/account.ts';
import type { Row } from '../../../connectors/active-directory/values.ts';
import { stepsTo, wantedOf } from '../../../connectors/active-directory/wanted.ts';

const rid = (number: number) => {
  const sid = Buffer.alloc(28);
  sid.writeUInt8(1, 0);
  sid.writeUInt8(5, 1);
  sid.writeUInt32LE(number, 24);
  return sid;
};

const row = (values: Record<string, string | Buffer | readonly string[]> = {}): Row => {
  const all = {
    ...{ sAMAccountType: '805306368', userAccountControl: '512', objectGUID: Buffer.alloc(16, 7), cn: 'Zoë' },
    ...{ sAMAccountName: 'zoe', userPrincipalName: 'Zoe@acme.test', objectSid: rid(1_105), ...values },
  };
  const bytes = Object.entries(all).map(
    ([name, value]) =>
      [name.toLowerCase(), (Buffer.isBuffer(value) ? [value] : [value].flat()).map((one) => Buffer.from(one))] as const,
  );
  return { dn: 'CN=Zoë,OU=People,DC=acme,DC=test', values: new Map(bytes), rest: new Map(), called: [] };
};

const keeper = { name: 'ad', idAttribute: 'extensionAttribute15' };
const own = { user: 'rollcall@acme.test', name: 'ad' };
const seen = (values: Parameters<typeof row>[0], now = 0) =>
  accountOf(row(values), ['b', 'a', 'b'], { idAttribute: 'adminDescription', now, name: 'ad' });

describe('what is not touched', () => {
  const guarded: Record<string, Parameters<typeof row>[0]> = {
    'a computer': { sAMAccountType: '805306369' },
    'an account of the system': { isCriticalSystemObject: 'TRUE' },
    'the Administrator under another name': { objectSid: rid(500), sAMAccountName: 'boss' },
    krbtgt: { sAMAccountName: 'krbtgt' },
    'the krbtgt of another controller': { sAMAccountName: 'krbtgt_20118' },
    'a member of an administrative group': { adminCount: '1' },
    'our own, by its name': { sAMAccountName: 'rollcall', userPrincipalName: 'rollcall@acme.test' },
  };
  for (const [what, values] of Object.entries(guarded))
    it(`is ${what}`, () => {
      expect(protectionOf(row(values), own)).not.toBeNull();
      expect(() => checkTouchable(row(values), own)).toThrow(
        expect.objectContaining({ kind: 'rejected', effect: 'none' }),
      );
    });

  it('is our own account, however it signs in', () => {
    for (const user of ['ACME\\zoe', 'zoe@acme.test', 'cn=zoë,ou=people,dc=acme,dc=test'])
      expect(protectionOf(row(), { user }), user).not.toBeNull();
    const older = row({ userPrincipalName: [] });
    expect(protectionOf(older, { user: 'zoe@acme.test' })).not.toBeNull();
  });

  it('is nobody else', () => {
    for (const values of [{}, { adminCount: '0' }, { sAMAccountName: 'krbtgtfan' }, { objectSid: rid(1_000) }])
      expect(protectionOf(row(values), own)).toBeNull();
    expect(protectionOf(row(), { user: 'ACME\\zoe2' })).toBeNull();
  });
});

describe('an account', () => {
  it('is active where it is neither disabled nor past its end', () => {
    const end = String((116_444_736_000_000_000n + 1_000n * 10_000n).toString());
    expect(seen({}).active).toBe(true);
    expect(seen({ userAccountControl: '66050' }).active).toBe(false);
    expect(seen({ userAccountControl: '66048' }).active).toBe(true);
    expect(seen({ accountExpires: end }, 999).active).toBe(true);
    expect(seen({ accountExpires: end }, 1_000).active).toBe(false);
    for (const never of ['0', '9223372036854775807']) expect(seen({ accountExpires: never }, 1e15).active).toBe(true);
  });

  it('shows what it is matched by, its groups once, and that it is not finished', () => {
    expect(seen({ adminDescription: 'p-1', mail: ' Zoe@Acme.test' })).toEqual({
      ...{ remoteId: '07070707-0707-0707-0707-070707070707', active: true, externalId: 'p-1' },
      ...{ userName: 'zoe@acme.test', emails: ['zoe@acme.test'], entitlements: { groups: ['a', 'b'] } },
      attributes: {
        ...{ userName: 'Zoe@acme.test', samAccountName: 'zoe', email: ' Zoe@Acme.test' },
        ...{ commonName: 'Zoë', organizationalUnit: 'OU=People,DC=acme,DC=test' },
      },
    });
    expect(seen({ adminDisplayName: 'Rollcall is making this account' }).unfinished).toBe(true);
    expect(seen({ adminDisplayName: 'Zoë' }).unfinished).toBeUndefined();
  });

  it('is found by our id to the letter, and by its name in any case', () => {
    const account = seen({ adminDescription: 'p-1' });
    expect(carries(account, { externalId: 'p-1' })).toBe(true);
    expect(carries(account, { externalId: 'P-1' })).toBe(false);
    expect(carries(account, { userName: 'ZOE@acme.test' })).toBe(true);
    expect(carries(account, {})).toBe(false);
    expect(carries(seen({ userPrincipalName: [] }), { userName: '' })).toBe(false);
  });

  it('says where whether it is disabled does not show', () => {
    expect(() => seen({ userAccountControl: [] })).toThrow(expect.objectContaining({ kind: 'auth', effect: 'none' }));
  });
});

describe('what is written', () => {
  it('is only what differs; what is emptied is taken away', () => {
    const wanted = wantedOf(keeper, {
      set: { title: 'Head', email: ' z@acme.test ', phone: ' ' },
      clear: ['department'],
    });
    expect(stepsTo(row({ title: 'Head', mail: 'old@acme.test', telephoneNumber: '1' }), wanted)).toEqual([
      { how: 'replace', attribute: 'mail', values: ['z@acme.test'] },
      { how: 'replace', attribute: 'telephoneNumber', values: [] },
    ]);
    expect(
      stepsTo(row({ description: ['a', 'b'] }), wantedOf(keeper, { set: { description: 'a' }, clear: [] })),
    ).toHaveLength(1);
  });

  it('is refused by name where an account cannot have it', () => {
    const refusals: [Parameters<typeof wantedOf>[1], string][] = [
      [{ set: { shoeSize: '44' }, clear: [] }, 'shoeSize'],
      [{ set: JSON.parse('{"__proto__":"1"}'), clear: [] }, '__proto__'],
      [{ set: {}, clear: ['toString'] }, 'toString'],
      [{ set: { extensionAttribute15: '1' }, clear: [] }, 'extensionAttribute15'],
      [{ set: { title: ['a', 'b'] }, clear: [] }, 'title'],
      [{ set: {}, clear: ['userName'] }, 'userName'],
      [{ set: { organizationalUnit: '' }, clear: [] }, 'organizationalUnit'],
      [{ set: { commonName: 'x'.repeat(65) }, clear: [] }, 'commonName'],
      [{ set: { samAccountName: 'x'.repeat(21) }, clear: [] }, 'samAccountName'],
    ];
    for (const [change, name] of refusals) expect(() => wantedOf(keeper, change), name).toThrow(name);
  });
});
