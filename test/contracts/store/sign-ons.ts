import { describe, expect, it } from 'vitest';
import { system } from '../../../src/core/event.ts';
import { linkFor, type SignOn } from '../../../src/core/sign-on.ts';
import { type SigningKeys, withKey } from '../../../src/core/signing-key.ts';
import type { SigningKeyStore, SignOnStore } from '../../../src/engine/sign-on/sign-on-ports.ts';
import { idsOf, next } from './builders.ts';
import { testDocuments } from './documents.ts';

export const aSignOn = (id: string, at = 1, person = 'p-1'): SignOn => ({
  ...linkFor(
    { id, app: 'hub', at, nonce: 'n' },
    { person, name: 'Zoe', slack: { team: 'T', user: 'U1' }, records: ['hr\n1'] },
  ),
  // Not over in this century: the server removes what is over whenever it comes by, in the midst of a test.
  expires: 4_000_000_000_000,
  outbox: [],
});

/** Everything one may hold. */
const full: Partial<SignOn> = {
  request: { id: '_a.$b', acs: 'https://hub.test/acs', relayState: '{"$where":1}' },
  ...{
    browser: 'digest',
    from: '127.0.0.1',
    network: '127.0.0.1',
    asked: [{ person: 'p-1', at: 2 }],
    numbers: [12, 47, 83],
    number: 47,
    names: 1,
    text: 'not now',
  },
};

export function testSignOns(signOns: () => SignOnStore): void {
  describe('sign-ons', () => {
    testDocuments(signOns, (id) => ({ ...aSignOn(`s-${id}`), ...full }));

    it('finds those that asked a person since a time, the latest first', async () => {
      const asking = (id: string, at: number, ...people: string[]): SignOn => ({
        ...aSignOn(id, at),
        asked: people.map((person) => ({ person, at: at + 1 })),
      });
      const nobody = asking('s-9', 9);
      await signOns().insert([
        asking('s-1', 1, 'p-1'),
        asking('s-2', 5, 'p-2', 'p-1'),
        asking('s-3', 5, 'p-1'),
        asking('s-4', 6, 'p-2'),
        nobody,
      ]);
      const found = async (at: number, limit: number) => idsOf(await signOns().thatAsked('p-1', at, limit));
      expect(await found(1, 10)).toEqual(['s-3', 's-2', 's-1']);
      expect(await found(2, 1)).toEqual(['s-3']);
      await signOns().swap([{ before: nobody, after: next(nobody, { asked: [{ person: 'p-1', at: 9 }] }) }]);
      expect(await found(6, 10)).toEqual(['s-9']);
    });

    it('lets one of many write the next version', async () => {
      const before = aSignOn('s-1');
      await signOns().insert([before]);
      const tries = Array.from({ length: 50 }, (_, n) =>
        signOns().swap([{ before, after: next(before, { text: `${n}` }) }]),
      );
      const won = (await Promise.all(tries)).filter((ids) => ids.has('s-1'));
      expect(won).toHaveLength(1);
    });
  });
}

const someKeys = (id: string): SigningKeys => {
  const fresh = { id: 'k-1', certificate: 'PEM', sealed: { key: 'k', nonce: 'n', text: 't', tag: 'g' }, endsAt: 9 };
  return { ...withKey(null, fresh, { overlap: 5, by: system('test'), at: 1 }), id, outbox: [] };
};

export function testSigningKeys(signingKeys: () => SigningKeyStore): void {
  describe('signing keys', () => {
    testDocuments(signingKeys, someKeys);
  });
}
