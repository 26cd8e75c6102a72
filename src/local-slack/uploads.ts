import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlackRefusal } from './errors.ts';
import { randomId, randomSecret } from './ids.ts';

/** Files on their way in (announced, then sent, then shared) and the bytes of those that arrived. */
export type Uploads = {
  /** Announces a file; the app sends its bytes to `url`. */
  begin(name: string, length: number): { id: string; url: string };
  /** Takes the bytes. Throws `file_not_found`, or `file_update_failed` when their number is not the announced one. */
  receive(ticket: string, bytes: Buffer): void;
  /** Takes a file that arrived, once. Throws `file_not_found`. */
  take(id: string): { name: string; size: number };
  read(id: string): Buffer | undefined;
};

type Blobs = { put(id: string, bytes: Buffer): void; get(id: string): Buffer | undefined };
type Pending = { id: string; name: string; length: number; arrived: boolean };

/** Bytes are kept in `dir/files`, or in memory when there is no `dir`. */
export const createUploads = (publicUrl: string, dir: string | undefined): Uploads => {
  const blobs = dir === undefined ? memoryBlobs() : fileBlobs(join(dir, 'files'));
  const pending = new Map<string, Pending>();
  return {
    begin(name, length) {
      const ticket = randomSecret();
      const id = randomId('F');
      pending.set(ticket, { id, name, length, arrived: false });
      return { id, url: `${publicUrl}/upload/${ticket}` };
    },
    receive(ticket, bytes) {
      const upload = pending.get(ticket);
      if (!upload) throw new SlackRefusal('file_not_found');
      if (bytes.length !== upload.length) throw new SlackRefusal('file_update_failed');
      blobs.put(upload.id, bytes);
      upload.arrived = true;
    },
    take(id) {
      for (const [ticket, upload] of pending) {
        if (upload.id !== id || !upload.arrived) continue;
        pending.delete(ticket);
        return { name: upload.name, size: upload.length };
      }
      throw new SlackRefusal('file_not_found');
    },
    read: (id) => (/^F[A-Z0-9]+$/.test(id) ? blobs.get(id) : undefined),
  };
};

const memoryBlobs = (): Blobs => {
  const kept = new Map<string, Buffer>();
  return { put: (id, bytes) => void kept.set(id, bytes), get: (id) => kept.get(id) };
};

/** One file for each upload, whole or not there. */
const fileBlobs = (folder: string): Blobs => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    put(id, bytes) {
      writeFileSync(join(folder, `${id}.new`), bytes, { mode: 0o600 });
      renameSync(join(folder, `${id}.new`), join(folder, id));
    },
    get(id) {
      try {
        return readFileSync(join(folder, id));
      } catch {
        return undefined;
      }
    },
  };
};
