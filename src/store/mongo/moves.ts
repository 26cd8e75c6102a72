import type { Connection } from 'mongoose';
import { refused } from '../../core/errors.ts';
import { Amount, collection, Flag, type Row, Text } from './collection.ts';

/** There while an import is under way, or was broken off: until it is gone, the store is not whole. */
export type Move = {
  run: string;
  beat: number;
  at: number;
  /** Everything in the store is from the import: it was empty when the mark was there already. */
  begun: boolean;
};

const fields = { run: Text, beat: Amount, at: Amount, begun: Flag };

export const movesCollection = (connection: Connection) => collection(connection, 'moves', fields, []);

/** The one document of `moves`. */
export const moveId = 'import';

export async function readMove(connection: Connection): Promise<Move | null> {
  const row = await movesCollection(connection).findOne({ _id: moveId }).lean<(Row & Move) | null>();
  return row === null ? null : { run: row.run, beat: row.beat, at: row.at, begun: row.begun };
}

/** @throws RollcallError `import-unfinished` (show) for a store whose import has not come to its end. */
export async function requireWhole(connection: Connection): Promise<void> {
  const move = await readMove(connection);
  if (move !== null) throw unfinished(move.at);
}

/** `at`: when the import began. */
export const unfinished = (at: number) =>
  refused(
    'import-unfinished',
    `the store is not whole: an import that began at ${new Date(at).toISOString()} is under way or was broken off`,
    'If it still runs, wait for it. Otherwise give the same `rollcall store import` again: it begins anew and loses nothing.',
  );
