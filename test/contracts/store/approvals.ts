import { describe, expect, it } from 'vitest';
import type { ApprovalStore } from '../../../src/engine/store-ports.ts';
import { anApproval, idsOf, next } from './builders.ts';
import { testDocuments } from './documents.ts';

export function testApprovals(approvals: () => ApprovalStore): void {
  describe('approvals', () => {
    testDocuments(approvals, (id) => anApproval(`a-${id}`));

    it('keeps whose hands make what was asked', async () => {
      const some = [anApproval('a-1', { task: true }), anApproval('a-2', { byHand: true }), anApproval('a-3')];
      await approvals().insert(some);
      for (const one of some) expect(await approvals().get(one.id)).toEqual(one);
    });

    it('lists open ones, the newest first', async () => {
      await approvals().insert([
        anApproval('a-1', { createdAt: 1 }),
        anApproval('a-2', { createdAt: 3 }),
        anApproval('a-3', { createdAt: 3 }),
        anApproval('a-4', { createdAt: 9, state: 'gathering' }),
        anApproval('a-5', { createdAt: 9, state: 'approved' }),
      ]);
      expect(idsOf(await approvals().open(10))).toEqual(['a-3', 'a-2', 'a-1']);
      expect(idsOf(await approvals().open(1))).toEqual(['a-3']);
    });

    it('lists what is decided but not carried out, and what has gathered long enough', async () => {
      const decided = anApproval('a-1', { state: 'approved', createdAt: 3 });
      await approvals().insert([
        decided,
        anApproval('a-2', { state: 'rejected', createdAt: 2 }),
        anApproval('a-3', { state: 'expired', createdAt: 1, carriedOut: true }),
        anApproval('a-4', { state: 'gathering', createdAt: 4 }),
        anApproval('a-5', { state: 'gathering', createdAt: 5 }),
        anApproval('a-6', { state: 'open', createdAt: 1 }),
        anApproval('a-7', { state: 'closed', createdAt: 1 }),
      ]);
      expect(idsOf(await approvals().unfinished(5))).toEqual(['a-2', 'a-1', 'a-4']);
      await approvals().swap([{ before: decided, after: next(decided, { carriedOut: true }) }]);
      expect(idsOf(await approvals().unfinished(5))).toEqual(['a-2', 'a-4']);
    });

    it('lists those decided since, the latest first', async () => {
      await approvals().insert([
        anApproval('a-1', { state: 'approved', decidedAt: 5 }),
        anApproval('a-2', { state: 'closed', decidedAt: 9 }),
        anApproval('a-3', { state: 'rejected', decidedAt: 4 }),
        anApproval('a-4'),
      ]);
      expect(idsOf(await approvals().decidedSince(5, 10))).toEqual(['a-2', 'a-1']);
      expect(idsOf(await approvals().decidedSince(0, 1))).toEqual(['a-2']);
    });

    it('lists open ones past their expiry', async () => {
      await approvals().insert([
        anApproval('a-1', { expiresAt: 5 }),
        anApproval('a-2', { expiresAt: 6 }),
        anApproval('a-3', { expiresAt: 2 }),
        anApproval('a-4'),
        anApproval('a-5', { expiresAt: 1, state: 'approved' }),
      ]);
      expect(idsOf(await approvals().expired(5, 10))).toEqual(['a-3', 'a-1']);
      expect(idsOf(await approvals().expired(5, 1))).toEqual(['a-3']);
    });
  });
}
