import type { Deps } from '../ports.ts';

/** What one trip to a provider and back is bound to; worked out from its link each time, and stored nowhere. All base64url. */
export type BoundKeys = { state: string; nonce: string; verifier: string };

/** A verifier of 43 characters is as long as RFC 7636 section 4.1 wants it at least. */
export function boundKeys({ sealer }: Pick<Deps, 'sealer'>, token: string): BoundKeys {
  const of = (what: keyof BoundKeys) => sealer.mark(`${what}:${token}`);
  return { state: of('state'), nonce: of('nonce'), verifier: of('verifier') };
}

/** Did this state come back from the trip of this link? Compared in constant time. */
export const isStateOf = ({ sealer }: Pick<Deps, 'sealer'>, token: string, state: string): boolean =>
  sealer.isMark(`state:${token}`, state);
