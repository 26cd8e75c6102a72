import type { SignOn } from '../../core/sign-on.ts';
import type { SignOnDeps } from './deps.ts';

const marked = ({ id, nonce }: Pick<SignOn, 'id' | 'nonce'>): string => `sign-on:${id}:${nonce}`;

/** What stands in the link: the sign-on, and a mark only holders of the sealing keys can make for it. */
export const tokenOf = ({ sealer }: Pick<SignOnDeps, 'sealer'>, signOn: Pick<SignOn, 'id' | 'nonce'>): string =>
  `${signOn.id}.${sealer.mark(marked(signOn))}`;

/** The sign-on a token is of, in whatever state; null: there is none, or the mark is not ours. */
export async function signOnOf(
  { store, sealer }: Pick<SignOnDeps, 'store' | 'sealer'>,
  token: string,
): Promise<SignOn | null> {
  const [, id, mark] = /^([\w-]{1,80})\.([\w-]{20,100})$/.exec(token) ?? [];
  if (id === undefined || mark === undefined) return null;
  const signOn = await store.signOns.get(id);
  return signOn !== null && sealer.isMark(marked(signOn), mark) ? signOn : null;
}
