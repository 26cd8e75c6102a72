import express, { type ErrorRequestHandler, Router } from 'express';
import type { Clock, Log } from '../engine/ports.ts';
import type { Notices } from '../engine/sync/notices.ts';
import { makeTurns } from './turns.ts';

export type HookWebDeps = { useCases: Notices; clock: Pick<Clock, 'now'>; log: Log };

/** A batch of many events, each told at length. */
const longestDelivery = '1mb';

/**
 * Where the sources of directories say that something changed, mounted at `/hooks`: one address for each directory. Whatever is wrong
 * with a delivery, the answer is the same; a store that is down is told, so that the source sends again.
 */
export function hooksRouter({ useCases, clock, log }: HookWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const mayGo = makeTurns(clock.now);
  router.use((request, response, next) => {
    if (mayGo(request.ip ?? '')) return next();
    response.status(429).set('Retry-After', '60').json({ error: 'too many requests' });
  });
  router.post('/:directory', express.text({ type: () => true, limit: longestDelivery }));
  router.post('/:directory', async ({ params, body, headers }, response) => {
    const header = (name: string): string | undefined => [headers[name.toLowerCase()] ?? []].flat()[0];
    const outcome = await useCases.notice(params.directory, { header, body: typeof body === 'string' ? body : '' });
    if (outcome === 'refused') response.status(404).json({ error: 'nothing here' });
    else response.json({ ok: true });
  });
  router.use((_request, response) => void response.status(404).json({ error: 'nothing here' }));
  router.use(failure(log));
  return router;
}

const failure =
  (log: Log): ErrorRequestHandler =>
  (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status: unknown = error?.status;
    if (typeof status === 'number' && status >= 400 && status < 500)
      return void response.status(status).json({ error: 'unreadable' });
    log.warn({ error }, 'a notice of a directory could not be kept');
    response.status(503).set('Retry-After', '30').json({ error: 'try again later' });
  };
