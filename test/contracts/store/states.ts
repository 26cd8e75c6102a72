import { describe, expect, it } from 'vitest';
import { Config } from '../../../src/core/config.ts';
import { system } from '../../../src/core/event.ts';
import type { DirectoryState, Store, StoredConfig } from '../../../src/engine/ports.ts';

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
    it('keeps the longest pause with its reason and counts failures until it is lifted', async () => {
      const { health } = store();
      expect(await health.get('crm')).toBeNull();
      await health.pause('crm', 100, 'slow');
      await health.pause('crm', 50, 'quick');
      expect(await health.get('crm')).toStrictEqual({ id: 'crm', pausedUntil: 100, reason: 'slow', failures: 2 });
      await health.pause('crm', 200, 'down');
      expect(await health.get('crm')).toStrictEqual({ id: 'crm', pausedUntil: 200, reason: 'down', failures: 3 });
      await health.pause('crm', null, null);
      await health.pause('erp', null, null);
      const well = { pausedUntil: null, reason: null, failures: 0 };
      const all = (await health.list()).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(all).toStrictEqual([
        { id: 'crm', ...well },
        { id: 'erp', ...well },
      ]);
    });

    it('loses no failure of several workers', async () => {
      const { health } = store();
      await Promise.all(Array.from({ length: 10 }, (_, index) => health.pause('crm', 100 + index, 'busy')));
      expect(await health.get('crm')).toStrictEqual({ id: 'crm', pausedUntil: 109, reason: 'busy', failures: 10 });
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
