import { describe, expect, it } from 'vitest';
import type { DelegationStore } from '../../../src/engine/store-ports.ts';
import { aDelegation, idsOf, next } from './builders.ts';
import { testDocuments } from './documents.ts';

export function testDelegations(delegations: () => DelegationStore): void {
  describe('delegations', () => {
    testDocuments(delegations, (id) => aDelegation(`p-${id}`));

    it('lists those not ended, in the order of their ids, whether or not their time is over', async () => {
      const [ada, bea] = [aDelegation('p-ada', { until: 1 }), aDelegation('p-bea')];
      await delegations().insert([bea, aDelegation('p-cem', { ended: true }), ada]);
      expect(await delegations().open()).toStrictEqual([ada, bea]);
      await delegations().swap([{ before: ada, after: next(ada, { ended: true }) }]);
      expect(idsOf(await delegations().open())).toEqual(['p-bea']);
    });
  });
}
