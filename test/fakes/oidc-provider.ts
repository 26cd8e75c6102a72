import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** What a provider can be told to say wrongly; and who signs in, and how long ago. */
export type Says = {
  email: string | null;
  verified?: boolean;
  /** Seconds since the sign-in. */
  age?: number;
  issuer?: string;
  audience?: string;
  /** The application it says it was issued to. */
  party?: string;
  nonce?: string;
  algorithm?: 'RS256' | 'HS256' | 'none';
  expired?: boolean;
  noAuthTime?: boolean;
  otherKey?: boolean;
  describesAs?: string;
  /** Who the answer that comes back with the browser says it is of. */
  answersAs?: string;
  /** The token holds no address; UserInfo tells this. */
  userInfo?: object;
};

type Code = { challenge: string; nonce: string; redirect: string };

/**
 * A provider that can be told to do what no correct one does (those are in sign-in-provider.ts). Otherwise it signs everybody in who
 * comes as whoever `says` names, without asking, and takes each code once. `down`: it refuses; `slow`: it never answers.
 */
export async function oidcProvider(client: { id: string; secret: string }) {
  const [keys, others] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const codes = new Map<string, Code>();
  const state = {
    says: { email: null } as Says,
    down: false,
    slow: false,
    asked: [] as URLSearchParams[],
    exchanges: 0,
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (state.slow) return;
    if (state.down) return void send(503, {});
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return void send(200, {
          ...{ issuer: state.says.describesAs ?? issuer, authorization_endpoint: `${issuer}/authorize` },
          ...{ token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys`, userinfo_endpoint: `${issuer}/me` },
        });
      case '/keys':
        return void send(200, { keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'RS256', kid: 'one' }] });
      case '/me':
        return void send(200, state.says.userInfo ?? {});
      case '/authorize':
        return authorize(url.searchParams, response);
      case '/token':
        return token(request, send);
      default:
        return void send(404, {});
    }
  }

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    state.asked.push(asked);
    const code = randomUUID();
    const [challenge, nonce, redirect] = ['code_challenge', 'nonce', 'redirect_uri'].map(
      (name) => asked.get(name) ?? '',
    );
    codes.set(code, { challenge: challenge ?? '', nonce: nonce ?? '', redirect: redirect ?? '' });
    const back = new URL(redirect ?? issuer);
    back.searchParams.set('state', asked.get('state') ?? '');
    if (state.says.answersAs !== undefined) back.searchParams.set('iss', state.says.answersAs);
    if (state.says.email === null) back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', code);
    response.writeHead(302, { location: back.href }).end();
  }

  async function token(request: IncomingMessage, send: (status: number, body: object) => void): Promise<void> {
    state.exchanges += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
    if (request.headers.authorization !== `Basic ${basic}`) return send(401, { error: 'invalid_client' });
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code === undefined || code.challenge !== challenge || code.redirect !== form.get('redirect_uri'))
      return send(400, { error: 'invalid_grant' });
    send(200, { access_token: 'unused', token_type: 'Bearer', id_token: await idToken(code) });
  }

  async function idToken({ nonce }: Code): Promise<string> {
    const { says } = state;
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      ...{ sub: 'user-1', nonce: says.nonce ?? nonce, ...(says.userInfo === undefined && { email: says.email }) },
      ...(says.verified !== undefined && { email_verified: says.verified }),
      ...(!says.noAuthTime && { auth_time: now - (says.age ?? 1) }),
      ...{ iss: says.issuer ?? issuer, aud: says.audience ?? client.id },
      ...(says.party !== undefined && { azp: says.party }),
      ...{ iat: now - 1, exp: now + (says.expired ? -600 : 300) },
    };
    const { algorithm = 'RS256' } = says;
    if (algorithm === 'none') {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${part({ alg: 'none' })}.${part(claims)}.`;
    }
    const key =
      algorithm === 'HS256' ? new TextEncoder().encode(client.secret) : (says.otherKey ? others : keys).privateKey;
    return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: 'one' }).sign(key);
  }

  return {
    ...{ issuer, state },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
