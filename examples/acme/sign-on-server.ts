/**
 * An app of the example company that knows people by their sign-on alone (SAML 2.0): it makes an account when somebody first signs on,
 * from what the assertion says, and hears nothing of them later. Its accounts are in one file, with a page to watch them.
 *
 *   node --import tsx examples/acme/sign-on-server.ts --port 4003 --name "Image Hub" --file hub.json --provider http://127.0.0.1:3000/saml/metadata
 *
 * It listens on 127.0.0.1 only (port 0: any), says so in one line, and ends on SIGTERM or with the process that started it.
 */
import { parseArgs } from 'node:util';
import express from 'express';
import { serve, toPeopleHere } from './serving.ts';
import type { SignedOn } from './sign-on-assertion.ts';
import { doorway, hubPage } from './sign-on-page.ts';
import { signOns } from './sign-on-router.ts';
import { openSignOnStore } from './sign-on-store.ts';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    name: { type: 'string', default: 'hub' },
    file: { type: 'string' },
    provider: { type: 'string' },
  },
});
if (options.file === undefined) throw new Error('--file says where the accounts are kept');
if (options.provider === undefined) throw new Error('--provider says where the identity provider describes itself');

const { name, provider: metadata } = options;
const behind = 'images';
const { users, used, saved } = openSignOnStore(options.file);
await saved();

const { router, visitor } = signOns({
  ...{ name, behind, metadata, used, admit },
  origin: () => origin(),
  isHere: (userName) => users.has(userName),
});
const app = express()
  .disable('x-powered-by')
  .use(toPeopleHere)
  .get('/', (request, response) => {
    response.type('html').send(hubPage(name, users, doorway(behind, visitor(request))));
  })
  .use(router);
const origin = serve(app, {
  ...{ port: Number(options.port), saved },
  says: (url) => `${name} listens on ${url}/ and signs people on at ${url}/saml/acs`,
});

/** Whoever has no account gets one, as the assertion says; whoever has one keeps it as it is. */
async function admit({ userName, attributes }: SignedOn): Promise<null> {
  const one = (target: string) => attributes[target]?.[0] ?? '';
  const account = users.get(userName) ?? {
    ...{ userName, displayName: one('displayName'), title: one('title'), groups: [...(attributes.groups ?? [])] },
    ...{ signOns: 0, firstAt: new Date().toISOString() },
  };
  users.set(userName, { ...account, signOns: account.signOns + 1 });
  await saved();
  return null;
}
