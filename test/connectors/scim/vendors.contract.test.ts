import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/scim/index.ts';
import type { ProfileName } from '../../../connectors/scim/profiles/index.ts';
import type { ListedAccount, NewAccount, Target } from '../../../src/core/connector.ts';
import type { FaultServer } from '../../fakes/fault-server.ts';
import { account, groupNames, token } from '../../fakes/scim-peers.ts';
import { startVendor } from '../../fakes/scim-vendor-peers.ts';

const [sales, managers] = groupNames;
const soon = () => AbortSignal.timeout(20_000);
const running: { server: FaultServer; target: Target }[] = [];

async function open(profile: ProfileName, options: Record<string, unknown> = {}) {
  const { server, inside } = await startVendor(profile);
  const auth = { type: 'bearer', token };
  const target = connector.connect(
    connector.config.parse({ baseUrl: server.baseUrl, auth, profile, allowHosts: ['127.0.0.1'], options }),
    { name: 'crm', allowHosts: [], deadline: 20_000, now: Date.now },
  );
  running.push({ server, target });
  const sent = (method: string, path = /^/) =>
    server.log.filter((one) => one.method === method && path.test(one.url)).map(({ url, body }) => ({ url, body }));
  return { server, inside, target, sent };
}

afterEach(async () => {
  for (const { server, target } of running.splice(0)) {
    target.close?.();
    await server.stop();
  }
});

