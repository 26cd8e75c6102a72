import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import type { Auth } from '../_credentials.ts';
import { TokenAnswer } from '../_grant.ts';
import { type HttpSettings, httpClient } from '../_http.ts';
import type { TokenService } from '../_token-service.ts';
import type { OneLoginConfig } from './config.ts';

/** What OneLogin says of a failure: the second API's shape, or the first one's. */
const Failure = z.union([
  z
    .object({ message: z.union([z.string(), z.array(z.string())]) })
    .transform(({ message }) => [message].flat().join('; ')),
  z.object({ status: z.object({ message: z.unknown(), type: z.string().optional() }) }).transform(({ status }) => {
    const { message, type } = status;
    return typeof message === 'string' ? message : (type ?? undefined);
  }),
]);
export const detailOf = (body: unknown): string | undefined => Failure.safeParse(body).data;

/** Flat, or as the one row of `data`. */
const Body = z.union([TokenAnswer, z.object({ data: z.array(TokenAnswer).min(1) }).transform(({ data }) => data[0])]);

type Base = Pick<HttpSettings, 'name' | 'baseUrl' | 'allowHosts' | 'deadline' | 'turn' | 'now' | 'detail'>;

/** Access tokens as OneLogin gives them out: it wants its question as JSON, and its refresh tokens are not needed. */
export function oneLoginTokens({ url, clientId, clientSecret }: OneLoginConfig, base: Base) {
  const baseUrl = url.replace(/\/+$/, '');
  const auth: Extract<Auth, { type: 'client-credentials' }> = {
    ...{ type: 'client-credentials', tokenUrl: `${baseUrl}/auth/oauth2/v2/token`, clientAuth: 'header' },
    ...{ clientId, clientSecret },
  };
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const service: TokenService = async () => {
    const http = httpClient({ ...base, name: `the token service of ${base.name}`, maxBytes: 1024 * 1024 });
    try {
      const { body } = await http.send({
        ...{ method: 'POST', path: ['auth', 'oauth2', 'v2', 'token'], json: { grant_type: 'client_credentials' } },
        headers: { Authorization: `Basic ${basic}`, 'Content-Type': 'application/json' },
        ...{ schema: Body, secrets: [clientSecret, basic], writes: false, signsIn: true },
        signal: AbortSignal.timeout(base.deadline),
      });
      if (body === undefined) throw new ConnectorError('unavailable', 'none', `${base.name} gave no access token.`);
      return { ...body, refresh_token: undefined };
    } finally {
      http.close();
    }
  };
  return { auth, service };
}
