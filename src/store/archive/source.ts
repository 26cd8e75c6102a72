import { type Connection, mongo } from 'mongoose';
import { native } from '../mongo/documents.ts';
import { storeCollections } from '../mongo.ts';
import type { Stored } from './document-text.ts';

/** A store open to be read whole. */
export type Reading = {
  /** By `_id`; an export skips nothing of it. */
  documents(collection: string): AsyncIterable<Stored>;
  close(): Promise<void>;
};

/** What is exported. */
export type Source = {
  kind: 'built-in' | 'MongoDB';
  /** Whether a reading shows one moment, or whatever is there when each document is read. */
  steady: boolean;
  /** Could a process have it open beside us? */
  isShared(): Promise<boolean>;
  read(): Promise<Reading>;
};

const page = 1_000;

/** A MongoDB, page by page along the ids: a page that fails is asked for again, and no cursor has to live long. */
export function mongoSource(connection: Connection): Source {
  const reading = { documents: (name: string) => pagesOf(connection, name), close: async () => {} };
  return { kind: 'MongoDB', steady: false, isShared: async () => true, read: async () => reading };
}

/** The documents of one collection, in the order of their ids. */
export async function* pagesOf(connection: Connection, name: string): AsyncGenerator<Stored> {
  const model = storeCollections(connection).find(({ modelName }) => modelName === name);
  if (model === undefined) return;
  for (let after: string | null = null; ; ) {
    const last: string | null = after;
    const filter: mongo.Filter<Stored> = last === null ? {} : { _id: { $gt: last } };
    for await (const row of native(model).find(filter, { sort: { _id: 1 }, limit: page, batchSize: page })) {
      after = row._id;
      yield row;
    }
    if (after === last) return;
  }
}

type Snapshot = { documents(collection: string): Iterable<Uint8Array>; close(): Promise<void> };

/** The built-in store, as it is at one moment. */
export const snapshotSource = (open: () => Promise<Snapshot>, isServed: () => Promise<boolean>): Source => ({
  ...{ kind: 'built-in', steady: true, isShared: isServed },
  async read() {
    const snapshot = await open();
    return { documents: (name) => decoded(snapshot.documents(name)), close: snapshot.close };
  },
});

async function* decoded(rows: Iterable<Uint8Array>): AsyncGenerator<Stored> {
  for (const row of rows) yield mongo.BSON.deserialize(row) as Stored;
}
