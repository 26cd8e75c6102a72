import { describe, expect, it } from 'vitest';
import { Config } from '../../../src/core/config.ts';
import { system } from '../../../src/core/event.ts';
import { newHealth } from '../../../src/core/quarantine.ts';
import type { DirectoryState, Store, StoredConfig } from '../../../src/engine/store-ports.ts';
import { aPause, next } from './builders.ts';
import { testDocuments } from './documents.ts';

export function testStates(store: () => Store): void {
  describe('leases', () => {
    const lease = (owner: string, epoch: number, beat = 0) => ({ name: 'crm:0', owner, epoch, beat });

    it('passes from the exact lease that was seen to the next', async () => {
      const { leases } = store();
      expect(await leases.read('crm:0')).toBeNull();
      expect(await leases.replace(lease('w-0', 1), lease('w-1', 1))).toBe(false);
      expect(await leases.replace(null, lease('w-1', 1))).toBe(true);
      expect(await leases.replace(null, lease('w-2', 1))).toBe(false);
      expect(await leases.replace(lease('w-1', 1), lease('w-1', 1, 1))).toBe(true);
      expect(await leases.replace(lease('w-1', 1), lease('w-2', 2))).toBe(false);
      expect(await leases.replace(lease('w-1', 1, 1), lease('w-2', 2))).toBe(true);
      expect(await leases.read('crm:0')).toStrictEqual(lease('w-2', 2));
      expect(await leases.replace(lease('w-1', 1, 1), lease('w-1', 1, 2))).toBe(false);
    });

    it('says yes again to the owner that asks again', async () => {
      const { leases } = store();
      await leases.replace(null, lease('w-1', 1));
      expect(await leases.replace(null, lease('w-1', 1))).toBe(true);
      await leases.replace(lease('w-1', 1), lease('w-1', 1, 1));
      expect(await leases.replace(lease('w-1', 1), lease('w-1', 1, 1))).toBe(true);
    });

    it('has one new owner, whoever is fastest', async () => {
      const { leases } = store();
      const owners = Array.from({ length: 30 }, (_, index) => `w-${index}`);
      const first = await Promise.all(owners.map((owner) => leases.replace(null, lease(owner, 1))));
      expect(first.filter(Boolean)).toHaveLength(1);
      const seen = await leases.read('crm:0');
      const second = await Promise.all(owners.map((owner) => leases.replace(seen, lease(owner, 2))));
      expect(second.filter(Boolean)).toHaveLength(1);
      expect((await leases.read('crm:0'))?.owner).toBe(owners[second.indexOf(true)]);
    });
  });

  describe('directory states', () => {
    it('remembers the last one put', async () => {
      const { directories } = store();
      const lastRead = { at: 5, kind: 'full' as const, complete: false, rows: 2, changed: 1, reason: 'half' };
      const state: DirectoryState = {
        id: 'hr',
        cursor: 'c-1',
        fingerprint: null,
        present: 2,
        under: null,
        lastRead,
        problems: [{ place: 'row 2', message: 'no id' }],
      };
      expect(await directories.get('hr')).toBeNull();
      await directories.put({ ...state, lastRead: null, cursor: null });
      await directories.put(state);
      await directories.put({ ...state, id: 'ad' });
      expect(await directories.get('hr')).toStrictEqual(state);
    });

    it('may be put by several at once', async () => {
      const { directories } = store();
      const state = { id: 'hr', cursor: null, fingerprint: null, under: null, lastRead: null, problems: [] };
      await Promise.all(Array.from({ length: 10 }, (_, present) => directories.put({ ...state, present })));
      expect((await directories.get('hr'))?.present).toBeLessThan(10);
    });
  });

  describe('app health', () => {
    testDocuments(
      () => store().health,
      (id) => ({ ...newHealth(id), pausedUntil: 5, reason: 'slow', failures: 2 }),
    );

    it('keeps what is known of the calls of every app', async () => {
      const { health } = store();
      expect(await health.list()).toEqual([]);
      const window = { since: 1, floor: 5, calls: 7.5, broken: 2, refused: 0.5, bugs: 0 };
      const quarantine = { since: 2, kind: 'auth' as const, reason: 'Invalid authentication', nextTry: 9, tries: 3 };
      const ill = { ...newHealth('crm'), failures: 2, window, quarantine };
      const lifted = { ...newHealth('erp'), lifted: { at: 3, tries: 1 } };
      await health.insert([ill, lifted]);
      const all = (await health.list()).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(all).toStrictEqual([ill, lifted]);
    });
  });

  describe('pauses', () => {
    testDocuments(() => store().pauses, aPause);

    it('shows those that nobody ended, in the order of their ids', async () => {
      const { pauses } = store();
      const [app, person, both] = [aPause('app:crm'), aPause('person:p-1'), aPause('app:crm person:p-1')];
      await pauses.insert([person, both, app, { ...aPause('app:erp'), ended: true }]);
      expect(await pauses.open()).toStrictEqual([app, both, person]);
      await pauses.swap([{ before: app, after: next(app, { ended: true }) }]);
      expect(await pauses.open()).toStrictEqual([both, person]);
    });
  });

  describe('digests', () => {
    const told = [{ code: 'c-1', app: 'CRM', cause: 'Too long.', count: 3 }];
    testDocuments(
      () => store().digests,
      (id) => ({ id, version: 0, outbox: [], schedule: 's', dueAt: 5, madeAt: null, told }),
    );

    it('are forgotten, and may come again', async () => {
      const { digests } = store();
      const [one, other] = ['zoe@acme.test', '#access'].map((id) => ({
        ...{ id, version: 0, outbox: [], schedule: 's', dueAt: 5, madeAt: null, told },
      }));
      if (one === undefined || other === undefined) throw new Error('two are made');
      await digests.insert([one, other]);
      for (let time = 0; time < 2; time += 1) await digests.forget(one.id);
      expect(await digests.page(null, 10)).toStrictEqual([other]);
      expect(await digests.get(one.id)).toBeNull();
      expect(await digests.insert([one])).toStrictEqual(new Set([one.id]));
    });
  });

  describe('configuration', () => {
    const config = Config.parse({
      version: 1,
      directories: [{ name: 'hr.csv', connector: 'csv', config: { file: 'p.csv', columns: { 'Dept.': '$dept' } } }],
      apps: [
        { name: 'crm', connector: 'scim', parameters: [{ target: 'a.b', value: 1, translate: { '$set.x': true } }] },
      ],
    });
    const edition = (number: number, by = 'ada'): StoredConfig => ({
      config,
      digest: `d-${number}`,
      edition: number,
      at: number,
      by: system(by),
    });

    it('goes from edition to edition', async () => {
      const { config: configs } = store();
      expect(await configs.read()).toBeNull();
      expect(await configs.replace(1, edition(2))).toBe(false);
      expect(await configs.replace(null, edition(1))).toBe(true);
      expect(await configs.replace(null, edition(1, 'bob'))).toBe(false);
      expect(await configs.read()).toStrictEqual(edition(1));
      expect(await configs.replace(1, edition(2))).toBe(true);
      expect(await configs.replace(1, edition(2, 'bob'))).toBe(false);
      expect(await configs.read()).toStrictEqual(edition(2));
    });

    it('is followed, or not yet', async () => {
      const { config: configs } = store();
      const first: StoredConfig = { ...edition(1), unfollowed: { before: null } };
      expect(await configs.replace(null, first)).toBe(true);
      await configs.followed(2);
      expect(await configs.read()).toStrictEqual(first);
      await configs.followed(1);
      expect(await configs.read()).toStrictEqual({ ...first, unfollowed: null });
      const second: StoredConfig = { ...edition(2), unfollowed: { before: config } };
      expect(await configs.replace(1, second)).toBe(true);
      expect(await configs.read()).toStrictEqual(second);
    });

    it('has one next edition, whoever is fastest', async () => {
      const { config: configs } = store();
      const authors = Array.from({ length: 20 }, (_, index) => `author-${index}`);
      const first = await Promise.all(authors.map((by) => configs.replace(null, edition(1, by))));
      const second = await Promise.all(authors.map((by) => configs.replace(1, edition(2, by))));
      expect([first, second].map((wins) => wins.filter(Boolean).length)).toEqual([1, 1]);
      expect(await configs.read()).toStrictEqual(edition(2, authors[second.indexOf(true)]));
    });
  });
}
