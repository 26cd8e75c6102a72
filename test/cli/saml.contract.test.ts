import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startStore } from '../../src/embedded-mongo/start.ts';
import { dataFolder, freePorts, rollcall } from '../e2e/bot.ts';

/** The command on an empty store that is open already, so that none of them has to open it. */
const folder = dataFolder();
let port: number;
let store: Awaited<ReturnType<typeof startStore>>;
const file = (name: string) => join(folder.dir, name);
const run = (...args: string[]) =>
  rollcall(folder.dir, port, args, { PUBLIC_URL: 'https://rollcall.acme.test', MONGODB_URI: store.uri });
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await run(...args, '--json')).out) as T;
type Key = { id: string; state: string; certificate: string };

const before = `
version: 1
settings: { admins: [ada@acme.test] }
roles: [{ name: Staff, apps: [badges] }]
apps:
  - { name: badges, connector: manual, owners: [ada@acme.test], provisioning: { enabled: true } }
`;
const describing = (entityId: string, acs: string, more = '') => `
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="${more !== ''}">
    ${more}
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${acs}" index="1"/>
    <md:AttributeConsumingService index="1">
      <md:ServiceName xml:lang="en">It</md:ServiceName>
      <md:RequestedAttribute Name="urn:oid:0.9.2342.19200300.100.1.3" isRequired="true"/>
      <md:RequestedAttribute Name="urn:oid:2.5.4.42"/>
    </md:AttributeConsumingService>
  </md:SPSSODescriptor>
</md:EntityDescriptor>`;
const hub = (more = '') => describing('https://hub.acme.test/sp', 'https://hub.acme.test/acs', more);

