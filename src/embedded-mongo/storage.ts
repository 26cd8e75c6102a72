import { type Database, open } from 'lmdb';

export const DEFAULT_MAP_BYTES = 64 * 2 ** 30;

type Tree = Database<Buffer, Buffer>;

/** The LMDB environment: three trees and a writer that commits in groups. */
export interface Storage {
  /** collection id + `_id` → document (BSON) */
  readonly documents: Tree;
  /** index id + field values (+ `_id` unless unique) → key of the document */
  readonly entries: Tree;
  /** the catalog */
  readonly meta: Tree;
  /**
   * Runs `change` inside a write transaction, together with others that wait, and resolves when it is on disk. Reads and writes
   * inside see each other. What `change` throws is the caller's alone and undoes nothing: throw before the first write.
   */
  write<T>(change: Synchronous<T>): Promise<T>;
  /** Runs `check` while no other process writes. */
  exclusively(check: () => boolean): boolean;
  /** What is there now, however it changes meanwhile. The file grows while one is open: the pages it shows are not used again. */
  view(): View;
  close(): Promise<void>;
}

export interface View {
  /** The entries of a range in order. */
  entries(tree: 'documents' | 'meta', range: Range): Iterable<{ key: Buffer; value: Buffer }>;
  close(): void;
}

/** A transaction whose callback returns a promise would stay open and lose everything: such a callback does not compile. */
type Synchronous<T> = (() => T) & (T extends PromiseLike<unknown> ? never : unknown);

/**
 * An error of `write` that means that nothing of its group was kept: the disk is full or broken. lmdb also leaves promises of its own
 * rejected with it, and the cause in `commitError`, which nobody awaits.
 */
export const isCommitFailure = (error: unknown): error is Error & { commitError?: Promise<unknown> } =>
  error instanceof Error && error.message.startsWith('Commit failed');

/**
 * `dir` must exist and be owned by this process (`owner.ts`). `mapBytes` of address space are mapped; a store that outgrows them is
 * mapped anew, and its pages are then counted twice. `readOnly` needs no ownership: LMDB lets other processes read beside the owner.
 */
export function openStorage(dir: string, mapBytes = DEFAULT_MAP_BYTES, readOnly = false): Storage {
  // Without overlapping sync a commit is reported only after its fdatasync.
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
  const root = open<Buffer, Buffer>({
    path: dir,
    noSubdir: false,
    mapSize: mapBytes,
    maxDbs: 4,
    overlappingSync: false,
    readOnly,
    ...binary,
  });
  const tree = (name: string): Tree => root.openDB<Buffer, Buffer>({ name, ...binary });
  const trees = { documents: tree('documents'), entries: tree('entries'), meta: tree('meta') };
  return {
    ...trees,
    write: (change) => root.transaction(change),
    exclusively: (check) => root.transactionSync(check),
    view() {
      const transaction = root.useReadTransaction();
      return {
        entries: (name, { start, end }) => trees[name].getRange({ start, end, transaction }),
        close: () => transaction.done(),
      };
    },
    close: () => root.close(),
  };
}

/** The id of a collection or index as the first bytes of its keys. */
export function prefixOf(id: number): Buffer {
  const prefix = Buffer.allocUnsafe(4);
  prefix.writeUInt32BE(id);
  return prefix;
}

/** Entries per read: small first, for those who want one. */
const FIRST_CHUNK = 8;
const LARGEST_CHUNK = 512;
const CHUNK_BYTES = 1 << 20;

export interface Range {
  readonly start: Buffer;
  /** exclusive */
  readonly end: Buffer;
}

/**
 * The entries of a range in order. Read in chunks, each from the newest state: a scan may be left and resumed at any time, holds no
 * snapshot, and what is changed meanwhile may or may not be seen.
 */
export function* entriesIn(tree: Tree, range: Range, reverse: boolean): Generator<{ key: Buffer; value: Buffer }> {
  let from = reverse ? range.end : range.start;
  let exclusiveStart = reverse;
  for (let size = FIRST_CHUNK; ; size = Math.min(size * 4, LARGEST_CHUNK)) {
    const end = reverse ? range.start : range.end;
    const options = { start: from, end, reverse, exclusiveStart, inclusiveEnd: reverse, limit: size };
    const { chunk, isFull } = readChunk(tree, options, size);
    yield* chunk;
    const last = chunk.at(-1);
    if (!last || !isFull) return;
    from = last.key;
    exclusiveStart = true;
  }
}

function readChunk(tree: Tree, options: Parameters<Tree['getRange']>[0], size: number) {
  const chunk: { key: Buffer; value: Buffer }[] = [];
  let bytes = 0;
  for (const entry of tree.getRange(options)) {
    chunk.push(entry);
    bytes += entry.value.length;
    if (bytes > CHUNK_BYTES) break;
  }
  return { chunk, isFull: chunk.length === size || bytes > CHUNK_BYTES };
}
