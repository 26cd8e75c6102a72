import { afterEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/core/errors.ts';
import { system } from '../../src/core/event.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { type Answer, patchOf, type ScimWorld, startScim, urn } from './scim-world.ts';

let world: ScimWorld;
afterEach(() => world.stop());

const user = (userName: string, more: object = {}) => ({ schemas: [urn.user], userName, active: true, ...more });
const group = (displayName: string, members: string[] = []) => ({
  ...{ schemas: [urn.group], displayName },
  members: members.map((value) => ({ value })),
});
const push = async (body: object): Promise<string> => {
  const answer = await world.call('POST', '/okta/Users', { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
};
const pushGroup = async (body: object): Promise<string> => (await world.call('POST', '/okta/Groups', { body })).body.id;
const expectError = (answer: Answer, status: number, scimType?: string) => {
  expect({ status: answer.status, scimType: answer.body?.scimType }, answer.text).toEqual({ status, scimType });
  expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect(answer.body).toMatchObject({
    ...{ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status) },
    detail: expect.stringMatching(/\w+ \w+/),
  });
};
const eventsOf = async (type: string) => {
  await world.engine.flush();
  return (await world.store.events.list({}, null, 50)).filter((event) => event.type === type);
};

describe('who is let in', () => {
  it('whoever shows a token of this very directory', async () => {
    world = await startScim(['okta', 'entra']);
    expect((await world.call('GET', '/okta/Users')).status).toBe(200);
    const token = world.tokens.get('entra') ?? '';
    expect((await world.call('GET', '/entra/Users', { token })).status).toBe(200);
    for (const [path, given] of [
      ['/okta/Users', { token }],
      ['/okta/Users', { token: null }],
      ['/okta/Users', { token: 'x' }],
      ['/okta/Users', { token: `${token.slice(0, -1)}` }],
      ['/nobody/Users', {}],
      ['/Users', {}],
      ['/', {}],
    ] as const) {
      const answer = await world.call('GET', path, given);
      expectError(answer, 401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it('needs no name where there is only one', async () => {
    world = await startScim(['Okta, the one']);
    const named = await world.call('POST', '/Okta%2C%20the%20one/Users', { body: user('zoe@acme.test') });
    expect(named.body.meta.location).toBe(`${world.origin}/scim/v2/Okta%2C%20the%20one/Users/${named.body.id}`);
    const answer = await world.call('GET', `/Users/${named.body.id}`);
    expect(answer.body.meta.location).toBe(`${world.origin}/scim/v2/Users/${named.body.id}`);
    expect((await fetch(named.body.meta.location)).status).toBe(401);
  });

  it('with either of two tokens while the newer one is brought over, and with none that ended', async () => {
    world = await startScim();
    const first = world.tokens.get('okta') ?? '';
    const second = (await world.renew('okta')).token;
    const status = async (token: string) => (await world.call('GET', '/okta/Users', { token })).status;
    expect([await status(first), await status(second)]).toEqual([200, 200]);
    const third = (await world.renew('okta', 0)).token;
    expect([await status(first), await status(second), await status(third)]).toEqual([401, 401, 200]);
    expect(await world.engine.inbound.pushTokens('okta')).toHaveLength(1);
    expect(await world.engine.inbound.endPushTokens('okta', system('test'))).toBe(true);
    expect(await status(third)).toBe(401);
    expect(await world.engine.inbound.endPushTokens('okta', system('test'))).toBe(false);
    expect(await eventsOf('push-token.made')).toHaveLength(3);
    expect(await eventsOf('push-token.ended')).toHaveLength(1);
  });

  it('keeps no token, and tells none', async () => {
    world = await startScim();
    const token = world.tokens.get('okta') ?? '';
    expect(token).toMatch(/^rollcall_push_[\w-]{43}$/);
    await world.call('GET', '/okta/Users', { token: `${token}x` });
    const kept = JSON.stringify([
      await world.store.pushTokens.get('okta'),
      await world.store.events.list({}, null, 50),
    ]);
    expect(kept).not.toContain(token.slice(14));
  });

  it('slows wrong tokens down, never the right one, and tells of them once an hour', async () => {
    world = await startScim();
    const statuses = [];
    for (let tries = 0; tries < 40; tries += 1)
      statuses.push((await world.call('GET', '/okta/Users', { token: 'wrong' })).status);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
    expect((await world.call('GET', '/okta/Users')).status).toBe(200);
    expect(await eventsOf('push-token.refused')).toHaveLength(1);
  });

  it('ends a token when its time is over', async () => {
    let now = Date.now();
    const { systemClock } = await import('../../src/engine/system-clock.ts');
    world = await startScim(['okta'], { clock: { ...systemClock, now: () => now } });
    now += 31 * 86_400_000;
    expect((await world.call('GET', '/okta/Users')).status).toBe(401);
  });

  it('says when its tokens end, before and after', async () => {
    const { systemClock } = await import('../../src/engine/system-clock.ts');
    const time = { now: Date.now() };
    world = await startScim(['okta', 'entra'], { clock: { ...systemClock, now: () => time.now } });
    await world.engine.inbound.makePushToken('entra', { overlap: 0, lifetime: 90 * 86_400_000 }, system('test'));
    const ending = { what: 'directory', name: 'okta', pushed: true, endsAt: time.now + 30 * 86_400_000 };
    expect(await world.engine.useCases.expiring()).toMatchObject([ending]);
    time.now += 40 * 86_400_000;
    const findings = (await world.engine.examine()).filter(({ what }) => what.includes('okta: its credentials'));
    expect(findings).toMatchObject([
      { what: expect.stringContaining('ended at'), remedy: expect.stringContaining('directory token "okta"') },
    ]);
  });

  it('makes tokens for directories that are pushed to alone', async () => {
    world = await startScim();
    const made = world.engine.inbound.makePushToken('nobody', { overlap: 0, lifetime: 1 }, system('test'));
    await expect(made).rejects.toBeInstanceOf(RollcallError);
  });
});

describe('resources', () => {
  it('are what was sent, with an id, an address and a version of ours', async () => {
    world = await startScim();
    const body = user('zoe@acme.test', {
      ...{ externalId: 'X-1', id: 'theirs', password: 'secret', misspelt: true, groups: [{ value: 'x' }] },
      name: { givenName: 'Zoë', familyName: "O'Neil" },
      [urn.enterprise]: { department: 'Sales' },
    });
    const made = await world.call('POST', '/okta/Users', { body });
    const location = `${world.origin}/scim/v2/okta/Users/${made.body.id}`;
    expect(made.headers.get('location')).toBe(location);
    expect(made.headers.get('etag')).toBe('W/"1"');
    expect(made.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    const {
      id: _,
      password: _password,
      misspelt: _misspelt,
      groups: _groups,
      ...sent
    } = body as Record<string, unknown>;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(made.body).toEqual({
      ...sent,
      ...{ id: expect.stringMatching(/^user-\w+$/), schemas: [urn.user, urn.enterprise] },
      meta: { resourceType: 'User', created: time, lastModified: time, location, version: 'W/"1"' },
    });
    expect((await world.call('GET', `/okta/Users/${made.body.id}`)).body).toEqual(made.body);
    expect(JSON.stringify(await world.store.pushed.get(made.body.id))).not.toContain('secret');
  });

  it('are of the directory they were pushed to', async () => {
    world = await startScim(['okta', 'entra']);
    const id = await push(user('zoe@acme.test'));
    const token = world.tokens.get('entra') ?? '';
    for (const method of ['GET', 'DELETE']) expectError(await world.call(method, `/entra/Users/${id}`, { token }), 404);
    expectError(await world.call('GET', `/okta/Groups/${id}`), 404);
    expect((await world.call('GET', '/entra/Users', { token })).body.totalResults).toBe(0);
    expect((await world.call('POST', '/entra/Users', { token, body: user('zoe@acme.test') })).status).toBe(201);
    const members = [{ value: id }];
    const body = { schemas: [urn.group], displayName: 'Staff', members };
    expectError(await world.call('POST', '/entra/Groups', { token, body }), 400, 'invalidValue');
  });

  it('share no userName', async () => {
    world = await startScim();
    const zoe = await push(user('zoe@acme.test'));
    const bob = await push(user('bob@acme.test'));
    expectError(await world.call('POST', '/okta/Users', { body: user('ZOE@acme.test') }), 409, 'uniqueness');
    expectError(await world.call('PUT', `/okta/Users/${bob}`, { body: user('Zoe@acme.test') }), 409, 'uniqueness');
    const rename = patchOf({ op: 'replace', path: 'userName', value: 'zoe@ACME.test' });
    expectError(await world.call('PATCH', `/okta/Users/${bob}`, { body: rename }), 409, 'uniqueness');
    expect((await world.call('PATCH', `/okta/Users/${zoe}`, { body: rename })).status).toBe(200);
  });

  it('are gone once deleted, and may come again', async () => {
    world = await startScim();
    const id = await push(user('zoe@acme.test'));
    const staff = await pushGroup(group('Staff', [id]));
    expect((await world.call('DELETE', `/okta/Users/${id}`)).status).toBe(204);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'PUT' ? user('x') : patchOf({ op: 'remove', path: 'title' });
      const given = method === 'GET' || method === 'DELETE' ? {} : { body };
      expectError(await world.call(method, `/okta/Users/${id}`, given), 404);
    }
    expect((await world.call('GET', '/okta/Users')).body.totalResults).toBe(0);
    expect((await world.call('GET', `/okta/Groups/${staff}`)).body.members).toBeUndefined();
    expect(JSON.stringify(await world.store.pushed.get(id))).not.toContain('zoe');
    expect(await push(user('zoe@acme.test'))).not.toBe(id);
  });

  it('have versions that a change may ask for', async () => {
    world = await startScim();
    const id = await push(user('zoe@acme.test'));
    const path = `/okta/Users/${id}`;
    const body = patchOf({ op: 'replace', path: 'title', value: 'CEO' });
    const withMatch = (match: string) => ({ body, headers: { 'If-Match': match } });
    expectError(await world.call('PATCH', path, withMatch('W/"7"')), 412);
    expect((await world.call('PATCH', path, withMatch('W/"1"'))).headers.get('etag')).toBe('W/"2"');
    expectError(await world.call('PATCH', path, withMatch('W/"1"')), 412);
    expectError(await world.call('PUT', path, { body: user('x'), headers: { 'If-Match': '"1"' } }), 412);
    expectError(await world.call('DELETE', path, { headers: { 'If-Match': '"1"' } }), 412);
    // What changes nothing makes no version.
    expect((await world.call('PATCH', path, withMatch('*'))).headers.get('etag')).toBe('W/"2"');
    const known = await world.call('GET', path, { headers: { 'If-None-Match': 'W/"2"' } });
    expect({ status: known.status, text: known.text }).toEqual({ status: 304, text: '' });
    expect((await world.call('GET', path, { headers: { 'If-None-Match': 'W/"1"' } })).status).toBe(200);
    expect((await world.call('DELETE', path, { headers: { 'If-Match': 'W/"1", W/"2"' } })).status).toBe(204);
  });

  it('lose none of many changes that come at once', async () => {
    world = await startScim();
    const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => push(user(`p${n}@acme.test`))));
    const staff = await pushGroup(group('Staff'));
    const answers = await Promise.all(
      ids.map((value) =>
        world.call('PATCH', `/okta/Groups/${staff}`, {
          body: patchOf({ op: 'add', path: 'members', value: [{ value }] }),
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
    const { members } = (await world.call('GET', `/okta/Groups/${staff}`)).body;
    expect(members.map(({ value }: { value: string }) => value).sort()).toEqual([...ids].sort());
  });

  it('are replaced whole, but for a state that is not said', async () => {
    world = await startScim();
    const id = await push(user('zoe@acme.test', { title: 'CEO', active: false }));
    const { active: _, ...without } = user('zoe@acme.test', { nickName: 'Z' }) as Record<string, unknown>;
    const { body } = await world.call('PUT', `/okta/Users/${id}`, { body: without });
    expect(body).toMatchObject({ active: false, nickName: 'Z' });
    expect(body).not.toHaveProperty('title');
  });
});

describe('lists', () => {
  const fill = async () => {
    world = await startScim();
    const ids = [];
    for (const n of [1, 2, 3, 4, 5])
      ids.push(await push(user(`p${n}@acme.test`, { active: n !== 3, title: `T${n % 2}` })));
    return ids;
  };
  const list = async (query: string) => (await world.call('GET', `/okta/Users?${query}`)).body;

  it('go page by page in the order people came, and end', async () => {
    const ids = await fill();
    const idsOf = (body: { Resources: { id: string }[] }) => body.Resources.map(({ id }) => id);
    const first = await list('count=2');
    expect(first).toMatchObject({ totalResults: 5, startIndex: 1, itemsPerPage: 2 });
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(idsOf(await list('startIndex=5&count=2'))).toEqual(ids.slice(4));
    expect(await list('startIndex=500')).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
    expect(await list('count=0')).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
    expect(idsOf(await list('startIndex=-3&count=1'))).toEqual(ids.slice(0, 1));
    expect((await list('count=-1')).Resources).toEqual([]);
    expect(await list('count=9999999')).toMatchObject({ itemsPerPage: 5 });
    expect(idsOf(await list(`filter=${encodeURIComponent('title eq "t1"')}&startIndex=2&count=1`))).toEqual([ids[2]]);
  });

  it('hold whoever fits the filter', async () => {
    const ids = await fill();
    const staff = await pushGroup(group('Staff', [ids[0] ?? '', ids[1] ?? '']));
    const found = async (filter: string, endpoint = 'Users') =>
      (await world.call('GET', `/okta/${endpoint}?filter=${encodeURIComponent(filter)}`)).body.Resources?.map(
        ({ id }: { id: string }) => id,
      );
    expect(await found('userName eq "P2@acme.test"')).toEqual([ids[1]]);
    expect(await found('userName eq "p2@acme.test" and active eq false')).toEqual([]);
    expect(await found('active eq false')).toEqual([ids[2]]);
    expect(await found(`id eq "${ids[3]}"`)).toEqual([ids[3]]);
    expect(await found(`groups.value eq "${staff}"`)).toEqual(ids.slice(0, 2));
    expect(await found(`members.value eq "${ids[1]}"`, 'Groups')).toEqual([staff]);
    expect(await found(`members eq "${ids[4]}"`, 'Groups')).toEqual([]);
    expect(await found('displayName eq "staff"', 'Groups')).toEqual([staff]);
    expect(await found(`meta.lastModified gt "2020-01-01T00:00:00Z"`)).toEqual(ids);
    for (const wrong of ['misspelt eq "x"', 'userName eq ', 'userName eq "x'])
      expectError(await world.call('GET', `/okta/Users?filter=${encodeURIComponent(wrong)}`), 400, 'invalidFilter');
  });

  it('are asked for by a body as well', async () => {
    const ids = await fill();
    const body = { filter: 'active eq true', count: 2, startIndex: 2, attributes: ['userName'] };
    const { body: found } = await world.call('POST', '/okta/Users/.search', { body });
    expect(found).toMatchObject({ totalResults: 4, startIndex: 2, itemsPerPage: 2 });
    expect(found.Resources[0]).toEqual({ id: ids[1], schemas: [urn.user], userName: 'p2@acme.test' });
  });

  it('show what is asked for', async () => {
    world = await startScim();
    const emails = [{ value: 'zoe@acme.test', type: 'work' }];
    const id = await push(
      user('zoe@acme.test', {
        emails,
        name: { givenName: 'Zoë', familyName: 'X' },
        [urn.enterprise]: { department: 'S', division: 'D' },
      }),
    );
    const get = async (query: string) => (await world.call('GET', `/okta/Users/${id}?${query}`)).body;
    const always = { id, schemas: [urn.user, urn.enterprise] };
    expect(await get('attributes=username,name.givenName')).toEqual({
      ...always,
      ...{ userName: 'zoe@acme.test', name: { givenName: 'Zoë' } },
    });
    expect(await get('attributes=emails.value')).toEqual({ ...always, emails: [{ value: 'zoe@acme.test' }] });
    expect(await get(`attributes=${urn.enterprise}:division`)).toEqual({
      ...always,
      [urn.enterprise]: { division: 'D' },
    });
    expect(await get(`attributes=${urn.enterprise}`)).toMatchObject({
      [urn.enterprise]: { department: 'S', division: 'D' },
    });
    const less = await get(`excludedAttributes=id,meta,emails.type,${urn.enterprise}:department`);
    expect(less).toMatchObject({ id, emails: [{ value: 'zoe@acme.test' }], [urn.enterprise]: { division: 'D' } });
    expect(less).not.toHaveProperty('meta');
    expect(await get('attributes=misspelt')).toEqual(always);
  });
});

describe('the server', () => {
  it('says what it can do', async () => {
    world = await startScim();
    const config = (await world.call('GET', '/okta/ServiceProviderConfig')).body;
    expect(config).toMatchObject({
      ...{ patch: { supported: true }, bulk: { supported: false }, etag: { supported: true } },
      filter: { supported: true, maxResults: 200 },
    });
    const types = (await world.call('GET', '/okta/ResourceTypes')).body;
    expect(types.Resources.map(({ id }: { id: string }) => id)).toEqual(['User', 'Group']);
    expect((await world.call('GET', '/okta/ResourceTypes/User')).body.schemaExtensions).toHaveLength(1);
    const schemas = (await world.call('GET', '/okta/Schemas')).body;
    expect(schemas.Resources.map(({ id }: { id: string }) => id)).toEqual([urn.user, urn.enterprise, urn.group]);
    expect((await world.call('GET', `/okta/Schemas/${urn.enterprise}`)).body.name).toBe('EnterpriseUser');
    expectError(await world.call('GET', '/okta/Schemas/urn:x'), 404);
    expectError(await world.call('GET', '/okta/Schemas?filter=x'), 403);
  });

  it('answers in its own words to whatever it does not do', async () => {
    world = await startScim();
    for (const [method, path, status] of [
      ...([
        ['GET', '/okta/Me', 501],
        ['POST', '/okta/Bulk', 501],
        ['GET', '/okta/Nothing', 404],
      ] as const),
      ...([
        ['PATCH', '/okta/Users', 405],
        ['POST', '/okta/Users/x', 405],
        ['GET', '/okta', 404],
      ] as const),
      ...([
        ['GET', '/okta/Users/a/b', 405],
        ['GET', '/okta/users', 404],
        ['DELETE', '/okta/Schemas', 404],
      ] as const),
    ])
      expectError(await world.call(method, path, method === 'GET' ? {} : { body: {} }), status);
    for (const path of ['/%E0%A4%A/Users', '/okta/Users/%zz'])
      expect((await world.call('GET', path)).status).toBeGreaterThanOrEqual(400);
  });

  it('refuses what is too large, too deep, or means something else', async () => {
    world = await startScim();
    const post = (text: string, headers = {}) => world.call('POST', '/okta/Users', { text, headers });
    expectError(await post(`{"userName":"${'x'.repeat(5_000_000)}"}`), 413);
    expectError(await post(JSON.stringify(user('x'.repeat(9_000)))), 400, 'invalidValue');
    expectError(await post(`{"userName":"x","name":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`), 400, 'invalidSyntax');
    expectError(await post('{"userName":"x","__proto__":{"polluted":1}}'), 400, 'invalidSyntax');
    expectError(
      await post('{"userName":"x","name":{"constructor":{"prototype":{"polluted":1}}}}'),
      400,
      'invalidSyntax',
    );
    expectError(await post('not json'), 400, 'invalidSyntax');
    expectError(await post(''), 400, 'invalidSyntax');
    expectError(await post('{"userName":"x"}', { 'content-type': 'application/scim+json; charset=klingon' }), 415);
    expectError(await post(JSON.stringify({ schemas: [urn.group], userName: 'x' })), 400, 'invalidSyntax');
    expectError(await post(JSON.stringify({ schemas: [urn.user] })), 400, 'invalidValue');
    expect((await world.call('GET', '/okta/Users')).body.totalResults).toBe(0);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('asks for another try when the store is down, and keeps nothing', async () => {
    const store = memoryStore();
    let isDown = false;
    const pushed = {
      ...store.pushed,
      insert: async (documents: Parameters<typeof store.pushed.insert>[0]) => {
        if (isDown) throw new RollcallError('store-unavailable', 'retry', 'the store did not answer', 'Wait.');
        return store.pushed.insert(documents);
      },
    };
    world = await startScim(['okta'], { store: { ...store, pushed } });
    isDown = true;
    const answer = await world.call('POST', '/okta/Users', { body: user('zoe@acme.test') });
    expectError(answer, 503);
    expect(answer.headers.get('retry-after')).toBe('30');
    isDown = false;
    expect((await world.call('POST', '/okta/Users', { body: user('zoe@acme.test') })).status).toBe(201);
  });
});
