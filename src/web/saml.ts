import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { RollcallError } from '../core/errors.ts';
import { challengeOf } from '../core/hash.ts';
import type { SentRequest } from '../core/saml.ts';
import type { Log } from '../engine/ports.ts';
import { sendPage } from './page.ts';
import { browserFrom } from './saml-browser.ts';
import {
  cookieOf,
  inTurn,
  linksRouter,
  outcomePage,
  type SamlWebDeps,
  waitAddress,
  waitingRouter,
} from './saml-links.ts';
import * as pages from './saml-pages.ts';
import { sentByForm, sentByRedirect } from './saml-sent.ts';
import { makeTurns, networkOf } from './turns.ts';

/** A signed request with its certificates. */
const longestRequest = '100kb';
/** Whoever waits looks every few seconds, and a company may stand behind one address. */
const looks = { burst: 600, perSecond: 60 };

/**
 * Signing on with Rollcall as the identity provider, mounted at `/saml`: `metadata` tells apps about us, `sso` takes their requests,
 * `go` is a link from Slack, `wait` is where a browser waits until its person confirmed in Slack. Looking at a link uses nothing up;
 * whatever is wrong with one, the answer is the same.
 */
export function samlRouter(deps: SamlWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(inTurn(makeTurns(deps.clock.now, looks)));
  router.get('/metadata', async (_request, response) => {
    const metadata = await deps.useCases.signOnMetadata();
    response.set({ 'Cache-Control': 'public, max-age=300', 'X-Content-Type-Options': 'nosniff' });
    response.type('application/samlmetadata+xml').send(metadata);
  });
  router.use('/sso', requestsRouter(deps));
  router.use('/go', linksRouter(deps));
  router.use('/wait', waitingRouter(deps));
  router.use((_request, response) => sendPage(response, pages.nowhere));
  router.use(failure(deps.log));
  return router;
}

/** Where apps send browsers: from other sites, by nature. */
function requestsRouter({ useCases, clock, publicUrl }: SamlWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const take = async (request: Request, response: Response, sent: SentRequest): Promise<void> => {
    const from = browserFrom(request.get('User-Agent') ?? '', request.ip ?? '');
    const taken = await useCases.takeSignOnRequest(sent, from, networkOf(request.ip ?? ''));
    if (taken.result !== 'asks') return sendPage(response, outcomePage(taken));
    const { token, browser, expires } = taken;
    const cookie = cookieOf(publicUrl, expires - clock.now());
    cookie.send(response, waitAddress(token), { state: challengeOf(token), token: browser });
  };
  router.use(inTurn(makeTurns(clock.now)));
  router.get('/', (request, response) => take(request, response, sentByRedirect(queryOf(request))));
  router.post('/', express.urlencoded({ extended: false, limit: longestRequest, parameterLimit: 20 }));
  router.post('/', (request, response) => take(request, response, sentByForm(request.body)));
  return router;
}

/** As it stood in the address. */
const queryOf = ({ originalUrl }: Request): string => {
  const start = originalUrl.indexOf('?');
  return start < 0 ? '' : originalUrl.slice(start + 1);
};

/** Without the request: its address is a link, and its query says who is signed on where. */
function failure(log: Log): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof RollcallError && error.code === 'saml-request')
      return sendPage(response, pages.badRequest(error));
    // An escape in a link that is none.
    if (error instanceof URIError) return sendPage(response, pages.nowhere);
    const status: unknown = error?.status;
    if (typeof status === 'number' && status >= 400 && status < 500)
      return sendPage(response, pages.unreadable(status));
    if (error instanceof RollcallError)
      log.warn({ code: error.code, remedy: error.remedy }, `a page to sign on failed: ${error.message}`);
    else log.error({ error }, 'a page to sign on failed');
    sendPage(response, pages.ourFault);
  };
}
