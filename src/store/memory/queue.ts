import type { Compare } from './order.ts';

type Bucket<T> = { sorted: T[]; fresh: Set<T>; gone: Set<T> };
type BucketOf<T> = (document: T) => string | null;

/** Gone documents are swept out when there are more of them than this. */
const sweepAt = 1_000;

/**
 * Documents of a bucket in order, for questions that take the first few of many. Changes are filed loosely and worked in by the
 * next question, so that neither many changes nor many questions cost more than a pass each.
 */
export class Queue<T> {
  readonly #bucketOf: BucketOf<T>;
  readonly #compare: Compare<T>;
  readonly #buckets = new Map<string, Bucket<T>>();

  /** A document whose bucket is null is not queued. */
  constructor(bucketOf: BucketOf<T>, compare: Compare<T>) {
    this.#bucketOf = bucketOf;
    this.#compare = compare;
  }

  /** Files the document; `previous` is what stood under the same id before. */
  file(document: T, previous: T | undefined): void {
    if (previous !== undefined) this.#remove(previous);
    const name = this.#bucketOf(document);
    if (name === null) return;
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) this.#buckets.set(name, { sorted: [], fresh: new Set([document]), gone: new Set() });
    else bucket.fresh.add(document);
  }

  forget(document: T): void {
    this.#remove(document);
  }

  /** The first `limit` documents of the bucket that fit. */
  take(name: string, limit: number, fits: (document: T) => boolean): T[] {
    const taken: T[] = [];
    for (const document of this.each(name)) {
      if (taken.length >= limit) break;
      if (fits(document)) taken.push(document);
    }
    return taken;
  }

  /** All documents of the bucket in order. */
  *each(name: string): Iterable<T> {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    if (bucket.fresh.size > 0 || bucket.gone.size > sweepAt) settle(bucket, this.#compare);
    for (const document of bucket.sorted) if (!bucket.gone.has(document)) yield document;
  }

  #remove(document: T): void {
    const name = this.#bucketOf(document);
    const bucket = name === null ? undefined : this.#buckets.get(name);
    if (bucket !== undefined && !bucket.fresh.delete(document)) bucket.gone.add(document);
  }
}

/** Merges what is new and drops what is gone, in one pass. */
function settle<T>(bucket: Bucket<T>, compare: Compare<T>): void {
  const fresh = [...bucket.fresh].sort(compare);
  const merged: T[] = [];
  let next = 0;
  for (const document of bucket.sorted) {
    if (bucket.gone.has(document)) continue;
    for (let item = fresh[next]; item !== undefined && compare(item, document) < 0; item = fresh[next]) {
      merged.push(item);
      next += 1;
    }
    merged.push(document);
  }
  bucket.sorted = merged.concat(fresh.slice(next));
  bucket.fresh.clear();
  bucket.gone.clear();
}
