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
import { type SealingKey, type SealingKeys, sealingKey } from './sealing-keys.ts';

type Options = {
  path: string;
  /** Told of every key that is read or made, so that it never shows up in the log. */
  learn(bytes: Uint8Array): void;
};
type Loaded = { stamp: string; keys: readonly SealingKey[] };

/**
 * Keys in a file that its owner alone may read, one a line, newest first; made when a key is first needed. Other processes change
 * it, so every use looks whether it is still the same file. What was read once opens sealed texts for as long as this process
 * lives, though new ones are never sealed under a key that is gone from the file.
 */
export function fileKeys({ path, learn }: Options): SealingKeys {
  const known = new Map<string, SealingKey>();
  let loaded: Loaded | null = null;

  function load(): Loaded {
    const { stamp, keys } = read(path);
    for (const bytes of keys) learn(bytes);
    loaded = { stamp, keys: keys.map(sealingKey) };
    for (const key of loaded.keys) known.set(key.id, key);
    return loaded;
  }

  function all(): readonly SealingKey[] {
    const stamp = stampOf(path);
    if (stamp === null && loaded !== null) throw gone(path);
    if (stamp === null) make(path);
    return (stamp !== null && stamp === loaded?.stamp ? loaded : load()).keys;
  }

  const newest = (): SealingKey => {
    const [first] = all();
    if (first === undefined) throw wrong(path, 'holds no key', restore);
    return first;
  };

  return {
    ...{ source: 'file', place: path, all, newest },
    ids: () => (stampOf(path) === null ? [] : all().map(({ id }) => id)),
    find: (id) => all().find((key) => key.id === id) ?? load().keys.find((key) => key.id === id) ?? known.get(id),
    add() {
      const bytes = randomBytes(keyBytes);
      replace(path, [bytes, ...read(path).keys]);
      load();
      return sealingKey(bytes).id;
    },
    drop(ids) {
      replace(
        path,
        read(path).keys.filter((bytes) => !ids.includes(sealingKey(bytes).id)),
      );
      load();
    },
  };
}

/** What tells one state of the file from another; null: there is no file. */
function stampOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : [stat.dev, stat.ino, stat.ctimeNs, stat.size].join(' ');
}

/** Mode and content belong to one open file, whatever is put in its place meanwhile. */
function read(path: string): { stamp: string; keys: Uint8Array[] } {
  const stamp = stampOf(path) ?? '';
  const file = opened(path);
  try {
    if (process.platform !== 'win32' && (fstatSync(file).mode & 0o077) !== 0)
      throw wrong(
        path,
        'may be read by others than its owner',
        `Run \`chmod 600 ${path}\`; if others did read it, rotate.`,
      );
    const lines = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    const parsed = readKeys(lines.split('\n'));
    if ('problems' in parsed) throw wrong(path, `is not right: ${parsed.problems.join('; ')}`, restore);
    return { stamp, keys: parsed.keys };
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw wrong(
      path,
      `cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Let the user Rollcall runs as own it.',
    );
  }
}

/** The first key. It appears whole or not at all, and whoever was faster wins. */
function make(path: string): void {
  const draft = `${path}.${randomUUID()}`;
  attempt(path, draft, () => {
    mkdirSync(dirname(path), { recursive: true });
    write(draft, [randomBytes(keyBytes)]);
    linkUnlessThere(draft, path);
  });
}

function linkUnlessThere(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The new state takes the place of the old one in one step: at no time is there half a file. */
function replace(path: string, keys: readonly Uint8Array[]): void {
  const next = `${path}.next`;
  attempt(path, next, () => {
    rmSync(next, { force: true });
    write(next, keys);
    renameSync(next, path);
  });
}

function attempt(path: string, draft: string, change: () => void): void {
  try {
    change();
    sync(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw wrong(path, `cannot be written (${code})`, 'Let the user Rollcall runs as write to this folder.');
  } finally {
    rmSync(draft, { force: true });
  }
}

/** On the disk before anything is sealed under it: a key that is lost takes what it sealed along. */
function write(path: string, keys: readonly Uint8Array[]): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, keys.map((bytes) => `${Buffer.from(bytes).toString('base64')}\n`).join(''));
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

const restore = 'Put the file back from your backup: nobody can read what is sealed under a key that is lost.';

const wrong = (path: string, what: string, remedy: string) =>
  refused('key-file', `the key file ${path} ${what}`, remedy);
const gone = (path: string) => wrong(path, 'is gone', restore);
