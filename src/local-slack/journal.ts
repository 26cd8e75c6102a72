import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { LocalSlackError } from './errors.ts';

/** An append-only list of changes. What `append` was given is there after a `kill -9` of the process. */
export type Journal<Change> = {
  /** What was kept from before, oldest first. */
  readonly changes: readonly Change[];
  append(changes: readonly Change[]): void;
  /** Replaces everything by a shorter list that means the same, in one step. */
  compact(changes: readonly Change[]): void;
  close(): void;
};

/** A journal that forgets. */
export const memoryJournal = <Change>(): Journal<Change> => ({
  changes: [],
  append: () => undefined,
  compact: () => undefined,
  close: () => undefined,
});

const lines = (changes: readonly unknown[]): string => changes.map((change) => `${JSON.stringify(change)}\n`).join('');

/**
 * One JSON line for each change in `dir/journal.jsonl`. A line that the last process did not finish was never
 * acknowledged: it is cut off. A damaged line before that is an error, `journal_unreadable`.
 */
export const fileJournal = <Change>(dir: string): Journal<Change> => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'journal.jsonl');
  const changes = readChanges<Change>(path);
  let file = openSync(path, 'a', 0o600);
  return {
    changes,
    append: (added) => writeWhole(file, lines(added)),
    compact(kept) {
      const fresh = `${path}.new`;
      const next = openSync(fresh, 'w', 0o600);
      writeWhole(next, lines(kept));
      renameSync(fresh, path);
      closeSync(file);
      file = next;
    },
    close: () => closeSync(file),
  };
};

/** All or nothing: what a full disk cut short is taken back, so that the next line does not stick to it. */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  const before = fstatSync(file).size;
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } catch (error) {
    ftruncateSync(file, before);
    throw error;
  }
}

function readChanges<Change>(path: string): Change[] {
  const bytes = readIfThere(path);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(path, end);
  const texts = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  return texts.map((text, index) => readLine<Change>(path, text, index + 1));
}

function readLine<Change>(path: string, text: string, line: number): Change {
  try {
    return JSON.parse(text) as Change;
  } catch {
    const remedy = 'Remove that line to go on without it, or the file to start with an empty workspace.';
    throw new LocalSlackError('journal_unreadable', `${path}, line ${line}, is damaged. ${remedy}`);
  }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
