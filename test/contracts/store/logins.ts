import { describe, expect, it } from 'vitest';
import type { Login } from '../../../src/core/login-model.ts';
import type { LoginStore } from '../../../src/engine/store-ports.ts';
import { aLogin, anOperation, asked, idsOf, next, sortedIds } from './builders.ts';
import { testDocuments } from './documents.ts';

export function testLogins(logins: () => LoginStore): void {
  describe('logins', () => {
    testDocuments(logins, (id) => aLogin(`p-${id}`, 'crm'));

    it('keeps what sign-on and whoever closed the account have said, whole', async () => {
      const view = { active: true, attributes: { 'urn:oid:2.5.4.42': 'Zoë' }, entitlements: { groups: ['Sellers'] } };
      const by = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
      const signOn = { firstAt: 1, lastAt: 2, times: 2, made: view, wished: view, ended: true } as const;
      const before: Login = { ...aLogin('p-1', 'crm'), signOn };
      await logins().insert([before]);
      const closed = next(before, { account: 'deleted', signOn: { ...signOn, closed: { by, at: 3, note: null } } });
      expect([...(await logins().swap([{ before, after: closed }]))]).toEqual([closed.id]);
      expect(await logins().get(closed.id)).toEqual(closed);
    });

    it('finds logins by person and by account', async () => {
      const one = aLogin('p-1', 'crm', { remoteId: 'r-1' });
      const two = aLogin('p-1', 'erp', { remoteId: 'r-1' });
      await logins().insert([one, two, aLogin('p-2', 'crm'), aLogin('p-3', 'crm')]);
      expect(sortedIds(await logins().byPeople(['p-1', 'p-3']))).toEqual(['p-1:crm', 'p-1:erp', 'p-3:crm']);
      expect(await logins().byAccount('crm', ['r-1', 'r-2'])).toStrictEqual([one]);
      expect(await logins().byAccount('crm', [])).toEqual([]);
    });

    it('allows one login per person and app, and one per account', async () => {
      const twin = { ...aLogin('p-1', 'crm'), id: 'twin' };
      const rival = aLogin('p-2', 'crm', { remoteId: 'r-1' });
      const inserted = await logins().insert([aLogin('p-1', 'crm', { remoteId: 'r-1' }), twin, rival]);
      expect([...inserted]).toEqual(['p-1:crm']);
      const second = aLogin('p-2', 'crm');
      await logins().insert([second]);
      const stealing = { before: second, after: next(second, { remoteId: 'r-1' }) };
      expect(await logins().swap([stealing])).toEqual(new Set());
      const moving = { before: second, after: next(second, { remoteId: 'r-2' }) };
      expect(await logins().swap([moving])).toEqual(new Set(['p-2:crm']));
    });

    it('gives due logins by lane, then by time', async () => {
      await logins().insert([
        aLogin('p-1', 'crm', { lane: 2, nextAt: 1 }),
        aLogin('p-2', 'crm', { lane: 0, nextAt: 9 }),
        aLogin('p-3', 'crm', { lane: 1, nextAt: 5 }),
        aLogin('p-4', 'crm', { lane: 1, nextAt: 3 }),
        aLogin('p-5', 'crm', { lane: 0, nextAt: 11 }),
        aLogin('p-6', 'crm', { lane: 0, nextAt: null }),
        aLogin('p-7', 'erp', { lane: 0, nextAt: 1 }),
        aLogin('p-8', 'crm', { lane: 1, nextAt: 3 }),
      ]);
      const due = ['p-2:crm', 'p-4:crm', 'p-8:crm', 'p-3:crm', 'p-1:crm'];
      expect(idsOf(await logins().due('crm:0', 10, 10))).toEqual(due);
      expect(idsOf(await logins().due('crm:0', 10, 2))).toEqual(due.slice(0, 2));
      expect(await logins().due('crm:0', 0, 10)).toEqual([]);
      expect(idsOf(await logins().due('crm:0', 10, 10, true))).toEqual(due.slice(0, 1));
      expect(await logins().due('crm:0', 8, 10, true)).toEqual([]);
      expect(await logins().due('nowhere:0', 10, 10)).toEqual([]);
      expect(await logins().nextDue('crm:0')).toBe(1);
      expect(await logins().nextDue('nowhere:0')).toBeNull();
      expect(await logins().nextInLanes('crm:0')).toEqual([9, 3, 1]);
      expect(await logins().nextInLanes('erp:0')).toEqual([1, null, null]);
    });

    it('no longer gives a login that was put off or finished', async () => {
      const first = aLogin('p-1', 'crm', { nextAt: 1 });
      const second = aLogin('p-2', 'crm', { nextAt: 1 });
      await logins().insert([first, second]);
      await logins().swap([
        { before: first, after: next(first, { nextAt: 50 }) },
        { before: second, after: next(second, { nextAt: null }) },
      ]);
      expect(await logins().due('crm:0', 10, 10)).toEqual([]);
      expect(await logins().nextDue('crm:0')).toBe(50);
      expect(idsOf(await logins().due('crm:0', 50, 10))).toEqual(['p-1:crm']);
    });

    it('gives the logins of an approval in id order, and counts their states', async () => {
      await logins().insert([
        asked('p-3', 'crm', 'a-1'),
        asked('p-1', 'crm', 'a-1'),
        asked('p-2', 'crm', 'a-1', { state: 'applied' }),
        asked('p-4', 'crm', 'a-2'),
        aLogin('p-5', 'crm', { operation: anOperation('p-5', 'crm') }),
        aLogin('p-6', 'crm'),
      ]);
      expect(idsOf(await logins().byApproval('a-1', null, 10))).toEqual(['p-1:crm', 'p-2:crm', 'p-3:crm']);
      expect(idsOf(await logins().byApproval('a-1', 'p-1:crm', 1))).toEqual(['p-2:crm']);
      expect(idsOf(await logins().byApproval('a-1', null, 10, 'awaiting'))).toEqual(['p-1:crm', 'p-3:crm']);
      expect(await logins().tally('a-1')).toEqual({ awaiting: 2, applied: 1 });
      expect(await logins().tally('a-9')).toEqual({});
    });

    it('lists by any filter, page by page', async () => {
      await logins().insert([
        aLogin('p-1', 'crm', { account: 'active' }),
        aLogin('p-1', 'erp', { account: 'active' }),
        asked('p-2', 'crm', 'a-1'),
        aLogin('p-3', 'crm', { account: 'active' }),
      ]);
      const list = async (...parameters: Parameters<LoginStore['list']>) => idsOf(await logins().list(...parameters));
      expect(await list({}, null, 10)).toEqual(['p-1:crm', 'p-1:erp', 'p-2:crm', 'p-3:crm']);
      expect(await list({}, 'p-1:crm', 2)).toEqual(['p-1:erp', 'p-2:crm']);
      expect(await list({ app: 'crm', account: 'active' }, null, 10)).toEqual(['p-1:crm', 'p-3:crm']);
      expect(await list({ person: 'p-1', app: 'erp' }, null, 10)).toEqual(['p-1:erp']);
      expect(await list({ state: 'awaiting' }, null, 10)).toEqual(['p-2:crm']);
    });

    it('counts every app by account and operation', async () => {
      await logins().insert([
        aLogin('p-1', 'crm', { account: 'active' }),
        aLogin('p-2', 'crm', { account: 'active' }),
        asked('p-3', 'crm', 'a-1'),
        aLogin('p-1', 'erp', { account: 'active' }),
      ]);
      const rows = (await logins().overview()).sort((a, b) => (a.app + a.account < b.app + b.account ? -1 : 1));
      expect(rows).toEqual([
        { app: 'crm', account: 'active', state: null, count: 2 },
        { app: 'crm', account: 'none', state: 'awaiting', count: 1 },
        { app: 'erp', account: 'active', state: null, count: 1 },
      ]);
    });

    it('sees what removals there were, against what stood when the window began', async () => {
      await logins().insert([
        aLogin('p-1', 'crm', { account: 'active', provenance: 'created' }),
        aLogin('p-2', 'crm', { account: 'active', provenance: 'adopted', lostAt: 5 }),
        aLogin('p-3', 'crm', { account: 'active', provenance: 'unmanaged' }),
        aLogin('p-4', 'crm', { account: 'suspended', provenance: 'created', lostAt: 10, lostExplicit: true }),
        aLogin('p-5', 'crm', { account: 'suspended', provenance: 'created', lostAt: 5 }),
        aLogin('p-6', 'crm', { account: 'deleted', lostAt: 11 }),
        aLogin('p-7', 'crm', { account: 'active', provenance: 'created', lostAt: 12 }),
        aLogin('p-8', 'erp', { account: 'active', provenance: 'created', lostAt: 12 }),
        aLogin('p-6', 'erp', { account: 'suspended', lostAt: 11, lostExplicit: true }),
      ]);
      expect(await logins().removals('crm', 10)).toEqual({ managed: 5, removed: 3, explicit: 1 });
      expect(await logins().removals('crm', 0)).toEqual({ managed: 6, removed: 5, explicit: 1 });
      expect(await logins().removals('none', 0)).toEqual({ managed: 0, removed: 0, explicit: 0 });
      const losers = await logins().losers(['crm', 'erp'], 11);
      expect(losers.sort((a, b) => a.person.localeCompare(b.person))).toEqual([
        { person: 'p-6', explicit: true },
        { person: 'p-7', explicit: false },
        { person: 'p-8', explicit: false },
      ]);
      expect(await logins().losers(['crm'], 11)).not.toContainEqual({ person: 'p-6', explicit: true });
      expect(await logins().losers([], 0)).toEqual([]);
    });

    it('tells whom an app knows by a name that sign-on said, as long as there is an account', async () => {
      const known = (knownAs: readonly string[], more: Partial<Login> = {}) => ({
        ...{ account: 'active' as const, knownAs },
        ...more,
      });
      const before = aLogin('p-1', 'hub', known(['zoe@acme.test', '$zoe.k']));
      await logins().insert([
        before,
        aLogin('p-2', 'hub', known(['zoe@acme.test'])),
        aLogin('p-3', 'hub', known(['zoe@acme.test'], { account: 'deleted' })),
        aLogin('p-4', 'crm', known(['zoe@acme.test'])),
        aLogin('p-5', 'hub', { account: 'active' }),
      ]);
      const whom = async (name: string) => idsOf(await logins().knownAs('hub', name)).sort();
      expect(await whom('zoe@acme.test')).toEqual(['p-1:hub', 'p-2:hub']);
      expect(await whom('$zoe.k')).toEqual(['p-1:hub']);
      expect(await whom('nobody@acme.test')).toEqual([]);
      await logins().swap([{ before, after: next(before, { account: 'deleted' }) }]);
      expect(await whom('$zoe.k')).toEqual([]);
    });

    it('tells who else is let in by a privileged value', async () => {
      const seen = (values: string[], target = 'groups') => ({
        ...{ account: 'active' as const, provenance: 'unmanaged' as const },
        observed: { active: true, attributes: {}, entitlements: { [target]: values }, at: 1 },
      });
      const dotted = 'urn:example:2.0:User:roles';
      await logins().insert([
        aLogin('p-1', 'crm', seen(['Admins', 'Sales'])),
        aLogin('p-2', 'crm', seen(['Sales'])),
        aLogin('p-3', 'crm', { ...seen(['Admins']), account: 'suspended' }),
        aLogin('p-4', 'erp', seen(['Admins'])),
        aLogin('p-5', 'crm', seen(['Owners', 'Admins'])),
        aLogin('p-6', 'crm', seen(['Admins'], dotted)),
        aLogin('p-7', 'crm', { account: 'active' }),
      ]);
      const holders = async (target: string, values: string[], limit = 10) =>
        idsOf(await logins().privilegedHolders('crm', target, values, limit));
      expect(await holders('groups', ['Admins', 'Owners'])).toEqual(['p-1:crm', 'p-5:crm']);
      expect(await holders('groups', ['Admins'], 1)).toEqual(['p-1:crm']);
      expect(await holders(dotted, ['Admins'])).toEqual(['p-6:crm']);
      expect(await holders('groups', ['Nobody'])).toEqual([]);
    });
  });
}
