import { describe, expect, it } from 'vitest';
import { type Draft, newDraft } from '../../../src/core/draft.ts';
import { system } from '../../../src/core/event.ts';
import type { DraftStore } from '../../../src/engine/connect/draft-ports.ts';
import { idsOf, next } from './builders.ts';
import { testDocuments } from './documents.ts';

export const aDraft = (id: string, change: Partial<Draft> = {}): Draft => ({
  ...newDraft({ id, kind: 'app', renews: false, connector: 'scim', name: 'crm', title: null, by: system('test') }, 1),
  outbox: [],
  ...change,
});

/** Everything a draft may hold, under names that a store must not take for its own. */
const full: Partial<Draft> = {
  connection: { 'a.b': '$set', options: { 'x.y': [] }, $where: null },
  names: { 'auth.token': 'CRM_TOKEN' },
  provisioning: { privileged: { 'urn:x.y$z': ['Admins'] } },
  parameters: [{ target: 'groups', from: 'department', translate: { 'Dept.': '$dept' } }],
  rules: [{ name: 'R', match: 'all', conditions: [], actions: [{ target: 'groups', add: ['x.y'] }] }],
  ...{ roles: ['Sales'], saved: ['connection', 'roles'] },
  page: { person: 'p-1', nonce: 'n', expires: 90 },
  tested: { of: 'digest', ok: true, text: 'it answers', at: 5 },
  busy: { step: 'discovery', done: 5, total: null, at: 6 },
};

export function testDrafts(drafts: () => DraftStore): void {
  describe('drafts', () => {
    testDocuments(drafts, (id) => aDraft(`d-${id}`, full));

    it('shows open ones, those changed last first', async () => {
      const [old, young, done] = [aDraft('d-1', { at: 1 }), aDraft('d-2', { at: 5 }), aDraft('d-3', { state: 'done' })];
      await drafts().insert([old, young, done, aDraft('d-4', { at: 5 })]);
      expect(idsOf(await drafts().open(10))).toEqual(['d-4', 'd-2', 'd-1']);
      expect(idsOf(await drafts().open(1))).toEqual(['d-4']);
      await drafts().swap([{ before: old, after: next(old, { at: 9 }) }]);
      await drafts().swap([{ before: young, after: next(young, { state: 'dropped' }) }]);
      expect(idsOf(await drafts().open(10))).toEqual(['d-1', 'd-4']);
    });
  });
}
