import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Fault, spoilAnswer } from './fault-server.ts';
import { type Answer, Refusal, type Tree } from './google-lists.ts';
import { createTenant } from './google-tenant.ts';

const account = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (pair: typeof account) => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The one service account there is, and a key that is none of its. */
export const serviceAccount = {
  email: 'rollcall@project.iam.acme.test',
  privateKey: pem(account),
  wrongKey: pem(stranger),
};
const audience = 'https://oauth2.googleapis.com/token';
const admin = 'ada@acme.test';
const scopeOf = (name: string) => `https://www.googleapis.com/auth/admin.directory.${name}`;

type Planned = { fault: Fault; method: string | undefined; path: RegExp; search: RegExp };
type Token = { scopes: ReadonlySet<string> };
type Logged = { method: string; url: string; body: Tree };

/** Google's token service and Admin SDK on loopback, as their documentation tells them. */
export async function startGoogle(options: { now?: () => number } = {}) {
  const now = options.now ?? Date.now;
  const tenant = createTenant(now);
  const state = {
    /** What was delegated to the service account. */
    scopes: ['user', 'user.readonly', 'user.security', 'group', 'group.readonly', 'group.member'],
    /** The next calls of the API are refused with these words, one each. */
    throttles: [] as string[],
  };
  const tokens = new Map<string, Token>();
  const planned: Planned[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const log: Logged[] = [];

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://google.test');
    const sent = await text(request);
    const method = request.method ?? 'GET';
    if (url.pathname === '/token') return send(response, token(new URLSearchParams(sent)));
    const body = sent === '' ? {} : (JSON.parse(sent) as Tree);
    log.push({ method, url: url.pathname + url.search, body });
    const index = planned.findIndex(
      (plan) => (plan.method ?? method) === method && plan.path.test(url.pathname) && plan.search.test(url.search),
    );
    const [plan] = index < 0 ? [] : planned.splice(index, 1);
    const bearer = request.headers.authorization ?? '';
    if (plan === undefined) return send(response, answer(method, url, body, bearer));
    const done = plan.fault.effect === true ? answer(method, url, body, bearer) : { status: 200, body: {} };
    spoilAnswer(response, plan.fault, done, timers);
  }

  /** What it wants to see is what Google's guide on service accounts lists. */
  function token(form: URLSearchParams): Answer {
    const refuse = (error: string, error_description: string): Answer => ({
      ...{ status: 400, body: { error, error_description } },
    });
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      return refuse('unsupported_grant_type', 'Invalid grant_type');
    const [head = '', claimed = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const signed = Buffer.from(`${head}.${claimed}`);
    if (!verify('sha256', signed, account.publicKey, Buffer.from(signature, 'base64url')))
      return refuse('invalid_grant', 'Invalid JWT Signature.');
    const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
    const claims = JSON.parse(Buffer.from(claimed, 'base64url').toString());
    const at = now() / 1_000;
    if (alg !== 'RS256' || claims.iss !== serviceAccount.email || claims.aud !== audience)
      return refuse('invalid_grant', 'Invalid JWT');
    if (!(claims.iat <= at + 5 && claims.exp > at && claims.exp - claims.iat <= 3_600))
      return refuse('invalid_grant', 'Invalid JWT: Token must be a short-lived token (60 minutes)');
    if (claims.sub !== admin) return refuse('invalid_grant', 'Invalid email or User ID');
    const scopes = new Set<string>(String(claims.scope ?? '').split(' '));
    const delegated = state.scopes.map(scopeOf);
    if ([...scopes].some((scope) => !delegated.includes(scope)))
      return refuse('unauthorized_client', 'Client is unauthorized to retrieve access tokens using this method.');
    const given = `ya29.${randomUUID()}`;
    tokens.set(given, { scopes });
    return { status: 200, body: { access_token: given, expires_in: 3_599, token_type: 'Bearer' } };
  }

  function answer(method: string, url: URL, body: Tree, bearer: string): Answer {
    const known = tokens.get(bearer.replace(/^Bearer /, ''));
    const [, , , version, ...path] = url.pathname.split('/').map(decodeURIComponent);
    try {
      if (known === undefined) throw new Refusal(401, 'authError', 'Invalid Credentials');
      if (version !== 'v1' || (path[0] !== 'users' && path[0] !== 'groups'))
        throw new Refusal(404, 'notFound', 'Not Found');
      const throttle = state.throttles.shift();
      if (throttle !== undefined) throw new Refusal(403, throttle, 'Quota exceeded for quota metric');
      if (!scopesFor(method, path).some((scope) => known.scopes.has(scopeOf(scope))))
        throw new Refusal(403, 'insufficientPermissions', 'Insufficient Permission');
      return tenant.handle({ method, path, query: url.searchParams, body });
    } catch (error) {
      if (error instanceof Refusal) return refusalOf(error);
      throw error;
    }
  }

  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const auth = (privateKey: string) => ({
    ...{ type: 'service-account', tokenUrl: `${origin}/token`, audience, issuer: serviceAccount.email },
    ...{ subject: admin, privateKey },
  });
  let stopped = false;

  return {
    ...{ origin, tenant, state, log },
    /** What a config or connection of it begins with. */
    settings: { baseUrl: origin, auth: auth(serviceAccount.privateKey), allowHosts: ['127.0.0.1'] },
    wrongSettings: { baseUrl: origin, auth: auth(serviceAccount.wrongKey), allowHosts: ['127.0.0.1'] },
    /** The next matching request goes wrong, once. */
    fail(fault: Fault, on: { method?: string; path?: RegExp; search?: RegExp } = {}): void {
      planned.push({ fault, method: on.method, path: on.path ?? /^/, search: on.search ?? /^/ });
    },
    async stop(): Promise<void> {
      if (stopped) return;
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type Google = Awaited<ReturnType<typeof startGoogle>>;

/** Any one of these is enough (the discovery document of the API). */
function scopesFor(method: string, [kind, , act]: readonly string[]): string[] {
  if (act === 'signOut') return ['user.security'];
  if (kind === 'users') return method === 'GET' ? ['user', 'user.readonly'] : ['user'];
  const read = ['group', 'group.readonly'];
  if (act === 'members') return method === 'GET' ? [...read, 'group.member'] : ['group', 'group.member'];
  return method === 'GET' ? read : ['group'];
}

const refusalOf = ({ status, reason, message }: Refusal): Answer => ({
  status,
  body: { error: { code: status, message, errors: [{ domain: 'global', reason, message }] } },
});

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, body === undefined ? {} : { 'Content-Type': 'application/json; charset=UTF-8' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
