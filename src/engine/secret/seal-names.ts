import { RollcallError } from '../../core/errors.ts';
import { aboutName, type NamedSecret } from '../../core/named-secret.ts';
import type { Deps } from '../ports.ts';
import type { Store } from '../store-ports.ts';

/** Named secrets sealed under any key but this one. */
export const namesSealedElsewhere = async (
  { namedSecrets }: Pick<Store, 'namedSecrets'>,
  key: string,
): Promise<NamedSecret[]> => (await namedSecrets.all()).filter(({ sealed }) => sealed !== null && sealed.key !== key);

/** One pass over the named secrets: seals anew what opens; answers how much that was, and what does not open. */
export async function sealNamesAnew({
  store,
  sealer,
}: Pick<Deps, 'store' | 'sealer'>): Promise<{ tried: number; sealed: number; unreadable: NamedSecret[] }> {
  const old = await namesSealedElsewhere(store, sealer.key);
  const pairs = old.flatMap((before) => pairOf(sealer, before) ?? []);
  const won = await store.namedSecrets.swap(pairs);
  const opened = new Set(pairs.map(({ before }) => before.id));
  return { tried: pairs.length, sealed: won.size, unreadable: old.filter(({ id }) => !opened.has(id)) };
}

/** It is the same secret: its edition stays, and nothing connects anew. Null: it cannot be opened. */
function pairOf(sealer: Deps['sealer'], before: NamedSecret): { before: NamedSecret; after: NamedSecret } | null {
  if (before.sealed === null) return null;
  const about = aboutName(before.id);
  try {
    const sealed = sealer.seal(sealer.open(before.sealed, about), about);
    return { before, after: { ...before, version: before.version + 1, sealed } };
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'unsealable') return null;
    throw error;
  }
}
