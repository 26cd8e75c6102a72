import { type ErrorRequestHandler, Router } from 'express';
import { z } from 'zod';
import { RollcallError } from '../core/errors.ts';
import type { SignIn } from '../engine/approve/sign-in.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { DecideOutcome } from '../engine/use-cases.ts';
import { boundBrowser } from './bound-browser.ts';
import { html } from './html.ts';
import { oidcClient } from './oidc.ts';
import { type Page, sendPage } from './page.ts';
import type { Provider, SignInCalls } from './provider.ts';
import { makeTurns } from './turns.ts';

export type StepUpDeps = {
  useCases: SignIn;
  clock: Pick<Clock, 'now' | 'deadline'>;
  /** This machine's own clock, which the provider's word is held against; left out: it is `clock`. */
  machine?: Pick<Clock, 'now'>;
  log: Log;
  /** Where people reach this Rollcall; the provider sends them back there. */
  publicUrl: string;
  /** The provider of the present configuration; null: none. @throws RollcallError when its secret is not set. */
  provider(): Promise<Provider | null>;
  /** How providers are called. */
  calls: SignInCalls;
};

/** Milliseconds a browser remembers that it went to sign in. */
const patience = 10 * 60_000;
const Back = z.object({
  state: z.string().regex(/^[\w-]{16,500}$/),
  code: z.string().max(4_000).optional(),
  iss: z.string().max(2_000).optional(),
  error: z.string().optional(),
});

/**
 * The sign-in before something risky is decided, mounted at `/step-up`. Looking at the page changes nothing; *Sign in* goes to the
 * provider; coming back decides, once. Whatever is wrong with a link, the answer is the same.
 */
export function stepUpRouter(deps: StepUpDeps): Router {
  const { useCases, clock, log, publicUrl } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  const mayGo = makeTurns(clock.now);
  const oidc = oidcClient(deps);
  const redirect = `${publicUrl}/step-up/callback`;
  const browser = boundBrowser({ name: 'rollcall_step_up', path: '/step-up', publicUrl, patience });

  router.use((request, response, next) =>
    mayGo(request.ip ?? '') ? next() : sendPage(response.set('Retry-After', '60'), slower),
  );
  router.get('/callback', async (request, response) => {
    const back = Back.safeParse(request.query);
    const token = back.success ? browser.tokenIn(request, back.data.state) : null;
    const keys = token === null ? null : await useCases.signInKeys(token);
    if (token === null || keys === null || !back.success || back.data.state !== keys.state)
      return sendPage(response, nowhere);
    const { code, iss, error, state } = back.data;
    const provider = await deps.provider();
    const who =
      code === undefined || provider === null
        ? { failed: error === 'access_denied' ? 'the sign-in was cancelled' : 'the sign-in provider refused' }
        : await oidc.identity(provider, redirect, { code, iss }, keys).catch(asFailed(log));
    const outcome = await useCases.signedIn(token, who);
    sendPage(browser.forget(response, state), outcome === null ? nowhere : donePage(outcome));
  });
  router.get('/:token', async ({ params }, response) => {
    const view = await useCases.signInPage(params.token);
    sendPage(response, view === null ? nowhere : askPage(params.token, view));
  });
  router.get('/:token/go', async ({ params: { token } }, response) => {
    const keys = await useCases.signInKeys(token);
    const provider = keys === null ? null : await deps.provider();
    if (keys === null || provider === null) return sendPage(response, nowhere);
    const address = await oidc.address(provider, redirect, keys);
    browser.send(response, address, { state: keys.state, token });
  });
  router.use((_request, response) => sendPage(response, nowhere));
  router.use(failure(log));
  return router;
}

/** What the person can mend is told as it is; anything else is ours. */
const asFailed =
  (log: Log) =>
  (error: unknown): { failed: string } => {
    if (!(error instanceof RollcallError)) throw error;
    log.warn({ code: error.code }, `a sign-in came to nothing: ${error.message}`);
    return { failed: error.message };
  };

const askPage = (token: string, { decision, about }: { decision: string; about: string }): Page => ({
  status: 200,
  title: 'Sign in to decide',
  body: html`<h1>Sign in to ${decision} this</h1>
<p>${about.charAt(0).toUpperCase() + about.slice(1)}.</p>
<p>This is marked high risk: your press in Slack counts once you have signed in anew. Nothing is decided by looking at this page.</p>
<p><a href="${token}/go">Sign in and ${decision}</a></p>
<p class="quiet">If you did not press anything in Slack, close this page and tell an admin: somebody may be using your Slack account.</p>`,
});

function donePage(outcome: DecideOutcome): Page {
  const heads = { decided: 'It is decided', voted: 'Your consent counts', refused: 'Nothing was decided' } as const;
  const title = outcome.result === 'sign-in' ? heads.refused : heads[outcome.result];
  const status = outcome.result === 'decided' || outcome.result === 'voted' ? 200 : 409;
  return {
    status,
    title,
    body: html`<h1>${title}</h1><p>${outcome.text}</p><p class="quiet">You may close this page.</p>`,
  };
}

/** The same whatever the reason, so that nobody learns from it which links there are. */
const nowhere: Page = {
  status: 404,
  title: 'This link leads nowhere',
  body: html`<h1>This link leads nowhere</h1>
<p>A link to sign in works once, in one browser, and for ten minutes. Press <em>Approve</em> or <em>Reject</em> in Slack again for a new one.</p>`,
};

const slower: Page = {
  status: 429,
  title: 'Too many requests',
  body: html`<h1>Too many requests</h1><p>Nothing was done, and your link is as good as before. Try again in a minute.</p>`,
};

const ourFault: Page = {
  status: 500,
  title: 'Something went wrong',
  body: html`<h1>Something went wrong</h1><p>Nothing was decided. The fault is on Rollcall’s side or the sign-in provider’s; an admin finds it in the log. Press again in Slack in a moment.</p>`,
};

/** Without the request: its address is the link. */
function failure(log: Log): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof RollcallError)
      log.warn({ code: error.code, remedy: error.remedy }, `a sign-in failed: ${error.message}`);
    else log.error({ error }, 'a sign-in failed');
    sendPage(response, ourFault);
  };
}
