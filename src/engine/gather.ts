import type { Versioned } from '../core/model.ts';
import type { Documents } from './store-ports.ts';

/**
 * Applies a pure change to the newest version of a document until it is written. `change` answers null when, seen anew, there
 * is nothing to do any more. `taken` says what to write instead where a unique key is another document's. Answers the written
 * document, or null.
 */
export async function changeNewest<T extends Versioned>(
  documents: Pick<Documents<T>, 'get' | 'swap'>,
  first: T,
  change: (document: T) => T | null,
  taken: (document: T) => T | null = () => null,
): Promise<T | null> {
  let before: T | null = first;
  let write = change;
  while (before !== null) {
    const after = write(before);
    if (after === null) return null;
    if (await swapOne(documents, before, after)) return after;
    const newest: T | null = await documents.get(before.id);
    // Nobody was faster, and yet it was not written: a unique key of what was to be written belongs to another document.
    if (newest?.version === before.version && write === taken) return null;
    write = newest?.version === before.version ? taken : change;
    before = newest;
  }
  return null;
}

/** A compare-and-set of one document: was it written? */
export const swapOne = async <T extends Versioned>(
  documents: Pick<Documents<T>, 'swap'>,
  before: T,
  after: T,
): Promise<boolean> => (await documents.swap([{ before, after }])).has(after.id);
