import { constants, createHash, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import type { Auth } from '../_credentials.ts';
import { TokenAnswer } from '../_grant.ts';
import { type HttpSettings, httpClient } from '../_http.ts';
import type { TokenService } from '../_token-service.ts';
import { turnAt } from '../_turns.ts';
import type { Connection } from './config.ts';

type Base = Pick<HttpSettings, 'name' | 'allowHosts' | 'deadline' | 'turn' | 'now'>;
type Credentials = { auth: Extract<Auth, { type: 'client-credentials' }>; tokens?: TokenService };

const trimmed = (url: string) => url.replace(/\/+$/, '');

/** Access tokens for Microsoft Graph: by client secret, in the standard's way, or by a certificate. */
export function credentialsOf(connection: Connection, base: Base): Credentials {
  const { tenant, clientId, auth: proof } = connection;
  const tokenUrl = `${trimmed(connection.login)}/${tenant}/oauth2/v2.0/token`;
  const scope = `${trimmed(connection.graph)}/.default`;
  const kind = { type: 'client-credentials', tokenUrl, clientId, scope, clientAuth: 'body' } as const;
  if (proof.type === 'client-secret')
    return { auth: { ...kind, clientSecret: proof.clientSecret, expires: proof.expires } };
  const { certificate, expires = lastDay(certificate) } = proof;
  const turn = turnAt(tokenUrl, { baseUrl: connection.graph, turn: base.turn });
  const tokens = byCertificate({ tokenUrl, scope, clientId, certificate }, { ...base, turn });
  // It is not sent; it stands there so that no message shows it.
  return { auth: { ...kind, clientSecret: certificate, expires }, tokens };
}

type Asking = { tokenUrl: string; scope: string; clientId: string; certificate: string };

/** `private_key_jwt` of OpenID Connect Core section 9, as the Microsoft identity platform takes it. */
function byCertificate({ tokenUrl, scope, clientId, certificate }: Asking, base: Base): TokenService {
  const name = `the token service of ${base.name}`;
  return async () => {
    const assertion = assertionOf({ tokenUrl, clientId, certificate }, base.name, base.now());
    const http = httpClient({ ...base, name, baseUrl: tokenUrl, maxBytes: 1024 * 1024, detail: refusalIn });
    try {
      const form = {
        ...{ grant_type: 'client_credentials', client_id: clientId, scope },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      };
      const { body } = await http.send({
        ...{ method: 'POST', path: [], form, schema: TokenAnswer, secrets: [assertion, certificate] },
        ...{ writes: false, signsIn: true, signal: AbortSignal.timeout(base.deadline) },
      });
      return body;
    } finally {
      http.close();
    }
  };
}

const Refusal = z.object({ error: z.string(), error_description: z.string().optional() });
const refusalIn = (body: unknown): string | undefined => {
  const { data } = Refusal.safeParse(body);
  return data?.error_description ?? data?.error;
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** Seconds an assertion is good for; it is used at once. */
const lifetime = 300;

/** PS256 with the SHA-256 thumbprint of the certificate, as the Microsoft identity platform asks for. */
function assertionOf({ tokenUrl, clientId, certificate }: Omit<Asking, 'scope'>, name: string, now: number): string {
  const { key, thumbprint } = pairOf(certificate, name);
  const at = Math.floor(now / 1_000);
  const claims = {
    aud: tokenUrl,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: at,
    iat: at,
    exp: at + lifetime,
  };
  const body = `${part({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })}.${part(claims)}`;
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return `${body}.${sign('sha256', Buffer.from(body), { key, ...padding }).toString('base64url')}`;
}

function pairOf(text: string, name: string) {
  const pem = text.replaceAll('\\n', '\n');
  try {
    const certificate = certificateIn(pem);
    const key = createPrivateKey(/-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?PRIVATE KEY-----/.exec(pem)?.[0] ?? '');
    if (key.asymmetricKeyType === 'rsa' && certificate.checkPrivateKey(key))
      return { key, thumbprint: createHash('sha256').update(certificate.raw).digest('base64url') };
  } catch {
    // What the parser says may hold parts of the key.
  }
  throw new ConnectorError('auth', 'none', `the key and certificate of ${name} cannot be read as a pair.`, {
    remedy: `Renew the connection of ${name}: paste the RSA private key and the certificate made from it, as PEM.`,
  });
}

const certificateIn = (pem: string) =>
  new X509Certificate(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0] ?? '');

/** The day a certificate ends; undefined where it cannot be read. */
function lastDay(text: string): string | undefined {
  try {
    return new Date(certificateIn(text.replaceAll('\\n', '\n')).validTo).toISOString().slice(0, 10);
  } catch {
    return undefined;
  }
}
