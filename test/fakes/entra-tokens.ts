import { constants, createHash, randomUUID, verify, X509Certificate } from 'node:crypto';
import type { Answer } from './entra-query.ts';
import type { Tree } from './entra-tenant.ts';

export const client = { id: '11111111-2222-4333-8444-555555555555', secret: 'entra-s3cret-4711~Qx' };
export const tenantId = 'acme.onmicrosoft.com';

const refusal = (status: number, error: string, error_description: string): Answer => ({
  status,
  body: { error, error_description },
});

/** The token service of the Microsoft identity platform: client secret, or an assertion signed with the certificate it knows. */
export function tokenService(certificate: string | undefined) {
  const given = new Set<string>();
  return {
    accepts: (header: string | undefined): boolean => given.has(/^Bearer (.+)$/.exec(header ?? '')?.[1] ?? ''),
    end: () => given.clear(),
    answer(path: readonly string[], sent: string): Answer {
      const form = new URLSearchParams(sent);
      if (path.join('/') !== `${tenantId}/oauth2/v2.0/token`)
        return refusal(400, 'invalid_request', 'AADSTS90002: Tenant not found.');
      if (
        form.get('grant_type') !== 'client_credentials' ||
        !/^https?:\/\/[^/]+\/\.default$/.test(form.get('scope') ?? '')
      )
        return refusal(400, 'invalid_scope', 'AADSTS1002012: the scope is not valid.');
      const isKnown =
        certificate === undefined ? form.get('client_secret') === client.secret : isSigned(form, certificate);
      if (form.get('client_id') !== client.id || !isKnown)
        return refusal(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
      const access_token = randomUUID();
      given.add(access_token);
      return { status: 200, body: { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token } };
    },
  };
}

function isSigned(form: URLSearchParams, certificate: string): boolean {
  const [head = '', claims = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
  const pem = new X509Certificate(certificate);
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Tree;
  const key = { key: pem.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const { aud, iss, sub } = read(claims);
  return (
    form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' &&
    read(head)['x5t#S256'] === createHash('sha256').update(pem.raw).digest('base64url') &&
    String(aud).endsWith(`/${tenantId}/oauth2/v2.0/token`) &&
    [iss, sub].every((one) => one === client.id) &&
    verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))
  );
}
