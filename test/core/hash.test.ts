import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, digestOf, operationHash, shardOf } from '../../src/core/hash.ts';
import * as any from './arbitraries.ts';
import { noon, operation } from './samples.ts';

/** The same value with the keys of every object in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  );
}

describe('canonical JSON', () => {
  it('sorts keys by code unit and leaves undefined members out', () => {
    expect(canonical({ b: [1, 'x', null], a: undefined, Z: true, é: '"' })).toBe(
      '{"Z":true,"b":[1,"x",null],"é":"\\""}',
    );
  });

  it(
    'does not depend on the order of keys, and reads back as the same value',
    () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
          expect(canonical(turned(value))).toBe(canonical(value));
          expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'differs where values differ',
    () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => {
          const same = JSON.stringify(turned(turned(a))) === JSON.stringify(b);
          if (same) expect(canonical(a)).toBe(canonical(b));
          if (canonical(a) === canonical(b)) expect(JSON.parse(canonical(a))).toEqual(JSON.parse(canonical(b)));
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

describe('the hash of an operation', () => {
  const hash = operationHash(operation());

  it('is bound to what will be done', () => {
    const after = { active: true, attributes: { userName: 'max' }, entitlements: {} };
    const others = [
      { person: 'p-x' },
      { app: 'x' },
      { remoteId: 'r' },
      { kind: 'adopt' as const },
      { before: after },
      { after },
      { revision: 2 },
    ];
    const hashes = others.map((change) => operationHash(operation(change)));
    expect(new Set([hash, ...hashes]).size).toBe(others.length + 1);
  });

  it('is not bound to its id, its time, its state or its reasons', () => {
    const reasons = [{ kind: 'role' as const, name: 'Sales', because: 'x' }];
    expect(operationHash(operation({ id: 'o-2', createdAt: noon + 1, state: 'failed', reasons }))).toBe(hash);
  });

  it('is 64 hexadecimal digits that never change for the same change', () => {
    expect(digestOf({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('shards', () => {
  it('are stable, within the count, and all used', () => {
    const shards = Array.from({ length: 400 }, (_, index) => shardOf(`p-${index}`, 8));
    expect(new Set(shards)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(shardOf('p-zoe', 8)).toBe(shardOf('p-zoe', 8));
    expect(shardOf('anything', 1)).toBe(0);
  });
});
