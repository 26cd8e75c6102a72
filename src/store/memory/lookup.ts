type KeysOf<T> = (document: T) => readonly string[];

const none: ReadonlySet<string> = new Set();

/** A hash index: the ids of the documents that have a key. A class, since a simulation makes millions of them. */
export class Lookup<T extends { id: string }> {
  readonly keysOf: KeysOf<T>;
  readonly #filed = new Map<string, Set<string>>();

  constructor(keysOf: KeysOf<T>) {
    this.keysOf = keysOf;
  }

  ids(key: string): ReadonlySet<string> {
    return this.#filed.get(key) ?? none;
  }

  /** Files the document under its keys; `previous` is what stood under the same id before. */
  file(document: T, previous: T | undefined): void {
    if (previous !== undefined) this.forget(previous);
    for (const key of this.keysOf(document)) {
      const ids = this.#filed.get(key);
      if (ids === undefined) this.#filed.set(key, new Set([document.id]));
      else ids.add(document.id);
    }
  }

  forget(document: T): void {
    for (const key of this.keysOf(document)) {
      const ids = this.#filed.get(key);
      if (ids?.delete(document.id) && ids.size === 0) this.#filed.delete(key);
    }
  }

  /** Does another document hold one of this one's keys? */
  taken(document: T): boolean {
    return this.keysOf(document).some((key) => {
      const ids = this.ids(key);
      return ids.size > 1 || (ids.size === 1 && !ids.has(document.id));
    });
  }
}
