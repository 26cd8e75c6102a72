import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { type Adapter, type AdapterPayload, type Configuration, type JWK, Provider } from 'oidc-provider';

/** Somebody with an account at the provider. `verified`: of their address. */
export type Account = { email: string; password: string; verified?: boolean };

type Options = {
  client: { id: string; secret: string };
  redirect: string;
  accounts: readonly Account[];
  /** Tokens hold the address, or (the standard’s own way) UserInfo alone tells it. */
  emailIn?: 'token' | 'userinfo';
  algorithm?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA';
  clientAuth?: 'client_secret_basic' | 'client_secret_post';
};

/**
 * A certified OpenID Connect provider (`oidc-provider`) on loopback, with a sign-in page of its own: everything a provider of a
 * company does. It is reached as `localhost`, which to a browser is another site than the `127.0.0.1` Rollcall is at.
 */
export async function signInProvider(options: Options) {
  const { accounts } = options;
  const adapter = memory();
  const cookieKeys = [randomBytes(16).toString('hex')];
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  let provider = await provide();

  /** The provider with keys made anew; sessions and codes stay. */
  async function provide(): Promise<Provider> {
    const configuration = { ...configurationOf(options), adapter, cookies: { keys: cookieKeys } };
    return new Provider(issuer, { ...configuration, jwks: { keys: [await signingKey(options.algorithm ?? 'RS256')] } });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
    if (pathname === '/auth') asked.push(searchParams);
    if (!pathname.startsWith('/sign-in/')) return provider.callback()(request, response);
    try {
      await signIn(request, response);
    } catch {
      response.writeHead(400).end('There is no sign-in under way in this browser.');
    }
  }

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(request, response);
    const page = (trouble: string) =>
      response.setHeader('content-type', 'text/html').end(signInPage(String(params.login_hint ?? ''), trouble));
    if (request.method !== 'POST') return void page('');
    const form = await formOf(request);
    if (form.has('cancel')) {
      const result = { error: 'access_denied', error_description: 'cancelled' };
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    }
    const known = accounts.find(({ email }) => email === form.get('email'));
    if (known === undefined || known.password !== form.get('password'))
      return void page('That is not the address and password of an account.');
    const result = { login: { accountId: known.email } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  return {
    ...{ issuer, asked },
    /** Its keys are replaced, as providers do every few weeks. */
    async rotateKeys(): Promise<void> {
      provider = await provide();
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configurationOf({ client, redirect, accounts, emailIn, algorithm, clientAuth }: Options): Configuration {
  const method = clientAuth ?? 'client_secret_basic';
  const minute = 60;
  return {
    clients: [
      {
        ...{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirect] },
        ...{ grant_types: ['authorization_code'], response_types: ['code'] },
        ...{ token_endpoint_auth_method: method, id_token_signed_response_alg: algorithm ?? 'RS256' },
      },
    ],
    clientAuthMethods: [method],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: emailIn !== 'token',
    async renderError(context, { error, error_description: why }) {
      context.body = `${error}: ${why}`;
    },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    ttl: {
      ...{ AccessToken: 5 * minute, AuthorizationCode: minute, IdToken: 5 * minute },
      ...{ Grant: 60 * minute, Interaction: 10 * minute, Session: 60 * minute },
    },
    findAccount(_context, id) {
      const known = accounts.find(({ email }) => email === id);
      if (known === undefined) return undefined;
      return {
        accountId: id,
        claims: async () => ({ sub: `user-of-${id}`, email: id, email_verified: known.verified ?? true }),
      };
    },
    // The company’s own application: nobody is asked whether it may know their address.
    async loadExistingGrant({ oidc }) {
      const { client: asking, session, provider } = oidc;
      if (asking === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  };
}

async function signingKey(algorithm: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: algorithm, use: 'sig' } as JWK;
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

const signInPage = (email: string, trouble: string): string => `<!doctype html><html lang="en"><title>Sign in</title>
<h1>Sign in to Acme</h1><p role="alert">${trouble}</p>
<form method="post"><label>E-mail <input name="email" value="${escaped(email)}"></label>
<label>Password <input name="password" type="password"></label><button>Sign in</button>
<button name="cancel" value="yes">Cancel</button></form></html>`;

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** What ends with the consent it was given by; a sign-in under way does not. */
const granted = /^(AccessToken|AuthorizationCode):/;

/** What the provider keeps: one map for all its kinds of things. */
function memory(): (name: string) => Adapter {
  const rows = new Map<string, AdapterPayload>();
  return (name) => {
    const key = (id: string): string => `${name}:${id}`;
    const first = (isIt: (row: AdapterPayload) => boolean) =>
      [...rows].find(([id, row]) => id.startsWith(`${name}:`) && isIt(row))?.[1];
    return {
      upsert: async (id, payload) => void rows.set(key(id), payload),
      find: async (id) => rows.get(key(id)),
      findByUid: async (uid) => first((row) => row.uid === uid),
      findByUserCode: async (code) => first((row) => row.userCode === code),
      consume: async (id) => void rows.set(key(id), { ...rows.get(key(id)), consumed: Math.floor(Date.now() / 1_000) }),
      destroy: async (id) => void rows.delete(key(id)),
      async revokeByGrantId(grant) {
        for (const [id, row] of rows) if (row.grantId === grant && granted.test(id)) rows.delete(id);
      },
    };
  };
}
