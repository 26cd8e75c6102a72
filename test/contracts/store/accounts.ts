import { describe, expect, it } from 'vitest';
import type { AccountStore } from '../../../src/engine/store-ports.ts';
import { anAccount } from './builders.ts';

export function testAccounts(accounts: () => AccountStore): void {
  describe('accounts', () => {
    it('matches accounts by key, in any case', async () => {
      const zoe = anAccount('r-1', { externalId: 'p-1', userName: 'Zoe', emails: ['Zoe@Acme.test', 'z@acme.test'] });
      await accounts().put('crm', 's-1', [zoe, anAccount('r-2', { userName: 'bob' })]);
      await accounts().put('erp', 's-1', [anAccount('r-3', { userName: 'zoe' })]);
      const keys = ['externalId=p-1', 'userName=zoe', 'email=zoe@acme.test', 'email=z@acme.test'];
      expect(await accounts().match('crm', ['userName=ZOE', 'email=z@acme.test'])).toStrictEqual([{ ...zoe, keys }]);
      expect(await accounts().match('crm', ['externalId=zoe', 'bob'])).toEqual([]);
      expect(await accounts().match('crm', [])).toEqual([]);
    });

    it('drops what a whole sweep did not see, in its own app only', async () => {
      await accounts().put('erp', 's-1', [anAccount('r-1', { userName: 'a' })]);
      await accounts().put('crm', 's-1', [anAccount('r-1', { userName: 'a' }), anAccount('r-2', { userName: 'b' })]);
      expect(await accounts().listedAt('crm')).toBeNull();
      expect(await accounts().finish('crm', 's-1', 100)).toEqual({ count: 2 });
      await accounts().put('crm', 's-2', [anAccount('r-2', { userName: 'c' })]);
      await accounts().put('crm', 's-2', [anAccount('r-3', { userName: 'b' })]);
      expect(await accounts().match('crm', ['userName=a'])).toHaveLength(1);
      expect(await accounts().finish('crm', 's-2', 200)).toEqual({ count: 2 });
      expect(await accounts().match('crm', ['userName=a'])).toEqual([]);
      expect((await accounts().match('crm', ['userName=b'])).map(({ remoteId }) => remoteId)).toEqual(['r-3']);
      expect(await accounts().listedAt('crm')).toBe(200);
      expect(await accounts().listedAt('erp')).toBeNull();
      expect(await accounts().match('erp', ['userName=a'])).toHaveLength(1);
    });

    it('loses nothing of a newer sweep to an older one that goes on late', async () => {
      const [older, newer] = [await accounts().begin('crm'), await accounts().begin('crm')];
      expect(older < newer).toBe(true);
      expect(older > 's-zzz').toBe(true);
      await accounts().put('crm', older, [anAccount('r-1', { userName: 'a' }), anAccount('r-2', { userName: 'b' })]);
      const now = [anAccount('r-1', { userName: 'a' }), anAccount('r-2', { userName: 'new' }), anAccount('r-3', {})];
      await accounts().put('crm', newer, now);
      await accounts().finish('crm', newer, 200);
      await accounts().put('crm', older, [anAccount('r-2', { userName: 'b' }), anAccount('r-3', { userName: 'c' })]);
      await accounts().finish('crm', older, 100);
      expect(await accounts().list('crm', null, 9)).toEqual(now);
      const next = await accounts().begin('crm');
      await accounts().put('crm', next, [anAccount('r-3', {})]);
      expect(await accounts().finish('crm', next, 300)).toEqual({ count: 1 });
    });

    it('can be emptied by a sweep that saw nothing', async () => {
      await accounts().put('crm', 's-1', [anAccount('r-1', { userName: 'a' })]);
      await accounts().put('crm', 's-2', []);
      expect(await accounts().finish('crm', 's-2', 1)).toEqual({ count: 0 });
    });

    it('lists accounts in the order of their remote ids, page by page, and finds them by id', async () => {
      const ids = ['a', 'b', 'B', '\u{1F600}', '\uFFFD', 'a\nb', '10', '9'];
      await accounts().put(
        'crm',
        's-1',
        ids.map((id) => anAccount(id, { userName: `u-${id}` })),
      );
      await accounts().put('crmx', 's-1', [anAccount('c')]);
      await accounts().put('cr', 's-1', [anAccount('d')]);
      const pages: string[][] = [];
      let after: string | null = null;
      for (;;) {
        const page = await accounts().list('crm', after, 3);
        if (page.length === 0) break;
        pages.push(page.map(({ remoteId }) => remoteId));
        after = page.at(-1)?.remoteId ?? null;
      }
      expect(pages).toEqual([
        ['10', '9', 'B'],
        ['a', 'a\nb', 'b'],
        ['\uFFFD', '\u{1F600}'],
      ]);
      expect(await accounts().list('crm', null, 1)).toStrictEqual([anAccount('10', { userName: 'u-10' })]);
      expect(await accounts().list('erp', null, 5)).toEqual([]);
      const found = await accounts().many('crm', ['9', 'nobody', 'c', '9']);
      expect(found).toStrictEqual([anAccount('9', { userName: 'u-9' })]);
      expect(await accounts().many('crm', [])).toEqual([]);
    });

    it('remembers which accounts are left alone, whatever later lists say', async () => {
      const by = { kind: 'system', name: 'test' } as const;
      expect(await accounts().left('crm', ['r-1'])).toEqual(new Set());
      await accounts().leave('crm', 'r-1', { by, at: 1 });
      await accounts().leave('crm', 'r-1', { by, at: 2 });
      await accounts().forgetDecider('p-1', '[erased]');
      await accounts().put('crm', 's-1', [anAccount('r-1'), anAccount('r-2')]);
      await accounts().finish('crm', 's-1', 3);
      expect(await accounts().left('crm', ['r-1', 'r-2'])).toEqual(new Set(['r-1']));
      expect(await accounts().left('erp', ['r-1'])).toEqual(new Set());
      expect(await accounts().left('crm', [])).toEqual(new Set());
    });

    const value = (name: string) => ({ target: 'groups', value: name, remoteId: `g-${name}` });
    const refresh = async (app: string, sweep: string, names: readonly string[], at = 1) => {
      await accounts().putEntitlements(app, sweep, 0, names.map(value));
      return accounts().finishEntitlements(app, sweep, at);
    };

    it('replaces the list of entitlements as a whole', async () => {
      expect(await accounts().entitlements('crm')).toEqual([]);
      expect(await accounts().refreshedAt('crm')).toBeNull();
      const many = Array.from({ length: 1_100 }, (_, index) => `n${index}`);
      expect(await refresh('crm', 's-1', many, 5)).toEqual({ count: 1_100 });
      await refresh('erp', 's-1', ['c']);
      expect(await accounts().entitlements('crm')).toStrictEqual(many.map(value));
      expect(await refresh('crm', 's-2', ['b', 'a'], 6)).toEqual({ count: 2 });
      expect(await accounts().entitlements('crm')).toStrictEqual([value('b'), value('a')]);
      expect(await accounts().refreshedAt('crm')).toBe(6);
      expect(await accounts().finishEntitlements('crm', 's-3', 7)).toEqual({ count: 0 });
      expect(await accounts().entitlements('crm')).toEqual([]);
      expect(await accounts().entitlements('erp')).toStrictEqual([value('c')]);
    });

    it('keeps the old list until a sweep has ended, and its pages in order however they came', async () => {
      await refresh('crm', 's-1', ['old'], 1);
      await accounts().putEntitlements('crm', 's-2', 0, ['a', 'b'].map(value));
      await accounts().putEntitlements('crm', 's-3', 0, ['x'].map(value));
      await accounts().putEntitlements('crm', 's-2', 2, ['c'].map(value));
      await accounts().putEntitlements('crm', 's-2', 2, ['c'].map(value));
      expect(await accounts().entitlements('crm')).toStrictEqual([value('old')]);
      expect(await accounts().finishEntitlements('crm', 's-2', 2)).toEqual({ count: 3 });
      expect(await accounts().finishEntitlements('crm', 's-2', 2)).toEqual({ count: 3 });
      expect(await accounts().entitlements('crm')).toStrictEqual(['a', 'b', 'c'].map(value));
      await accounts().putEntitlements('crm', 's-3', 1, ['y'].map(value));
      expect(await accounts().finishEntitlements('crm', 's-3', 3)).toEqual({ count: 2 });
      expect(await accounts().entitlements('crm')).toStrictEqual(['x', 'y'].map(value));
    });

    it('remembers that a refresh is wanted until it is done', async () => {
      const by = { kind: 'operator', name: 'ada', via: 'cli' } as const;
      expect(await accounts().wantedRefresh('crm')).toBeNull();
      await accounts().wantRefresh('crm', { by, at: 1 });
      expect(await accounts().entitlements('crm')).toEqual([]);
      expect(await accounts().refreshedAt('crm')).toBeNull();
      await refresh('crm', 's-1', ['a']);
      expect(await accounts().wantedRefresh('crm')).toStrictEqual({ by, at: 1 });
      expect(await accounts().wantedRefresh('erp')).toBeNull();
      await accounts().wantRefresh('crm', null);
      expect(await accounts().wantedRefresh('crm')).toBeNull();
      expect(await accounts().entitlements('crm')).toStrictEqual([value('a')]);
    });

    it('never shows half a list of entitlements', async () => {
      const list = (name: string) => Array.from({ length: 30 }, (_, index) => `${name}${index}`);
      await refresh('crm', 'first', list('first'));
      const reads = Array.from({ length: 20 }, () => accounts().entitlements('crm'));
      const writes = ['a', 'b', 'c'].map((name) => refresh('crm', name, list(name)));
      const seen = await Promise.all(reads);
      await Promise.all(writes);
      const whole = ['first', 'a', 'b', 'c'].map((name) => JSON.stringify(list(name).map(value)));
      for (const values of [...seen, await accounts().entitlements('crm')]) {
        expect(whole).toContain(JSON.stringify(values));
      }
    });
  });
}