beforeAll(async () => {
  port = await freePorts();
  store = await startStore({ dir: file('store'), log: () => undefined });
  writeFileSync(file('before.yml'), before);
  writeFileSync(file('hub.xml'), hub());
  writeFileSync(file('clear.xml'), describing('urn:clear', 'http://clear.acme.test/acs'));
  writeFileSync(file('badges.xml'), describing('urn:badges', 'https://badges.acme.test/acs'));
  writeFileSync(file('hostile.xml'), `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${hub('&a;')}`);
  expect(await run('config', 'import', file('before.yml'), '--yes')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await store.stop();
  await folder.remove();
});

it('says where this identity provider is, writes its metadata, and makes the first key for it', async () => {
  expect(await json('saml', 'addresses')).toEqual({
    entityId: 'https://rollcall.acme.test/saml/metadata',
    signOn: 'https://rollcall.acme.test/saml/sso',
    metadata: 'https://rollcall.acme.test/saml/metadata',
  });
  expect(await run('saml', 'metadata', file('ours.xml'))).toMatchObject({ code: 0, err: '' });
  const written = readFileSync(file('ours.xml'), 'utf8');
  expect(written).toContain('entityID="https://rollcall.acme.test/saml/metadata"');
  expect(await json<Key[]>('saml', 'keys')).toMatchObject([{ state: 'signing' }]);
});

it('adds an app out of its metadata once somebody says yes, and the same again changes nothing', async () => {
  const unknown = await run('saml', 'import', 'hub', file('hub.xml'), '--yes');
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.err).toContain('there is no app hub');
  expect(unknown.err).toContain('give --new');
  const shown = await run('saml', 'import', 'hub', file('hub.xml'), '--new');
  expect(shown.code).toBe(1);
  for (const part of ['https://hub.acme.test/acs (index 1)', 'urn:oid:2.5.4.42', 'givenName', 'app hub: added'])
    expect(shown.out).toContain(part);
  const added = await run('--as', 'ada@acme.test', 'saml', 'import', 'hub', file('hub.xml'), '--new', '--yes');
  expect(added).toMatchObject({ code: 0, err: '' });
  expect(added.out).toContain('No role has hub yet');
  const again = await run('saml', 'import', 'hub', file('hub.xml'), '--yes');
  expect(again).toMatchObject({ code: 0, err: '' });
  expect(again.out).toContain('nothing changes');
  const events = (await run('events', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.find(({ message }) => message.includes('saml.entityId'))).toMatchObject({
    actor: { name: 'ada@acme.test', via: 'cli' },
  });
});

it('exports what it set up, and that is a configuration again', async () => {
  const { out } = await run('config', 'export', '-');
  writeFileSync(file('after.yml'), out);
  const [app] = parse(out).apps.filter(({ name }: { name: string }) => name === 'hub');
  expect(app).toMatchObject({
    connector: 'saml',
    provisioning: { enabled: false },
    saml: {
      entityId: 'https://hub.acme.test/sp',
      acs: [{ url: 'https://hub.acme.test/acs', index: 1 }],
      attributes: { 'urn:oid:0.9.2342.19200300.100.1.3': 'email', 'urn:oid:2.5.4.42': 'givenName' },
    },
  });
  expect((await run('config', 'import', file('after.yml'))).out).toContain('Nothing changes.');
});

it('shows what newer metadata replaces, and keeps what that does not say', async () => {
  const [key] = await json<Key[]>('saml', 'keys');
  const base64 = (key?.certificate ?? '').replace(/-----.*?-----|\s/g, '');
  const certificate = `<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
  writeFileSync(file('newer.xml'), hub(certificate));
  const { code, out } = await run('saml', 'import', 'hub', file('newer.xml'), '--yes');
  expect(code).toBe(0);
  expect(out).toContain('refused unless signed; 1 certificate');
  expect(out).toContain('app hub, saml.requestsSigned: false → true');
  expect(out).toMatch(/app hub, saml\.certificates: \+ certificate [0-9a-f]{12}/);
  expect(out).not.toContain('app hub, saml.attributes');
});

it('sets up an app that is provisioned, and says what comes first', async () => {
  const { text, lines, app } = await json<{ text: string; lines: string[]; app: string }>(
    ...['saml', 'import', 'badges', file('badges.xml'), '--yes'],
  );
  expect([app, lines[0]]).toEqual(['badges', 'app badges, saml.entityId: none → urn:badges']);
  expect(text).not.toContain('No role');
  const shown = await run('saml', 'import', 'badges', file('hub.xml'));
  expect(shown).toMatchObject({ code: 1, out: '' });
  expect(shown.err).toContain('badges has the same entity id');
});

it('refuses what it cannot take, and changes nothing', async () => {
  const clear = await run('saml', 'import', 'clear', file('clear.xml'), '--new', '--yes');
  expect(clear).toMatchObject({ code: 1, out: '' });
  expect(clear.err).toContain('saml.acs[0].url: who signs on would be told over http, in clear');
  for (const [source, message] of [
    [file('hostile.xml'), ''],
    ['https://127.0.0.1:1/metadata', 'is at a private address'],
  ] as const) {
    const { code, out, err } = await run('saml', 'import', 'hub', source, '--yes');
    expect([code, out], source).toEqual([1, '']);
    expect(err, source).toContain(message);
    expect(err, source).not.toContain('root:');
  }
  expect((await run('config', 'export', '-')).out).not.toContain('clear');
});

it('makes a new key beside the one that signs, or in its place, once somebody says yes', async () => {
  const [first] = await json<Key[]>('saml', 'keys');
  const asked = await run('saml', 'rotate', '--now');
  expect(asked.code).toBe(1);
  expect(asked.out).toContain('refuses every sign-on');
  expect(asked.out).toContain('Apps that are signed on to: badges, hub.');
  const { keys: both } = await json<{ keys: Key[] }>('saml', 'rotate', '--overlap', '7 days', '--yes');
  expect(both.map(({ state }) => state)).toEqual(['signing', 'waiting']);
  expect(both[0]?.id).toBe(first?.id);
  const waits = await run('saml', 'rotate', '--yes');
  expect(waits).toMatchObject({ code: 1, out: '' });
  expect(waits.err).toContain('waits to sign');
  const { keys: last } = await json<{ keys: Key[] }>('saml', 'rotate', '--now', '--yes');
  expect(last.map(({ state }) => state)).toEqual(['signing']);
  expect(both.map(({ id }) => id)).not.toContain(last[0]?.id);
  const { out } = await run('saml', 'metadata');
  expect(out.match(/<[\w:]*X509Certificate>/g)).toHaveLength(1);
});
