import { z } from 'zod';

/*
 * The kinds of credentials a connection may have, as data: a connector takes them all (`Auth`) or makes a union of those its app
 * knows. What each comes to in a request is `_tokens.ts`.
 */

/** No spaces, line breaks or letters beyond ASCII: it stands in a header. */
export const visible = z.string().regex(/^[\x21-\x7e]+$/, 'no spaces, line breaks or letters beyond ASCII');
const secret = { secret: true } as const;

const expires = z.iso
  .date('write the day as "2026-12-31"')
  .optional()
  .describe('The day the credentials end, where they do not say it themselves: people are told before');

/** Unlike a base URL it may hold a query of its own. Over http only where its host is named in `allowHosts` (checked when it is called). */
const address = (what: string, example: string) =>
  z.string().refine(
    (text) => {
      const url = URL.parse(text);
      return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
    },
    { error: `write ${what}, such as ${example}` },
  );

const tokenUrl = address('the address of the token service', 'https://login.app.example/oauth/token').describe(
  'Where access tokens are given out',
);
const clientId = z
  .string()
  .regex(/^[\x20-\x7e]+$/, 'no letters beyond ASCII')
  .describe('How the app knows Rollcall; given out where Rollcall was registered there');
const clientSecret = z.string().min(1).meta(secret);
/** Space-separated (RFC 6749 section 3.3). */
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'write the scopes with one space between them')
  .optional()
  .describe('What is asked for, as the app names it; several with a space between them');
/** RFC 6749 section 2.3.1: the header is what every server has to know, the body what some know alone. */
const clientAuth = z
  .enum(['header', 'body'])
  .default('header')
  .describe('Where the client id and secret are sent; the header is the standard’s way');

const pem = /-----BEGIN (RSA )?PRIVATE KEY-----/;
const placeholder = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
const privateKey = z
  .string()
  .refine((text) => pem.test(text) || placeholder.test(text), {
    error: 'paste the RSA private key as PEM (-----BEGIN PRIVATE KEY-----), or the whole JSON key file',
  })
  .meta({ ...secret, description: 'The RSA private key as PEM, or the JSON key file it came in' });

/** A token that is good as it stands (RFC 6750). */
export const Bearer = z.strictObject({ type: z.literal('bearer'), token: visible.meta(secret), expires });

export const Basic = z.strictObject({
  type: z.literal('basic'),
  /** RFC 7617 section 2: the user-id cannot hold a colon. */
  username: z.string().regex(/^[^:\p{Cc}]+$/u, 'no colon and no control characters'),
  password: z.string().min(1).meta(secret),
  expires,
});

/** RFC 6749 section 4.4. */
export const ClientCredentials = z.strictObject({
  type: z.literal('client-credentials'),
  ...{ tokenUrl, clientId, clientSecret, scope },
  audience: z.string().min(1).optional().describe('Only for services that ask for one'),
  ...{ clientAuth, expires },
});

/** RFC 6749 section 6: the first refresh token is entered by an admin; where the app replaces it, the newest is kept sealed. */
export const RefreshToken = z.strictObject({
  type: z.literal('refresh-token'),
  ...{ tokenUrl, clientId },
  clientSecret: clientSecret.optional(),
  refreshToken: z.string().min(1).meta(secret),
  ...{ scope, clientAuth, expires },
});

/** RFC 6749 section 4.1 with PKCE (RFC 7636): an admin signs in at the app and grants access. */
export const Redirect = z.strictObject({
  type: z.literal('redirect'),
  authorizeUrl: address('the address people sign in at', 'https://login.app.example/oauth/authorize').describe(
    'Where an admin signs in and grants access; what the app wants beside the standard’s parameters may stand in its query',
  ),
  ...{ tokenUrl, clientId },
  clientSecret: clientSecret.optional().describe('May stay empty where the app gave none'),
  ...{ scope, clientAuth },
  /** What *Authenticate* brought home; never typed. */
  grant: z
    .string()
    .min(1)
    .optional()
    .meta({ ...secret, grant: true }),
  expires,
});

/** RFC 7523 section 2.1: an assertion signed with the account's own key, changed for an access token. */
export const ServiceAccount = z.strictObject({
  type: z.literal('service-account'),
  tokenUrl,
  issuer: z.string().min(1).describe('The service account itself: its e-mail address or client id'),
  subject: z.string().min(1).optional().describe('In whose name it acts, where the app wants somebody: an admin'),
  scope,
  scopeIn: z
    .enum(['assertion', 'request'])
    .default('assertion')
    .describe('Where the scopes are sent: Google reads them in the assertion, the standard has them in the request'),
  audience: z.string().min(1).optional().describe('Whom the assertion is for. Empty: the token service'),
  keyId: z.string().min(1).optional().describe('Only for services that know several keys of the account'),
  privateKey,
  expires,
});

/** All of them; a secret never shows in a message. */
export const Auth = z.discriminatedUnion('type', [
  Bearer,
  Basic,
  ClientCredentials,
  RefreshToken,
  Redirect,
  ServiceAccount,
]);
export type Auth = z.infer<typeof Auth>;
/** The kinds whose access tokens a token service gives out. */
export type TokenAuth = Exclude<Auth, { type: 'bearer' | 'basic' }>;

/** The claims of a JSON Web Token that are read (RFC 7519 section 4.1.4, OpenID Connect Core section 5.1). */
const Claims = z.object({
  exp: z.number().positive().optional().catch(undefined),
  email: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
});

/** What a token says of itself; only a hint for people: the signature is the app's to check. Null: it says nothing. */
export function claimsIn(token: string): z.infer<typeof Claims> | null {
  const [, body, signature] = token.split('.');
  if (body === undefined || signature === undefined) return null;
  try {
    return Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Milliseconds since the epoch. Null: the token does not say. */
export function endOfToken(token: string): number | null {
  const exp = claimsIn(token)?.exp;
  return exp === undefined ? null : exp * 1_000;
}

/** When credentials end: on the day the connection names, else when the token itself says. Null: not known. */
export function credentialsEnd(auth: Auth): number | null {
  if (auth.expires !== undefined) return Date.parse(`${auth.expires}T00:00:00Z`);
  return auth.type === 'bearer' ? endOfToken(auth.token) : null;
}
