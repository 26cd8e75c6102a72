import { createRemoteJWKSet, customFetch } from 'jose';
import { z } from 'zod';
import { RollcallError } from '../core/errors.ts';
import type { Clock } from '../engine/ports.ts';

/**
 * The provider and how Rollcall is known to it. `maxAge`: the oldest sign-in that counts, milliseconds. `allowHosts`: hosts and networks
 * of the company's own that may be called beside public ones.
 */
export type Provider = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  maxAge: number;
  allowHosts: readonly string[];
};

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

/** One request to a provider; with a `form` it is posted. */
export type Request = {
  headers?: Readonly<Record<string, string>>;
  form?: Readonly<Record<string, string>>;
};

/**
 * Calls addresses that a provider names: public ones over https alone and what is allowed, once, without redirects. Answers the text of
 * a good answer, null where the address may not be called, and throws where there is no good answer.
 */
export type SignInCalls = {
  ask(
    address: string,
    asked: Request & { allowHosts: readonly string[]; deadline: number; signal: AbortSignal },
  ): Promise<string | null>;
};

/** What a provider is called with. `machine`: this machine's own clock, which its word is held against; left out: it is `clock`. */
export type ProviderDeps = {
  clock: Pick<Clock, 'now' | 'deadline'>;
  machine?: Pick<Clock, 'now'>;
  calls: SignInCalls;
};

/**
 * What providers say of themselves, remembered for ten minutes. Throws RollcallError `sign-in-failed`.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
 */
export function providerBook(deps: ProviderDeps): (provider: Provider) => Promise<Metadata> {
  const { clock } = deps;
  const known = new Map<string, { metadata: Metadata; at: number }>();
  return async (provider) => {
    const { issuer, allowHosts } = provider;
    const key = [issuer, ...allowHosts].join('\n');
    const found = known.get(key);
    if (found !== undefined && clock.now() - found.at < freshFor) return found.metadata;
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const read = Metadata.safeParse(await call(deps, provider, address));
    if (!read.success) throw failed('the sign-in provider does not describe itself');
    // Another issuer's word is not this one's: a provider behind the same address could speak for it (mix-up).
    if (read.data.issuer !== issuer)
      throw failed('the sign-in provider calls itself otherwise than settings.stepUp.issuer does');
    const metadata = { ...read.data, keys: keysAt(deps, provider, read.data.jwks_uri) };
    known.set(key, { metadata, at: clock.now() });
    return metadata;
  };
}

/**
 * A key that is not known yet is looked for at once: only what the provider itself has just handed out is looked at here, so that
 * nobody else can have its keys fetched again and again.
 */
const keysAt = (deps: ProviderDeps, provider: Provider, address: string) =>
  createRemoteJWKSet(new URL(address), {
    ...{ timeoutDuration: deadline, cooldownDuration: 0 },
    [customFetch]: async (url) => Response.json(await call(deps, provider, url)),
  });

/** A call to the provider; nothing of what it answers is repeated. Throws RollcallError `sign-in-failed`. */
export async function call(
  { clock, calls }: ProviderDeps,
  { allowHosts }: Pick<Provider, 'allowHosts'>,
  url: string,
  request: Request = {},
): Promise<unknown> {
  const signal = clock.deadline(deadline);
  const text = await calls.ask(url, { ...request, allowHosts, deadline, signal }).catch(asUnanswered);
  if (text === null) throw failed(forbidden);
  try {
    return JSON.parse(text);
  } catch {
    return asUnanswered();
  }
}

function asUnanswered(): never {
  throw failed('the sign-in provider does not answer as it should');
}

const forbidden =
  'the sign-in provider is at an address that Rollcall does not call: if it is the company’s own, an admin names its host in settings.stepUp.allowHosts';
