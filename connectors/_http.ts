import type { lookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { z } from 'zod';
import { type ConnectorContext, ConnectorError, type KeptSecret } from '../src/core/connector.ts';
import { type Gate, guardedLookup, isPublicAddress, namedGate, normalHost } from './_address.ts';
import type { Auth } from './_credentials.ts';
import { type Call, failureOfAnswer, failureOfError, hostRefused, scrubber, webPage, wellEncoded } from './_failure.ts';
import { type TokenService, tokenService } from './_token-service.ts';
import { type Credentials, fixedCredentials, keptHere, tokenCredentials } from './_tokens.ts';
import { turnAt, turnsOf } from './_turns.ts';

export { AllowHosts } from './_address.ts';
export { Auth } from './_credentials.ts';
export { isOutdated, nullIfMissing } from './_failure.ts';

/** Where an API begins: https, or http where the host is named in `allowHosts` (checked when it is called). */
export const BaseUrl = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  },
  { error: 'write the address of the API, such as https://app.example/scim/v2, without credentials or query' },
);

export type HttpSettings = {
  /** The app or directory, for messages. */
  name: string;
  baseUrl: string;
  /** As they stand at `auth` of the connection. */
  auth?: Auth;
  /** Of the ConnectorContext: where what the app replaces by itself is kept. Left out: in memory. */
  kept?: ((path: string) => KeptSecret | null) | undefined;
  /** For apps that give out access tokens in a way of their own, in the place of the standard's. */
  tokens?: TokenService;
  /** Headers of an answer to keep beside the usual ones, in lower case. */
  answerHeaders?: readonly string[];
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** Hosts and networks beyond public ones. */
  allowHosts: readonly string[];
  /** Of one request, milliseconds; the caller's signal may end it sooner. */
  deadline: number;
  /** Largest answer taken, decompressed. Default 32 MiB. */
  maxBytes?: number;
  userAgent?: string;
  /** What the remote says about a failure, out of its answer: shown to people, so no more than a sentence. */
  detail?: (body: unknown) => string | undefined;
  /** For apps whose own codes say more than the status: what a refusal stands for, which is `usual` where they say nothing. */
  refusal?: (refused: Refused, usual: ConnectorError) => ConnectorError;
  /** Of the ConnectorContext: the turn of each request, where the app documents how many it takes. */
  turn?: ConnectorContext['turn'] | undefined;
  /** How names of hosts are resolved. Default: as the system does. */
  resolve?: typeof lookup;
  now: () => number;
};

/** An answer that is no good one; `body` as parsed, undefined where it is no JSON. `writes`: the call could have changed something. */
export type Refused = { status: number; headers: Headers; body: unknown; writes: boolean };

export type HttpRequest<Body> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments below the base URL; each is encoded. */
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  headers?: Readonly<Record<string, string>>;
  json?: unknown;
  /** Fields of a form, in the place of `json`. */
  form?: Readonly<Record<string, string>>;
  /** Parts of what is sent that never show in a message, though the remote repeats them: a person's password. */
  secrets?: readonly string[];
  /** What a good answer is; an answer without a body is checked as `undefined`. */
  schema: z.ZodType<Body>;
  /** Can the call change anything? Default: every method but GET. */
  writes?: boolean;
  /** The answer is taken as the text it is, and the base URL called as it stands. */
  text?: boolean;
  /** It asks for access itself: whatever is refused, the credentials are. */
  signsIn?: boolean;
  /** It is a page of a list, which waits for its turn as long as the signal lets it. */
  patient?: boolean;
  signal: AbortSignal;
};

export type HttpAnswer<Body> = { status: number; headers: Headers; body: Body };

export type HttpClient = {
  /**
   * Sends once and never again by itself, but for one thing: what a 401 has refused, and so not done, is sent once more where there is
   * another access token. Throws ConnectorError and nothing else.
   */
  send<Body>(request: HttpRequest<Body>): Promise<HttpAnswer<Body>>;
  /** When the credentials end, milliseconds since the epoch, as far as is known. */
  credentialsEnd(): number | null;
  close(): void;
};

