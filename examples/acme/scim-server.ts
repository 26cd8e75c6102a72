/**
 * An app of the example company that speaks SCIM 2.0: a real server (scimmy) with its accounts in one file and a page to watch them.
 *
 *   node --import tsx examples/acme/scim-server.ts --port 4001 --name crm --file crm.json --token-env CRM_TOKEN --groups "Sales,Managers"
 *
 * It listens on 127.0.0.1 only (port 0: any), says so in one line, and ends on SIGTERM or with the process that started it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import express from 'express';
import SCIMMYRouters from 'scimmy-routers';
import { moreSeats, page } from './scim-page.ts';
import { addGroups, declareGroups, declareUsers } from './scim-resources.ts';
import { openStore } from './scim-store.ts';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    name: { type: 'string', default: 'app' },
    file: { type: 'string' },
    /** Name of the environment variable that holds the bearer token. Left out: anybody on this machine may call. */
    'token-env': { type: 'string' },
    groups: { type: 'string', default: '' },
    seed: { type: 'string' },
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
const server = createServer(
  express()
    .disable('x-powered-by')
    .get('/', showPage)
    .post('/seats', addSeats)
    .use('/scim/v2', new SCIMMYRouters({ type: 'bearer', handler: authenticate })),
);
server.listen(Number(options.port), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`${name} listens on ${url}/ and speaks SCIM at ${url}/scim/v2\n`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (process.connected ? undefined : stop()));
process.once('disconnect', stop);

function stop(): void {
  server.close();
  server.closeAllConnections();
  void store.saved().then(() => process.exit(0));
}

function authenticate(request: express.Request): string {
  const [, given = ''] = /^Bearer (.+)$/.exec(request.header('authorization') ?? '') ?? [];
  if (token !== undefined && !timingSafeEqual(digest(given), digest(token)))
    throw new Error('The bearer token is not valid');
  return '';
}

/** For people at this machine only: a page elsewhere that points its own name here gets nothing. */
function showPage(request: express.Request, response: express.Response): void {
  response.set({
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    'Cache-Control': 'no-store',
  });
  if (['127.0.0.1', 'localhost'].includes(request.hostname)) response.type('html').send(page(name, store));
  else response.status(403).type('text').send('Open this page as 127.0.0.1.');
}

/** From its own page only: another site that posts here changes nothing. */
async function addSeats(request: express.Request, response: express.Response): Promise<void> {
  const own = ['127.0.0.1', 'localhost'].includes(request.hostname);
  if (!own || request.header('origin') !== `http://${request.header('host')}`) {
    response.status(403).type('text').send('Press the button on the page of this app.');
    return;
  }
  if (store.seats !== undefined) store.seats += moreSeats;
  await store.saved();
  response.redirect(303, '/');
}
