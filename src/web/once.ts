import express, { type ErrorRequestHandler, type Request, Router } from 'express';
import { z } from 'zod';
import { RollcallError } from '../core/errors.ts';
import type { Once } from '../engine/password/once.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { askToSet, askToShow, nowhere, ourFault, showing, slower, unreadable, wasSet } from './once-pages.ts';
import { type Page, sendPage } from './page.ts';
import { makeTurns } from './turns.ts';

export type OnceWebDeps = {
  useCases: Pick<Once, 'oncePage' | 'showOnce' | 'setOnce'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Where people reach this Rollcall; a form sent from there is ours. */
  publicUrl: string;
};

/** Two passwords of the longest kind, each character written in full. */
const longestForm = '4kb';
const Form = z.object({ password: z.string().max(500), again: z.string().max(500) });

/**
 * The one-time pages, mounted at `/once`. Looking at one changes nothing, so that link previews use up none; pressing its button
 * does. Whatever is wrong with a link, the answer is the same.
 */
export function onceRouter({ useCases, clock, log, publicUrl }: OnceWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const mayGo = makeTurns(clock.now);

  router.use((request, response, next) =>
    mayGo(request.ip ?? '') ? next() : sendPage(response.set('Retry-After', '60'), slower),
  );
  router.get('/:token', async ({ params }, response) => {
    const view = await useCases.oncePage(params.token);
    sendPage(response, view === null ? nowhere : pageOf(view));
  });
  router.post('/:token', (request, response, next) =>
    isOwn(request, publicUrl) ? next() : sendPage(response, nowhere),
  );
  router.post('/:token', express.urlencoded({ extended: false, limit: longestForm, parameterLimit: 10 }));
  router.post('/:token', async ({ params, body }, response) => {
    sendPage(response, await pressed(useCases, params.token, body));
  });
  router.use((_request, response) => sendPage(response, nowhere));
  router.use(failure(log));
  return router;
}

const pageOf = ({ purpose, apps }: { purpose: 'show' | 'set'; apps: readonly string[] }): Page =>
  purpose === 'show' ? askToShow(apps) : askToSet(apps, null);

async function pressed(useCases: OnceWebDeps['useCases'], token: string, body: unknown): Promise<Page> {
  const view = await useCases.oncePage(token);
  if (view === null) return nowhere;
  if (view.purpose === 'show') {
    const shown = await useCases.showOnce(token);
    return shown === null ? nowhere : showing(shown.apps, shown.password);
  }
  const form = Form.safeParse(body);
  if (!form.success) return askToSet(view.apps, 'fill in both fields');
  const { password, again } = form.data;
  if (password !== again) return askToSet(view.apps, 'the two fields are not the same');
  const outcome = await useCases.setOnce(token, password);
  if (outcome === null) return nowhere;
  return outcome.result === 'weak' ? askToSet(view.apps, outcome.why) : wasSet(outcome.apps);
}

/**
 * Sent by a page of ours. Our own pages send no referrer, and browsers then name no origin in a form (`null`, Fetch standard,
 * *append a request Origin header*): there the browser's own word on where it comes from counts, as far as it gives one.
 */
export function isOwn({ headers }: Request, publicUrl: string): boolean {
  const { origin, host, 'sec-fetch-site': site = 'same-origin' } = headers;
  if (origin === undefined) return false;
  if (origin === 'null') return site === 'same-origin';
  return origin === new URL(publicUrl).origin || origin === `http://${host}` || origin === `https://${host}`;
}

/** Without the request: its address is the link. */
export function failure(log: Log): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status: unknown = error?.status;
    if (typeof status === 'number' && status >= 400 && status < 500) return sendPage(response, unreadable(status));
    if (error instanceof RollcallError)
      log.warn({ code: error.code, remedy: error.remedy }, `a one-time page failed: ${error.message}`);
    else log.error({ error }, 'a one-time page failed');
    sendPage(response, ourFault);
  };
}
