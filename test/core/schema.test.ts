import { expect, it } from 'vitest';
import { z } from 'zod';
import { Config } from '../../src/core/config.ts';
import { inside, isSecret, keysIn, sameValue, schemasIn } from '../../src/core/schema.ts';

it('keys are found at any depth, through every wrapper, and recursion ends', () => {
  type Tree = { leaf?: string | undefined; twigs?: Tree[] | undefined };
  const tree: z.ZodType<Tree> = z.lazy(() =>
    z.strictObject({ leaf: z.string().optional(), twigs: z.array(tree).optional() }),
  );
  const schema = z.strictObject({
    tree,
    union: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]).prefault({ a: '' }),
    record: z.record(z.string(), z.strictObject({ c: z.string() })),
  });
  expect(new Set(keysIn(schema))).toEqual(new Set(['tree', 'leaf', 'twigs', 'union', 'a', 'b', 'record', 'c']));
  expect(keysIn('no schema')).toEqual([]);
});

it('the configuration’s own keys are all known', () => {
  const keys = keysIn(Config);
  for (const key of [
    'mappings',
    'approvalExpiry',
    'onRoleLoss',
    'reactivate',
    'translate',
    'operator',
    'add',
    'floor',
    'timezone',
  ]) {
    expect(keys).toContain(key);
  }
});

it('a schema is looked into by key, by place, and beneath its wrappers', () => {
  const secret = z.string().meta({ secret: true });
  const schema = z.strictObject({ token: secret, list: z.array(secret) });
  const [list] = inside(schema, 'list');
  expect(inside(schema, 'token').map(isSecret)).toEqual([true]);
  expect(list && inside(list, 0).map(isSecret)).toEqual([true]);
  expect(inside(schema, 'constructor').some(isSecret)).toBe(false);
  expect(sameValue(secret.optional()).map(isSecret)).toEqual([true]);
  expect(schemasIn([null, 7, {}, secret])).toEqual([secret]);
});
