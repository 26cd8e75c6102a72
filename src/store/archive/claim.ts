import type { Connection } from 'mongoose';
import { refused } from '../../core/errors.ts';
import type { Clock } from '../../engine/ports.ts';
import { native } from '../mongo/documents.ts';
import { isDuplicate } from '../mongo/failures.ts';
import { type Move, moveId, movesCollection, readMove, unfinished } from '../mongo/moves.ts';

type ClaimClock = Pick<Clock, 'now' | 'monotonic' | 'sleep'>;

/** How long the mark of an import stands still, milliseconds, before it is taken to have been broken off. */
const patience = 5_000;
/** How often an import says that it lives. */
const beatEvery = 1_000;

/** The store while an import has it: its mark is there, so that no bot starts. */
export type Claim = {
  /** A broken-off import had it before us: what it wrote is still there. */
  again: boolean;
  /** The store was seen to be empty: whatever is there from now on is ours, and a later import may take it out. */
  begin(): Promise<void>;
  /** Says that we live, once a second. @throws RollcallError `import-taken-over` (show) */
  beat(): Promise<void>;
  /** Takes the mark away: the store is whole. */
  release(): Promise<void>;
};

/**
 * Marks the store as being imported into; the mark of an import that was broken off becomes ours.
 * @throws RollcallError `import-unfinished` (show) while another import has it.
 */
export async function claim(connection: Connection, clock: ClaimClock, run: string): Promise<Claim> {
  const before = await readMove(connection);
  const again = before?.begun ?? false;
  const mark: Move = { run, beat: 0, at: clock.now(), begun: again };
  if (before !== null && (await isAlive(connection, clock, before))) throw unfinished(before.at);
  const won = before === null ? await put(connection, mark) : await take(connection, before, mark);
  if (!won) throw unfinished(mark.at);
  return { again, ...holder(connection, clock, mark) };
}

async function isAlive(connection: Connection, clock: ClaimClock, { run, beat }: Move): Promise<boolean> {
  for (const until = clock.monotonic() + patience; clock.monotonic() < until; await clock.sleep(beatEvery / 5)) {
    const now = await readMove(connection);
    if (now?.run !== run || now.beat !== beat) return true;
  }
  return false;
}

async function put(connection: Connection, mark: Move): Promise<boolean> {
  try {
    await native(movesCollection(connection)).insertOne({ _id: moveId, ...mark });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

async function take(connection: Connection, { run, beat }: Move, mark: Move): Promise<boolean> {
  const model = movesCollection(connection);
  return (await model.updateOne({ _id: moveId, run, beat }, { $set: mark })).modifiedCount === 1;
}

/** Takes away the mark of an import that had not begun: the store is what it was before. */
export async function withdraw(connection: Connection, { run }: Move): Promise<void> {
  await movesCollection(connection).deleteOne({ _id: moveId, run, begun: false });
}

function holder(connection: Connection, clock: ClaimClock, { run }: Move): Omit<Claim, 'again'> {
  const model = movesCollection(connection);
  let beatAt = clock.monotonic();
  return {
    async begin() {
      const { matchedCount } = await model.updateOne({ _id: moveId, run }, { $set: { begun: true } });
      if (matchedCount === 0) throw takenOver();
    },
    async beat() {
      if (clock.monotonic() - beatAt < beatEvery) return;
      beatAt = clock.monotonic();
      const { matchedCount } = await model.updateOne({ _id: moveId, run }, { $inc: { beat: 1 } });
      if (matchedCount === 0) throw takenOver();
    },
    async release() {
      if ((await model.deleteOne({ _id: moveId, run })).deletedCount === 0) throw takenOver();
    },
  };
}

const takenOver = () =>
  refused(
    'import-taken-over',
    'another import took this store over, as this one was not heard of for several seconds',
    'Let one import run at a time; wait for the other one, or begin anew once it has ended.',
  );
