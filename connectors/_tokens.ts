import { ConnectorError, type KeptSecret } from '../src/core/connector.ts';
import { assertionOf } from './_assertion.ts';
import { type Auth, credentialsEnd, type TokenAuth } from './_credentials.ts';
import { endOfGrant, type Grant, grantOf, isGood, readGrant, writeGrant } from './_grant.ts';
import type { TokenService } from './_token-service.ts';

/** What the requests of a connection carry. All throw ConnectorError and nothing else. */
export type Credentials = {
  /** The Authorization of the next request; undefined: it has none. */
  header(signal: AbortSignal): Promise<string | undefined>;
  /** Another one in the place of one the app has refused; null: there is no other. */
  another(refused: string, signal: AbortSignal): Promise<string | null>;
  /** Everything in use that must not show in a message. */
  secrets(): readonly string[];
  /** When somebody has to renew them, milliseconds since the epoch; null: not known. */
  end(): number | null;
};

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** Credentials that are good as they stand, or none. */
export function fixedCredentials(auth: Extract<Auth, { type: 'bearer' | 'basic' }> | undefined): Credentials {
  const basic = auth?.type === 'basic' ? base64(`${auth.username}:${auth.password}`) : '';
  const header = auth?.type === 'bearer' ? `Bearer ${auth.token}` : auth && `Basic ${basic}`;
  const secrets = auth === undefined ? [] : auth.type === 'bearer' ? [auth.token] : [auth.password, basic];
  return {
    header: async () => header,
    another: async () => null,
    secrets: () => secrets,
    end: () => (auth === undefined ? null : credentialsEnd(auth)),
  };
}

/** How long a cure that did not help is not tried again, milliseconds. */
const pointless = 60_000;

type Deps = {
  /** The app or directory, for messages. */
  name: string;
  now: () => number;
  service: TokenService;
  /** Where the kind keeps something. */
  kept: KeptSecret;
};

/**
 * Access tokens of a token service: fetched when the first call needs one, once however many calls wait, used until shortly before
 * they end, and fetched anew when the app refuses one.
 */
export function tokenCredentials(auth: TokenAuth, deps: Deps): Credentials {
  const { name, now } = deps;
  let grant: Grant = knownGrant(auth);
  let pending: Promise<Grant> | null = null;
  let cured: { token: string; at: number } | null = null;

  const fetching = (refused: string | null): Promise<Grant> => {
    pending ??= fetchGrant(auth, deps, refused)
      .catch((error: unknown) => {
        throw error instanceof ConnectorError ? error : notRead(name);
      })
      .then((found) => {
        grant = found;
        return found;
      })
      .finally(() => {
        pending = null;
      });
    // Everybody who waited for it may be gone by then.
    pending.catch(() => undefined);
    return pending;
  };
  const tokenOf = async (refused: string | null, signal: AbortSignal): Promise<string> => {
    const found =
      isGood(grant, now()) && grant.accessToken !== refused ? grant : await bounded(fetching(refused), signal, name);
    return `Bearer ${found.accessToken}`;
  };

  return {
    header: (signal) => tokenOf(null, signal),
    async another(refused, signal) {
      const token = refused.slice('Bearer '.length);
      // The token is as new as can be and yet refused: its age is not what is wrong with it.
      if (cured?.token === token && now() - cured.at < pointless) return null;
      const header = await tokenOf(token, signal);
      cured = { token: header.slice('Bearer '.length), at: now() };
      return header === refused ? null : header;
    },
    secrets: () => secretsOf(auth, grant),
    end: () => (auth.expires === undefined ? endOf(auth, grant) : credentialsEnd(auth)),
  };
}

/** What is known before anything was fetched. */
function knownGrant(auth: TokenAuth): Grant {
  if (auth.type === 'redirect') return readGrant(auth.grant ?? '');
  return readGrant(auth.type === 'refresh-token' ? auth.refreshToken : '');
}

/** A token for which no more than credentials are needed ends without anybody having to do something. */
const endOf = ({ type }: TokenAuth, grant: Grant): number | null =>
  type === 'redirect' || type === 'refresh-token' ? endOfGrant(grant) : null;

function secretsOf(auth: TokenAuth, { accessToken, refreshToken }: Grant): string[] {
  const own = [
    'clientSecret' in auth ? auth.clientSecret : undefined,
    auth.type === 'service-account' ? auth.privateKey : undefined,
    accessToken,
    refreshToken,
  ];
  return own.flatMap((one) => one ?? []);
}

async function fetchGrant(auth: TokenAuth, deps: Deps, refused: string | null): Promise<Grant> {
  const { now, service, name } = deps;
  if (auth.type === 'client-credentials') {
    const { scope, audience } = auth;
    return grantOf(await service({ grant_type: 'client_credentials', scope, audience }), null, now());
  }
  if (auth.type === 'service-account') {
    const assertion = assertionOf(auth, name, now());
    const scope = auth.scopeIn === 'request' ? auth.scope : undefined;
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope };
    return grantOf(await service(form), null, now());
  }
  return refreshed(auth, deps, refused);
}

type Refreshing = Extract<TokenAuth, { type: 'refresh-token' | 'redirect' }>;

/** By the newest refresh token there is, wherever it came from; where another process has fetched meanwhile, by nothing at all. */
async function refreshed(auth: Refreshing, { name, now, service, kept }: Deps, refused: string | null): Promise<Grant> {
  const scope = auth.type === 'refresh-token' ? auth.scope : undefined;
  const isFit = (grant: Grant) => isGood(grant, now()) && grant.accessToken !== refused;
  // Where an admin was faster, what they have brought may itself have to be changed for an access token first.
  for (let round = 0; round < 2; round += 1) {
    const text = await kept.renew(async (newest) => {
      const before = readGrant(newest);
      if (isFit(before)) return null;
      if (before.refreshToken === null) throw notAuthenticated(name, before.accessToken !== null);
      const form = { grant_type: 'refresh_token', refresh_token: before.refreshToken, scope };
      return writeGrant(grantOf(await service(form), before, now()));
    });
    const grant = readGrant(text);
    if (isFit(grant)) return grant;
  }
  throw notRead(name);
}

const notAuthenticated = (name: string, had: boolean) =>
  new ConnectorError(
    'auth',
    'none',
    had
      ? `the access to ${name} has ended, and it gave no way to extend it.`
      : `nobody has authenticated the connection of ${name} yet.`,
    { remedy: `Renew the connection of ${name}: an admin presses *Authenticate* on its card.` },
  );

const notRead = (name: string) =>
  new ConnectorError(
    'unavailable',
    'none',
    `${name} was not called: what it is reached with could not be read just now.`,
  );

/** A caller whose time is over waits no longer; the fetch goes on for the others. */
function bounded<T>(work: Promise<T>, signal: AbortSignal, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = () =>
      reject(new ConnectorError('unavailable', 'none', `${name} was not called: no access token came in time.`));
    if (signal.aborted) return over();
    signal.addEventListener('abort', over, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', over));
  });
}

/** Nothing keeps the newest but this process. */
export function keptHere(value: string): KeptSecret {
  let newest = value;
  return {
    async renew(renew) {
      newest = (await renew(newest)) ?? newest;
      return newest;
    },
  };
}
