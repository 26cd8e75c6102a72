import { z } from 'zod';
import { ConnectorError } from '../src/core/connector.ts';
import type { TokenAuth } from './_credentials.ts';
import { TokenAnswer } from './_grant.ts';
import type { HttpClient, HttpSettings } from './_http.ts';

/** Asks a token service once; what is undefined is left out. @throws ConnectorError `auth` where it refuses. */
export type TokenService = (form: Readonly<Record<string, string | undefined>>) => Promise<TokenAnswer>;

/** What it says of a refusal (RFC 6749 section 5.2). */
const Refusal = z.object({ error: z.string(), error_description: z.string().optional().catch(undefined) });

function refusalOf(body: unknown): string | undefined {
  const { data } = Refusal.safeParse(body);
  if (data === undefined) return undefined;
  return data.error_description === undefined ? data.error : `${data.error}: ${data.error_description}`;
}

/** Kinds of token that a request cannot simply carry (RFC 9449, RFC 8705). */
const bound = /^(mac|pop|dpop|n_a)$/i;

/** The way a connection talks to its token service: by the same rules as to its app, in every kind of grant. */
export function tokenService(
  auth: TokenAuth,
  {
    name: app,
    allowHosts,
    deadline,
    turn,
    now,
  }: Pick<HttpSettings, 'name' | 'allowHosts' | 'deadline' | 'turn' | 'now'>,
  client: (settings: HttpSettings) => HttpClient,
): TokenService {
  const name = `the token service of ${app}`;
  const own = { name, allowHosts, deadline, turn, now, maxBytes: 1024 * 1024, detail: refusalOf };
  return async (given) => {
    const form = Object.fromEntries(Object.entries(given).flatMap(([key, value]) => (value ? [[key, value]] : [])));
    const { headers, fields } = identified(auth);
    const http = client({ ...own, baseUrl: auth.tokenUrl });
    try {
      const { body } = await http.send({
        ...{ method: 'POST', path: [], headers, form: { ...form, ...fields }, schema: z.unknown() },
        ...{ secrets: secretsIn(auth, form), writes: false, signsIn: true },
        signal: AbortSignal.timeout(deadline),
      });
      return answerIn(body, name);
    } finally {
      http.close();
    }
  };
}

/** How the app knows who asks (RFC 6749 section 2.3.1; without a secret, section 3.2.1). An assertion says it by itself. */
function identified(auth: TokenAuth): { headers: Record<string, string>; fields: Record<string, string> } {
  if (auth.type === 'service-account') return { headers: {}, fields: {} };
  const { clientId, clientSecret, clientAuth } = auth;
  if (clientSecret === undefined) return { headers: {}, fields: { client_id: clientId } };
  if (clientAuth === 'body') return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } };
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':');
  return { headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, fields: {} };
}

const secretFields = ['refresh_token', 'assertion', 'code', 'code_verifier'];

function secretsIn(auth: TokenAuth, form: Readonly<Record<string, string>>): string[] {
  const { headers } = identified(auth);
  const own = [
    'clientSecret' in auth ? auth.clientSecret : undefined,
    headers.Authorization?.slice('Basic '.length),
    ...secretFields.map((field) => form[field]),
  ];
  return own.flatMap((one) => one ?? []);
}

/** Some refuse with 200, and none of them is believed to have given a token then. */
function answerIn(body: unknown, name: string): TokenAnswer {
  const read = TokenAnswer.safeParse(body);
  const refused = Refusal.safeParse(body)
    .data?.error.replace(/[^\w .:-]/g, '')
    .slice(0, 80);
  if (refused !== undefined && refused !== '') throw new ConnectorError('auth', 'none', `${name} refuses: ${refused}.`);
  if (!read.success) throw new ConnectorError('unavailable', 'none', `${name} gave an answer without an access token.`);
  const { token_type: type = 'bearer' } = read.data;
  if (bound.test(type))
    throw new ConnectorError('auth', 'none', `${name} gives tokens of a kind Rollcall does not use (${type}).`, {
      remedy: 'Have bearer tokens (RFC 6750) given out to Rollcall, where the app lets you choose.',
    });
  return read.data;
}
