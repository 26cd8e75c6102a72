import { expect, it } from 'vitest';
import type { Versioned } from '../../../src/core/model.ts';
import type { Documents } from '../../../src/engine/store-ports.ts';
import { anEvent, next, sortedIds } from './builders.ts';

/** What all versioned documents promise: `make` gives documents of different ids that share no unique key. */
export function testDocuments<T extends Versioned>(documents: () => Documents<T>, make: (id: string) => T): void {
  const withEvents = (document: T, ...ids: string[]): T => ({ ...document, outbox: ids.map((id) => anEvent(id)) });
  const insert = async (...ids: string[]): Promise<T[]> => {
    const made = ids.map(make);
    await documents().insert(made);
    return documents().many(made.map(({ id }) => id));
  };

  it('gives back exactly what was inserted', async () => {
    const document = withEvents(make('a'), 'e-1');
    await documents().insert([document]);
    expect(await documents().get(document.id)).toStrictEqual(document);
  });

  it('answers null for an unknown id, and leaves it out of many', async () => {
    const [known] = await insert('a');
    expect(await documents().get('nobody')).toBeNull();
    expect(await documents().many(['nobody', known?.id ?? '', known?.id ?? ''])).toStrictEqual([known]);
    expect(await documents().many([])).toEqual([]);
  });

  it('gives everything page by page, in the order of the ids', async () => {
    await insert('b', 'a', 'c');
    const ids = ['a', 'b', 'c'].map((id) => make(id).id).sort();
    const first = await documents().page(null, 2);
    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(await documents().page(ids[1] ?? '', 5)).toStrictEqual([await documents().get(ids[2] ?? '')]);
    expect(await documents().page(ids[2] ?? '', 5)).toEqual([]);
  });

  it('inserts what is new and leaves what is there as it is', async () => {
    const [first] = await insert('a');
    const inserted = await documents().insert([make('a'), make('b'), make('b')].map((one) => withEvents(one, 'e-9')));
    expect([...inserted]).toEqual([make('b').id]);
    expect(await documents().get(make('a').id)).toStrictEqual(first);
    expect(await documents().insert([])).toEqual(new Set());
  });

  it('does not share state with its callers', async () => {
    const document = structuredClone(make('a'));
    const before = structuredClone(document);
    await documents().insert([document]);
    Object.assign(document, { version: 99 });
    const read = await documents().get(document.id);
    try {
      Object.assign(read ?? {}, { version: 98 });
    } catch {
      // frozen: as good
    }
    expect(await documents().get(document.id)).toStrictEqual(before);
  });

  it('swaps where the version still stands, and leaves the losers untouched', async () => {
    const [a, b, c] = (await insert('a', 'b', 'c')) as [T, T, T];
    await documents().swap([{ before: b, after: next(b) }]);
    const late = { before: b, after: withEvents(next(b), 'late') };
    const won = await documents().swap([{ before: a, after: next(a) }, late, { before: c, after: next(c) }]);
    expect([...won].sort()).toEqual([a.id, c.id].sort());
    expect(await documents().get(b.id)).toStrictEqual(next(b));
    expect(await documents().get(a.id)).toStrictEqual(next(a));
  });

  it('does not swap a document that is not there', async () => {
    const ghost = make('ghost');
    expect(await documents().swap([{ before: ghost, after: next(ghost) }])).toEqual(new Set());
    expect(await documents().get(ghost.id)).toBeNull();
    expect(await documents().swap([])).toEqual(new Set());
  });

  it('refuses an after that is not the next version of its before', async () => {
    const [a] = (await insert('a')) as [T];
    const skipping = documents().swap([{ before: a, after: next(next(a)) }]);
    await expect(skipping).rejects.toMatchObject({ code: 'swap-version', next: 'crash' });
    const another = { ...next(a), id: 'another' };
    await expect(documents().swap([{ before: a, after: another }])).rejects.toMatchObject({ code: 'swap-version' });
    expect(await documents().get(a.id)).toStrictEqual(a);
  });

  it('lets one of a hundred writers of one version win, alone and in batches', async () => {
    const [a, b] = (await insert('a', 'b')) as [T, T];
    const writers = Array.from({ length: 100 }, (_, writer) => {
      const own = (document: T) => ({ before: document, after: withEvents(next(document), `by-${writer}`) });
      return documents().swap(writer % 2 === 0 ? [own(a)] : [own(b), own(a)]);
    });
    const wins = (await Promise.all(writers)).flatMap((won, writer) => [...won].map((id) => ({ id, writer })));
    expect(sortedIds(wins)).toEqual([a.id, b.id].sort());
    for (const { id, writer } of wins) {
      const stored = await documents().get(id);
      expect(stored?.outbox.map((event) => event.id)).toEqual([`by-${writer}`]);
      expect(stored?.version).toBe(1);
    }
  });

  it('keeps every one of many increments made by compare-and-set', async () => {
    const [a] = (await insert('a')) as [T];
    const increment = async (): Promise<void> => {
      const seen = await documents().get(a.id);
      if (seen === null) return;
      const won = await documents().swap([{ before: seen, after: next(seen) }]);
      if (won.size === 0) await increment();
    };
    await Promise.all(Array.from({ length: 20 }, increment));
    expect((await documents().get(a.id))?.version).toBe(a.version + 20);
  });

  it('answers rightly which of a large batch won', async () => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `n${index}`);
    expect((await documents().insert(ids.map(make))).size).toBe(1_500);
    const all = ids.map(make);
    const odd = all.filter((_, index) => index % 2 === 1);
    await documents().swap(odd.map((before) => ({ before, after: next(before) })));
    const won = await documents().swap(all.map((before) => ({ before, after: withEvents(next(before), 'e') })));
    expect([...won].sort()).toEqual(sortedIds(all.filter((_, index) => index % 2 === 0)));
  });

  it('finds documents with unpublished events until all are published', async () => {
    const made = [withEvents(make('a'), 'e-1', 'e-2'), make('b'), withEvents(make('c'), 'e-3')];
    await documents().insert(made);
    expect(sortedIds(await documents().unpublished(10))).toEqual([make('a').id, make('c').id].sort());
    expect(await documents().unpublished(1)).toHaveLength(1);
    await documents().published([
      { id: make('a').id, events: ['e-1'] },
      { id: make('c').id, events: ['e-3'] },
      { id: 'nobody', events: ['e-3'] },
    ]);
    const [left, ...others] = await documents().unpublished(10);
    expect(others).toEqual([]);
    expect(left).toStrictEqual(withEvents(make('a'), 'e-2'));
    await documents().published([{ id: make('a').id, events: ['e-2', 'e-1'] }]);
    expect(await documents().unpublished(10)).toEqual([]);
  });

  it('publishes without making another writer lose, who may put the events back', async () => {
    const a = withEvents(make('a'), 'e-1');
    await documents().insert([a]);
    await documents().published([{ id: a.id, events: ['e-1'] }]);
    const won = await documents().swap([{ before: a, after: withEvents(next(a), 'e-1', 'e-2') }]);
    expect([...won]).toEqual([a.id]);
    const [stored] = await documents().unpublished(10);
    expect(stored?.outbox.map((event) => event.id)).toEqual(['e-1', 'e-2']);
  });
}
