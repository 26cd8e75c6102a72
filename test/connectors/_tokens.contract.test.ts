import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Auth, type HttpClient, type HttpSettings, httpClient } from '../../connectors/_http.ts';
import { keptHere } from '../../connectors/_tokens.ts';
import { ConnectorError, type KeptSecret } from '../../src/core/connector.ts';
import { type AuthorizationServer, authorizationServer, serviceAccount } from '../fakes/authorization-server.ts';

const client = { id: 'rollcall', secret: 'client s3cret & more' };
const soon = () => AbortSignal.timeout(10_000);

/** An app that takes the access tokens of its authorization server, and nothing else. */
let login: AuthorizationServer;
let app: Awaited<ReturnType<typeof startApp>>;
const open: HttpClient[] = [];
let now = 0;

async function startApp() {
  const seen: IncomingMessage[] = [];
  const state = { refuses: false };
  const server = createServer((request, response: ServerResponse) => {
    seen.push(request);
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    const status = state.refuses || !login.isGood(token) ? 401 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? { ok: true } : { detail: `no: ${request.headers.authorization}` }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ seen, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

beforeEach(async () => {
  now = Date.now();
  login = await authorizationServer(client, { now: () => now });
  app = await startApp();
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await app.close();
  await login.close();
});

function connect(auth: Record<string, unknown>, settings: Partial<HttpSettings> = {}): HttpClient {
  const known = { tokenUrl: login.tokenUrl, clientId: client.id, clientSecret: client.secret };
  const made = httpClient({
    ...{ name: 'crm', baseUrl: app.url, allowHosts: ['127.0.0.1'], deadline: 5_000, now: () => now },
    auth: Auth.parse(auth.type === 'service-account' ? auth : { ...known, ...auth }),
    detail: (body) => z.object({ detail: z.string() }).safeParse(body).data?.detail,
    ...settings,
  });
  open.push(made);
  return made;
}
const request = { method: 'GET', path: ['Users'], schema: z.object({ ok: z.boolean() }) } as const;
const call = (http: HttpClient, signal = soon()) => http.send({ ...request, signal }).then(({ body }) => body);

/** The failure of a call, which shows nothing of a token, a code or a secret. */
async function failure(http: HttpClient, signal?: AbortSignal): Promise<ConnectorError> {
  const error = await call(http, signal).then(
    () => expect.unreachable('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  const shown = [error.message, error.remedy, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
  for (const secret of [...login.secrets, client.secret, encodeURIComponent(client.secret)])
    expect(shown).not.toContain(secret);
  return error;
}

/** Each kind with what it needs; of the refresh token, one the server knows. */
const kinds = (): [string, Record<string, unknown>, string][] => [
  ['client-credentials', { type: 'client-credentials', scope: 'users.write' }, 'client_credentials'],
  ['refresh-token', { type: 'refresh-token', refreshToken: login.newFamily() }, 'refresh_token'],
  [
    'redirect',
    { type: 'redirect', authorizeUrl: login.authorizeUrl, grant: JSON.stringify({ refreshToken: '' }) },
    'refresh_token',
  ],
  [
    'service-account',
    {
      ...{ type: 'service-account', tokenUrl: login.tokenUrl, issuer: serviceAccount.email, scope: 'directory' },
      privateKey: serviceAccount.privateKey,
    },
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ],
];
const kindOf = (name: string): Record<string, unknown> => {
  const found = kinds().find(([kind]) => kind === name)?.[1] ?? {};
  return name === 'redirect' ? { ...found, grant: login.newFamily() } : found;
};
const grantOf = (name: string): string => kinds().find(([kind]) => kind === name)?.[2] ?? '';
const all = ['client-credentials', 'refresh-token', 'redirect', 'service-account'];

describe.each(all)('credentials of the kind %s', (kind) => {
  it('fetch one token for however many calls wait, and use it until shortly before it ends', async () => {
    const http = connect(kindOf(kind));
    expect(await Promise.all(Array.from({ length: 20 }, () => call(http)))).toEqual(Array(20).fill({ ok: true }));
    expect(login.count(grantOf(kind))).toBe(1);
    now += 3_500_000;
    await call(http);
    expect(login.count(grantOf(kind))).toBe(1);
    now += 60_000;
    await call(http);
    expect(login.count(grantOf(kind))).toBe(2);
    expect(new Set(app.seen.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  it('fetch another one when the app refuses what they have, once for all that were refused', async () => {
    const http = connect(kindOf(kind));
    await call(http);
    login.endTokens();
    app.seen.length = 0;
    await Promise.all(Array.from({ length: 10 }, () => call(http)));
    expect(login.count(grantOf(kind))).toBe(2);
    expect(app.seen.length).toBe(20);
  });

  it('are refused once the app refuses a new one too, and its token service is left alone after that', async () => {
    const http = connect(kindOf(kind));
    await call(http);
    app.state.refuses = true;
    for (let round = 0; round < 5; round += 1)
      expect(await failure(http)).toMatchObject({
        kind: 'auth',
        effect: 'none',
        message: /^crm answered 401/ as never,
      });
    expect(login.count(grantOf(kind))).toBe(2);
    app.state.refuses = false;
    expect(await call(http)).toEqual({ ok: true });
  });

  it('come to an `auth` failure that names the app when the token service refuses', async () => {
    const http = connect(kindOf(kind));
    for (const [status, body] of [
      [400, { error: 'invalid_grant', error_description: 'it was revoked' }],
      [401, { error: 'invalid_client' }],
      [403, {}],
      [404, {}],
      [200, { ok: false, error: 'invalid_auth' }],
    ] as const) {
      login.state.faults.push({ status, body });
      const error = await failure(http);
      expect(error, `${status}`).toMatchObject({ kind: 'auth', effect: 'none' });
      expect(error.message).toMatch(/^the token service of crm (answered|refuses)/);
    }
    login.state.faults.push({ status: 400, body: { error: 'invalid_grant', error_description: 'it was revoked' } });
    expect((await failure(http)).message).toContain('invalid_grant: it was revoked');
    expect(app.seen).toEqual([]);
    expect(await call(http)).toEqual({ ok: true });
  });

  it('come to a failure that passes when the token service is not well', async () => {
    const http = connect(kindOf(kind));
    const html = { 'content-type': 'text/html' };
    for (const [fault, kindOfFailure] of [
      [{ status: 503, body: {} }, 'unavailable'],
      [{ status: 429, body: {}, headers: { 'retry-after': '7' } }, 'throttled'],
      [{ status: 200, body: '{"access_token": ' }, 'unavailable'],
      [{ status: 200, body: '<h1>Sign in</h1>', headers: html }, 'unavailable'],
      [{ status: 404, body: '<h1>Not here</h1>', headers: html }, 'unavailable'],
      [{ status: 200, body: {} }, 'unavailable'],
      [{ status: 200, body: { access_token: 'with spaces\r\nX-Evil: 1' } }, 'unavailable'],
      [{ status: 200, body: `"${'x'.repeat(2_000_000)}"` }, 'unavailable'],
      [{ status: 302, body: {}, headers: { location: 'https://evil.test/' } }, 'rejected'],
    ] as const) {
      login.state.faults.push(fault);
      expect(await failure(http), JSON.stringify(fault).slice(0, 80)).toMatchObject({
        ...{ kind: kindOfFailure, effect: 'none' },
      });
    }
    expect(await call(http)).toEqual({ ok: true });
  });

  it('wait for a token no longer than the caller does, and the fetch goes on for the others', async () => {
    login.state.delay = 400;
    const http = connect(kindOf(kind));
    const patient = call(http);
    expect(await failure(http, AbortSignal.timeout(50))).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(await patient).toEqual({ ok: true });
    expect(login.count(grantOf(kind))).toBe(1);
  });

  it('call no private token service unless it is named', async () => {
    const named = { allowHosts: ['localhost'], baseUrl: app.url.replace('127.0.0.1', 'localhost') };
    const error = await failure(connect(kindOf(kind), named));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(error.message).toMatch(/^the token service of crm was not called/);
    expect(error.remedy).toContain('allowHosts: [127.0.0.1]');
    expect(login.forms).toEqual([]);
  });
});

describe('a token that says nothing of its end', () => {
  it('is used until the app refuses it', async () => {
    login.state.lifetime = null;
    const http = connect(kindOf('client-credentials'));
    await call(http);
    now += 30 * 86_400_000;
    await call(http);
    expect(login.count('client_credentials')).toBe(1);
  });
});

describe('a token of a few seconds', () => {
  it('is used for most of them', async () => {
    login.state.lifetime = 20;
    const http = connect(kindOf('refresh-token'));
    await call(http);
    now += 15_000;
    await call(http);
    expect(login.count('refresh_token')).toBe(1);
    now += 2_000;
    await call(http);
    expect(login.count('refresh_token')).toBe(2);
  });
});

describe('how a client is known', () => {
  it('is said in the header, or in the body where that is chosen', async () => {
    await call(connect({ type: 'client-credentials', clientAuth: 'header' }));
    await call(connect({ type: 'client-credentials', clientAuth: 'body', audience: 'https://api.test' }));
    expect(login.forms.map((form) => [form.get('client_secret'), form.get('audience')])).toEqual([
      [null, null],
      [client.secret, 'https://api.test'],
    ]);
  });

  it('a wrong secret is an `auth` failure', async () => {
    const http = connect({ type: 'client-credentials', clientSecret: 'another-one' });
    expect(await failure(http)).toMatchObject({ kind: 'auth', message: /invalid_client/ as never });
  });
});

describe('refresh tokens that rotate', () => {
  /** Two processes over one kept secret, one at a time. */
  function shared(value: string): KeptSecret {
    const kept = keptHere(value);
    let tail: Promise<unknown> = Promise.resolve();
    return {
      renew(renew) {
        const next = tail.then(() => kept.renew(renew));
        tail = next.catch(() => undefined);
        return next;
      },
    };
  }

  it('are used once each, whoever of two processes comes first', async () => {
    login.state.lifetime = 100;
    const kept = shared(login.newFamily());
    const auth = { ...kindOf('refresh-token'), refreshToken: 'what-the-configuration-said-first' };
    const [one, two] = [connect(auth, { kept: () => kept }), connect(auth, { kept: () => kept })];
    for (let round = 0; round < 5; round += 1) {
      expect(await Promise.all([call(one), call(two)])).toEqual([{ ok: true }, { ok: true }]);
      now += 100_000;
    }
    expect(login.count('refresh_token')).toBe(5);
    const used = login.forms.map((form) => form.get('refresh_token'));
    expect(new Set(used).size).toBe(5);
  });

  it('are gone for good once the app has taken them back: an `auth` failure says what to do', async () => {
    const http = connect(kindOf('refresh-token'));
    await call(http);
    login.revokeAll();
    const error = await failure(http);
    expect(error).toMatchObject({ kind: 'auth', effect: 'none' });
    expect(error.message).toContain('the token service of crm answered 400: invalid_grant');
  });

  it('that the app replaces are kept; those it does not replace stay', async () => {
    const kept: string[] = [];
    const first = login.newFamily();
    const keeper = (value: string): KeptSecret => ({
      async renew(renew) {
        const next = await renew(kept.at(-1) ?? value);
        if (next !== null) kept.push(next);
        return kept.at(-1) ?? value;
      },
    });
    const own = keeper(first);
    const http = connect(kindOf('refresh-token'), { kept: () => own });
    await call(http);
    login.state.rotates = false;
    login.endTokens();
    await call(http);
    const [rotated, same] = kept.map((text) => JSON.parse(text).refreshToken);
    expect(rotated).not.toBe(first);
    expect(same).toBe(rotated);
  });
});

describe('a connection nobody has authenticated', () => {
  it('says so, and calls nothing', async () => {
    const http = connect({ type: 'redirect', authorizeUrl: login.authorizeUrl });
    const error = await failure(http);
    expect(error.message).toBe('nobody has authenticated the connection of crm yet.');
    expect(error).toMatchObject({ kind: 'auth', effect: 'none', remedy: /Authenticate/ as never });
    expect([app.seen, login.forms]).toEqual([[], []]);
  });

  it('or whose access has ended, without a refresh token, says that', async () => {
    login.state.refreshes = false;
    const grant = JSON.stringify({
      ...{ accessToken: 'old', endsAt: now - 1, renewAt: now - 2, refreshToken: null, refreshEndsAt: null },
    });
    const http = connect({ type: 'redirect', authorizeUrl: login.authorizeUrl, grant });
    expect((await failure(http)).message).toMatch(/the access to crm has ended/);
    expect(http.credentialsEnd()).toBe(now - 1);
  });
});

describe('what is kept that cannot be read', () => {
  it('is a failure of ours, which passes: nothing is told of it', async () => {
    const kept = (): KeptSecret => ({
      renew: async () => {
        throw new Error(`the store is away ${client.secret}`);
      },
    });
    const http = connect(kindOf('refresh-token'), { kept });
    expect(await failure(http)).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });
});

describe('a service account', () => {
  const auth = (more: object) => ({ ...kindOf('service-account'), ...more });

  it('says who it is in an assertion it signs, for a few minutes', async () => {
    await call(connect(auth({ subject: 'admin@acme.test', keyId: 'key-1' })));
    const [head = '', claims = ''] = (login.forms[0]?.get('assertion') ?? '').split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(read(claims)).toMatchObject({ sub: 'admin@acme.test', scope: 'directory', aud: login.tokenUrl });
    expect(read(claims).exp - read(claims).iat).toBe(300);
  });

  it('sends its scopes with the request where that is chosen', async () => {
    await call(connect(auth({ scopeIn: 'request' })));
    expect(login.forms[0]?.get('scope')).toBe('directory');
    expect(Buffer.from(login.forms[0]?.get('assertion')?.split('.')[1] ?? '', 'base64url').toString()).not.toContain(
      'directory',
    );
  });

  it('takes its key as the JSON file it came in, or with its line breaks written out', async () => {
    const file = JSON.stringify({ type: 'service_account', private_key: serviceAccount.privateKey });
    expect(await call(connect(auth({ privateKey: file })))).toEqual({ ok: true });
    expect(await call(connect(auth({ privateKey: serviceAccount.privateKey.replaceAll('\n', '\\n') })))).toEqual({
      ok: true,
    });
  });

  it('says that a key cannot be read, and nothing of what it is', async () => {
    const broken = '-----BEGIN PRIVATE KEY-----\nnot-a-key-at-all\n-----END PRIVATE KEY-----';
    const error = await failure(connect(auth({ privateKey: broken })));
    expect(error).toMatchObject({ kind: 'auth', effect: 'none' });
    expect(error.message + error.remedy).not.toContain('not-a-key');
  });
});
