import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { RollcallError } from '../core/errors.ts';
import { resourceTypesOf, schemasOf, serviceProviderConfig } from '../core/scim/discovery.ts';
import { errorBody, ScimError } from '../core/scim/error.ts';
import { parseJson } from '../core/scim/json.ts';
import { kindAt, type ResourceKind, resourceTypes } from '../core/scim/schema.ts';
import type { Inbound } from '../engine/inbound/inbound.ts';
import type { PushedResources } from '../engine/inbound/resources.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { sendFound, sendShown } from './scim-answer.ts';
import { asked, askedIn, projectionOf } from './scim-query.ts';
import { makeTurns } from './turns.ts';

export type ScimWebDeps = {
  useCases: Inbound;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Where sources reach this Rollcall. */
  publicUrl: string;
};

/** A group of some fifty thousand members. */
const longestBody = '4mb';
/** Wrong tokens of one address: so many at once, and so many a second in the long run. */
const wrongTokens = { burst: 20, perSecond: 0.2 };

/** What the first step after `/scim/v2` means where it is no directory's name. */
const endpoints = new Set([
  ...Object.values(resourceTypes).map(({ endpoint }) => endpoint),
  ...['ServiceProviderConfig', 'ResourceTypes', 'Schemas', 'Me', 'Bulk', '.search'],
]);

type Call = { people: PushedResources; base: string };

/**
 * SCIM 2.0 for the sources that push people and groups to a directory of ours (RFC 7643, 7644), mounted at `/scim/v2`:
 * `/scim/v2/NAME/Users`, or without the name where there is only one such directory. Whoever shows no token of it learns nothing.
 */
export function scimRouter({ useCases, clock, log, publicUrl }: ScimWebDeps): Router {
  const router = Router({ caseSensitive: true, strict: false });
  const mayTry = makeTurns(clock.now, wrongTokens);
  const root = `${publicUrl}/scim/v2`;
  const baseOf = (name: string | null) => (name === null ? root : `${root}/${encodeURIComponent(name)}`);

  const admitted = async (request: Request, response: Response): Promise<Call | null> => {
    const [first] = stepsOf(request);
    const directory = first === undefined || endpoints.has(first) ? null : first;
    const from = request.ip ?? '';
    const people = await useCases.pushedBy({ directory, token: bearer(request), from }, baseOf);
    if (people !== null) return { people, base: baseOf(directory) };
    if (!mayTry(from)) response.set('Retry-After', '60');
    const slowed = response.hasHeader('Retry-After');
    sendError(response.set('WWW-Authenticate', 'Bearer realm="Rollcall"'), slowed ? tooMany : noToken);
    return null;
  };
  const callOf = (response: Response) => response.locals.call as Call;

  router.use(async (request, response, next) => {
    const call = await admitted(request, response);
    if (call === null) return;
    response.locals.call = call;
    const [first] = stepsOf(request);
    // From here on the address is the same for everybody.
    if (first !== undefined && !endpoints.has(first)) request.url = withoutFirst(request.url);
    next();
  });
  router.use(express.text({ type: () => true, limit: longestBody, defaultCharset: 'utf-8' }));
  router.use(discoveryRouter((response) => callOf(response).base));
  router.use(resourcesRouter((response) => callOf(response).people));
  router.use((request) => {
    throw notHere(request);
  });
  router.use(failure(log));
  return router;
}

const noToken = new ScimError(401, 'Show a token of this directory as `Authorization: Bearer …`.');
const tooMany = new ScimError(429, 'Too many requests with a token that does not hold: wait a minute.');

/** The steps of the address, decoded. @throws URIError where an escape in it is none */
const stepsOf = ({ path }: Request): string[] =>
  path
    .split('/')
    .filter((step) => step !== '')
    .map(decodeURIComponent);

const withoutFirst = (url: string): string => url.replace(/^\/+[^/?]*/, '').replace(/^(?!\/)/, '/');

const bearer = ({ headers }: Request): string | null =>
  /^Bearer +([\x21-\x7e]{1,500})$/i.exec(headers.authorization?.trim() ?? '')?.[1] ?? null;

