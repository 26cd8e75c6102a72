import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Config } from '../../../src/core/config.ts';
import { system } from '../../../src/core/event.ts';
import { newProposal, type Proposal } from '../../../src/core/proposal.ts';
import type { ProposalStore } from '../../../src/engine/configure/proposal-ports.ts';
import { maybe, outbox, time } from './arbitraries.ts';
import { idsOf, next } from './builders.ts';
import { testDocuments } from './documents.ts';

const config = Config.parse({
  version: 1,
  directories: [{ name: 'hr.csv', connector: 'csv', config: { columns: { 'Dept.': '$dept', 'a.b': '' } } }],
  apps: [{ name: 'crm', connector: 'scim', provisioning: { privileged: { 'urn:x.y$z': ['Admins'] } } }],
});

export const aProposal = (id: string, change: Partial<Proposal> = {}): Proposal => ({
  ...newProposal({ id, base: config, edition: 1, config, plan: null, by: system('test'), shown: ['p-1'] }, 1),
  outbox: [],
  ...change,
});

export const proposalChange: fc.Arbitrary<Partial<Proposal>> = fc.record({
  state: fc.constantFrom<Proposal['state'][]>('open', 'applied', 'rejected', 'withdrawn', 'outdated'),
  at: time,
  agreed: maybe(fc.constant(system('test'))),
  outbox,
});

export function testProposals(proposals: () => ProposalStore): void {
  describe('proposals', () => {
    const plan = {
      people: 2,
      counts: [{ app: 'crm', kind: 'create' as const, count: 2 }],
      sample: [{ personName: 'Zoe', app: 'crm', kind: 'create' as const, why: 'asked first' }],
    };
    testDocuments(proposals, (id) => aProposal(`c-${id}`, { plan }));

    it('shows those that nobody decided, newest first', async () => {
      const [old, young, twin, done] = [
        aProposal('c-1', { at: 1 }),
        aProposal('c-2', { at: 5 }),
        aProposal('c-3', { at: 5 }),
        aProposal('c-4', { at: 9, state: 'rejected' }),
      ];
      await proposals().insert([old, young, twin, done]);
      expect(idsOf(await proposals().open(10))).toEqual(['c-3', 'c-2', 'c-1']);
      expect(idsOf(await proposals().open(1))).toEqual(['c-3']);
      await proposals().swap([{ before: twin, after: next(twin, { state: 'applied' }) }]);
      expect(idsOf(await proposals().open(10))).toEqual(['c-2', 'c-1']);
    });
  });
}
