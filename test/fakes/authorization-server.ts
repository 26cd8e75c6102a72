import { createHash, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Code = { challenge: string; redirect: string; scope: string };
type Family = { id: string; newest: string; revoked: boolean };
type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** How the server behaves; all of it may be changed while it runs. */
export type Behaviour = {
  /** Seconds an access token is good for; null: it does not say, and they end with `endTokens`. */
  lifetime: number | null;
  /** Each use of a refresh token gives another one; a second use of an old one takes all of its family back. */
  rotates: boolean;
  /** Gives refresh tokens at all. */
  refreshes: boolean;
  /** What is granted in the place of what was asked for. */
  scope: string | null;
  /** Whose sign-in it is, said in an ID token. */
  as: string | null;
  /** The next answers of the token endpoint, in the place of real ones. */
  faults: Answer[];
  /** Milliseconds the token endpoint takes. */
  delay: number;
  /** Milliseconds since the epoch. */
  now: () => number;
};

const usual: Behaviour = {
  ...{ lifetime: 3_600, rotates: true, refreshes: true, scope: null, as: null, faults: [], delay: 0, now: Date.now },
};

/** The key of the one service account there is. */
const account = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const serviceAccount = {
  email: 'rollcall@project.acme.test',
  privateKey: account.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

/**
 * An OAuth 2.0 authorization server on loopback: an authorize page with *Allow* and *Deny*, authorization code with PKCE, client
 * credentials, rotating refresh tokens with reuse detection, JWT bearer assertions, and revocation.
 */
export async function authorizationServer(
  client: { id: string; secret: string; redirects?: readonly string[] },
  change: Partial<Behaviour> = {},
) {
  const state: Behaviour = { ...usual, ...change, faults: [...(change.faults ?? [])] };
  const codes = new Map<string, Code>();
  const families = new Map<string, Family>();
  const good = new Set<string>();
  /** Every token that was ever given out, and every code. */
  const secrets: string[] = [];
  const asked: URLSearchParams[] = [];
  const forms: URLSearchParams[] = [];

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (pathname === '/authorize') return void authorize(searchParams, response);
    if (pathname === '/decide') return void decide(searchParams, response);
    if (pathname !== '/token' && pathname !== '/revoke') return void response.writeHead(404).end();
    const form = new URLSearchParams(await text(request));
    forms.push(form);
    if (state.delay > 0) await new Promise((resolve) => setTimeout(resolve, state.delay));
    const { status, body, headers } =
      state.faults.shift() ?? (pathname === '/token' ? token(request, form) : revoke(form));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  /** What is wrong before the redirect address is trusted is told on the spot (RFC 6749 section 4.1.2.1). */
  function authorize(query: URLSearchParams, response: ServerResponse): void {
    asked.push(query);
    const redirect = query.get('redirect_uri') ?? '';
    const isKnown = client.redirects === undefined || client.redirects.includes(redirect);
    if (query.get('client_id') !== client.id || !isKnown) return void response.writeHead(400).end('unknown client');
    if (query.get('code_challenge_method') !== 'S256')
      return void back(response, redirect, { error: 'invalid_request' });
    const link = (act: string) => `/decide?act=${act}&${query}`.replaceAll('&', '&amp;');
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      `<!doctype html><title>Grant access</title><h1>Rollcall wants access</h1><a href="${link('allow')}">Allow</a> <a href="${link('deny')}">Deny</a>`,
    );
  }

  function decide(query: URLSearchParams, response: ServerResponse): void {
    const redirect = query.get('redirect_uri') ?? '';
    const own = { state: query.get('state') ?? '' };
    if (query.get('act') === 'deny') return void back(response, redirect, { error: 'access_denied', ...own });
    const code = secret();
    codes.set(code, {
      ...{ challenge: query.get('code_challenge') ?? '', redirect, scope: query.get('scope') ?? '' },
    });
    back(response, redirect, { code, ...own });
  }

  function back(response: ServerResponse, redirect: string, query: Record<string, string>): void {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    response.writeHead(302, { location: target.href }).end();
  }

  const refuse = (error: string, status = 400): Answer => ({ status, body: { error, error_description: 'no' } });

  function token({ headers }: IncomingMessage, form: URLSearchParams): Answer {
    const grant = form.get('grant_type');
    if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return byAssertion(form);
    const pair = [client.id, client.secret].map(encodeURIComponent).join(':');
    const byHeader = headers.authorization === `Basic ${Buffer.from(pair).toString('base64')}`;
    const byBody = form.get('client_id') === client.id && form.get('client_secret') === client.secret;
    if (!byHeader && !byBody) return refuse('invalid_client', 401);
    if (grant === 'client_credentials') return granted(form.get('scope') ?? '', null);
    if (grant === 'authorization_code') return byCode(form);
    return grant === 'refresh_token' ? byRefresh(form) : refuse('unsupported_grant_type');
  }

  function byCode(form: URLSearchParams): Answer {
    const code = form.get('code') ?? '';
    const known = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (known === undefined || known.challenge !== challenge || known.redirect !== form.get('redirect_uri'))
      return refuse('invalid_grant');
    return granted(known.scope, state.refreshes ? newFamily() : null);
  }

  function byRefresh(form: URLSearchParams): Answer {
    const used = form.get('refresh_token') ?? '';
    const family = families.get(used);
    if (family === undefined || family.revoked) return refuse('invalid_grant');
    if (family.newest !== used) {
      family.revoked = true;
      return refuse('invalid_grant');
    }
    return granted('', state.rotates ? rotate(family) : null);
  }

  function byAssertion(form: URLSearchParams): Answer {
    const [head = '', body = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      account.publicKey,
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return refuse('invalid_grant');
    const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const now = state.now() / 1_000;
    const isFresh = claims.iat <= now + 5 && claims.exp > now && claims.exp - claims.iat <= 3_600;
    const isRight = alg === 'RS256' && claims.iss === serviceAccount.email && claims.aud === `${url}/token` && isFresh;
    return isRight ? granted(claims.scope ?? '', null) : refuse('invalid_grant');
  }

  function granted(scope: string, refresh: string | null): Answer {
    const access = secret();
    good.add(access);
    const body = {
      ...{ access_token: access, token_type: 'Bearer' },
      ...(state.lifetime === null ? {} : { expires_in: state.lifetime }),
      ...(refresh === null ? {} : { refresh_token: refresh }),
      ...(scope === '' && state.scope === null ? {} : { scope: state.scope ?? scope }),
      ...(state.as === null ? {} : { id_token: idToken(state.as) }),
    };
    return { status: 200, body };
  }

  const secret = (): string => {
    const made = `t0ken-${randomUUID()}`;
    secrets.push(made);
    return made;
  };
  function newFamily(): string {
    const first = secret();
    families.set(first, { id: first, newest: first, revoked: false });
    return first;
  }
  function rotate(family: Family): string {
    family.newest = secret();
    families.set(family.newest, family);
    return family.newest;
  }
  /** RFC 7009. */
  function revoke(form: URLSearchParams): Answer {
    const given = form.get('token') ?? '';
    const family = families.get(given);
    if (family !== undefined) family.revoked = true;
    good.delete(given);
    return { status: 200, body: {} };
  }

  return {
    ...{ url, state, secrets, asked, forms, newFamily },
    authorizeUrl: `${url}/authorize`,
    tokenUrl: `${url}/token`,
    /** Does the app behind it take this access token? */
    isGood: (access: string): boolean => good.has(access),
    /** Requests of one grant so far. */
    count: (grant: string): number => forms.filter((form) => form.get('grant_type') === grant).length,
    /** Every access token there is ends. */
    endTokens: (): void => good.clear(),
    revokeAll(): void {
      for (const family of families.values()) family.revoked = true;
      good.clear();
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type AuthorizationServer = Awaited<ReturnType<typeof authorizationServer>>;

function idToken(email: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: 'u-1', email })}.c2ln`;
}
