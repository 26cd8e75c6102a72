import fc from 'fast-check';
import type { Collection, Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryStore } from './temporary-store.ts';

let place: Awaited<ReturnType<typeof temporaryStore>>;
beforeAll(async () => {
  place = await temporaryStore();
});
afterAll(() => place.stop());

const text = fc.constantFrom('', 'a', 'ab', 'A', 'a\u0000b', 'x'.repeat(90), 'x'.repeat(700), `${'x'.repeat(700)}y`);
const single = fc.oneof({ weight: 6, arbitrary: text }, fc.constantFrom<unknown>(null, 1, true, { c: 'a' }));
/** Arrays in one field alone: two in one index are refused. */
const value = fc.oneof({ weight: 6, arbitrary: single }, fc.constantFrom<unknown>(['a', 'ab'], []));
const document = fc.record({ a: value, b: single, 'c.d': text }, { requiredKeys: [] });
const filter = fc.record({ a: text, b: text, 'c.d': text }, { requiredKeys: [] });
const keys = fc.constantFrom<Record<string, 1 | -1>>(
  { a: 1 },
  { a: 1, b: -1 },
  { b: 1, a: 1, 'c.d': 1 },
  { 'c.d': -1 },
);
const kind = fc.constantFrom({}, { sparse: true }, { partialFilterExpression: { b: { $exists: true } } });

const nested = ({ 'c.d': d, ...rest }: Document): Document => (d === undefined ? rest : { ...rest, c: { d } });

async function expectCounts(people: Collection<Document>, filters: readonly Document[]): Promise<void> {
  for (const each of filters)
    expect(await people.countDocuments(each)).toBe(
      (await people.find(each, { hint: { $natural: 1 } }).toArray()).length,
    );
}

it('what the keys of an index say is as many as there are documents', async () => {
  const some = fc.tuple(
    fc.array(document, { maxLength: 20 }),
    fc.array(filter, { minLength: 1, maxLength: 4 }),
    keys,
    kind,
  );
  await fc.assert(
    fc.asyncProperty(some, async ([documents, filters, key, options]) => {
      await place.db.dropDatabase();
      const people = place.db.collection('people');
      await people.createIndex(key, options);
      if (documents.length > 0) await people.insertMany(documents.map(nested));
      await expectCounts(people, filters);
      await people.updateOne({}, { $set: { a: 'a', b: 'ab' } });
      await people.deleteOne({ b: 'ab' });
      await expectCounts(people, [...filters, { a: 'a', b: 'ab' }, { a: 'a' }, { b: 'ab' }]);
    }),
    { numRuns: 60 },
  );
});
