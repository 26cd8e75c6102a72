import { describe, expect, it } from 'vitest';
import type { SecretStore } from '../../../src/engine/secret/secret-ports.ts';
import { aSecret, idsOf, next, sealedUnder } from './builders.ts';
import { testDocuments } from './documents.ts';

export function testSecrets(secrets: () => SecretStore): void {
  describe('secrets', () => {
    testDocuments(secrets, aSecret);

    it('keeps one that was never sealed, has no page and nothing to do', async () => {
      const empty = aSecret('sso:p-1', {
        kind: 'sso',
        sealed: null,
        page: null,
        nextAt: null,
        waiting: [],
        told: true,
      });
      await secrets().insert([empty]);
      expect(await secrets().get('sso:p-1')).toStrictEqual(empty);
    });

    it('shows what is due, earliest first, and as much as was asked for', async () => {
      const at = (id: string, nextAt: number | null) => aSecret(id, { nextAt });
      await secrets().insert([at('d', 7), at('a', 5), at('b', 3), at('c', 5), at('e', null)]);
      expect(idsOf(await secrets().due(5, 10))).toEqual(['b', 'a', 'c']);
      expect(idsOf(await secrets().due(5, 2))).toEqual(['b', 'a']);
      expect(idsOf(await secrets().due(2, 10))).toEqual([]);
    });

    it('follows what is due when it is put off or done', async () => {
      const [later, done] = [aSecret('later'), aSecret('done')];
      await secrets().insert([later, done]);
      await secrets().swap([
        { before: later, after: next(later, { nextAt: 9 }) },
        { before: done, after: next(done, { nextAt: null, sealed: null }) },
      ]);
      expect(idsOf(await secrets().due(8, 10))).toEqual([]);
      expect(idsOf(await secrets().due(9, 10))).toEqual(['later']);
    });

    it('gathers those of people, in the order of their ids', async () => {
      const of = (id: string, person: string) => aSecret(id, { person });
      await secrets().insert([of('s-3', 'p-1'), of('s-1', 'p-2'), of('s-2', 'p-3'), of('s-0', 'p-1')]);
      expect(idsOf(await secrets().ofPeople(['p-1', 'p-2', 'p-1', 'nobody']))).toEqual(['s-0', 's-1', 's-3']);
      expect(await secrets().ofPeople([])).toEqual([]);
    });

    it('pages through what is sealed under other keys, in the order of their ids', async () => {
      const under = (id: string, key: string | null) => aSecret(id, { sealed: key === null ? null : sealedUnder(key) });
      await secrets().insert([
        ...[under('s-5', 'old'), under('s-1', 'oldest'), under('s-3', 'new'), under('s-2', 'zzz')],
        ...[under('s-4', null), under('s-6', 'oldest')],
      ]);
      expect(idsOf(await secrets().sealedUnderOther('new', null, 10))).toEqual(['s-1', 's-2', 's-5', 's-6']);
      expect(idsOf(await secrets().sealedUnderOther('new', null, 2))).toEqual(['s-1', 's-2']);
      expect(idsOf(await secrets().sealedUnderOther('new', 's-2', 2))).toEqual(['s-5', 's-6']);
      expect(idsOf(await secrets().sealedUnderOther('new', 's-6', 2))).toEqual([]);
      const [seen] = await secrets().many(['s-1']);
      if (seen !== undefined)
        await secrets().swap([{ before: seen, after: next(seen, { sealed: sealedUnder('new') }) }]);
      expect(idsOf(await secrets().sealedUnderOther('new', null, 10))).toEqual(['s-2', 's-5', 's-6']);
    });
  });
}
