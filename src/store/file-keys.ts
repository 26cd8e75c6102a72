import { randomBytes } from 'node:crypto';
import { keyBytes } from '../core/key-text.ts';
import { makeKeyFile, readKeyFile, replaceKeyFile, restore, stampOf, wrongKeyFile } from './key-file.ts';
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

  return {
    ...{ source: 'file', place: path, all, newest },
    ids: () => (stampOf(path) === null ? [] : all().map(({ id }) => id)),
    find: (id) => all().find((key) => key.id === id) ?? load().keys.find((key) => key.id === id) ?? known.get(id),
    add() {
      const bytes = randomBytes(keyBytes);
      replaceKeyFile(path, [bytes, ...readKeyFile(path).keys]);
      load();
      return sealingKey(bytes).id;
    },
    drop(ids) {
      replaceKeyFile(
        path,
        readKeyFile(path).keys.filter((bytes) => !ids.includes(sealingKey(bytes).id)),
      );
      load();
    },
  };
}
