import { randomBytes } from 'node:crypto';
import { generateServiceProviderMetadata } from '@node-saml/node-saml';
import express from 'express';
import { type Known, readAssertion, requestCache, type SignedOn, samlOf } from './sign-on-assertion.ts';
import { behindPage, refusalPage } from './sign-on-page.ts';
import { readProvider } from './sign-on-provider.ts';

export type SignOnApp = {
  name: string;
  /** What this app has behind the sign-on, one page each: `/images/…`. */
  behind: string;
  /** Its own address, once it listens. */
  origin(): string;
  /** Where the identity provider describes itself. */
  metadata: string;
  /** Ids of assertions that were taken, with the time from which they are too old anyway. */
  used: Map<string, number>;
  /** Takes somebody in, or says why not. Done once that is kept. */
  admit(person: SignedOn): Promise<{ text: string } | null>;
  /** May they still be here? */
  isHere(userName: string): boolean;
};

/** Whoever visits the page of an app. */
export type Visitors = { router: express.Router; behind: string; visitor(request: express.Request): string | null };

type Session = { userName: string; until: number };

/** Signing on by SAML 2.0: the app's metadata, the way to the identity provider, and the way back. */
export function signOns(app: SignOnApp): Visitors {
  const sessions = new Map<string, Session>();
  const requests = requestCache();
  const cookie = `${app.name}_session`;
  const known = (): Known => ({ entityId: `${app.origin()}/saml/metadata`, acs: `${app.origin()}/saml/acs` });

  function visitor(request: express.Request): string | null {
    const held = new RegExp(`(?:^|; )${cookie}=([0-9a-f]+)`).exec(request.header('cookie') ?? '')?.[1] ?? '';
    const session = sessions.get(held);
    if (session === undefined || session.until < Date.now() || !app.isHere(session.userName)) return null;
    return session.userName;
  }

  async function begin(request: express.Request, response: express.Response): Promise<void> {
    const provider = await readProvider(app.metadata);
    const { to } = request.query;
    const saml = samlOf(known(), provider, requests);
    response.redirect(303, await saml.getAuthorizeUrlAsync(localPath(to), undefined, {}));
  }

  async function take(request: express.Request, response: express.Response): Promise<void> {
    const provider = await readProvider(app.metadata);
    const { SAMLResponse, RelayState } = request.body as Record<string, unknown>;
    const { profile } = await samlOf(known(), provider, requests).validatePostResponseAsync({
      SAMLResponse: String(SAMLResponse ?? ''),
    });
    if (profile === null) throw new Error('Nobody was asked to sign on');
    const person = readAssertion(profile, known(), provider);
    useUp(app.used, person);
    const refusal = await app.admit(person);
    if (refusal !== null) throw new Error(refusal.text);
    const session = randomBytes(24).toString('hex');
    sessions.set(session, { userName: person.userName, until: person.sessionUntil });
    response.cookie(cookie, session, { httpOnly: true, sameSite: 'lax' });
    response.redirect(303, localPath(RelayState));
  }

  const refusing =
    (work: (request: express.Request, response: express.Response) => Promise<void>) =>
    (request: express.Request, response: express.Response): void =>
      void work(request, response).catch((error: Error) => {
        response.status(403).type('html').send(refusalPage(app.name, error.message));
      });

  const router = express
    .Router()
    .get('/saml/metadata', (_request, response) => {
      const { entityId: issuer, acs: callbackUrl } = known();
      const described = { issuer, callbackUrl, wantAssertionsSigned: true, identifierFormat: null };
      response.type('application/samlmetadata+xml').send(generateServiceProviderMetadata(described));
    })
    .get('/sign-in', refusing(begin))
    .post('/saml/acs', express.urlencoded({ extended: false, limit: '200kb' }), refusing(take))
    .get(`/${app.behind}/:page`, (request, response) => {
      const userName = visitor(request);
      if (userName === null) response.redirect(303, `/sign-in?${new URLSearchParams({ to: request.originalUrl })}`);
      else response.type('html').send(behindPage(app.name, String(request.params.page), userName));
    });
  return { router, behind: app.behind, visitor };
}

/** Each assertion signs on once. */
function useUp(used: Map<string, number>, { id, until }: SignedOn): void {
  if (used.has(id)) throw new Error('This sign-on was used already');
  for (const [old, end] of used) if (end < Date.now() - 600_000) used.delete(old);
  used.set(id, until);
}

/** A path of this app; anything else leads to its first page. */
const localPath = (wanted: unknown): string =>
  typeof wanted === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) ? wanted : '/';