function discoveryRouter(base: (response: Response) => string): Router {
  const router = Router({ caseSensitive: true });
  router.get('/ServiceProviderConfig', (_request, response) => {
    send(response, 200, serviceProviderConfig(base(response)));
  });
  const lists = { ResourceTypes: resourceTypesOf, Schemas: schemasOf };
  for (const [name, all] of Object.entries(lists)) {
    router.get(`/${name}`, ({ query }, response) => {
      if (query.filter !== undefined) throw new ScimError(403, `${name} cannot be filtered.`);
      sendFound(response, all(base(response)));
    });
    router.get(`/${name}/:id`, ({ params }, response) => {
      const found = all(base(response)).find(({ id }) => id === params.id);
      if (found === undefined) throw new ScimError(404, `There is nothing of this name among the ${name}.`);
      send(response, 200, found);
    });
  }
  return router;
}

function resourcesRouter(people: (response: Response) => PushedResources): Router {
  const router = Router({ caseSensitive: true });
  router.get('/:endpoint', async (request, response) => {
    const found = await people(response).search(kindOf(request), asked(request));
    sendFound(response, found.resources, found, projectionOf(request));
  });
  router.post('/:endpoint/.search', async (request, response) => {
    const { search, projection } = askedIn(bodyOf(request));
    const found = await people(response).search(kindOf(request), search);
    sendFound(response, found.resources, found, projection);
  });
  router.post('/:endpoint', async (request, response) => {
    const shown = await people(response).create(kindOf(request), bodyOf(request));
    sendShown(response.status(201).location(shown.location), shown, projectionOf(request));
  });
  router.get('/:endpoint/:id', async (request, response) => {
    const shown = await people(response).get(kindOf(request), request.params.id);
    sendShown(response, shown, projectionOf(request), request.get('If-None-Match') ?? null);
  });
  router.put('/:endpoint/:id', async (request, response) => {
    const kind = kindOf(request);
    const shown = await people(response).replace(kind, request.params.id, bodyOf(request), ifMatch(request));
    sendShown(response, shown, projectionOf(request));
  });
  router.patch('/:endpoint/:id', async (request, response) => {
    const kind = kindOf(request);
    const shown = await people(response).patch(kind, request.params.id, bodyOf(request), ifMatch(request));
    sendShown(response, shown, projectionOf(request));
  });
  router.delete('/:endpoint/:id', async (request, response) => {
    await people(response).remove(kindOf(request), request.params.id, ifMatch(request));
    response.status(204).end();
  });
  return router;
}

function kindOf(request: Request): ResourceKind {
  const kind = kindAt(String(request.params.endpoint));
  if (kind === null) throw notHere(request);
  return kind;
}

/** `/Me` and `/Bulk` are not done here, as RFC 7644 sections 3.7 and 3.11 have it. */
function notHere({ path, method }: Request): ScimError {
  const [first = ''] = path.split('/').filter((step) => step !== '');
  if (first === 'Me' || first === 'Bulk') return new ScimError(501, `/${first} is not done here.`);
  return kindAt(first) === null
    ? new ScimError(404, 'There is nothing at this address.')
    : new ScimError(405, `${method} is not done at this address.`);
}

const bodyOf = ({ body }: Request) => parseJson(typeof body === 'string' ? body : '');
const ifMatch = (request: Request): string | null => request.get('If-Match') ?? null;

function send(response: Response, status: number, body: unknown): void {
  response.status(status).type('application/scim+json').send(JSON.stringify(body));
}

const sendError = (response: Response, error: ScimError): void => send(response, error.status, errorBody(error));

/** What is wrong with a request is its sender's to mend; a store that is down is told, so that it is sent again. */
const failure =
  (log: Log): ErrorRequestHandler =>
  (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof ScimError) return sendError(response, error);
    const status: unknown = error?.status;
    if (error instanceof URIError) return sendError(response, unreadable(400));
    if (typeof status === 'number' && status >= 400 && status < 500) return sendError(response, unreadable(status));
    const isDown = error instanceof RollcallError && error.next === 'retry';
    log[isDown ? 'warn' : 'error']({ error }, 'a SCIM request could not be answered');
    sendError(response.set('Retry-After', '30'), new ScimError(503, 'Try again later.'));
  };

const unreadable = (status: number): ScimError =>
  status === 413
    ? new ScimError(413, `The body is larger than ${longestBody}: send members in several requests.`)
    : new ScimError(status, 'The request cannot be read.', status === 400 ? 'invalidSyntax' : null);
