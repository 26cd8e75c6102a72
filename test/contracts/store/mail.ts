import { describe, expect, it } from 'vitest';
import type { InboxItem, OutboxItem } from '../../../src/engine/mail-ports.ts';
import type { Store } from '../../../src/engine/store-ports.ts';
import { idsOf } from './builders.ts';

export function testMail(store: () => Store): void {
  describe('inbox', () => {
    const item = (id: string, at: number, payload: unknown = { text: id }): InboxItem => ({
      id,
      payload,
      at,
      attempts: 0,
      doneAt: null,
    });

    it('takes each payload once', async () => {
      const { inbox } = store();
      const hostile = JSON.parse('{"a.b":1,"$set":{"__proto__":{"x":[null,{"":"ÿ😀"}]}},"_bsontype":"Long"}');
      expect(await inbox.add(item('k-1', 1, hostile))).toBe(true);
      expect(await inbox.add(item('k-1', 2))).toBe(false);
      expect(await inbox.waiting(2, 10)).toStrictEqual([item('k-1', 1, hostile)]);
    });

    it('takes one of many deliveries at once', async () => {
      const { inbox } = store();
      const added = await Promise.all(Array.from({ length: 30 }, (_, at) => inbox.add(item('k-1', at))));
      expect(added.filter(Boolean)).toHaveLength(1);
    });

    it('gives what nobody touched for a while, the longest waiting first', async () => {
      const { inbox } = store();
      await Promise.all([item('k-1', 3), item('k-2', 1), item('k-3', 2), item('k-4', 9)].map((one) => inbox.add(one)));
      expect(idsOf(await inbox.waiting(9, 10))).toEqual(['k-2', 'k-3', 'k-1']);
      expect(await inbox.attempt('k-2', 8, 9)).toBe(true);
      expect(await inbox.attempt('k-2', 8, 8)).toBe(false);
      expect(idsOf(await inbox.waiting(8, 10))).toEqual(['k-3', 'k-1']);
      expect(idsOf(await inbox.waiting(9, 1))).toEqual(['k-3']);
      const waiting = await inbox.waiting(9, 10);
      expect(waiting[2]).toStrictEqual({ ...item('k-2', 1), attempts: 1 });
    });

    it('is done once', async () => {
      const { inbox } = store();
      await inbox.add(item('k-1', 1));
      await inbox.done('k-1', 5);
      await inbox.done('k-1', 6);
      await inbox.done('unknown', 6);
      expect(await inbox.attempt('k-1', 7, 9)).toBe(false);
      expect(await inbox.attempt('unknown', 7, 9)).toBe(false);
      expect(await inbox.waiting(100, 10)).toEqual([]);
      expect(await inbox.add(item('k-1', 9))).toBe(false);
    });
  });

  describe('outbox', () => {
    const card = { id: 'c-1', kind: 'card', subject: 'a-1', to: '#access', body: null } as const;
    const place = { channel: 'C1', ts: '1.2' };
    const unshown = { channel: null, ts: null, shown: 0, shownAt: null, unanswered: [] };
    const fresh: OutboxItem = { ...card, ...unshown, wanted: 1, attempts: 0, nextAt: 5 };

    it('wants an item once it is new, and again whenever it changed', async () => {
      const { outbox } = store();
      expect(await outbox.get('c-1')).toBeNull();
      await outbox.want(card, 5);
      expect(await outbox.get('c-1')).toStrictEqual(fresh);
      await outbox.want({ ...card, to: '#other' }, 7);
      expect(await outbox.get('c-1')).toStrictEqual({ ...fresh, wanted: 2, nextAt: 7 });
    });

    it('is due until it was shown', async () => {
      const { outbox } = store();
      await outbox.want(card, 5);
      await outbox.want({ ...card, id: 'n-1', kind: 'notice', body: 'Hello' }, 4);
      expect(await outbox.due(3, 10)).toEqual([]);
      expect(idsOf(await outbox.due(5, 10))).toEqual(['n-1', 'c-1']);
      expect(idsOf(await outbox.due(5, 1))).toEqual(['n-1']);
      expect(idsOf(await outbox.due(5, 1, ['digest', card.kind]))).toEqual(['c-1']);
      expect(await outbox.due(5, 10, ['digest'])).toEqual([]);
      await outbox.shown('c-1', 1, place);
      await outbox.shown('n-1', 1, place);
      await outbox.shown('unknown', 1, place);
      expect(await outbox.due(9, 10)).toEqual([]);
      expect(await outbox.get('c-1')).toStrictEqual({ ...fresh, ...place, shown: 1 });
      await outbox.want(card, 9);
      expect(await outbox.due(9, 10)).toStrictEqual([{ ...fresh, ...place, wanted: 2, shown: 1, nextAt: 9 }]);
    });

    it('gives everything about one subject, and remembers when each was shown', async () => {
      const { outbox } = store();
      await outbox.want({ ...card, id: 'c-2', to: 'p-1' }, 5);
      await outbox.want(card, 5);
      await outbox.want({ ...card, id: 'c-3', subject: 'a-2' }, 5);
      expect(idsOf(await outbox.about('a-1'))).toEqual(['c-1', 'c-2']);
      expect(await outbox.about('a-9')).toEqual([]);
      await outbox.shown('c-1', 1, { ...place, at: 7 });
      expect((await outbox.about('a-1')).map(({ shownAt }) => shownAt)).toEqual([7, null]);
    });

    it('stays due when more was wanted while it was being shown', async () => {
      const { outbox } = store();
      await outbox.want(card, 5);
      await outbox.want(card, 6);
      await outbox.shown('c-1', 1, place);
      expect((await outbox.due(6, 10)).map(({ wanted, shown }) => [wanted, shown])).toEqual([[2, 1]]);
      await outbox.shown('c-1', 2, place);
      await outbox.shown('c-1', 1, place);
      expect(await outbox.due(9, 10)).toEqual([]);
      expect((await outbox.get('c-1'))?.shown).toBe(2);
    });

    it('never loses a want to a showing at the same moment', async () => {
      const { outbox } = store();
      for (let round = 1; round <= 20; round += 1) {
        await outbox.want(card, round);
        const wanted = (await outbox.get('c-1'))?.wanted ?? 0;
        await Promise.all([outbox.shown('c-1', wanted, place), outbox.want(card, round)]);
        expect(idsOf(await outbox.due(round, 10))).toEqual(['c-1']);
      }
    });

    it('tells how much waits to be shown, and since when', async () => {
      const { outbox } = store();
      expect(await outbox.backlog()).toEqual({ size: 0, oldest: null });
      await outbox.want(card, 5);
      await outbox.want({ ...card, id: 'c-2' }, 7);
      await outbox.want(card, 9);
      await outbox.later('c-1', 90);
      expect(await outbox.backlog()).toEqual({ size: 2, oldest: 5 });
      await outbox.shown('c-1', 1, place);
      expect(await outbox.backlog()).toEqual({ size: 2, oldest: 5 });
      await outbox.shown('c-1', 2, place);
      expect(await outbox.backlog()).toEqual({ size: 1, oldest: 7 });
      await outbox.shown('c-2', 1, place);
      expect(await outbox.backlog()).toEqual({ size: 0, oldest: null });
      await outbox.want(card, 20);
      expect(await outbox.backlog()).toEqual({ size: 1, oldest: 20 });
    });

    it('creates one item for many wants at once', async () => {
      const { outbox } = store();
      await Promise.all(Array.from({ length: 20 }, () => outbox.want(card, 5)));
      expect(await outbox.get('c-1')).toStrictEqual({ ...fresh, wanted: 20 });
    });

    it('is put off, and counts the attempts until it is shown', async () => {
      const { outbox } = store();
      await outbox.want(card, 5);
      await outbox.later('c-1', 50);
      await outbox.later('c-1', 60);
      await outbox.later('unknown', 60);
      expect(await outbox.due(59, 10)).toEqual([]);
      expect((await outbox.due(60, 10)).map(({ attempts }) => attempts)).toEqual([2]);
      await outbox.shown('c-1', 1, place);
      expect((await outbox.get('c-1'))?.attempts).toBe(0);
    });

    it('remembers the newest ten posts that nobody has answered', async () => {
      const { outbox } = store();
      await outbox.want(card, 5);
      await outbox.posting('unknown', { channel: 'C1', at: 1 });
      await outbox.answered('c-1', 1);
      const posts = Array.from({ length: 12 }, (_, at) => ({ channel: 'C1', at }));
      for (const post of posts) await outbox.posting('c-1', post);
      expect((await outbox.get('c-1'))?.unanswered).toStrictEqual(posts.slice(2));
      await outbox.answered('c-1', 11);
      await outbox.answered('c-1', 99);
      await outbox.answered('unknown', 3);
      await outbox.want(card, 6);
      await outbox.shown('c-1', 2, place);
      expect((await outbox.get('c-1'))?.unanswered).toStrictEqual(posts.slice(2, 11));
    });
  });
}
