import express, { Router } from 'express';
import { z } from 'zod';
import type { Connecting } from '../engine/connect/connecting.ts';
import { failure, isOwn, type OnceWebDeps } from './once.ts';
import { slower } from './once-pages.ts';
import { type Page, sendPage } from './page.ts';
import { askForSecrets, noSecretsHere, secretsSet } from './secret-pages.ts';
import { makeTurns } from './turns.ts';

export type SecretsWebDeps = Omit<OnceWebDeps, 'useCases'> & {
  useCases: Pick<Connecting, 'secretPage' | 'setSecrets'>;
};

/** A few keys with their certificates. */
const longestForm = '100kb';
const Form = z.record(z.string().max(200), z.string().max(20_000));

/**
 * The pages on which credentials are entered, mounted at `/once/secrets`. Looking at one uses nothing up; whatever is wrong with a
 * link, the answer is the same.
 */
export function secretsRouter({ useCases, clock, log, publicUrl }: SecretsWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const mayGo = makeTurns(clock.now);

  router.use((request, response, next) =>
    mayGo(request.ip ?? '') ? next() : sendPage(response.set('Retry-After', '60'), slower),
  );
  router.get('/:token', async ({ params }, response) => {
    const form = await useCases.secretPage(params.token);
    sendPage(response, form === null ? noSecretsHere : askForSecrets(form));
  });
  router.post('/:token', (request, response, next) =>
    isOwn(request, publicUrl) ? next() : sendPage(response, noSecretsHere),
  );
  router.post('/:token', express.urlencoded({ extended: false, limit: longestForm, parameterLimit: 20 }));
  router.post('/:token', async ({ params, body }, response) => {
    sendPage(response, await entered(useCases, params.token, body));
  });
  router.use((_request, response) => sendPage(response, noSecretsHere));
  router.use(failure(log));
  return router;
}

async function entered(useCases: SecretsWebDeps['useCases'], token: string, body: unknown): Promise<Page> {
  const form = await useCases.secretPage(token);
  if (form === null) return noSecretsHere;
  const sent = Form.safeParse(body);
  const [first] = form.fields;
  if (!sent.success) return askForSecrets(form, new Map([[first?.path ?? '', 'that could not be read']]));
  // A browser sends line breaks in its own way.
  const values = Object.entries(sent.data).map(([path, value]) => [path, value.replaceAll('\r\n', '\n')] as const);
  const outcome = await useCases.setSecrets(token, Object.fromEntries(values));
  if (outcome === null) return noSecretsHere;
  return outcome.result === 'set' ? secretsSet(outcome.title) : askForSecrets(form, outcome.problems);
}
