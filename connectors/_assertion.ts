import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { z } from 'zod';
import { ConnectorError } from '../src/core/connector.ts';
import type { ServiceAccount } from './_credentials.ts';

/** Milliseconds an assertion is good for; it is used at once. */
const lifetime = 300_000;

/**
 * Says, signed with the account's own key, who asks (RFC 7523 section 3; RS256 of RFC 7518 section 3.3).
 * @throws ConnectorError `auth` where the key is none.
 */
export function assertionOf(auth: z.infer<typeof ServiceAccount>, name: string, now: number): string {
  const { issuer, subject, audience, tokenUrl, scope, scopeIn, keyId } = auth;
  const issued = Math.floor(now / 1_000);
  const claims = {
    iss: issuer,
    ...(subject === undefined ? {} : { sub: subject }),
    aud: audience ?? tokenUrl,
    ...(scope === undefined || scopeIn === 'request' ? {} : { scope }),
    ...{ iat: issued, exp: issued + lifetime / 1_000, jti: randomUUID() },
  };
  const head = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const body = `${part(head)}.${part(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), keyOf(auth.privateKey, name)).toString('base64url')}`;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Out of a PEM, out of one whose line breaks were written as `\n`, or out of the JSON file the key came in. */
function keyOf(text: string, name: string): KeyObject {
  try {
    const pem = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----/.exec(
      text.replaceAll('\\n', '\n'),
    );
    const key = createPrivateKey(pem?.[0] ?? '');
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What the parser says may hold parts of the key.
  }
  throw new ConnectorError('auth', 'none', `the private key of ${name} is no RSA key that can be read.`, {
    remedy: `Renew the connection of ${name}, and paste the key anew, from -----BEGIN to -----END.`,
  });
}
