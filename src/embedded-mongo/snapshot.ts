import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collectionIds, prefixRange } from './catalog.ts';
import { DATABASE } from './server.ts';
import { openStorage } from './storage.ts';

/** A store as it was at one moment. */
export interface Snapshot {
  /** The documents as BSON, by `_id` (long ones by their beginning); none where there is no such collection. */
  documents(collection: string): Iterable<Buffer>;
  close(): Promise<void>;
}

/** Is there a store in the folder? */
export const isStoreFolder = (dir: string): boolean => existsSync(join(dir, 'data.mdb'));

/**
 * Reads a store from its folder at one moment, whether a process serves it meanwhile or not. Writers do not wait for it and it sees
 * nothing of what they do.
 * @throws Error when the folder was written in another format.
 */
export async function openSnapshot({ dir, db = DATABASE }: { dir: string; db?: string }): Promise<Snapshot> {
  const storage = openStorage(dir, undefined, true);
  const view = storage.view();
  const close = async () => {
    view.close();
    await storage.close();
  };
  try {
    const ids = collectionIds(view, db);
    return { documents: (collection) => valuesOf(view, ids.get(collection)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function* valuesOf(view: ReturnType<ReturnType<typeof openStorage>['view']>, id: number | undefined) {
  if (id === undefined) return;
  for (const { value } of view.entries('documents', prefixRange(id))) yield value;
}
