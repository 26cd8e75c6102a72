import type { Collection } from '../catalog.ts';
import type { Client, Cursors } from '../cursors.ts';
import type { Deadline } from '../deadline.ts';
import type { Store } from '../documents.ts';
import { primaryIndex } from '../index-spec.ts';
import type { Document } from '../query/value.ts';

/** The running server, as commands see it. */
export interface Server extends Store {
  readonly cursors: Cursors;
  readonly startedAt: number;
  readonly connections: () => number;
  /** Starts removing what dropped collections and indexes left. */
  readonly sweep: () => void;
}

/** One command as it came from a client. */
export interface Call {
  readonly server: Server;
  readonly client: Client;
  readonly db: string;
  readonly name: string;
  /** Arrays of a document sequence are in it under their name; `documents` may be BSON still. */
  readonly command: Document;
  readonly session: string | undefined;
  readonly deadline: Deadline;
}

/** A reply: a document without `ok`, or a complete one as BSON. */
export type Reply = Document | Buffer;

const NO_COLLECTION = 0;

/** The collection, or an empty one that is not stored. */
export function collectionOr({ server, db }: Call, name: string): Collection {
  const ns = `${db}.${name}`;
  return server.catalog.get(ns) ?? emptyCollection(db, name, ns);
}

function emptyCollection(db: string, name: string, ns: string): Collection {
  const indexes = [primaryIndex(NO_COLLECTION, false)];
  return { id: NO_COLLECTION, db, name, ns, uuid: undefined, indexes, count: 0 };
}
