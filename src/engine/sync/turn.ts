import type { DirectoryConfig } from '../../core/config.ts';
import { refused } from '../../core/errors.ts';
import type { IsOurs } from '../exclusive.ts';
import type { Deps } from '../ports.ts';

export type TurnDeps = Pick<Deps, 'store'> & {
  /** Is it still this process whose turn the directory is? */
  isOurs: IsOurs;
};

/**
 * What was read before this process stood still is old: another one may have read newer since, and nothing of it is written over. The
 * next read is a full one, whatever the other has noted, as a write of ours may have come late.
 * @throws RollcallError `busy` (show).
 */
export async function checkTurn({ store, isOurs }: TurnDeps, { name }: Pick<DirectoryConfig, 'name'>): Promise<void> {
  if (await isOurs()) return;
  const state = await store.directories.get(name);
  if (state !== null) await store.directories.put({ ...state, cursor: null, fingerprint: null });
  throw refused(
    'busy',
    `this process stood still while it read ${name}, and another one reads it by now`,
    'Nothing is lost: the next sync reads it whole.',
  );
}
