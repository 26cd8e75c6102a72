import type { Collection } from './catalog.ts';
import { createDeadline } from './deadline.ts';
import type { Store } from './documents.ts';
import type { Index } from './index-spec.ts';
import { modifyLater } from './modification.ts';
import { toDouble } from './query/number.ts';
import type { Document } from './query/value.ts';

/** Removes the documents whose TTL index says that their time is over. @returns how many. */
export async function removeExpired(store: Store, isStopped: () => boolean, now = Date.now()): Promise<number> {
  let removed = 0;
  for (const collection of [...store.catalog.values()])
    for (const index of collection.indexes.filter(({ spec, ready }) => ready && spec.expireAfterSeconds !== undefined))
      if (!isStopped()) removed += await expire(store, collection, index, now, isStopped);
  return removed;
}

async function expire(store: Store, { db, name }: Collection, index: Index, now: number, isStopped: () => boolean) {
  const [field] = index.fields;
  const latest = new Date(now - toDouble(index.spec.expireAfterSeconds) * 1000);
  const expired: Document = { [field?.path ?? '']: { $lte: latest } };
  const filter = index.partial ? { $and: [index.partial.filter, expired] } : expired;
  const modification = { db, collection: name, filter, multi: true, change: () => undefined };
  const { modified } = await modifyLater(store, modification, createDeadline(0, isStopped));
  return modified;
}
