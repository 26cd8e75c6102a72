import { randomBytes } from 'node:crypto';
import { keyBytes } from '../core/key-text.ts';
import { makeKeyFile, readKeyFile, replaceKeyFile, restore, stampOf, wrongKeyFile } from './key-file.ts';
import { retiredKeys } from './retired-keys.ts';
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
 * lives, and so does what was retired, though new ones are never sealed under a key that is gone from the file.
 */
export function fileKeys({ path, learn }: Options): SealingKeys {
  const known = new Map<string, SealingKey>();
  const retired = retiredKeys(path);
  let loaded: Loaded | null = null;

  function load(): Loaded {
    const { stamp, keys } = readKeyFile(path);
    for (const bytes of keys) learn(bytes);
    loaded = { stamp, keys: keys.map(sealingKey) };
    for (const key of loaded.keys) known.set(key.id, key);
    return loaded;
  }

  function all(): readonly SealingKey[] {
    const stamp = stampOf(path);
    if (stamp === null && loaded !== null) throw wrongKeyFile(path, 'is gone', restore);
    if (stamp === null) makeKeyFile(path);
    return (stamp !== null && stamp === loaded?.stamp ? loaded : load()).keys;
  }

  const newest = (): SealingKey => {
    const [first] = all();
    if (first === undefined) throw wrongKeyFile(path, 'holds no key', restore);
    return first;
  };

  function old(): SealingKey[] {
    const keys = retired.read();
    for (const { bytes } of keys) learn(bytes);
    return keys.map(({ bytes }) => sealingKey(bytes));
  }
  const isOneOf = (ids: readonly string[], bytes: Uint8Array): boolean => ids.includes(sealingKey(bytes).id);

  return {
    ...{ source: 'file', place: path, all, newest },
    ids: () => (stampOf(path) === null ? [] : all().map(({ id }) => id)),
    find: (id) =>
      all().find((key) => key.id === id) ??
      load().keys.find((key) => key.id === id) ??
      known.get(id) ??
      old().find((key) => key.id === id),
    retired: () => old().map(({ id }) => id),
    add() {
      const bytes = randomBytes(keyBytes);
      replaceKeyFile(path, [bytes, ...readKeyFile(path).keys]);
      load();
      return sealingKey(bytes).id;
    },
    drop(ids, at) {
      const { keys } = readKeyFile(path);
      const gone = keys.filter((bytes) => isOneOf(ids, bytes));
      retired.add(gone, at);
      replaceKeyFile(
        path,
        keys.filter((bytes) => !gone.includes(bytes)),
      );
      load();
    },
    forget(before, inUse) {
      retired.forget(({ bytes, at }) => at < before && !inUse.has(sealingKey(bytes).id));
    },
  };
}