const listed = async (target: Target) => {
  const found: ListedAccount[] = [];
  for await (const page of target.list(soon())) found.push(...page);
  return found;
};
const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index + 1}@acme.test`);
const none = { set: {}, clear: [], entitlements: {} };
const regroup = (add: string[], remove: string[] = []) => ({ ...none, entitlements: { groups: { add, remove } } });
const plain = (n: number, ...held: string[]): NewAccount => ({
  ...account(n),
  attributes: Object.fromEntries(Object.entries(account(n).attributes).filter(([name]) => held.includes(name))),
});

describe('AWS IAM Identity Center', () => {
  for (const count of [0, 1, 4, 5, 12])
    it(`gives each of ${count} accounts once, by cursor`, async () => {
      const { inside, target, sent } = await open('aws', { pageSize: 4 });
      for (const name of names(count)) await inside.createAccount(name);
      expect((await listed(target)).map(({ userName }) => userName)).toEqual(names(count));
      const asked = sent('GET', /Users/).map(({ url }) => url);
      expect(asked).toHaveLength(Math.max(1, Math.ceil(count / 4)));
      expect(asked[0]).toContain('count=4&cursor=');
      for (const url of asked) expect(url).not.toMatch(/startIndex|attributes/i);
    });

  it('never asks for more than 100 rows', async () => {
    const { inside, target, sent } = await open('aws', { pageSize: 500 });
    for (const name of names(101)) await inside.createAccount(name);
    expect(await listed(target)).toHaveLength(101);
    expect(sent('GET', /count=100&/)).toHaveLength(2);
  });

  it('goes on after an empty page, and takes no cursor twice', async () => {
    const { server, inside, target } = await open('aws');
    await inside.createAccount('p1@acme.test');
    const empty = { itemsPerPage: 0, Resources: [], nextCursor: Buffer.from('1').toString('base64') };
    server.fail({ kind: 'status', status: 200, body: empty });
    expect(await listed(target)).toHaveLength(1);
    for (const _ of [1, 2]) server.fail({ kind: 'status', status: 200, body: empty });
    await expect(listed(target)).rejects.toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('does not take an answer without a count for an empty list', async () => {
    const { server, target } = await open('aws');
    server.fail({ kind: 'status', status: 200, body: { totalResults: 0 } });
    await expect(listed(target)).rejects.toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('asks about one account and one group before a change and after it, and writes nothing that is so already', async () => {
    const { inside, target, sent } = await open('aws');
    const { remoteId, entitlements } = await target.create(
      { ...account(1), entitlements: { groups: [sales] } },
      soon(),
    );
    expect(entitlements).toEqual({});
    expect(await inside.holders(sales)).toEqual([remoteId]);
    expect(sent('GET', /members%20eq/)).toHaveLength(2);
    expect(sent('PATCH', /Groups/)).toHaveLength(1);
    await inside.give(managers, remoteId);
    await target.update(remoteId, regroup([sales, managers]), soon());
    expect(sent('PATCH', /Groups/)).toHaveLength(1);
    await inside.take(sales, remoteId);
    await target.update(remoteId, regroup([], [sales, managers]), soon());
    expect(sent('PATCH', /Groups/)).toHaveLength(2);
    expect([await inside.holders(sales), await inside.holders(managers)]).toEqual([[], []]);
  });

  it('is unsure of a change that was taken and does not show, and makes none of it twice', async () => {
    const { server, inside, target, sent } = await open('aws');
    const { remoteId } = await target.create({ ...account(1), entitlements: { groups: [sales] } }, soon());
    await inside.take(sales, remoteId);
    const blind = { kind: 'status', status: 200, body: { itemsPerPage: 0, Resources: [] } } as const;
    for (const _ of ['before', 'after']) server.fail(blind, { method: 'GET', path: /Groups$/ });
    const unsure = target.update(remoteId, regroup([sales]), soon());
    await expect(unsure).rejects.toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    expect(await inside.holders(sales)).toEqual([remoteId]);
    const written = sent('PATCH').length;
    await target.update(remoteId, regroup([sales]), soon());
    expect(sent('PATCH')).toHaveLength(written);
    expect(await inside.holders(sales)).toEqual([remoteId]);
  });

  it('finishes a creation that broke off at its groups, without a second account', async () => {
    const { server, inside, target } = await open('aws');
    const wanted = { ...account(1), entitlements: { groups: [sales, managers] } };
    server.fail({ kind: 'status', status: 503 }, { method: 'PATCH', path: /Groups/ });
    await expect(target.create(wanted, soon())).rejects.toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    const [found] = await target.find({ externalId: wanted.externalId }, soon());
    await expect(target.create(wanted, soon())).rejects.toMatchObject({ kind: 'conflict', effect: 'none' });
    await target.update(found?.remoteId ?? '', regroup([sales, managers]), soon());
    expect(await inside.holders(sales)).toEqual([found?.remoteId]);
    expect(await inside.holders(managers)).toEqual([found?.remoteId]);
    expect(await listed(target)).toHaveLength(1);
  });

  it('sends one address only, also where somebody had several', async () => {
    const { server, target } = await open('aws');
    const { remoteId } = await target.create(account(1), soon());
    const emails = [
      { value: 'zoe@home.test', type: 'home' },
      { value: 'zoe.1@acme.test', type: 'work', primary: true },
    ];
    Object.assign(server.app.users.get(remoteId) ?? {}, { emails });
    await target.update(remoteId, { ...none, set: { email: 'zoe@new.test' } }, soon());
    expect(server.app.users.get(remoteId)?.emails).toEqual([{ value: 'zoe@new.test', type: 'work', primary: true }]);
  });
});

describe('Docker Hub', () => {
  const held = ['userName', 'givenName', 'familyName'];

  it('is sent no id of ours, is asked for none, and its accounts are found by name', async () => {
    const { target, sent } = await open('docker-hub');
    const created = await target.create(plain(1, ...held), soon());
    expect(created.externalId).toBeNull();
    expect(sent('POST')[0]?.body).not.toHaveProperty('externalId');
    const before = sent('GET').length;
    expect(await target.find({ externalId: 'person-1' }, soon())).toEqual([]);
    expect(sent('GET')).toHaveLength(before);
    expect(await target.find({ userName: 'ZOE.1@acme.test' }, soon())).toEqual([created]);
  });

  it('is put whole with the state stated, its own attributes in their extension', async () => {
    const { target, sent } = await open('docker-hub');
    const { remoteId } = await target.create(plain(1, ...held), soon());
    await target.suspend(remoteId, soon());
    const moved = await target.update(remoteId, { ...none, set: { dockerRole: 'editor' } }, soon());
    expect(moved).toMatchObject({ active: false, attributes: { dockerRole: 'editor', givenName: 'Zoë' } });
    const extension = 'urn:ietf:params:scim:schemas:extension:docker:2.0:User';
    expect(sent('PUT').at(-1)?.body).toMatchObject({ active: false, [extension]: { dockerRole: 'editor' } });
    expect(sent('PUT').at(-1)?.body).toMatchObject({ schemas: expect.arrayContaining([extension]) });
    expect(sent('GET', /ServiceProvider/)).toEqual([]);
  });
});

describe('GitHub', () => {
  it('is told who calls and which version of its API is meant', async () => {
    const { server, target } = await open('github-organization');
    await target.test(soon());
    expect(server.log[0]?.headers).toMatchObject({ 'user-agent': 'Rollcall', 'x-github-api-version': '2022-11-28' });
  });

  it('invites with an object of values, and removes whoever is deleted', async () => {
    const { target, sent } = await open('github-organization');
    const made = await target.create(plain(1, 'userName', 'email', 'givenName', 'familyName'), soon());
    await target.update(made.remoteId, { ...none, set: { familyName: 'New' } }, soon());
    expect(sent('PATCH')[0]?.body).toMatchObject({
      Operations: [{ op: 'replace', value: { name: { familyName: 'New' } } }],
    });
    await target.delete(made.remoteId, soon());
    expect(await target.get(made.remoteId, soon())).toBeNull();
    for await (const page of target.entitlements(soon())) expect(page).toEqual([]);
  });
});

describe('a profile', () => {
  it('looks for discovery where its vendor has it', async () => {
    const { target, sent } = await open('slack');
    await target.create(account(1), soon());
    await target.update((await listed(target))[0]?.remoteId ?? '', { ...none, set: { title: 'Owner' } }, soon());
    expect(sent('GET', /ServiceProvider/).map(({ url }) => url)).toEqual([
      '/scim/ServiceProviderConfig',
      '/scim/ServiceProviderConfigs',
    ]);
  });

  it('looks through the whole list where a filter is not known, and asks for none', async () => {
    const { inside, target, sent } = await open('okta', { pageSize: 2 });
    for (const name of names(3)) await inside.createAccount(name);
    const { remoteId } = await target.create(account(1), soon());
    expect(await target.find({ externalId: 'person-1' }, soon())).toMatchObject([{ remoteId }]);
    expect(sent('GET', /filter=externalId/)).toEqual([]);
  });

  it('says what its base URL looks like where /Users is not there', async () => {
    const { server } = await open('aws');
    const wrong = connector.connect(
      connector.config.parse({
        ...{
          baseUrl: `${server.baseUrl}/v3`,
          auth: { type: 'bearer', token },
          profile: 'aws',
          allowHosts: ['127.0.0.1'],
        },
      }),
      { name: 'crm', allowHosts: [], deadline: 20_000, now: Date.now },
    );
    const error = await wrong.test(soon()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'rejected', remedy: expect.stringContaining('amazonaws.com/TENANT/scim/v2') });
    wrong.close?.();
  });
});