/**
 * The way connectors talk HTTP: one origin, no redirects, no proxy, public addresses unless named, a deadline and a size limit on
 * everything, answers checked by schema, failures told by kind and effect with the secrets taken out.
 */
export function httpClient(settings: HttpSettings): HttpClient {
  const url = new URL(settings.baseUrl);
  const allowed = gateOf(url, settings.allowHosts);
  const agent = { keepAlive: true, lookup: guardedLookup(allowed, settings.resolve) };
  const agents = { httpAgent: new HttpAgent(agent), httpsAgent: new HttpsAgent(agent) };
  const http = axios.create({
    ...agents,
    adapter: 'http',
    baseURL: settings.baseUrl.replace(/\/+$/, ''),
    maxRedirects: 0,
    allowAbsoluteUrls: false,
    proxy: false,
    responseType: 'text',
    transformResponse: [(data) => data],
    validateStatus: () => true,
    maxContentLength: settings.maxBytes ?? 32 * 1024 * 1024,
    maxBodyLength: 16 * 1024 * 1024,
    headers: {
      Accept: 'application/json',
      'User-Agent': settings.userAgent ?? 'Rollcall',
      ...settings.headers,
    },
  });
  const credentials = credentialsOf(settings);
  const own = secretHeaders(settings);
  const turn = turnsOf(settings);
  return {
    send: async (request) => {
      const call: Call = {
        ...{ name: settings.name, writes: request.writes ?? request.method !== 'GET', now: settings.now },
        scrub: (text) => scrubber([...own, ...credentials.secrets(), ...(request.secrets ?? [])])(text),
      };
      const literal = normalHost(url.hostname) ?? '';
      if (isIP(literal) !== 0 && !allowed(literal, literal)) throw hostRefused(call, url);
      const send = async (header: string | undefined) => {
        const over = await turn(request.signal, call, request.patient === true);
        return exchange(http, { ...request, ...withHeader(request, header) }, settings, call).finally(over);
      };
      const header = await credentials.header(request.signal);
      const answer = await send(header);
      const other =
        answer.status !== 401 || header === undefined ? null : await credentials.another(header, request.signal);
      return readAnswer(other === null ? answer : await send(other), request, settings, call);
    },
    credentialsEnd: credentials.end,
    close: () => {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function credentialsOf(settings: HttpSettings): Credentials {
  const { auth, kept, name, now } = settings;
  if (auth === undefined || auth.type === 'bearer' || auth.type === 'basic') return fixedCredentials(auth);
  const turn = turnAt(auth.tokenUrl, settings);
  const service = settings.tokens ?? tokenService(auth, { ...settings, turn }, httpClient);
  const [path, value] =
    auth.type === 'redirect'
      ? ['auth.grant', auth.grant]
      : ['auth.refreshToken', 'refreshToken' in auth ? auth.refreshToken : ''];
  return tokenCredentials(auth, { name, now, service, kept: kept?.(path) ?? keptHere(value ?? '') });
}

const withHeader = ({ headers }: Pick<HttpRequest<unknown>, 'headers'>, authorization: string | undefined) =>
  authorization === undefined ? {} : { headers: { ...headers, Authorization: authorization } };

const secretHeaders = ({ headers = {} }: HttpSettings): string[] =>
  Object.entries(headers).flatMap(([name, value]) => (/auth|key|token/i.test(name) ? [value] : []));

/** Over https any public address and what is named; in clear only what is named. */
function gateOf(url: URL, allowHosts: readonly string[]): Gate {
  const named = namedGate(allowHosts);
  if (url.protocol === 'http:') return named;
  return (host, address) => isPublicAddress(address) || named(host, address);
}

/** One request, one answer of any status; the base of every rule above. */
async function exchange<Body>(
  http: AxiosInstance,
  request: HttpRequest<Body>,
  settings: HttpSettings,
  call: Call,
): Promise<AxiosResponse<string>> {
  if (request.signal.aborted)
    throw new ConnectorError('unavailable', 'none', `${call.name} was not called: no time left.`);
  const url = urlOf(request, call);
  const deadline = AbortSignal.timeout(settings.deadline);
  try {
    return await http.request<string>({
      method: request.method,
      url,
      ...(request.text === true ? { baseURL: settings.baseUrl } : {}),
      signal: AbortSignal.any([request.signal, deadline]),
      ...(request.headers === undefined ? {} : { headers: { ...request.headers } }),
      ...(request.json === undefined ? {} : { data: JSON.stringify(request.json) }),
      ...(request.form === undefined ? {} : { data: new URLSearchParams(request.form) }),
    });
  } catch (error) {
    if (request.signal.aborted || deadline.aborted) throw tooSlow(call);
    throw failureOfError(error, call, new URL(settings.baseUrl));
  }
}

const tooSlow = (call: Call) =>
  new ConnectorError('unavailable', call.writes ? 'unknown' : 'none', `${call.name} did not answer in time.`);

function urlOf({ path, query = {} }: Pick<HttpRequest<unknown>, 'path' | 'query'>, call: Call): string {
  if (path.some((segment) => /^(\.{1,2})?$/.test(segment)))
    throw new ConnectorError('rejected', 'none', `${call.name} was not called: an id is empty or made of dots.`);
  const search = Object.entries(query).map(([name, value]) => `${wellEncoded(name)}=${wellEncoded(String(value))}`);
  // A dollar stands for itself in a path (RFC 3986 section 3.3), and OData has names with it.
  const segments = path.map((segment) => `/${wellEncoded(segment).replaceAll('%24', '$')}`);
  return `${segments.join('')}${search.length === 0 ? '' : `?${search.join('&')}`}`;
}

function readAnswer<Body>(
  response: AxiosResponse<string>,
  { schema, signsIn = false, text: asText = false }: Pick<HttpRequest<Body>, 'schema' | 'signsIn' | 'text'>,
  settings: HttpSettings,
  call: Call,
): HttpAnswer<Body> {
  const headers = headersOf(response, settings.answerHeaders);
  const { status, data: text = '' } = response;
  const json: Parsed = asText ? { ok: true, value: text } : parseJson(text);
  if (status < 200 || status > 299) {
    const detail = json.ok ? settings.detail?.(json.value) : undefined;
    const usual = failureOfAnswer({ status, headers, text, detail }, call);
    const body = json.ok ? json.value : undefined;
    const failure = settings.refusal?.({ status, headers, body, writes: call.writes }, usual) ?? usual;
    throw signsIn && status >= 400 && refusals.has(failure.kind)
      ? new ConnectorError('auth', 'none', failure.message)
      : failure;
  }
  const effect = call.writes ? 'unknown' : 'none';
  if (isWebPage(headers, text, asText)) throw webPage(status, effect, call);
  if (!json.ok) throw unreadable(call, 'it is not whole JSON');
  const body = schema.safeParse(json.value);
  if (body.success) return { status, headers, body: body.data };
  const [issue] = body.error.issues;
  throw unreadable(call, `at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not as expected'}`);
}

/** Of credentials: a token service refuses them with 400 as well as with 401, and some with 403 or 404. */
const refusals = new Set(['rejected', 'missing', 'conflict']);

const unreadable = (call: Call, why: string) =>
  new ConnectorError(
    'unavailable',
    call.writes ? 'unknown' : 'none',
    `${call.name} gave an answer that could not be read: ${call.scrub(why).slice(0, 200)}.`,
  );

/** Some serve texts of other kinds as pages, too. */
const isWebPage = (headers: Headers, text: string, asText: boolean): boolean =>
  asText ? /^\s*<(!doctype\s+html|html)\b/i.test(text) : isHtml(headers) && text !== '';
const isHtml = (headers: Headers): boolean => /text\/html/i.test(headers.get('content-type') ?? '');

type Parsed = { ok: true; value: unknown } | { ok: false };

function parseJson(text: string): Parsed {
  if (text === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function headersOf(response: AxiosResponse<string>, more: readonly string[] = []): Headers {
  const headers = new Headers();
  for (const name of ['content-type', 'etag', 'location', 'retry-after', 'link', 'date', ...more]) {
    const value: unknown = response.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}
