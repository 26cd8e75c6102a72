import { describe, expect, it } from 'vitest';
import type { AccountStore } from '../../../src/engine/ports.ts';
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

    it('can be emptied by a sweep that saw nothing', async () => {
      await accounts().put('crm', 's-1', [anAccount('r-1', { userName: 'a' })]);
      await accounts().put('crm', 's-2', []);
      expect(await accounts().finish('crm', 's-2', 1)).toEqual({ count: 0 });
    });

    it('replaces the list of entitlements as a whole', async () => {
      const value = (name: string) => ({ target: 'groups', value: name, remoteId: `g-${name}` });
      expect(await accounts().entitlements('crm')).toEqual([]);
      const many = Array.from({ length: 1_100 }, (_, index) => value(`n${index}`));
      await accounts().putEntitlements('crm', many);
      await accounts().putEntitlements('erp', [value('c')]);
      expect(await accounts().entitlements('crm')).toStrictEqual(many);
      await accounts().putEntitlements('crm', [value('b'), value('a')]);
      expect(await accounts().entitlements('crm')).toStrictEqual([value('b'), value('a')]);
      await accounts().putEntitlements('crm', []);
      expect(await accounts().entitlements('crm')).toEqual([]);
      expect(await accounts().entitlements('erp')).toStrictEqual([value('c')]);
    });

    it('never shows half a list of entitlements', async () => {
      const list = (name: string) =>
        Array.from({ length: 30 }, (_, index) => ({ target: name, value: `${index}`, remoteId: `${name}-${index}` }));
      await accounts().putEntitlements('crm', list('first'));
      const reads = Array.from({ length: 20 }, () => accounts().entitlements('crm'));
      const writes = ['a', 'b', 'c'].map((name) => accounts().putEntitlements('crm', list(name)));
      const seen = await Promise.all(reads);
      await Promise.all(writes);
      for (const values of [...seen, await accounts().entitlements('crm')]) {
        expect(values).toStrictEqual(list(values[0]?.target ?? 'none'));
      }
    });
  });
}
