import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { by, compareText, first } from '../../../src/store/memory/order.ts';
import { Queue } from '../../../src/store/memory/queue.ts';

type Item = { id: number; at: number; bucket: string | null };
const byTime = by<Item>(
  (item) => item.at,
  (item) => item.id,
);

describe('queue', () => {
  it('takes the first that fit, whatever was filed, moved or dropped before', () => {
    const change = fc.record({
      id: fc.nat(30),
      at: fc.nat(20),
      bucket: fc.constantFrom('a', 'b', null),
      look: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), fc.nat(8), fc.nat(20), (changes, limit, latest) => {
        const queue = new Queue<Item>((item) => item.bucket, byTime);
        const stored = new Map<number, Item>();
        for (const { look, ...values } of changes) {
          const item = { ...values };
          queue.file(item, stored.get(item.id));
          stored.set(item.id, item);
          if (!look) continue;
          const fits = ({ at }: Item) => at <= latest;
          const wanted = [...stored.values()].filter((one) => one.bucket === 'a' && fits(one)).sort(byTime);
          expect(queue.take('a', limit, fits)).toEqual(wanted.slice(0, limit));
        }
      }),
    );
  });

  it('forgets a thousand gone ones without losing a living one', () => {
    const queue = new Queue<Item>((item) => item.bucket, byTime);
    const items = Array.from({ length: 3_000 }, (_, id) => ({ id, at: id, bucket: 'a' }));
    for (const item of items) queue.file(item, undefined);
    queue.take('a', 1, () => true);
    for (const item of items.slice(0, 2_999)) queue.file({ ...item, bucket: 'b' }, item);
    expect(queue.take('a', 5, () => true)).toEqual(items.slice(2_999));
    expect(queue.take('b', 9_999, () => true)).toHaveLength(2_999);
  });
});

describe('order', () => {
  it('takes the first of any items as sorting would', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(99))), fc.nat(12), (pairs, limit) => {
        const items = pairs.map(([at, id]) => ({ id, at, bucket: null }));
        expect(first(items, limit, byTime)).toEqual([...items].sort(byTime).slice(0, limit));
      }),
    );
  });

  it('compares text by its bytes, as MongoDB does: beyond U+FFFF strings compare otherwise', () => {
    const [compatibility, emoji] = ['\u{F900}', '\u{1F600}'];
    expect([emoji, compatibility, 'z', 'é', ''].sort(compareText)).toEqual(['', 'z', 'é', compatibility, emoji]);
    expect(emoji < compatibility).toBe(true);
  });
});
