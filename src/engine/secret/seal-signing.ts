import { RollcallError } from '../../core/errors.ts';
import type { Sealed } from '../../core/password.ts';
import { resealed, type SigningKey, signingKeysId } from '../../core/signing-key.ts';
import type { Deps } from '../ports.ts';
import { aboutKey } from '../sign-on/keys.ts';
import type { Store } from '../store-ports.ts';

/** Signing keys sealed under any key but this one. */
export async function signingSealedElsewhere(
  { signingKeys }: Pick<Store, 'signingKeys'>,
  key: string,
): Promise<SigningKey[]> {
  const known = await signingKeys.get(signingKeysId);
  return (known?.keys ?? []).filter(({ sealed }) => sealed.key !== key);
}

/** One pass over the signing keys, which are one document: seals anew what opens; answers as that of the named secrets does. */
export async function sealSigningAnew({
  store,
  sealer,
}: Pick<Deps, 'store' | 'sealer'>): Promise<{ tried: number; sealed: number; unreadable: SigningKey[] }> {
  const known = await store.signingKeys.get(signingKeysId);
  const old = (known?.keys ?? []).filter(({ sealed }) => sealed.key !== sealer.key);
  const anew = new Map(old.flatMap((key) => sealedAnew(sealer, key) ?? []));
  const unreadable = old.filter(({ id }) => !anew.has(id));
  if (known === null || anew.size === 0) return { tried: 0, sealed: 0, unreadable };
  const won = await store.signingKeys.swap([{ before: known, after: resealed(known, anew) }]);
  return { tried: anew.size, sealed: won.size === 0 ? 0 : anew.size, unreadable };
}

/** Null: it cannot be opened. */
function sealedAnew(sealer: Deps['sealer'], { id, sealed }: SigningKey): [[string, Sealed]] | null {
  const about = aboutKey(id);
  try {
    return [[id, sealer.seal(sealer.open(sealed, about), about)]];
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'unsealable') return null;
    throw error;
  }
}
