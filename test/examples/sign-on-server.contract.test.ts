import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Assertion } from '../../src/core/saml.ts';
import { assertion, keyOf, saml } from '../saml/kit.ts';

/** Apps of the example company, each a process of its own, and an identity provider that describes itself as Rollcall does. */
let provider: Server;
let metadata: string;
let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  const { certificate } = await keyOf('ours');
  provider = createServer((_request, response) => {
    response.end(saml.metadata({ entityId: metadata, signOn: `${metadata}/sso`, certificates: [certificate] }));
  });
  await new Promise<void>((resolve) => void provider.listen(0, '127.0.0.1', resolve));
  metadata = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/saml/metadata`;
});
afterAll(() => void provider.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-acme-'));
});
afterEach(async () => {
  for (const app of running.splice(0)) {
    const exit = once(app, 'exit');
    app.disconnect();
    await exit;
  }
  await rm(folder, { recursive: true });
});

async function start(script: 'sign-on-server' | 'scim-server', file: string) {
  const child = fork(
    new URL(`../../examples/acme/${script}.ts`, import.meta.url).pathname,
    ['--name', 'hub', '--file', file, '--provider', metadata],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  running.push(child);
  const lines = createInterface(child.stdout ?? process.stdin);
  const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  const url = /(http:\/\/[\d.:]+)\//.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`the app did not start: ${String(line)}`);
  const acs = `${url}/saml/acs`;
  let count = 0;
  return {
    url,
    /** What the provider says of Zoë, changed by `more`, signed and base64. */
    async response(more: Partial<Assertion> = {}, key: 'ours' | 'other' = 'ours'): Promise<string> {
      const at = Date.now();
      const ids = { response: `_r${at}-${++count}`, assertion: `_a${at}-${count}`, session: `_s${at}-${count}` };
      const times = { at, until: at + 60_000, sessionUntil: at + 60_000 };
      const said = { issuer: metadata, audience: `${url}/saml/metadata`, acs, ids, ...times, ...more };
      return Buffer.from(saml.respond(assertion(said), await keyOf(key))).toString('base64');
    },
    post: (SAMLResponse: string, RelayState = '/') =>
      fetch(acs, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ SAMLResponse, RelayState }) }),
  };
}

const accountsIn = async (file: string) => JSON.parse(await readFile(file, 'utf8')).users;

describe('an app whose accounts are made by sign-on', () => {
  it('makes one at the first, of what is said then, and keeps it as it is at the second', async () => {
    const file = join(folder, 'hub.json');
    const hub = await start('sign-on-server', file);
    const first = await hub.post(await hub.response(), '/images/base?tag=1');
    expect([first.status, first.headers.get('location')]).toEqual([303, '/images/base?tag=1']);
    const said = { displayName: 'Zoë O’Neil', groups: ['Sales', 'R & D'] };
    expect(await accountsIn(file)).toMatchObject([{ userName: 'zoe@acme.test', ...said, signOns: 1 }]);
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const behind = await fetch(`${hub.url}/images/base`, { headers: { cookie } });
    expect(await behind.text()).toContain('shown to <b>zoe@acme.test</b>');
    const attributes = [{ name: 'displayName', values: ['Another'] }];
    expect((await hub.post(await hub.response({ attributes }))).status).toBe(303);
    expect(await accountsIn(file)).toMatchObject([{ ...said, signOns: 2 }]);
  });

  it('takes each assertion once, and keeps which it took', async () => {
    const file = join(folder, 'hub.json');
    const hub = await start('sign-on-server', file);
    const response = await hub.response();
    expect((await hub.post(response)).status).toBe(303);
    const again = await hub.post(response);
    expect([again.status, await again.text()]).toEqual([403, expect.stringContaining('This sign-on was used already')]);
    expect(JSON.parse(await readFile(file, 'utf8')).used).toHaveLength(1);
  });

  it.each([
    ['another recipient', { acs: 'http://127.0.0.1:1/saml/acs' }, 'meant for another address'],
    ['another audience', { audience: 'urn:other' }, 'audience'],
    ['another issuer', { issuer: 'urn:other' }, 'another identity provider'],
    ['a request of somebody else', { inResponseTo: '_guessed' }, 'InResponseTo is not valid'],
    ['a response without a signature of its own', { sign: 'assertion' }, 'Invalid document signature'],
    ['an assertion without a signature of its own', { sign: 'response' }, 'Invalid signature'],
    ['what is too old', { until: Date.now() - 120_000 }, 'expired'],
  ] as const)('refuses %s', async (_what, more, why) => {
    const file = join(folder, 'hub.json');
    const hub = await start('sign-on-server', file);
    const answer = await hub.post(await hub.response(more));
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(why)]);
    expect(await accountsIn(file)).toEqual([]);
  });

  it('refuses what another key signed, and leads nobody to another site', async () => {
    const hub = await start('sign-on-server', join(folder, 'hub.json'));
    expect((await hub.post(await hub.response({}, 'other'))).status).toBe(403);
    for (const away of ['https://evil.test/', '//evil.test/', '/\\evil.test', 'javascript:alert(1)', '/a\nb'])
      expect((await hub.post(await hub.response(), away)).headers.get('location'), away).toBe('/');
  });

  it('asks whoever has no session, with a request our side reads', async () => {
    const hub = await start('sign-on-server', join(folder, 'hub.json'));
    const page = await fetch(`${hub.url}/images/base`, { redirect: 'manual' });
    const asked = await fetch(new URL(page.headers.get('location') ?? '', hub.url), { redirect: 'manual' });
    const address = new URL(asked.headers.get('location') ?? '');
    expect(address.href).toContain(`${metadata}/sso?`);
    const request = saml.readRequest({ binding: 'redirect', query: address.search.slice(1) }, () => []);
    expect(request).toMatchObject({ issuer: `${hub.url}/saml/metadata`, relayState: '/images/base', signed: false });
    const described = saml.readMetadata(await (await fetch(`${hub.url}/saml/metadata`)).text());
    expect(described).toMatchObject({ entityId: request.issuer, acs: [{ url: `${hub.url}/saml/acs` }] });
    const answered = await hub.post(await hub.response({ inResponseTo: request.id }), '/images/base');
    expect(answered.headers.get('location')).toBe('/images/base');
  });
});

describe('an app whose accounts are provisioned', () => {
  it('signs on whoever has an active account, and makes none', async () => {
    const file = join(folder, 'wiki.json');
    const users = [
      { id: '1', userName: 'zoe@acme.test', active: true },
      { id: '2', userName: 'max@acme.test', active: false },
    ];
    await writeFile(file, JSON.stringify({ users, groups: [] }));
    const wiki = await start('scim-server', file);
    expect((await wiki.post(await wiki.response())).status).toBe(303);
    for (const value of ['max@acme.test', 'new@acme.test']) {
      const answer = await wiki.post(await wiki.response({ nameId: { format: 'emailAddress', value } }));
      expect(await answer.text()).toContain(`${value} has no active account in hub`);
    }
    expect(await accountsIn(file)).toHaveLength(2);
  });
});
