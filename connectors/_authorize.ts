import { type Authorization, type ConnectorContext, ConnectorError } from '../src/core/connector.ts';
import { namedGate, normalHost } from './_address.ts';
import type { Auth } from './_credentials.ts';
import { hostRefused } from './_failure.ts';
import { grantOf, notGranted, signedInAs, writeGrant } from './_grant.ts';
import { httpClient } from './_http.ts';
import { tokenService } from './_token-service.ts';

/** How an admin authenticates a connection of this kind; null for all kinds but `redirect`. */
export function authorizationOf(auth: Auth, context: Omit<ConnectorContext, 'kept'>): Authorization | null {
  if (auth.type !== 'redirect') return null;
  const { name, allowHosts, now } = context;
  const service = tokenService(auth, context, httpClient);
  return {
    address({ redirect, state, challenge }) {
      const url = new URL(auth.authorizeUrl);
      const host = normalHost(url.hostname) ?? '';
      // A sign-in in clear would give away the code to everybody on the way.
      if (url.protocol === 'http:' && !namedGate(allowHosts)(host, host)) throw hostRefused({ name }, url);
      const asked = {
        ...{ response_type: 'code', client_id: auth.clientId, redirect_uri: redirect, state },
        ...{ code_challenge: challenge, code_challenge_method: 'S256' },
        ...(auth.scope === undefined ? {} : { scope: auth.scope }),
      };
      for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, value);
      return url.href;
    },
    async exchange({ redirect, code, verifier }, signal) {
      if (signal.aborted) throw new ConnectorError('unavailable', 'none', `${name} was not called: no time left.`);
      const answer = await service({
        ...{ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier },
      });
      const grant = writeGrant(grantOf(answer, null, now()));
      return { grant, as: signedInAs(answer), missing: notGranted(auth.scope, answer) };
    },
  };
}
