import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import { RollcallError } from '../core/errors.ts';

/** The provider and how Rollcall is known to it. `maxAge`: the oldest sign-in that counts, milliseconds. */
export type Provider = { issuer: string; clientId: string; clientSecret: string; maxAge: number };
/** What one sign-in is bound to; fresh for each. */
export type Bound = { state: string; nonce: string; verifier: string };
/** Who signed in and when, as the provider has signed it. `at`: milliseconds since the epoch. */
export type Identity = { emails: string[]; at: number };

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
});
type Metadata = z.infer<typeof Metadata> & { keys: ReturnType<typeof createRemoteJWKSet> };

const Tokens = z.object({ id_token: z.string() });
const Claims = z.object({
  nonce: z.string(),
  auth_time: z.number(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
  azp: z.string().optional(),
});

/** Signatures with a private key of the provider's; never `none`, and no shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Milliseconds: of one call, of what the provider says of itself, and between its clock and ours. */
const deadline = 5_000;
const freshFor = 10 * 60_000;
const skew = 30_000;

/** A sign-in by OpenID Connect that came to nothing; the sentence holds nothing secret. */
const failed = (message: string) =>
  new RollcallError('sign-in-failed', 'show', message, 'Press again in Slack, and sign in once more.');

/**
 * Signing in with an OpenID Connect provider: authorization code with PKCE. Every function throws RollcallError `sign-in-failed`
 * when the provider is not there, or what it says is not as the standard wants it.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function oidcClient(now: () => number) {
  const known = new Map<string, { metadata: Metadata; at: number }>();

  async function discover(issuer: string): Promise<Metadata> {
    const found = known.get(issuer);
    if (found !== undefined && now() - found.at < freshFor) return found.metadata;
    const read = Metadata.safeParse(await json(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
    // Another issuer's word is not this one's: a provider behind the same address could speak for it (mix-up).
    if (!read.success || read.data.issuer !== issuer) throw failed('the sign-in provider does not describe itself');
    const keys = createRemoteJWKSet(new URL(read.data.jwks_uri), { timeoutDuration: deadline });
    const metadata = { ...read.data, keys };
    known.set(issuer, { metadata, at: now() });
    return metadata;
  }

  return {
    /** Where to send the browser. The provider asks for a sign-in that is new enough. */
    async address(provider: Provider, redirect: string, { state, nonce, verifier }: Bound): Promise<string> {
      const { authorization_endpoint } = await discover(provider.issuer);
      const url = new URL(authorization_endpoint);
      const asked = {
        ...{ response_type: 'code', client_id: provider.clientId, redirect_uri: redirect, scope: 'openid email' },
        ...{ state, nonce, code_challenge: await challengeOf(verifier), code_challenge_method: 'S256' },
        max_age: String(Math.floor(provider.maxAge / 1_000)),
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return url.href;
    },
    /** Changes the code that came back for who signed in. */
    async identity(provider: Provider, redirect: string, code: string, bound: Bound): Promise<Identity> {
      const metadata = await discover(provider.issuer);
      const { id_token } = await exchange(metadata, provider, { code, redirect, verifier: bound.verifier });
      return verified(metadata, provider, id_token, bound.nonce, now());
    },
  };
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return Buffer.from(digest).toString('base64url');
}

type Code = { code: string; redirect: string; verifier: string };

async function exchange(metadata: Metadata, { clientId, clientSecret }: Provider, { code, redirect, verifier }: Code) {
  const byPost = !metadata.token_endpoint_auth_methods_supported.includes('client_secret_basic');
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier },
    ...(byPost && { client_id: clientId, client_secret: clientSecret }),
  });
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const headers = byPost ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const tokens = Tokens.safeParse(await json(metadata.token_endpoint, { method: 'POST', body, headers }));
  if (!tokens.success) throw failed('the sign-in provider gave no identity');
  return tokens.data;
}

async function verified(
  { keys }: Metadata,
  { issuer, clientId, maxAge }: Provider,
  token: string,
  nonce: string,
  now: number,
): Promise<Identity> {
  const claims = await claimsOf(token, keys, { issuer, audience: clientId, now });
  if (claims.nonce !== nonce) throw failed('this sign-in was not made for this press');
  if (claims.azp !== undefined && claims.azp !== clientId)
    throw failed('this sign-in was made for another application');
  const at = claims.auth_time * 1_000;
  if (at > now + skew || at < now - maxAge - skew)
    throw failed('the sign-in is too old: sign in anew, not by an open session');
  // A provider that says nothing of it has the company's own addresses; one that says no is believed.
  const isTheirs = claims.email !== undefined && claims.email_verified !== false && claims.email_verified !== 'false';
  if (!isTheirs) throw failed('the sign-in provider names no e-mail address that it has verified');
  return { emails: [claims.email ?? ''], at };
}

async function claimsOf(
  token: string,
  keys: Metadata['keys'],
  { issuer, audience, now }: { issuer: string; audience: string; now: number },
) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer, audience, algorithms, currentDate: new Date(now), clockTolerance: skew / 1_000 },
      requiredClaims: ['exp', 'iat', 'sub', 'nonce', 'auth_time'],
    });
    return Claims.parse(payload);
  } catch {
    throw failed('the sign-in provider’s word could not be verified');
  }
}

/** A call to the provider; nothing of what it answers is repeated. */
async function json(url: string, init: RequestInit = {}): Promise<unknown> {
  try {
    const headers = { accept: 'application/json', ...init.headers };
    const response = await fetch(url, { ...init, headers, redirect: 'error', signal: AbortSignal.timeout(deadline) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } catch {
    throw failed('the sign-in provider does not answer as it should');
  }
}
