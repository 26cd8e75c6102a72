import { statfs } from 'node:fs/promises';
import type { Connection } from 'mongoose';
import { type Finding, note, right, wrong } from '../engine/examine/finding.ts';

const gigabyte = 1024 ** 3;
/** Free bytes below which somebody should know, and below which writes may end any hour. */
const little = { note: 2 * gigabyte, wrong: gigabyte / 4 };

/** The built-in store: where it lies, and how much room is left on its disk. */
export async function examineBuiltIn(dir: string): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(dir);
  return [roomFinding(dir, bavail * bsize)];
}

/** Whether the free bytes of its disk are enough. */
export function roomFinding(dir: string, free: number): Finding {
  const where = `the store is the built-in one in ${dir}, for one machine; ${sizeWord(free)} of its disk are free`;
  if (free < little.wrong) return wrong(where, 'Make room at once: with a full disk nothing is written any more.');
  return free < little.note ? note(where, 'Make room on this disk.') : right(where);
}

/** A MongoDB: whether it is one that survives the loss of a machine. */
export async function examineMongo(connection: Pick<Connection, 'db'>): Promise<Finding[]> {
  const hello = await connection.db?.admin().command({ hello: 1 });
  const name = typeof hello?.setName === 'string' ? `replica set ${hello.setName}` : null;
  const kind = name ?? (hello?.msg === 'isdbgrid' ? 'sharded cluster' : null);
  if (kind !== null) return [right(`the store is the MongoDB of MONGODB_URI, a ${kind}`)];
  return [
    note(
      'the store is the MongoDB of MONGODB_URI, a single server: what it loses is lost',
      'For production, use a replica set.',
    ),
  ];
}

const sizeWord = (bytes: number): string =>
  bytes >= gigabyte ? `${Math.floor(bytes / gigabyte)} GB` : `${Math.floor(bytes / 1024 ** 2)} MB`;
