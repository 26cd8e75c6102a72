import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeKey, pack, unescapeKey, unpack } from '../../src/store/mongo/keys.ts';

const special = fc.constantFrom('%', '.', '$', '\0', '_', '2', 'E', '0', '4', '5', 'a', '__proto__', '_bsontype');
const key = fc.oneof(
  fc.string(),
  fc.array(special, { maxLength: 6 }).map((parts) => parts.join('')),
);

describe('keys', () => {
  it('holds no character or name that MongoDB, BSON or JavaScript take for theirs, and comes back', () => {
    fc.assert(
      fc.property(key, (given) => {
        const escaped = escapeKey(given);
        expect(escaped).not.toMatch(/[.$\0]/);
        expect(['', '__proto__', '_bsontype']).not.toContain(escaped);
        expect(unescapeKey(escaped)).toBe(given);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives different names to different keys', () => {
    fc.assert(
      fc.property(key, key, (a, b) => (a === b) === (escapeKey(a) === escapeKey(b))),
      { numRuns: 2_000 },
    );
  });

  it('leaves the names of fields as they are', () => {
    for (const name of ['userName', 'externalId', '_id', 'givenName', 'a-b c']) expect(escapeKey(name)).toBe(name);
  });

  it('packs and unpacks nested values, and leaves out what is undefined', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(fc.property(tree, (value) => deepStrictEqual(unpack(pack(value)), value)));
    expect(pack({ a: undefined, b: { c: undefined, 'd.e': 1 } })).toEqual({ b: { 'd%2Ee': 1 } });
  });
});
