import { createRemoteJWKSet } from 'jose';
import { z } from 'zod';
import { RollcallError } from '../core/errors.ts';
import type { Clock } from '../engine/ports.ts';

/** The provider and how Rollcall is known to it. `maxAge`: the oldest sign-in that counts, milliseconds. */
export type Provider = { issuer: string; clientId: string; clientSecret: string; maxAge: number };

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url().optional(),
  jwks_uri: z.url(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});
/** What a provider says of itself, and its keys as they are now. */
export type Metadata = z.infer<typeof Metadata> & { keys: ReturnType<typeof createRemoteJWKSet> };

/** Milliseconds: of one call, and of what the provider says of itself. */
const deadline = 5_000;
const freshFor = 10 * 60_000;

/** A sign-in by OpenID Connect that came to nothing; the sentence holds nothing secret. */
export const failed = (message: string) =>
  new RollcallError('sign-in-failed', 'show', message, 'Press again in Slack, and sign in once more.');

export type ProviderClock = Pick<Clock, 'now' | 'deadline'>;

/**
 * What providers say of themselves, remembered for ten minutes. Throws RollcallError `sign-in-failed`.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
 */
export function providerBook(clock: ProviderClock): (issuer: string) => Promise<Metadata> {
  const known = new Map<string, { metadata: Metadata; at: number }>();
  return async (issuer) => {
    const found = known.get(issuer);
    if (found !== undefined && clock.now() - found.at < freshFor) return found.metadata;
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const read = Metadata.safeParse(await call(clock, address));
    if (!read.success) throw failed('the sign-in provider does not describe itself');
    // Another issuer's word is not this one's: a provider behind the same address could speak for it (mix-up).
    if (read.data.issuer !== issuer)
      throw failed('the sign-in provider calls itself otherwise than settings.stepUp.issuer does');
    const metadata = { ...read.data, keys: keysAt(read.data.jwks_uri) };
    known.set(issuer, { metadata, at: clock.now() });
    return metadata;
  };
}

/**
 * A key that is not known yet is looked for at once: only what the provider itself has just handed out is looked at here, so that
 * nobody else can have its keys fetched again and again.
 */
const keysAt = (address: string) =>
  createRemoteJWKSet(new URL(address), { timeoutDuration: deadline, cooldownDuration: 0 });

/** A call to the provider; nothing of what it answers is repeated. Throws RollcallError `sign-in-failed`. */
export async function call(clock: ProviderClock, url: string, init: RequestInit = {}): Promise<unknown> {
  try {
    const headers = { accept: 'application/json', ...init.headers };
    const response = await fetch(url, { ...init, headers, redirect: 'error', signal: clock.deadline(deadline) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } catch {
    throw failed('the sign-in provider does not answer as it should');
  }
}
