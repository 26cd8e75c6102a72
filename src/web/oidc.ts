import { z } from 'zod';
import { challengeOf } from '../core/hash.ts';
import { type Claims, verified } from './id-token.ts';
import { call, failed, type Metadata, type Provider, type ProviderDeps, providerBook } from './provider.ts';

/**
 * What one sign-in is bound to; state, nonce and verifier fresh for each. `since`: when the press was made that it is for,
 * milliseconds since the epoch. `email`: whose sign-in is wanted, as a help to the provider's page.
 */
export type Bound = { state: string; nonce: string; verifier: string; since: number; email: string | null };
/** What came back with the browser. `iss`: who says so (RFC 9207). */
export type Answered = { code: string; iss?: string | undefined };
/** Who signed in and when, as the provider has signed it. `at`: milliseconds since the epoch. */
export type Identity = { emails: string[]; at: number };

const Tokens = z.object({ id_token: z.string(), access_token: z.string().optional() });
type Tokens = z.infer<typeof Tokens>;
const UserInfo = z.object({
  sub: z.string(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
});

/**
 * Signing in with an OpenID Connect provider: authorization code with PKCE. Every function throws RollcallError `sign-in-failed`
 * when the provider is not there, or what it says is not as the standard wants it.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export function oidcClient(deps: ProviderDeps) {
  const discover = providerBook(deps);
  return {
    /** Where to send the browser. The provider asks for a sign-in, whatever session is open there. */
    async address(provider: Provider, redirect: string, bound: Bound): Promise<string> {
      const { authorization_endpoint } = await discover(provider);
      const url = new URL(authorization_endpoint);
      const { state, nonce, verifier, email } = bound;
      const asked = {
        ...{ response_type: 'code', client_id: provider.clientId, redirect_uri: redirect, scope: 'openid email' },
        ...{ state, nonce, code_challenge: challengeOf(verifier), code_challenge_method: 'S256' },
        ...{ prompt: 'login', max_age: String(Math.floor(provider.maxAge / 1_000)) },
        ...(email !== null && { login_hint: email }),
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return url.href;
    },
    /** Changes the code that came back for who signed in. */
    async identity(provider: Provider, redirect: string, answered: Answered, bound: Bound): Promise<Identity> {
      const metadata = await discover(provider);
      if (!isFrom(metadata, answered)) throw failed('another sign-in provider answered than was asked');
      const { nonce, since, verifier } = bound;
      const tokens = await exchange(deps, metadata, provider, { code: answered.code, redirect, verifier });
      const { clock, machine = clock } = deps;
      const now = machine.now();
      // The press is told by the clock that all processes share.
      const ahead = clock.now() - now;
      const proof = { nonce, since: since - ahead, now };
      const { claims, at } = await verified(metadata, provider, tokens.id_token, proof);
      return { emails: [await emailOf(deps, metadata, provider, { tokens, claims })], at: at + ahead };
    },
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4 */
const isFrom = ({ issuer, authorization_response_iss_parameter_supported: says }: Metadata, { iss }: Answered) =>
  iss === undefined ? !says : iss === issuer;

type Code = { code: string; redirect: string; verifier: string };

async function exchange(
  deps: ProviderDeps,
  metadata: Metadata,
  provider: Provider,
  { code, redirect, verifier }: Code,
): Promise<Tokens> {
  const { clientId, clientSecret } = provider;
  const byPost = !metadata.token_endpoint_auth_methods_supported.includes('client_secret_basic');
  const form = {
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier },
    ...(byPost && { client_id: clientId, client_secret: clientSecret }),
  };
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const headers = byPost ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const tokens = Tokens.safeParse(await call(deps, provider, metadata.token_endpoint, { form, headers }));
  if (!tokens.success) throw failed('the sign-in provider gave no identity');
  return tokens.data;
}

/** A token need not hold the address: the standard has providers tell it by UserInfo instead, about the same subject. */
async function emailOf(
  deps: ProviderDeps,
  { userinfo_endpoint: address }: Metadata,
  provider: Provider,
  { tokens: { access_token }, claims }: { tokens: Tokens; claims: Claims },
): Promise<string> {
  const ask = (there: string, token: string) =>
    call(deps, provider, there, { headers: { authorization: `Bearer ${token}` } });
  const askThere = claims.email === undefined && address !== undefined && access_token !== undefined;
  const { email, email_verified } = askThere ? toldOf(claims.sub, await ask(address, access_token)) : claims;
  // A provider that says nothing of it has the company's own addresses; one that says no is believed.
  const isTheirs = email !== undefined && email_verified !== false && email_verified !== 'false';
  if (!isTheirs) throw failed('the sign-in provider names no e-mail address that it has verified');
  return email;
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse */
function toldOf(sub: string, answer: unknown) {
  const told = UserInfo.safeParse(answer);
  if (!told.success || told.data.sub !== sub) throw failed('the sign-in provider tells of somebody else');
  return told.data;
}
