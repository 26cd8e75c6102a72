import { describe, expect, it } from 'vitest';
import type { PeopleStore } from '../../../src/engine/store-ports.ts';
import { aPerson, aRecord, idsOf, named, next, sortedIds } from './builders.ts';
import { testDocuments } from './documents.ts';

export function testPeople(people: () => PeopleStore): void {
  describe('people', () => {
    testDocuments(people, (id) => aPerson(`p-${id}`));

    it('finds people by records and by keys', async () => {
      const ad = aRecord('s-1', { directory: 'ad' });
      const both = aPerson('p-1', { records: [aRecord('1'), ad], keys: ['email=a@x', 'employeeId=1'] });
      const other = aPerson('p-2', { records: [aRecord('2')], keys: ['email=b@x', 'employeeId=1'] });
      await people().insert([both, other, aPerson('p-3', { records: [], keys: [] }), aPerson('p-4', { records: [] })]);
      expect(await people().byRecords('ad', ['s-1', '1', '2'])).toStrictEqual([both]);
      expect(sortedIds(await people().byRecords('hr', ['1', '2', '3']))).toEqual(['p-1', 'p-2']);
      expect(sortedIds(await people().byKeys(['email=a@x', 'employeeId=1']))).toEqual(['p-1', 'p-2']);
      expect(await people().byKeys([])).toEqual([]);
    });

    it('lets a record belong to one person only', async () => {
      const first = aPerson('p-1', { records: [aRecord('1')] });
      const thief = aPerson('p-2', { records: [aRecord('1')] });
      expect([...(await people().insert([first, thief]))]).toEqual(['p-1']);
      const honest = aPerson('p-2', { records: [aRecord('2')] });
      await people().insert([honest]);
      const stealing = { before: honest, after: next(honest, { records: [aRecord('2'), aRecord('1')] }) };
      const change = { before: first, after: next(first, { revision: 2 }) };
      expect([...(await people().swap([stealing, change]))]).toEqual(['p-1']);
      expect(await people().get('p-2')).toStrictEqual(honest);
    });

    it('pins a Slack user to one person only', async () => {
      const slack = { team: 'T1', user: 'U1' };
      const pinned = aPerson('p-1', { slack });
      await people().insert([pinned, aPerson('p-2')]);
      expect(await people().bySlack(slack)).toStrictEqual(pinned);
      expect(await people().bySlack({ team: 'T2', user: 'U1' })).toBeNull();
      const second = aPerson('p-2');
      expect(await people().swap([{ before: second, after: next(second, { slack }) }])).toEqual(new Set());
      await people().swap([{ before: pinned, after: next(pinned, { slack: null }) }]);
      expect(await people().swap([{ before: second, after: next(second, { slack }) }])).toEqual(new Set(['p-2']));
    });

    it('lists dirty people in id order, leavers apart', async () => {
      await people().insert([
        aPerson('p-3', { dirty: true }),
        aPerson('p-1', { dirty: true, status: 'left' }),
        aPerson('p-2', { dirty: true, status: 'suspended' }),
        aPerson('p-4', { dirty: true }),
        aPerson('p-0'),
      ]);
      expect(idsOf(await people().dirty(true, null, 10))).toEqual(['p-1', 'p-2']);
      expect(idsOf(await people().dirty(false, null, 1))).toEqual(['p-3']);
      expect(idsOf(await people().dirty(false, 'p-3', 10))).toEqual(['p-4']);
      const cleaned = aPerson('p-4', { dirty: true });
      await people().swap([{ before: cleaned, after: next(cleaned, { dirty: false }) }]);
      expect(await people().dirty(false, 'p-3', 10)).toEqual([]);
    });

    it('marks a crowd dirty, each of them once', async () => {
      const crowd = Array.from({ length: 2_100 }, (_, index) => aPerson(`p-${String(index).padStart(4, '0')}`));
      await people().insert(crowd);
      expect(await people().dirtyAll(null)).toBe(2_100);
      for (const id of ['p-0000', 'p-0999', 'p-1000', 'p-2099'])
        expect(await people().get(id)).toMatchObject({ dirty: true, version: 1 });
      expect(await people().dirty(false, 'p-2000', 200)).toHaveLength(99);
    });

    it('marks everybody dirty, so that whoever read before loses', async () => {
      const seen = aPerson('p-1', { dirty: true, status: 'left' });
      await people().insert([seen, aPerson('p-2')]);
      const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'cli' } as const;
      expect(await people().dirtyAll(ada)).toBe(2);
      expect((await people().get('p-2'))?.plannedFor).toStrictEqual(ada);
      expect(await people().dirtyAll(null)).toBe(2);
      expect((await people().get('p-2'))?.plannedFor).toStrictEqual(ada);
      expect(idsOf(await people().dirty(false, null, 10))).toEqual(['p-2']);
      expect(await people().swap([{ before: seen, after: next(seen, { dirty: false }) }])).toEqual(new Set());
      expect(idsOf(await people().dirty(true, null, 10))).toEqual(['p-1']);
      expect((await people().get('p-2'))?.version).toBe(2);
      expect(await people().active()).toBe(1);
    });

    it('lists newcomers in doubt', async () => {
      const doubted = aPerson('p-2', { twins: ['p-1', 'p-9'] });
      await people().insert([aPerson('p-1'), doubted, aPerson('p-3', { twins: ['p-1'] })]);
      expect(idsOf(await people().undecided(10))).toEqual(['p-2', 'p-3']);
      expect(idsOf(await people().undecided(1))).toEqual(['p-2']);
      await people().swap([{ before: doubted, after: next(doubted, { twins: [] }) }]);
      expect(idsOf(await people().undecided(10))).toEqual(['p-3']);
    });

    it('wakes people whose time has come, the earliest first', async () => {
      await people().insert([
        aPerson('p-1', { wakeAt: 30 }),
        aPerson('p-2', { wakeAt: 10 }),
        aPerson('p-3'),
        aPerson('p-4', { wakeAt: 31 }),
        aPerson('p-5', { wakeAt: 0 }),
      ]);
      expect(idsOf(await people().waking(30, 10))).toEqual(['p-5', 'p-2', 'p-1']);
      expect(idsOf(await people().waking(30, 1))).toEqual(['p-5']);
    });

    it('tells whom a directory holds', async () => {
      const many = Array.from({ length: 1_200 }, (_, index) =>
        aPerson(`p-${index}`, { records: [aRecord(`${index}`)] }),
      );
      await people().insert(many);
      await people().insert([
        aPerson('q-1', { records: [aRecord('gone', { status: 'left' }), aRecord('s-1', { directory: 'ad' })] }),
        aPerson('q-2', { records: [aRecord('away', { status: 'suspended' })] }),
      ]);
      expect(await present(people(), 'hr')).toEqual([...many.map((_, index) => `${index}`), 'away'].sort());
      expect(await present(people(), 'ad')).toEqual(['s-1']);
      expect(await present(people(), 'nowhere')).toEqual([]);
      expect(await people().count()).toBe(1_202);
    });

    it('finds people by the beginning of a name, an e-mail address or an id, whatever case or accent', async () => {
      await people().insert([
        named('p-1', { displayName: 'Zoé Smith', email: 'zoe.smith@acme.test', employeeId: '1001' }),
        named('p-2', { givenName: 'Adam', familyName: 'Smithson', email: 'adam@acme.test' }),
        named('p-3', { displayName: 'Bea Zoellner', department: 'Smith' }, { status: 'left' }),
      ]);
      const found = async (text: string) => idsOf(await people().search({ text }, null, 10));
      expect(await found('zoe')).toEqual(['p-3', 'p-1']);
      expect(await found('ZOÉ sm')).toEqual(['p-1']);
      expect(await found('smith')).toEqual(['p-2', 'p-1']);
      expect(await found('1001')).toEqual(['p-1']);
      expect(await found('x-p-2')).toEqual(['p-2']);
      expect(await found('nobody')).toEqual([]);
      expect(await found('.*')).toEqual([]);
      expect(idsOf(await people().search({ text: 'zoe', status: 'left' }, null, 10))).toEqual(['p-3']);
    });

    it('finds people by a fragment when nothing begins with it', async () => {
      await people().insert([
        named('p-1', { displayName: 'Ann', email: 'ann@acme.test' }),
        named('p-2', { displayName: 'Ben' }),
      ]);
      expect(idsOf(await people().search({ text: 'nn@ac' }, null, 10))).toEqual(['p-1']);
      expect(idsOf(await people().search({ text: 'a(n' }, null, 10))).toEqual([]);
    });

    it('pages through everybody in display-name order', async () => {
      await people().insert([
        named('p-1', { displayName: 'émile' }),
        named('p-2', { displayName: 'Bob' }),
        named('p-3', { displayName: 'bob' }),
        named('p-4', { displayName: 'Zed' }),
        named('p-5', { displayName: '李' }),
      ]);
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const page = await people().search({}, after, 2);
        seen.push(...idsOf(page));
        after = page[page.length - 1]?.id ?? null;
        if (after === null) break;
      }
      expect(seen).toEqual(['p-2', 'p-3', 'p-1', 'p-4', 'p-5']);
    });
  });
}

async function present(people: PeopleStore, directory: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of people.presentIn(directory)) ids.push(...batch);
  return ids.sort();
}
