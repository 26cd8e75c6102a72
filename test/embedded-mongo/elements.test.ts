import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../src/embedded-mongo/codec.ts';
import { elementsOf, pick, splice, withFirst } from '../../src/embedded-mongo/elements.ts';
import { compileFilter } from '../../src/embedded-mongo/query/filter.ts';
import { compileUpdate } from '../../src/embedded-mongo/query/update.ts';
import { namesOfExpression, namesOfFilter, namesOfUpdate, union } from '../../src/embedded-mongo/touched.ts';

const name = fc.constantFrom<string>('a', 'b', 'c', 'd', 'é', '__proto__', 'constructor');
const leaf = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
);
const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(fc.constantFrom('x', 'y'), leaf));
const fields = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 6 });
const documentOf = (pairs: readonly (readonly [string, unknown])[]) => Object.fromEntries(pairs);
const raw = (pairs: readonly (readonly [string, unknown])[]) =>
  encode(decode(Buffer.from(serialize(documentOf(pairs)))));
const names = fc.uniqueArray(name).map((list) => new Set(list));
const runs = { numRuns: 2_000 };

describe('elements', () => {
  it('are the fields, in order, and cover the document without a gap', () => {
    fc.assert(
      fc.property(fields, (pairs) => {
        const bytes = raw(pairs);
        const elements = [...elementsOf(bytes)];
        expect(elements.map((element) => element.name)).toEqual(Object.keys(decode(bytes)));
        expect(elements.at(0)?.start ?? 4).toBe(4);
        expect(elements.at(-1)?.end ?? 4).toBe(bytes.length - 1);
      }),
      runs,
    );
  });

  it('picked are a document of just these', () => {
    fc.assert(
      fc.property(fields, names, (pairs, wanted) => {
        const whole = Object.entries(decode(raw(pairs)));
        expect(Object.entries(decode(pick(raw(pairs), wanted)))).toEqual(whole.filter(([key]) => wanted.has(key)));
      }),
      runs,
    );
  });

  it('have one of them put in front, the others as they were', () => {
    fc.assert(
      fc.property(fields, name, (pairs, first) => {
        const whole = Object.entries(decode(raw(pairs)));
        const others = whole.filter(([key]) => key !== first);
        const moved = Object.entries(decode(withFirst(raw(pairs), first)));
        expect(moved).toEqual([...whole.filter(([key]) => key === first), ...others]);
      }),
      runs,
    );
  });

  it('spliced keep their places; what is gone goes, what is new comes last', () => {
    fc.assert(
      fc.property(fields, fields, names, (before, after, touched) => {
        const spliced = Object.entries(deserialize(splice(raw(before), touched, raw(after)), { promoteValues: false }));
        const fresh = new Map(Object.entries(decode(raw(after))).filter(([key]) => touched.has(key)));
        const old = Object.entries(decode(raw(before)));
        const kept = old.flatMap(([key, held]) =>
          touched.has(key) ? (fresh.has(key) ? [[key, fresh.get(key)]] : []) : [[key, held]],
        );
        const added = [...fresh].filter(([key]) => !old.some(([known]) => known === key));
        expect(JSON.stringify(spliced)).toBe(JSON.stringify([...kept, ...added]));
      }),
      runs,
    );
  });
});

describe('what is touched', () => {
  it('of a filter is enough to judge a document', () => {
    const filter = fc.oneof(
      fields.map(documentOf),
      fc.array(fields.map(documentOf), { minLength: 1, maxLength: 3 }).map((parts) => ({ $or: parts })),
      fields.map((pairs) => ({ a: { $exists: true }, $nor: [documentOf(pairs)] })),
    );
    fc.assert(
      fc.property(filter, fields, (wanted, pairs) => {
        const matches = compileFilter(wanted);
        const looksAt = namesOfFilter(wanted);
        expect(looksAt).toBeDefined();
        if (looksAt) expect(matches(decode(pick(raw(pairs), looksAt)))).toBe(matches(decode(raw(pairs))));
      }),
      runs,
    );
  });

  it('of an update is enough to make it', () => {
    const update = fc.record({ $set: fields.map(documentOf) }).chain(({ $set }) =>
      name.map((gone) => ({
        ...(Object.keys($set).length > 0 && { $set }),
        ...(!Object.hasOwn($set, gone) && { $unset: { [gone]: '' } }),
      })),
    );
    fc.assert(
      fc.property(update, fields, (given, pairs) => {
        const touched = namesOfUpdate(given);
        if (touched === undefined || touched.has('__proto__') || Object.keys(given).length === 0) return;
        const change = compileUpdate(given, { filter: {} });
        const whole = encode(change(decode(raw(pairs)), { now: new Date(0) }));
        const part = change(decode(pick(raw(pairs), touched)), { now: new Date(0) });
        expect(splice(raw(pairs), touched, encode(part)).equals(whole)).toBe(true);
      }),
      runs,
    );
  });

  it.each<[string, unknown, string[] | undefined]>([
    ['paths', { _id: { app: '$app', state: '$operation.state' }, count: { $sum: 1 } }, ['app', 'operation']],
    ['the whole document', { _id: '$$ROOT' }, undefined],
    ['nothing', { _id: null, count: { $sum: 1 } }, []],
  ])('of an expression: %s', (_, expression, wanted) => {
    expect(namesOfExpression(expression)).toEqual(wanted && new Set(wanted));
  });

  it('is anything where an operator may look anywhere', () => {
    expect(namesOfFilter({ $expr: { $eq: ['$a', '$b'] } })).toBeUndefined();
    expect(namesOfUpdate([{ $set: { a: 1 } }])).toBeUndefined();
    expect(namesOfUpdate({ a: 1 })).toBeUndefined();
    expect(namesOfUpdate({ $rename: { a: 'b' } })).toBeUndefined();
    expect(union(new Set(['a']), undefined)).toBeUndefined();
  });
});
