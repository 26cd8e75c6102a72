import { randomBytes } from 'node:crypto';
import { encodeCursorReply, MAX_DOCUMENT_BYTES } from './codec.ts';
import type { Deadline } from './deadline.ts';
import { MongoError } from './mongo-error.ts';

/** A client's connection, as far as cursors and deadlines care. */
export interface Client {
  readonly id: number;
  readonly isGone: () => boolean;
}

/** What a cursor reads and whose it is. */
export interface Opened {
  readonly ns: string;
  /** Documents as BSON. */
  readonly source: AsyncIterable<Buffer>;
  readonly deadline: Deadline;
  readonly session: string | undefined;
  readonly keepsOpen: boolean;
}

interface Cursor extends Opened {
  readonly id: bigint;
  readonly rows: AsyncIterator<Buffer>;
  /** Read, but too large for the last batch. */
  waiting: Buffer | undefined;
  client: Client;
  usedAt: number;
  isBusy: boolean;
}

export type Cursors = ReturnType<typeof createCursors>;

export interface CursorTimes {
  /** MongoDB's 10 minutes. */
  readonly idleMs: number;
  /** A cursor outlives its connection by this: the driver may go on over another one of its pool. */
  readonly orphanMs: number;
}

/** Open cursors. A batch ends at its size or at 16 MB. */
export function createCursors({ idleMs, orphanMs }: CursorTimes) {
  const cursors = new Map<bigint, Cursor>();
  // After a restart no cursor of before is taken for a new one.
  let lastId = randomBytes(8).readBigInt64LE() & 0x3fffffffffffffffn;
  const clock = setInterval(sweep, Math.min(idleMs, orphanMs) / 2);
  clock.unref();

  function sweep(): void {
    const now = performance.now();
    for (const cursor of cursors.values()) {
      const age = now - cursor.usedAt;
      const isOver = cursor.client.isGone() ? age > orphanMs : age > idleMs && !cursor.keepsOpen;
      if (isOver && !cursor.isBusy) close(cursor);
    }
  }

  function close(cursor: Cursor): void {
    cursors.delete(cursor.id);
    cursor.rows.return?.().catch(() => undefined);
  }

  async function nextBatch(cursor: Cursor, client: Client, size: number, name: 'firstBatch' | 'nextBatch') {
    cursor.isBusy = true;
    cursor.client = client;
    cursor.deadline.resume(client.isGone);
    try {
      const { batch, isDone } = await read(cursor, size);
      if (isDone) cursors.delete(cursor.id);
      return encodeCursorReply(name, batch, isDone ? 0n : cursor.id, cursor.ns);
    } catch (error) {
      close(cursor);
      throw error;
    } finally {
      cursor.deadline.suspend();
      cursor.usedAt = performance.now();
      cursor.isBusy = false;
    }
  }

  return {
    /** The reply with the first batch; the cursor stays open unless it is done or `single`. */
    async open(opened: Opened, client: Client, size: number, single: boolean): Promise<Buffer> {
      const rows = opened.source[Symbol.asyncIterator]();
      lastId += 1n;
      const state = { waiting: undefined, usedAt: performance.now(), isBusy: false };
      const cursor: Cursor = { ...opened, ...state, id: lastId, rows, client };
      cursors.set(cursor.id, cursor);
      if (!single) return nextBatch(cursor, client, size, 'firstBatch');
      const { batch } = await read(cursor, size).finally(() => close(cursor));
      return encodeCursorReply('firstBatch', batch, 0n, cursor.ns);
    },
    /** @throws MongoError 43 when the cursor is not there (any more), 13 for another collection's, 12051 while it is in use. */
    async more(id: bigint, ns: string, client: Client, size: number): Promise<Buffer> {
      const cursor = cursors.get(id);
      if (!cursor) throw new MongoError(43, 'CursorNotFound', `cursor id ${id} not found`);
      if (cursor.isBusy) throw new MongoError(12051, 'CursorInUse', `cursor id ${id} is already in use`);
      if (cursor.ns !== ns) {
        const message = `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.ns}`;
        throw new MongoError(13, 'Unauthorized', message);
      }
      return nextBatch(cursor, client, size, 'nextBatch');
    },
    /** @returns whether it was there. */
    kill(id: bigint): boolean {
      const cursor = cursors.get(id);
      if (cursor) close(cursor);
      return cursor !== undefined;
    },
    killSession(session: string): void {
      for (const cursor of cursors.values()) if (cursor.session === session) close(cursor);
    },
    count: () => cursors.size,
    stop(): void {
      clearInterval(clock);
      for (const cursor of cursors.values()) close(cursor);
    },
  };
}

async function read(cursor: Cursor, size: number): Promise<{ batch: Buffer[]; isDone: boolean }> {
  const batch: Buffer[] = [];
  let bytes = 0;
  while (batch.length < size) {
    const row = cursor.waiting ?? (await nextRow(cursor));
    cursor.waiting = undefined;
    if (!row) return { batch, isDone: true };
    bytes += row.length;
    if (bytes > MAX_DOCUMENT_BYTES && batch.length > 0) {
      cursor.waiting = row;
      break;
    }
    batch.push(row);
  }
  return { batch, isDone: false };
}

async function nextRow({ rows }: Cursor): Promise<Buffer | undefined> {
  const { value, done } = await rows.next();
  return done ? undefined : value;
}
