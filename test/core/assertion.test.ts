import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { App } from '../../src/core/app-schema.ts';
import { assertionOf } from '../../src/core/assertion.ts';
import { newLogin } from '../../src/core/login.ts';
import type { Wish } from '../../src/core/model.ts';
import { assertionLife, nameIdFormatNames } from '../../src/core/saml.ts';
import { afterSignOn, learnt, signOnText } from '../../src/core/sign-on-login.ts';
import { valuesIn } from '../../src/core/sign-on-name.ts';

const wishOf = (attributes: Wish['attributes'], entitlements: Wish['entitlements'] = {}): Wish => ({
  ...{ state: 'active', cause: 'role', attributes, entitlements, reasons: [] },
});
const appOf = (saml: object) => {
  const entity = { entityId: 'https://hub.test/sp', acs: [{ url: 'https://hub.test/acs' }] };
  const app = App.parse({ name: 'hub', connector: 'saml', saml: { ...entity, ...saml } });
  if (app.saml === undefined) throw new Error('no setup');
  return { ...app, saml: app.saml };
};
function said(saml: object, wish: Wish, person = 'p-1') {
  let count = 0;
  return assertionOf({
    ...{
      app: appOf(saml),
      person,
      wish,
      name: 'zoe@acme.test',
      issuer: 'https://us.test',
      acs: 'https://hub.test/acs',
    },
    ...{ inResponseTo: null, at: 1_000, random: () => `r${++count}` },
  });
}

describe('an assertion', () => {
  it('names each target by its own name, or by the app’s where it has its own, and nothing that is empty', () => {
    const wish = {
      ...wishOf({ title: 'Boss', phone: [], mail: ['a', 'b'] }, { groups: ['X'] }),
      first: { start: 'now' },
    };
    expect(said({}, wish).attributes).toEqual([
      { name: 'groups', values: ['X'] },
      { name: 'mail', values: ['a', 'b'] },
      { name: 'start', values: ['now'] },
      { name: 'title', values: ['Boss'] },
    ]);
    const own = { 'urn:oid:2.5.4.12': 'title', Phone: 'phone', role: 'groups' };
    expect(said({ attributes: own }, wish).attributes.map(({ name }) => name)).toEqual(['role', 'urn:oid:2.5.4.12']);
  });

  it('names the person as the app wants it: persistently by something that says nothing of them, and elsewhere differs', () => {
    const id = (saml: object, person?: string) => said(saml, wishOf({}), person).nameId.value;
    const persistent = { nameId: { format: 'persistent' } };
    expect(id({})).toBe('zoe@acme.test');
    expect(id(persistent)).toBe(id(persistent));
    expect(
      new Set([id(persistent), id(persistent, 'p-2'), id({ ...persistent, entityId: 'https://b.test' })]).size,
    ).toBe(3);
    expect(id(persistent)).not.toContain('zoe');
    expect(id({ nameId: { format: 'transient' } })).toMatch(/^_r/);
  });

  it('holds five minutes, begins a session as long as the app’s setup says, and its ids are all others', () => {
    fc.assert(
      fc.property(fc.constantFrom(...nameIdFormatNames), fc.integer({ min: 1, max: 99 }), (format, hours) => {
        const { at, until, sessionUntil, ids } = said({ nameId: { format }, session: `${hours} hours` }, wishOf({}));
        expect(until - at).toBe(assertionLife);
        expect(sessionUntil - at).toBe(hours * 3_600_000);
        expect(new Set(Object.values(ids)).size).toBe(3);
        for (const id of Object.values(ids)) expect(id).toMatch(/^_/);
      }),
    );
  });

  it('says what the wish says, for every wish', () => {
    const values = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.array(fc.string())));
    fc.assert(
      fc.property(values, (attributes) => {
        const wish = wishOf(attributes);
        for (const { name, values: told } of said({}, wish).attributes) expect(told).toEqual(valuesIn(wish, name));
      }),
    );
  });
});

describe('an account that sign-on made', () => {
  const first = afterSignOn(newLogin('p-1', 'hub', 1), wishOf({ title: 'Clerk' }), 0);

  it('is unmanaged, and what the directory says later is told once for each change', () => {
    expect(first).toMatchObject({ account: 'active', provenance: 'unmanaged', signOn: { times: 1 } });
    const boss = learnt(first, wishOf({ title: 'Boss' }), 5);
    expect(boss.outbox.map(({ message }) => message)).toEqual([
      'sign-on made the account',
      'title: Clerk → Boss: not told to hub, where the account was made by sign-on and is not kept in sync',
    ]);
    expect(learnt(boss, wishOf({ title: 'Boss' }), 6)).toBe(boss);
    const gone = learnt(boss, { ...wishOf({}), state: 'none' }, 6);
    expect(gone.outbox.at(-1)?.message).toMatch(/^signs on to hub no more: .*until somebody closes it$/);
    expect(learnt(gone, { ...wishOf({}), state: 'none' }, 7)).toBe(gone);
    expect(learnt(gone, wishOf({ title: 'Boss' }), 8).signOn).not.toHaveProperty('ended');
    expect(learnt(newLogin('p-1', 'hub', 1), wishOf({}), 6).outbox).toEqual([]);
  });

  it('says when, how often, and what has changed since it was made', () => {
    const day = 86_400_000;
    const boss = learnt(first, wishOf({ title: 'Boss' }), 5);
    const again = afterSignOn(boss, wishOf({ title: 'Boss' }), 3 * day);
    expect(signOnText(first)).toBe('The first sign-on made this account on 1970-01-01. It is not kept in sync.');
    expect(signOnText(again)).toBe(
      'The first sign-on made this account on 1970-01-01; the last of 2 sign-ons was on 1970-01-04. It is not kept in sync. Since then the directory has changed (title: Clerk → Boss): change it there by hand.',
    );
    expect(signOnText({})).toBeNull();
  });
});
