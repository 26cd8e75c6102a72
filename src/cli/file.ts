import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refused } from '../core/errors.ts';

/**
 * Writes a text that comes piece by piece to a file, or to standard output for `-`. The file appears only when all of it is
 * written, and only its owner may read it.
 * @throws RollcallError `cannot-write`
 */
export async function writeText(file: string, pieces: AsyncIterable<string>): Promise<void> {
  if (file === '-') return toOutput(pieces);
  const part = `${file}.part`;
  try {
    // What is left there by others, with rights of theirs or as a link elsewhere, is not written to.
    await rm(part, { force: true });
    await pipeline(Readable.from(pieces), createWriteStream(part, { mode: 0o600, flags: 'wx' }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw cannotWrite(file, error);
  }
}

/** A failure of the file system in words; any other error is itself. */
export const cannotWrite = (file: string, error: unknown): unknown =>
  isFileError(error)
    ? refused('cannot-write', `${file} cannot be written (${error.code})`, 'Check the path and its permissions.')
    : error;

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && ('path' in error || ('code' in error && error.code === 'ENOSPC'));

/** Whoever reads may stop early (`| head`): that is no failure. */
async function toOutput(pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}
