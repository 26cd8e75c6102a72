import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { refused } from '../core/errors.ts';
import { keyBytes, readKeys } from '../core/key-text.ts';

/** What tells one state of the file from another; null: there is no file. */
export function stampOf(path: string): string | null {
  const stat = tried(path, 'read', () => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return stat === undefined ? null : [stat.dev, stat.ino, stat.ctimeNs, stat.size].join(' ');
}

/** The keys, and the state of the file they are at least as new as. @throws RollcallError `key-file` (show). */
export function readKeyFile(path: string): { stamp: string; keys: Uint8Array[] } {
  const stamp = stampOf(path) ?? '';
  return { stamp, keys: keysIn(path, linesOf(path)) };
}

/** Of a file that nobody but its owner may read. */
export function linesOf(path: string): string[] {
  const { mode, text } = tried(path, 'read', () => contentOf(path));
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw wrongKeyFile(
      path,
      'may be read by others than its owner',
      `Run \`chmod 600 ${path}\`; if others did read it, rotate.`,
    );
  return text.replace(/\r?\n$/, '').split('\n');
}

export function keysIn(path: string, lines: readonly string[]): Uint8Array[] {
  const parsed = readKeys(lines);
  if ('problems' in parsed) throw wrongKeyFile(path, `is not right: ${parsed.problems.join('; ')}`, restore);
  return parsed.keys;
}

/** Of one open file, whatever is put in its place meanwhile. */
function contentOf(path: string): { mode: number; text: string } {
  const file = openSync(path, 'r');
  try {
    return { mode: fstatSync(file).mode, text: readFileSync(file, 'utf8') };
  } finally {
    closeSync(file);
  }
}

/** The first key. It appears whole or not at all, and whoever was faster wins. */
export function makeKeyFile(path: string): void {
  tried(path, 'written', () => {
    mkdirSync(dirname(path), { recursive: true });
    drafted(`${path}.${randomUUID()}`, [lineOf(randomBytes(keyBytes))], (draft) => linkUnlessThere(draft, path));
    sync(dirname(path));
  });
}

function linkUnlessThere(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

export const replaceKeyFile = (path: string, keys: readonly Uint8Array[]): void => replaceLines(path, keys.map(lineOf));

export const lineOf = (key: Uint8Array): string => Buffer.from(key).toString('base64');

/** The new state takes the place of the old one in one step: at no time is there half a file. */
export function replaceLines(path: string, lines: readonly string[]): void {
  const next = `${path}.next`;
  tried(path, 'written', () => {
    rmSync(next, { force: true });
    drafted(next, lines, (draft) => renameSync(draft, path));
    sync(dirname(path));
  });
}

/** A draft that failed is not left lying about. */
function drafted(draft: string, lines: readonly string[], use: (draft: string) => void): void {
  try {
    write(draft, lines);
    use(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}

function tried<T>(path: string, what: 'read' | 'written', act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw wrongKeyFile(
      path,
      `cannot be ${what} (${code})`,
      'Let it and its folder belong to the user Rollcall runs as.',
    );
  }
}

/** On the disk before anything is sealed under it: a key that is lost takes what it sealed along. */
function write(path: string, lines: readonly string[]): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function sync(folder: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  fsyncSync(file);
  closeSync(file);
}

export const restore = 'Put the file back from your backup: nobody can read what is sealed under a key that is lost.';

export const wrongKeyFile = (path: string, what: string, remedy: string) =>
  refused('key-file', `the key file ${path} ${what}`, remedy);
