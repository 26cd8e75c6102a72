import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { refused } from '../core/errors.ts';

const ownerOnly = 0o600;

/**
 * Makes a file of an export that comes piece by piece: gzipped where its name ends in `.gz`, for its owner alone, on the disk before
 * it has its name. `-`: standard output.
 * @throws RollcallError `cannot-write` (show)
 */
export async function writeArchive(file: string, pieces: AsyncIterable<string>): Promise<void> {
  if (file === '-') return toOutput(pieces);
  const part = `${file}.part`;
  try {
    await rm(part, { force: true });
    const target = createWriteStream(part, { mode: ownerOnly, flags: 'wx', flush: true });
    const packing = file.endsWith('.gz') ? createGzip() : new PassThrough();
    await pipeline(Readable.from(pieces), packing, target);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw isFileError(error) ? cannot('written', file, error) : error;
  }
}

/** Whoever reads has to read to the end: half an export is none. */
async function toOutput(pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    throw isFileError(error) ? cannot('written', 'standard output', error) : error;
  }
}

type ToRead = { bytes(): AsyncIterable<Uint8Array>; close(): Promise<void> };

/**
 * An export that can be read more than once: a file, or for `-` what comes on standard input, kept in the folder for temporary files
 * until then, under no name: whatever ends this process, nothing stays behind.
 * @throws RollcallError `no-file`, `cannot-read`, `cannot-write` (show)
 */
export async function toRead(file: string): Promise<ToRead> {
  const handle = file === '-' ? await spooled(process.stdin) : await opened(file);
  return {
    bytes: () => told(file, handle.createReadStream({ autoClose: false, start: 0 })),
    close: () => handle.close(),
  };
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw error.code === 'ENOENT'
      ? refused('no-file', `there is no file ${file}`, 'Check the path.')
      : cannot('read', file, error);
  }
}

async function spooled(input: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const path = join(tmpdir(), `rollcall-import-${randomUUID()}`);
  try {
    const handle = await open(path, 'wx+', ownerOnly);
    await rm(path);
    for await (const chunk of input) await handle.appendFile(chunk);
    return handle;
  } catch (error) {
    throw isFileError(error) ? cannot('written', path, error) : error;
  }
}

async function* told(file: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw isFileError(error) ? cannot('read', file, error) : error;
  }
}

const isFileError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

const cannot = (what: 'read' | 'written', file: string, { code }: NodeJS.ErrnoException) =>
  refused(
    what === 'read' ? 'cannot-read' : 'cannot-write',
    `${file} cannot be ${what} (${code})`,
    code === 'ENOSPC' ? 'Make room on this disk.' : 'Check the path and its permissions.',
  );
