import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { challengeOf } from '../core/hash.ts';
import type { SignOnOutcome, SignOnPage, SignOns } from '../engine/sign-on/sign-ons.ts';
import { boundBrowser } from './bound-browser.ts';
import { isOwn, type OnceWebDeps } from './once.ts';
import { type Page, sendPage } from './page.ts';
import * as pages from './saml-pages.ts';
import { makeTurns } from './turns.ts';

export type SamlWebDeps = Omit<OnceWebDeps, 'useCases'> & {
  useCases: Pick<SignOns, 'signOnMetadata' | 'takeSignOnRequest' | 'signOnPage' | 'signOn' | 'nameSignOn'>;
};

/** Somebody's address. */
const longestForm = '4kb';
/** To say who one is sends somebody a message: so often from one address, behind which a company may stand. */
const names = { burst: 60, perSecond: 1 };
const Who = z.object({
  email: z
    .string()
    .trim()
    .max(320)
    .regex(/^[^\s@]+@[^\s@]+$/),
});

/** The pages of links from Slack. */
export function linksRouter({ useCases, publicUrl }: SamlWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/:token', async ({ params }, response) => {
    const page = await useCases.signOnPage(params.token, null);
    sendPage(response, page === null ? pages.nowhere : linkPage(page));
  });
  router.post('/:token', ownOnly(publicUrl), async ({ params }: At, response: Response) => {
    sendPage(response, outcomePage(await useCases.signOn(params.token, null)));
  });
  return router;
}

/** The pages of browsers that apps sent here, each for the browser it was made for. */
export function waitingRouter({ useCases, clock, publicUrl }: SamlWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const mayName = makeTurns(clock.now, names);
  const cookie = cookieOf(publicUrl, 0);
  const browserOf = (request: At): string | null => cookie.tokenIn(request, challengeOf(request.params.token));
  const look = async (token: string, browser: string | null): Promise<SignOnPage | null> =>
    browser === null ? null : useCases.signOnPage(token, browser);

  router.get('/:token', async (request, response) => {
    const { token } = request.params;
    sendPage(response, waitingPage(await look(token, browserOf(request)), token));
  });
  router.post('/:token', ownOnly(publicUrl), async (request: At, response: Response) => {
    const { token } = request.params;
    const browser = browserOf(request);
    const outcome = browser === null ? null : await useCases.signOn(token, browser);
    if (outcome !== null) cookie.forget(response, challengeOf(token));
    sendPage(response, outcomePage(outcome));
  });
  router.get('/:token/who', async (request, response) => {
    const { token } = request.params;
    const page = await look(token, browserOf(request));
    sendPage(response, page !== null && isNamed(page) ? pages.askWho(page, waitAddress(token)) : pages.nowhere);
  });
  router.post('/:token/who', ownOnly(publicUrl), inTurn(mayName));
  router.post('/:token/who', express.urlencoded({ extended: false, limit: longestForm, parameterLimit: 10 }));
  router.post('/:token/who', async (request: At, response: Response) => {
    const { token } = request.params;
    const browser = browserOf(request);
    const page = await look(token, browser);
    if (page === null) return sendPage(response, pages.nowhere);
    if (!isNamed(page)) return onward(response, token);
    const who = Who.safeParse(request.body);
    if (!who.success) return sendPage(response, pages.askWho(page, waitAddress(token), noAddress));
    const named = await useCases.nameSignOn(token, browser, who.data.email);
    return named === null ? sendPage(response, pages.namedEnough(page.title)) : onward(response, token);
  });
  return router;
}

/** Somebody may say there who they are, once more too: whoever mistyped it gets no message. */
const isNamed = ({ state }: SignOnPage): boolean => state === 'who' || state === 'pick';

type At = Request<{ token: string }>;

const noAddress = 'That is no e-mail address: type the whole of it, as in zoe@acme.example.';

export const waitAddress = (token: string): string => `/saml/wait/${encodeURIComponent(token)}`;

/** One cookie for each browser that waits: several may, for several apps. */
export const cookieOf = (publicUrl: string, patience: number) =>
  boundBrowser({ name: 'rollcall_saml', path: '/saml', publicUrl, patience });

/** To the page of what has become of it, which can be looked at anew. */
const onward = (response: Response, token: string): void =>
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(303, waitAddress(token));

export const inTurn =
  (mayGo: (address: string) => boolean) =>
  (request: Request, response: Response, next: () => void): void =>
    mayGo(request.ip ?? '') ? next() : slowed(response);
const slowed = (response: Response): void => sendPage(response.set('Retry-After', '60'), pages.slower);

const ownOnly =
  (publicUrl: string) =>
  (request: Request, response: Response, next: () => void): void =>
    isOwn(request, publicUrl) ? next() : sendPage(response, pages.nowhere);

function linkPage(page: SignOnPage): Page {
  if (page.state === 'ready') return pages.askToSignOn(page);
  return page.state === 'refused' ? pages.notSignedOn(page.title, page.text) : pages.nowhere;
}

function waitingPage(page: SignOnPage | null, token: string): Page {
  switch (page?.state) {
    case 'who':
      return pages.askWho(page, waitAddress(token));
    case 'pick':
      return pages.showNumber(page, waitAddress(token));
    case 'confirmed':
      return pages.goOn(page);
    case 'refused':
      return pages.notSignedOn(page.title, page.text);
    default:
      return pages.nowhere;
  }
}

export function outcomePage(outcome: SignOnOutcome | null): Page {
  if (outcome === null) return pages.nowhere;
  const { title } = outcome;
  return outcome.result === 'post' ? pages.toTheApp(title, outcome.posting) : pages.notSignedOn(title, outcome.text);
}
