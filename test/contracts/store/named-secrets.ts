import { describe, expect, it } from 'vitest';
import { system } from '../../../src/core/event.ts';
import type { NamedSecret } from '../../../src/core/named-secret.ts';
import type { NamedSecretStore } from '../../../src/engine/connect/draft-ports.ts';
import { idsOf, next, sealedUnder } from './builders.ts';
import { testDocuments } from './documents.ts';

export const aNamedSecret = (id: string, change: Partial<NamedSecret> = {}): NamedSecret => ({
  ...{ id, version: 0, outbox: [], sealed: sealedUnder('key-1'), by: system('test'), at: 1, edition: 1 },
  ...change,
});

export function testNamedSecrets(secrets: () => NamedSecretStore): void {
  describe('named secrets', () => {
    testDocuments(secrets, aNamedSecret);

    it('gives all of them, in the order of their names, also those taken back', async () => {
      const [crm, gone] = [aNamedSecret('CRM_TOKEN'), aNamedSecret('APP_KEY', { sealed: null })];
      await secrets().insert([crm, aNamedSecret('WIKI_TOKEN'), gone]);
      expect(idsOf(await secrets().all())).toEqual(['APP_KEY', 'CRM_TOKEN', 'WIKI_TOKEN']);
      await secrets().swap([{ before: crm, after: next(crm, { edition: 2, after: 'a-mark' }) }]);
      expect((await secrets().all())[1]).toStrictEqual(next(crm, { edition: 2, after: 'a-mark' }));
    });
  });
}
