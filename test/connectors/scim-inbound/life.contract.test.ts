import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Bot, dataFolder, eventually, freePorts, rollcall, startBot } from '../../e2e/bot.ts';
import { type Sink, sinks } from '../lives/targets.ts';

/** Okta pushes to the real process, and what follows in an app follows by itself: nobody starts a sync. The steps build on each other. */
const folder = dataFolder();
const zoe = 'zoe@acme.test';
let port: number;
let bot: Bot;
let app: Sink;
let token: string;
let id: string;

const run = (...args: string[]) => rollcall(folder.dir, port, args, app.env);

async function okta(method: string, path: string, body?: object, shown = token) {
  const response = await fetch(`${bot.url}/scim/v2/okta${path}`, {
    method,
    headers: { authorization: `Bearer ${shown}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answered = (response.status === 204 ? {} : await response.json()) as { id?: string; [name: string]: unknown };
  return { status: response.status, body: answered };
}
const person = (userName: string) => ({
  ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, externalId: `00u-${userName}`, active: true },
  ...{ name: { givenName: 'Zoe', familyName: 'Smith' }, emails: [{ primary: true, value: userName, type: 'work' }] },
  ...{ displayName: 'Zoe Smith', title: 'Clerk', groups: [], password: 'not-kept-anywhere' },
});
const patch = (value: object) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value }],
});
const becomes = (wanted: object) =>
  eventually(
    async () => (await app.accounts())[zoe] ?? null,
    (seen) => JSON.stringify(seen) === JSON.stringify(wanted),
  );

beforeAll(async () => {
  port = await freePorts();
  app = await (sinks.scim as () => Promise<Sink>)();
  const provisioning = {
    enabled: true,
    onDelete: 'suspend',
    approval: { create: false, suspend: false, reactivate: false },
  };
  const config = {
    ...{
      version: 1,
      settings: { admins: ['p0@acme.test'], approvers: ['p0@acme.test', 'p1@acme.test'], channel: '#access' },
    },
    directories: [{ name: 'okta', connector: 'scim-inbound' }],
    roles: [{ name: 'Staff', apps: ['crm'] }],
    mappings: [{ name: 'Everybody', roles: ['Staff'] }],
    apps: [{ name: 'crm', ...app.app, provisioning }],
  };
  const file = join(folder.dir, 'rollcall.yml');
  writeFileSync(file, stringify(config));
  const imported = await run('config', 'import', file, '--yes');
  expect(imported, imported.err).toMatchObject({ code: 0 });
  bot = await startBot(folder.dir, port, app.env);
});
afterAll(async () => {
  await bot?.stop();
  await app?.stop();
  await folder.remove();
});

describe('a directory that is pushed to', () => {
  it('takes a token that a command makes beside the running bot, and no other', async () => {
    const made = await run('directory', 'token', 'okta', '--json');
    expect(made, made.err).toMatchObject({ code: 0 });
    token = JSON.parse(made.out).token;
    expect((await okta('GET', '/Users?startIndex=1&count=2')).body).toMatchObject({ totalResults: 0 });
    expect((await okta('GET', '/Users', undefined, 'wrong')).status).toBe(401);
    expect(await run('directory', 'token', 'hr')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no directory named hr'),
    });
    expect((await run('directory', 'token', 'okta', '--list')).out).toMatch(/^made at .* holds until /);
  });

  it('gives whoever is pushed an account', async () => {
    // Enough others that one of them is no mass departure.
    for (let n = 0; n < 12; n += 1) expect((await okta('POST', '/Users', person(`p${n}@acme.test`))).status).toBe(201);
    const made = await okta('POST', '/Users', person(zoe));
    expect(made.status).toBe(201);
    id = made.body.id ?? '';
    await becomes({ title: 'Clerk', active: true });
  });

  it('follows a change', async () => {
    const { body } = await okta('GET', `/Users/${id}`);
    expect((await okta('PUT', `/Users/${id}`, { ...body, title: 'Head of Sales' })).status).toBe(200);
    await becomes({ title: 'Head of Sales', active: true });
  });

  it('suspends whoever is deactivated, and brings them back', async () => {
    expect((await okta('PATCH', `/Users/${id}`, patch({ active: false }))).status).toBe(200);
    await becomes({ title: 'Head of Sales', active: false });
    expect((await okta('PATCH', `/Users/${id}`, patch({ active: true }))).status).toBe(200);
    await becomes({ title: 'Head of Sales', active: true });
  });

  it('keeps what was pushed when the bot is killed right after its answer', async () => {
    expect((await okta('PATCH', `/Users/${id}`, patch({ active: false }))).status).toBe(200);
    await bot.kill();
    bot = await startBot(folder.dir, port, app.env);
    await becomes({ title: 'Head of Sales', active: false });
    expect((await okta('GET', `/Users/${id}`)).body).toMatchObject({ active: false, title: 'Head of Sales' });
  });

  it('lets nobody in once the tokens are taken back, and tells what was done with them', async () => {
    expect(await run('directory', 'token', 'okta', '--revoke')).toMatchObject({ code: 0 });
    expect((await okta('GET', '/Users')).status).toBe(401);
    const events = (await run('events', '--json', '--limit', '100')).out;
    expect(events).toContain('made a token to push to the directory okta');
    expect(events).toContain('took back every token to push to the directory okta');
    expect(events).not.toContain(token.slice(14));
    expect(bot.output()).not.toContain(token.slice(14));
  });
});
