import { fileURLToPath } from 'node:url';
import express, { type ErrorRequestHandler, type Router } from 'express';
import { actionRoutes } from './action-routes.ts';
import { guard, protect } from './guard.ts';
import { explain } from './outcome-words.ts';
import { renderPage, renderSidebar } from './render-shell.ts';
import { openStream, type PageWorkspace } from './stream.ts';
import { firstPlace, people, viewerOf } from './viewer.ts';

/** Settings of the page: its title (default: the team's name), and lines of the host program to show above everything. */
export type PageOptions = { title?: string; notices?: () => readonly string[] };

/**
 * The browser page of the workspace at `/`, its files, stream and actions under `/page/`. Mount it at the root of a server that
 * listens on loopback; it refuses any other Host and any foreign Origin, and touches no other path.
 */
export function pageRouter(workspace: PageWorkspace, options: PageOptions = {}): Router {
  const { state } = workspace;
  const { notices = () => [] } = options;
  const router = express.Router();

  router.get('/', ...guard, (_request, response) => {
    const nonce = protect(response);
    const first = people(state)[0];
    const viewer = first && viewerOf(state, first.id, new Date());
    if (!viewer) return void response.status(503).type('text').send('This workspace has no people yet.\n');
    const sidebar = renderSidebar(state, viewer, firstPlace(viewer));
    const shell = renderPage({ title: options.title ?? state.team.name, nonce, sidebar, user: viewer.user.id });
    response.type('html').send(shell.markup);
  });

  router.use('/page', ...guard);
  router.get('/page/stream', (request, response) => openStream(request, response, workspace, notices));
  router.use('/page', actionRoutes(workspace));
  router.use(
    '/page',
    express.static(fileURLToPath(new URL('./client', import.meta.url)), { index: false, cacheControl: false }),
  );
  router.use('/page', (_request, response) => void response.status(404).type('text').send('No such file.\n'));
  router.use('/page', failure(state.appName));
  return router;
}

/** A broken body is the sender's fault: 400 and a sentence. Anything else is ours and goes to the host's own error handling. */
function failure(appName: string): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent || !(error?.status < 500)) return next(error);
    const code = 'invalid_arguments';
    response.status(error.status).json({ ok: false, error: code, message: explain(code, appName) });
  };
}
