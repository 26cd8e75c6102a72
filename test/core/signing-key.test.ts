import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  publishedAt,
  publishedUntil,
  resealed,
  type SigningKeys,
  signingKeyAt,
  waitingKey,
  withKey,
} from '../../src/core/signing-key.ts';

const by = { kind: 'operator', name: 'ada', via: 'cli' } as const;
const sealed = { key: 'k', nonce: 'n', text: 't', tag: 'g' };
const fresh = (id: string) => ({ id, certificate: id, sealed, endsAt: 1e12 });
const ids = (keys: readonly { id: string }[]) => keys.map(({ id }) => id);
const two = () =>
  withKey(withKey(null, fresh('a'), { overlap: 10, by, at: 0 }), fresh('b'), { overlap: 10, by, at: 100 });

describe('signing keys', () => {
  it('lets the first sign at once, and the next after the overlap, with both in the metadata before and after', () => {
    const keys = two();
    const seen = (at: number) => [signingKeyAt(keys, at)?.id, ids(publishedAt(keys, at)).join()];
    expect([0, 100, 109, 110, 119, 120].map(seen)).toEqual([
      ['a', 'a,b'],
      ['a', 'a,b'],
      ['a', 'a,b'],
      ['b', 'a,b'],
      ['b', 'a,b'],
      ['b', 'b'],
    ]);
    expect(waitingKey(keys, 105)?.id).toBe('b');
    expect(waitingKey(keys, 110)).toBeNull();
    expect(keys.keys.map((key) => publishedUntil(keys, key))).toEqual([120, null]);
  });

  it('believes none but the new one where there is no overlap', () => {
    const keys = withKey(two(), fresh('c'), { overlap: 0, by, at: 105 });
    expect(ids(keys.keys)).toEqual(['c']);
    expect(signingKeyAt(keys, 105)?.id).toBe('c');
    expect(keys.outbox.at(-1)?.message).toContain('believed no more');
  });

  it('forgets what is out of the metadata, and tells of each key once', () => {
    const keys = withKey(two(), fresh('c'), { overlap: 5, by, at: 1_000 });
    expect(ids(keys.keys)).toEqual(['b', 'c']);
    expect(keys.outbox.map(({ id }) => id)).toEqual(['signing-key:0', 'signing-key:1', 'signing-key:2']);
  });

  it('seals anew without touching anything else', () => {
    const after = resealed(two(), new Map([['a', { ...sealed, key: 'newer' }]]));
    expect(after.keys.map((key) => key.sealed.key)).toEqual(['newer', 'k']);
    expect(after.version).toBe(2);
  });

  const steps = fc.array(
    fc.record({ waits: fc.integer({ min: 0, max: 50 }), overlap: fc.integer({ min: 1, max: 50 }) }),
    { minLength: 1, maxLength: 20 },
  );
  it('always signs with a key that stood in the metadata one overlap ago', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let at = 0;
        let keys: SigningKeys | null = null;
        const seen: { at: number; published: string[] }[] = [];
        for (const [place, { waits, overlap }] of all.entries()) {
          // As the engine has it: no rotation while a key waits.
          if (keys === null || waitingKey(keys, at) === null)
            keys = withKey(keys, fresh(String(place)), { overlap, by, at });
          for (let passed = 0; passed <= waits; passed += 1, at += 1) {
            const signing = signingKeyAt(keys, at);
            const published = ids(publishedAt(keys, at));
            expect(published).toContain(signing?.id);
            seen.push({ at, published });
            const { signsFrom = 0, madeAt = 0 } = signing ?? {};
            const since = seen.filter((moment) => moment.at >= madeAt && moment.at <= signsFrom);
            expect(since.every((moment) => moment.published.includes(signing?.id ?? ''))).toBe(true);
          }
        }
      }),
    );
  });
});
