import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesFor, matchKeys, wishedKeys } from '../../src/core/match.ts';
import * as any from './arbitraries.ts';
import { account, person, wish } from './samples.ts';

const zoe = person();
const wanted = wish({ attributes: { userName: 'Zoe' } });

describe('keys', () => {
  it('of an account are all it can be found by', () => {
    const found = account({ externalId: 'P-Zoe', userName: ' Zoe ', emails: ['Z@acme.test', 'z@acme.test ', ''] });
    expect(matchKeys(found)).toEqual(['externalId=p-zoe', 'userName=zoe', 'email=z@acme.test']);
    expect(matchKeys({ externalId: null, userName: null, emails: [] })).toEqual([]);
  });

  it('of a wish come strongest first; the person’s e-mail stands in for one the app is not told', () => {
    expect(wishedKeys(wanted, zoe)).toEqual(['externalId=p-zoe', 'userName=zoe', 'email=zoe@acme.test']);
    expect(wishedKeys(wish({ attributes: { email: 'Work@acme.test' } }), zoe)).toEqual([
      'externalId=p-zoe',
      'email=work@acme.test',
    ]);
  });
});

describe('candidates', () => {
  const byId = account({ remoteId: 'r-1', externalId: 'p-zoe', userName: 'other' });
  const byName = account({ remoteId: 'r-2', userName: 'zoe' });
  const byMail = account({ remoteId: 'r-3', userName: 'z', emails: ['zoe@acme.test'] });

  it('are found by the strongest key that hits', () => {
    expect(candidatesFor(wanted, zoe, [byMail, byName, byId])).toEqual({
      found: 'one',
      account: byId,
      foundBy: 'externalId',
    });
    expect(candidatesFor(wanted, zoe, [byMail, byName])).toEqual({
      found: 'one',
      account: byName,
      foundBy: 'userName',
    });
    expect(candidatesFor(wanted, zoe, [byMail])).toEqual({ found: 'one', account: byMail, foundBy: 'email' });
    expect(candidatesFor(wanted, zoe, [account({ userName: 'max' })])).toEqual({ found: 'none' });
  });

  it('that are several are all shown, in order; one listed twice is one', () => {
    const twin = account({ remoteId: 'r-1b', userName: 'ZOE' });
    expect(candidatesFor(wanted, zoe, [byName, twin, byName])).toEqual({
      found: 'many',
      accounts: [twin, byName],
      foundBy: 'userName',
    });
    expect(candidatesFor(wanted, zoe, [byName, byName])).toMatchObject({ found: 'one' });
  });

  it(
    'never include an account that carries none of the wished keys',
    () => {
      fc.assert(
        fc.property(fc.array(any.listed, { maxLength: 5 }), any.wish, (accounts, wish) => {
          const found = candidatesFor(wish, zoe, accounts);
          const keys = new Set(wishedKeys(wish, zoe));
          const hits = found.found === 'one' ? [found.account] : found.found === 'many' ? found.accounts : [];
          const distinct = [...new Map(accounts.map((one) => [one.remoteId, one])).values()];
          if (hits.length === 0) return distinct.every((one) => !matchKeys(one).some((key) => keys.has(key)));
          return hits.every((one) => matchKeys(one).some((key) => keys.has(key)));
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
