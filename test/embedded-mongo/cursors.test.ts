import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decode, encode } from '../../src/embedded-mongo/codec.ts';
import { createCursors, type Opened } from '../../src/embedded-mongo/cursors.ts';
import { createDeadline } from '../../src/embedded-mongo/deadline.ts';
import type { Document } from '../../src/embedded-mongo/query/value.ts';

const IDLE_MS = 1000;
const ORPHAN_MS = 100;
let cursors: ReturnType<typeof createCursors>;
let isGone = false;
const client = { id: 1, isGone: () => isGone };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  isGone = false;
  cursors = createCursors({ idleMs: IDLE_MS, orphanMs: ORPHAN_MS });
});
afterEach(() => {
  cursors.stop();
  vi.useRealTimers();
});

async function* numbers(bytes = 1) {
  for (let n = 0; n < 10; n += 1) yield encode({ n, text: 'x'.repeat(bytes) });
}

const opened = (more: Partial<Opened> = {}): Opened => {
  const deadline = createDeadline(0, client.isGone);
  return { ns: 'd.c', source: numbers(), deadline, session: undefined, keepsOpen: false, ...more };
};

/** What a reply holds: how many documents, and the id to go on with. */
function replied(raw: Buffer): { count: number; id: bigint } {
  const cursor = decode(raw).cursor as Document;
  return { count: ((cursor.firstBatch ?? cursor.nextBatch) as unknown[]).length, id: BigInt(String(cursor.id)) };
}

const open = async (more: Partial<Opened> = {}, size = 3) =>
  replied(await cursors.open(opened(more), client, size, false));

describe('a cursor', () => {
  it('gives batch after batch, and is gone with the last', async () => {
    const first = await open();
    expect(first.count).toBe(3);
    expect(replied(await cursors.more(first.id, 'd.c', client, 5)).count).toBe(5);
    expect(replied(await cursors.more(first.id, 'd.c', client, 5))).toEqual({ count: 2, id: 0n });
    expect(cursors.count()).toBe(0);
    await expect(cursors.more(first.id, 'd.c', client, 5)).rejects.toMatchObject({ code: 43 });
  });

  it('ends a batch before 16 MB and loses nothing', async () => {
    const { count, id } = await open({ source: numbers(5 * 1024 * 1024) }, 101);
    expect(count).toBe(3);
    const counts = [count];
    for (let next = id; next !== 0n; ) {
      const more = replied(await cursors.more(next, 'd.c', client, Number.POSITIVE_INFINITY));
      counts.push(more.count);
      next = more.id;
    }
    expect(counts).toEqual([3, 3, 3, 1]);
  });

  it('is closed a while after its client went, sooner than one nobody asks for', async () => {
    await open();
    vi.advanceTimersByTime(IDLE_MS / 2);
    expect(cursors.count()).toBe(1);
    isGone = true;
    vi.advanceTimersByTime(ORPHAN_MS);
    expect(cursors.count()).toBe(0);
  });

  it('is closed when nobody asks for it, unless it was to be kept', async () => {
    await open();
    await open({ keepsOpen: true });
    vi.advanceTimersByTime(IDLE_MS * 2);
    expect(cursors.count()).toBe(1);
  });

  it('may go on over another connection', async () => {
    const { id } = await open();
    isGone = true;
    await cursors.more(id, 'd.c', { id: 2, isGone: () => false }, 3);
    vi.advanceTimersByTime(IDLE_MS / 2);
    expect(cursors.count()).toBe(1);
  });

  it('ends with its session, or when it is killed', async () => {
    const { id } = await open({ session: 'a' });
    await open({ session: 'b' });
    cursors.killSession('b');
    expect([cursors.count(), cursors.kill(id), cursors.kill(id)]).toEqual([1, true, false]);
  });

  it('is one collection’s, and serves one request at a time', async () => {
    const { id } = await open();
    await expect(cursors.more(id, 'd.other', client, 1)).rejects.toMatchObject({ code: 13 });
    const busy = cursors.more(id, 'd.c', client, 1);
    await expect(cursors.more(id, 'd.c', client, 1)).rejects.toMatchObject({ code: 12051 });
    await busy;
  });

  it('spends its time over its batches, not between them', async () => {
    const deadline = createDeadline(50, client.isGone);
    const { id } = await open({ deadline });
    vi.advanceTimersByTime(60);
    deadline.resume(client.isGone);
    expect(() => deadline.check()).not.toThrow();
    vi.advanceTimersByTime(60);
    expect(() => deadline.check()).toThrow(expect.objectContaining({ code: 50 }));
    cursors.kill(id);
  });
});
