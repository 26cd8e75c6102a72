import { broken } from '../core/errors.ts';
import type { Versioned } from '../core/model.ts';

/**
 * A swap replaces a document by its next version; anything else is a bug of the caller.
 * @throws RollcallError `swap-version` (crash)
 */
export function checkPair(pair: { before: Versioned; after: Versioned }): void {
  const { before, after } = pair;
  if (before.id !== after.id) throw broken('swap-version', `${before.id} cannot become ${after.id}`);
  if (after.version !== before.version + 1) {
    throw broken('swap-version', `${before.id} is to go from version ${before.version} to ${after.version}`);
  }
}
