import { describe, expect, it } from 'vitest';
import { system } from '../../../src/core/event.ts';
import type { PushTokens } from '../../../src/core/push-token.ts';
import { changed, gone, keyed, newPushed, type Pushed, treeOf } from '../../../src/core/scim/pushed.ts';
import type { PushedStore, PushTokenStore } from '../../../src/engine/inbound/push-ports.ts';
import { idsOf } from './builders.ts';
import { testDocuments } from './documents.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const aPushedUser = (id: string, at = 1, directory = 'hr'): Pushed =>
  newPushed(
    { id, directory, kind: 'User' },
    { userName: `Name.${id}`, externalId: `x-${id}`, active: true, [enterprise]: { department: 'a.b$c' } },
    at,
  );

export const aPushedGroup = (id: string, members: readonly string[], at = 1, directory = 'hr'): Pushed =>
  newPushed(
    { id, directory, kind: 'Group' },
    { displayName: `Group ${id}`, members: members.map((value) => ({ value })) },
    at,
  );

const tokens = (id: string): PushTokens => ({
  ...{ id, version: 0, outbox: [] },
  tokens: [{ digest: `digest of ${id}`, by: system('test'), madeAt: 1, endsAt: 5 }],
});

const people = { directory: 'hr', kind: 'User' } as const;
const groups = { directory: 'hr', kind: 'Group' } as const;

export function testPushed(pushed: () => PushedStore): void {
  describe('what was pushed', () => {
    testDocuments(pushed, aPushedUser);

    const put = async (before: Pushed, after: Pushed | null) => {
      if (after === null) throw new Error('nothing changed');
      return (await pushed().swap([{ before, after }])).has(after.id);
    };

    it('keeps a userName for one of a directory, in any case of letters, until they are gone', async () => {
      const [zoe, twin] = [aPushedUser('u1'), { ...aPushedUser('u2'), resource: { userName: 'NAME.U1' } }];
      expect([...(await pushed().insert([zoe, twin, aPushedUser('u3')]))]).toEqual(['u1', 'u3']);
      expect([...(await pushed().insert([{ ...aPushedUser('u4', 1, 'okta'), resource: zoe.resource }]))]).toEqual([
        'u4',
      ]);
      const other = aPushedUser('u3');
      expect(await put(other, changed(other, { userName: 'name.u1' }, 2))).toBe(false);
      expect(await put(zoe, gone(zoe, 2))).toBe(true);
      expect(await put(other, changed(other, { userName: 'name.u1' }, 3))).toBe(true);
    });

    it('finds by what clients look for, those that are there', async () => {
      const [zoe, bob] = [aPushedUser('u1'), aPushedUser('u2')];
      await pushed().insert([zoe, bob, aPushedUser('u3', 1, 'okta'), aPushedGroup('g1', [])]);
      expect(idsOf(await pushed().byKey(keyed('hr', 'User.userName', 'NAME.U1')))).toEqual(['u1']);
      expect(idsOf(await pushed().byKey(keyed('hr', 'User.externalId', 'x-u2')))).toEqual(['u2']);
      expect(idsOf(await pushed().byKey(keyed('hr', 'Group.displayName', 'group g1')))).toEqual(['g1']);
      expect(await pushed().byKey(keyed('okta', 'User.userName', 'name.u1'))).toEqual([]);
      await put(zoe, changed(zoe, { ...treeOf(zoe), userName: 'new' }, 2));
      await put(bob, gone(bob, 2));
      expect(await pushed().byKey(keyed('hr', 'User.userName', 'name.u1'))).toEqual([]);
      expect(idsOf(await pushed().byKey(keyed('hr', 'User.userName', 'new')))).toEqual(['u1']);
      expect(await pushed().byKey(keyed('hr', 'User.externalId', 'x-u2'))).toEqual([]);
    });

    it('lists and counts those that are there, and apart those that are gone', async () => {
      const all = ['u1', 'u2', 'u3', 'u4'].map((id) => aPushedUser(id));
      await pushed().insert([...all, aPushedUser('u0', 1, 'okta'), aPushedGroup('g1', [])]);
      const [, second] = all;
      if (second !== undefined) await put(second, gone(second, 2));
      expect(idsOf(await pushed().list(people, null, 2))).toEqual(['u1', 'u3']);
      expect(idsOf(await pushed().list(people, 'u1', 5))).toEqual(['u3', 'u4']);
      expect(idsOf(await pushed().list(people, null, 5, 2))).toEqual(['u4']);
      expect(idsOf(await pushed().list(groups, null, 5))).toEqual(['g1']);
      expect(await pushed().count(people)).toBe(3);
      expect(idsOf(await pushed().gone(people, null, 5))).toEqual(['u2']);
      expect(await pushed().gone(people, 'u2', 5)).toEqual([]);
    });

    it('tells what changed, the earliest first and page by page, also what is gone', async () => {
      const [one, two, three] = [aPushedUser('u1', 1), aPushedUser('u2', 5), aPushedUser('u3', 5)];
      await pushed().insert([three, two, one, aPushedUser('u4', 3)]);
      expect(idsOf(await pushed().changedSince(people, 3, null, 2))).toEqual(['u4', 'u2']);
      expect(idsOf(await pushed().changedSince(people, 3, two, 9))).toEqual(['u3']);
      await put(one, gone(one, 9));
      expect(idsOf(await pushed().changedSince(people, 5, three, 9))).toEqual(['u1']);
      expect(await pushed().changedSince(people, 10, null, 9)).toEqual([]);
      expect(await pushed().changedSince(groups, 0, null, 9)).toEqual([]);
    });

    it('follows who comes into a large group and who leaves it', async () => {
      const ids = Array.from({ length: 60 }, (_, n) => `u${n}`);
      const staff = aPushedGroup('g1', ids);
      await pushed().insert([staff]);
      const members = [...ids.slice(1), 'u99'].map((value) => ({ value }));
      expect(await put(staff, changed(staff, { displayName: 'Group g1', members }, 2))).toBe(true);
      const groupsOf = async (id: string) => (await pushed().groupsOf('hr', id)).length;
      expect([await groupsOf('u0'), await groupsOf('u1'), await groupsOf('u59'), await groupsOf('u99')]).toEqual([
        0, 1, 1, 1,
      ]);
    });

    it('knows the groups of a person', async () => {
      const staff = aPushedGroup('g1', ['u1', 'u2']);
      await pushed().insert([staff, aPushedGroup('g2', ['u2']), aPushedGroup('g3', ['u2'], 1, 'okta')]);
      expect(await pushed().groupsWith('hr', 'u1')).toStrictEqual([staff]);
      expect(await pushed().groupsOf('hr', 'u2')).toStrictEqual([
        { id: 'g1', name: 'Group g1' },
        { id: 'g2', name: 'Group g2' },
      ]);
      await put(staff, gone(staff, 2));
      expect(await pushed().groupsOf('hr', 'u1')).toEqual([]);
    });
  });
}

export function testPushTokens(store: () => PushTokenStore): void {
  describe('tokens of sources that push', () => testDocuments(store, tokens));
}
