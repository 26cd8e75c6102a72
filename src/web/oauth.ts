import { Router } from 'express';
import { z } from 'zod';
import type { Connecting } from '../engine/connect/connecting.ts';
import { boundBrowser } from './bound-browser.ts';
import { broughtHome, notGranted, noWay } from './oauth-pages.ts';
import { failure, type OnceWebDeps } from './once.ts';
import { slower } from './once-pages.ts';
import { sendPage } from './page.ts';
import { makeTurns } from './turns.ts';

export type OauthWebDeps = Omit<OnceWebDeps, 'useCases'> & {
  useCases: Pick<Connecting, 'startAuthentication' | 'finishAuthentication'>;
};

/** What an app sends the browser back with (RFC 6749 section 4.1.2). */
const Back = z.object({
  state: z.string().regex(/^[\w-]{20,200}$/),
  code: z.string().min(1).max(4_000).optional(),
  error: z.string().max(500).optional(),
});

/** Milliseconds a browser remembers that it went: as long as a link is good. */
const patience = 3_600_000;

/**
 * The way to an app and back, mounted at `/oauth`: `start` leads there and uses nothing up, `callback` takes what came back, once, in
 * the browser that went alone. Whatever is wrong with a link, the answer is the same.
 */
export function oauthRouter({ useCases, clock, log, publicUrl }: OauthWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const mayGo = makeTurns(clock.now);
  const browser = boundBrowser({ name: 'rollcall_oauth', path: '/oauth', publicUrl, patience });

  router.use((request, response, next) =>
    mayGo(request.ip ?? '') ? next() : sendPage(response.set('Retry-After', '60'), slower),
  );
  router.get('/start/:token', async ({ params: { token } }, response) => {
    const start = await useCases.startAuthentication(token);
    if (start === null) return sendPage(response, noWay);
    if ('failed' in start) return sendPage(response, notGranted(start.failed));
    browser.send(response, start.address, { state: start.state, token });
  });
  router.get('/callback', async (request, response) => {
    const back = Back.safeParse(request.query);
    const token = back.success ? browser.tokenIn(request, back.data.state) : null;
    if (!back.success || token === null) return sendPage(response, noWay);
    const { state, code = null, error = null } = back.data;
    const outcome = await useCases.finishAuthentication(token, { state, code: error === null ? code : null, error });
    sendPage(browser.forget(response, state), outcome === null ? noWay : broughtHome(outcome));
  });
  router.use((_request, response) => sendPage(response, noWay));
  router.use(failure(log));
  return router;
}
