/** A hash index: the ids of the documents that have a key. */
export type Lookup<T> = {
  /** Files the document under its keys; `previous` is what stood under the same id before. */
  file(document: T, previous: T | undefined): void;
  forget(document: T): void;
  ids(key: string): ReadonlySet<string>;
  keysOf(document: T): readonly string[];
};

const none: ReadonlySet<string> = new Set();

export function makeLookup<T extends { id: string }>(keysOf: (document: T) => readonly string[]): Lookup<T> {
  const filed = new Map<string, Set<string>>();
  const add = (key: string, id: string): void => {
    const ids = filed.get(key);
    if (ids === undefined) filed.set(key, new Set([id]));
    else ids.add(id);
  };
  const drop = (key: string, id: string): void => {
    const ids = filed.get(key);
    if (ids?.delete(id) && ids.size === 0) filed.delete(key);
  };
  const forget = (document: T): void => {
    for (const key of keysOf(document)) drop(key, document.id);
  };
  return {
    keysOf,
    forget,
    ids: (key) => filed.get(key) ?? none,
    file(document, previous) {
      if (previous !== undefined) forget(previous);
      for (const key of keysOf(document)) add(key, document.id);
    },
  };
}
