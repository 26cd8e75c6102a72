import { createHash, type Hash } from 'node:crypto';

/** Of one collection: how many documents, and two digests of them. */
export type Sum = {
  documents: number;
  /** SHA-256 of the documents' SHA-256s, one after the other. */
  sha256: string;
  /** Of the same documents in any order: two stores sort ids of hundreds of characters differently. */
  unordered: string;
};

type Counter = { documents: number; ordered: Hash; unordered: Buffer };

/** Counts documents and digests their texts, collection by collection. */
export function createTally() {
  const counters = new Map<string, Counter>();
  let total = 0;

  const counterOf = (collection: string): Counter => {
    const known = counters.get(collection);
    if (known !== undefined) return known;
    const counter = { documents: 0, ordered: createHash('sha256'), unordered: Buffer.alloc(32) };
    counters.set(collection, counter);
    return counter;
  };

  return {
    add(collection: string, text: string): void {
      const counter = counterOf(collection);
      const digest = createHash('sha256').update(text).digest();
      counter.ordered.update(digest);
      for (let place = 0; place < 32; place += 1)
        counter.unordered[place] = (counter.unordered[place] ?? 0) ^ (digest[place] ?? 0);
      counter.documents += 1;
      total += 1;
    },
    total: () => total,
    has: (collection: string) => counters.has(collection),
    /** Of every collection with a document, in the order they came. To be asked once something is complete. */
    sums(): Map<string, Sum> {
      const sumOf = ({ documents, ordered, unordered }: Counter): Sum => ({
        documents,
        sha256: ordered.copy().digest('hex'),
        unordered: unordered.toString('hex'),
      });
      return new Map([...counters].map(([name, counter]) => [name, sumOf(counter)]));
    },
  };
}

export type Tally = ReturnType<typeof createTally>;

/** Names of collections that differ between two tallies, in whatever order their documents came. */
export function differences(one: ReadonlyMap<string, Sum>, other: ReadonlyMap<string, Sum>): string[] {
  const names = [...new Set([...one.keys(), ...other.keys()])];
  return names.filter(
    (name) =>
      one.get(name)?.unordered !== other.get(name)?.unordered ||
      one.get(name)?.documents !== other.get(name)?.documents,
  );
}
