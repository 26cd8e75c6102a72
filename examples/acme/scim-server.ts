/**
 * An app of the example company that speaks SCIM 2.0: a real server (scimmy) with its accounts in one file and a page to watch them.
 *
 *   node --import tsx examples/acme/scim-server.ts --port 4001 --name crm --file crm.json --token-env CRM_TOKEN --groups "Sales,Managers"
 *
 * It listens on 127.0.0.1 only (port 0: any), says so in one line, and ends on SIGTERM or with the process that started it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { parseArgs } from 'node:util';
import express from 'express';
import SCIMMYRouters from 'scimmy-routers';
import { moreSeats, page } from './scim-page.ts';
import { addGroups, declareGroups, declareUsers } from './scim-resources.ts';
import { openStore } from './scim-store.ts';
import { serve, toPeopleHere } from './serving.ts';
import { doorway } from './sign-on-page.ts';
import type { Visitors } from './sign-on-router.ts';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    name: { type: 'string', default: 'app' },
    file: { type: 'string' },
    /** Name of the environment variable that holds the bearer token. Left out: anybody on this machine may call. */
    'token-env': { type: 'string' },
    groups: { type: 'string', default: '' },
    seed: { type: 'string' },
    /** Where the identity provider describes itself, so that people sign on by SAML. Left out: nobody signs on here. */
    provider: { type: 'string' },
  },
});
if (options.file === undefined) throw new Error('--file says where the accounts are kept');
const token = options['token-env'] === undefined ? undefined : process.env[options['token-env']];
if (options['token-env'] !== undefined && !token)
  throw new Error(`${options['token-env']} is not set in the environment`);

const { name } = options;
const store = openStore(options.file, options.seed);
addGroups(store, options.groups.split(','));
declareUsers(store);
declareGroups(store);
await store.saved();

const digest = (text: string) => createHash('sha256').update(text).digest();
const signing = await signingOf(options.file, options.provider);
const app = express()
  .disable('x-powered-by')
  .use('/scim/v2', new SCIMMYRouters({ type: 'bearer', handler: authenticate }))
  .use(toPeopleHere)
  .get('/', showPage)
  .post('/seats', addSeats);
if (signing !== null) app.use(signing.router);
const origin = serve(app, {
  ...{ port: Number(options.port), saved: store.saved },
  says: (url) => `${name} listens on ${url}/ and speaks SCIM at ${url}/scim/v2`,
});

/** Loaded only where people sign on here. */
async function signingOf(file: string, metadata: string | undefined): Promise<Visitors | null> {
  if (metadata === undefined) return null;
  const { scimSignOns } = await import('./scim-sign-on.ts');
  return scimSignOns({ name, store, file, metadata, origin: () => origin() });
}

function authenticate(request: express.Request): string {
  const [, given = ''] = /^Bearer (.+)$/.exec(request.header('authorization') ?? '') ?? [];
  if (token !== undefined && !timingSafeEqual(digest(given), digest(token)))
    throw new Error('The bearer token is not valid');
  return '';
}

function showPage(request: express.Request, response: express.Response): void {
  const door = signing === null ? '' : doorway(signing.behind, signing.visitor(request));
  response.type('html').send(page(name, store, door));
}

/** From its own page only: another site that posts here changes nothing. */
async function addSeats(request: express.Request, response: express.Response): Promise<void> {
  if (request.header('origin') !== `http://${request.header('host')}`) {
    response.status(403).type('text').send('Press the button on the page of this app.');
    return;
  }
  if (store.seats !== undefined) store.seats += moreSeats;
  await store.saved();
  response.redirect(303, '/');
}
