import { jwtVerify } from 'jose';
import { z } from 'zod';
import { failed, type Metadata, type Provider } from './provider.ts';

const Claims = z.object({
  sub: z.string(),
  nonce: z.string(),
  auth_time: z.number().optional(),
  azp: z.string().optional(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
});
export type Claims = z.infer<typeof Claims>;

/** Signatures with a private key of the provider's; never `none`, and no shared secret. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Between the provider's clock and ours, milliseconds. */
const skew = 30_000;

/** What a token has to prove: `nonce` of this press, made at `since`, and looked at `now`. */
export type Proof = { nonce: string; since: number; now: number };

/**
 * What a token says and when its bearer signed in, in milliseconds: for this press and this application, signed by the provider, and
 * after the press or at least as new as `maxAge` wants it. Throws RollcallError `sign-in-failed`.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function verified(
  metadata: Metadata,
  provider: Provider,
  token: string,
  { nonce, since, now }: Proof,
): Promise<{ claims: Claims; at: number }> {
  const claims = await claimsOf(token, metadata, provider, now);
  if (claims.nonce !== nonce) throw failed('this sign-in was not made for this press');
  if (claims.azp !== undefined && claims.azp !== provider.clientId)
    throw failed('this sign-in was made for another application');
  if (claims.auth_time === undefined)
    throw failed('the sign-in provider does not say when you signed in: an admin has it put auth_time into its tokens');
  const at = claims.auth_time * 1_000;
  if (at > now + skew)
    throw failed('the clocks of the sign-in provider and of Rollcall are too far apart: an admin has to set them');
  if (at < Math.min(since, now - provider.maxAge) - skew)
    throw failed('the sign-in is too old: sign in anew, not by an open session');
  return { claims, at };
}

async function claimsOf(token: string, { keys }: Metadata, { issuer, clientId: audience }: Provider, now: number) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer, audience, algorithms, currentDate: new Date(now), clockTolerance: skew / 1_000 },
      requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
    });
    return Claims.parse(payload);
  } catch {
    throw failed('the sign-in provider’s word could not be verified');
  }
}
