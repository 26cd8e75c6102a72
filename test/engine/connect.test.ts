import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fromYaml, toYaml } from '../../src/cli/yaml.ts';
import { Config } from '../../src/core/config.ts';
import { ConnectorError, defineDirectory, defineTarget } from '../../src/core/connector.ts';
import type { StepName } from '../../src/core/draft.ts';
import type { FailureKind } from '../../src/core/errors.ts';
import { system } from '../../src/core/event.ts';
import type { ByPerson, DraftView, StepChange } from '../../src/engine/connect/connecting.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { memoryDirectory, row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';
import { keptLog, recordingStore } from './recording-store.ts';

const token = 'not-for-anybody-else-4711';

/** An app that takes one token, and answers only to it. */
function vault() {
  const app = memoryApp({ groups: ['Readers', 'Writers'] });
  const seen = { token, connections: 0 };
  const connector = defineTarget({
    ...app.connector,
    ...{ name: 'vault', title: 'Vault' },
    config: z.strictObject({
      url: z.url(),
      auth: z.strictObject({
        token: z
          .string()
          .regex(/^[\x21-\x7e]+$/, 'no spaces')
          .meta({ secret: true }),
        second: z.string().optional().meta({ secret: true }),
      }),
      allowHosts: z.array(z.string()).default([]),
    }),
    connect(connection) {
      seen.connections += 1;
      const checked = async () => {
        if (connection.auth.token !== seen.token) throw new ConnectorError('auth', 'none', 'Vault answered 401.');
      };
      return {
        ...app.target,
        async test(signal) {
          await checked();
          await app.target.test(signal);
        },
        async create(account, signal) {
          await checked();
          return app.target.create(account, signal);
        },
      };
    },
  });
  return { ...app, connector: connector as never, seen };
}

const people = [
  row('ada', { title: 'Head of IT', department: 'IT' }),
  row('bea', { title: 'Clerk', department: 'Sales' }),
  row('cem', { title: 'Clerk', department: 'Sales' }),
];

type Options = Parameters<typeof company>[2] & { settings?: Record<string, unknown> };

/** Acme with a role that has no app yet, and the vault to be connected. */
async function acme(options: Options = {}) {
  const app = vault();
  const base = configOf({}, options.settings);
  const roles = [...base.roles, { name: 'Vault people', apps: [], members: ['bea@person.test'] }];
  const config = Config.parse({
    ...base,
    roles,
    mappings: [
      ...base.mappings,
      {
        name: 'Sales',
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
        roles: ['Vault people'],
      },
    ],
  });
  const world = await company(people, config, { ...options, also: app.connector });
  await world.sync();
  const by: ByPerson = { kind: 'person', person: (await world.personOf('ada')).id, name: 'Person ada', via: 'slack' };
  const { useCases } = world.engine;
  const begin = () => useCases.beginDraft({ kind: 'app', connector: 'vault', name: 'vault', title: 'The Vault' }, by);
  const save = (id: string, step: StepName, change: StepChange) => useCases.saveStep(id, step, change, by);
  const link = async (id: string): Promise<string> => {
    await useCases.openSecretPage(id, by);
    return (await useCases.draft(id))?.link?.url.split('/').at(-1) ?? '';
  };
  /** To the point where it is tested. */
  async function reached(secret = token): Promise<DraftView> {
    const { draft } = await begin();
    await save(draft.id, 'connection', { connection: { url: 'https://vault.acme.test' } });
    await useCases.setSecrets(await link(draft.id), { 'auth.token': secret });
    await useCases.testDraft(draft.id, by);
    return (await useCases.draft(draft.id)) as DraftView;
  }
  const draftNow = async (id: string) => (await world.store.drafts.get(id)) ?? undefined;
  const events = async (type: string) =>
    (await world.store.events.list({}, null, 1_000)).filter((event) => event.type === type);
  return { ...world, ...{ vault: app, by, useCases, begin, save, link, reached, draftNow, events, config } };
}

const stateOf = (view: DraftView | null, step: StepName) => view?.steps.find(({ name }) => name === step)?.state;

describe('connecting an app', () => {
  it('from nothing: connection, secrets, test, provisioning, roles, discovery, review, and people get their accounts', async () => {
    const { useCases, reached, save, by, store, vault: app, time, stop, personOf } = await acme();
    app.accounts.set('r9', {
      ...{ remoteId: 'r9', active: true, attributes: {}, entitlements: {}, externalId: null },
      ...{ userName: 'cem@acme.test', emails: [] },
    });
    const { draft, next } = await reached();
    expect(next).toBe('provisioning');
    await save(draft.id, 'provisioning', { provisioning: { enabled: true, approval: { create: false } } });
    await save(draft.id, 'entitlements', {
      provisioning: { enabled: true, approval: { create: false }, entitlements: true },
    });
    expect(await useCases.refreshDraft(draft.id, by)).toEqual({ text: '2 values imported.' });
    await save(draft.id, 'parameters', { parameters: [{ target: 'title', from: 'title', default: 'Staff' }] });
    await save(draft.id, 'rules', {
      rules: [
        {
          name: 'Clerks',
          match: 'all',
          conditions: [{ attribute: 'title', operator: '=', value: 'Clerk' }],
          actions: [{ target: 'groups', add: ['Readers'] }],
        },
      ],
    });
    await save(draft.id, 'roles', { roles: ['Vault people'] });
    const { text } = await useCases.discoverDraft(draft.id, by);
    expect(text).toContain('found for one person each: 1 by user name');
    const review = await useCases.reviewDraft(draft.id, by);
    expect(review).toMatchObject({ problems: [], deciders: [], view: { next: 'owners' } });
    expect(review.plan).toMatchObject({
      counts: expect.arrayContaining([
        { app: 'vault', kind: 'create', count: 1 },
        { app: 'vault', kind: 'adopt', count: 1 },
      ]),
    });
    expect(await store.accounts.listedAt('vault')).toBeNull();
    expect(app.calls).toEqual([]);
    expect(await useCases.connectDraft(draft.id, review.shown, by)).toEqual({
      text: 'The Vault is connected. The configuration is changed. It changes who decides, and there was no other active admin to agree. What needs consent is asked now, of those who decide.',
    });
    await time.advance(120_000);
    expect(app.calls.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['create', { userName: 'bea@acme.test', email: 'bea@acme.test', title: 'Clerk' }],
    ]);
    expect(await store.logins.get(`${(await personOf('cem')).id}:vault`)).toMatchObject({
      operation: { kind: 'adopt', state: 'awaiting' },
    });
    expect((await store.accounts.entitlements('vault')).map(({ value }) => value)).toEqual(['Readers', 'Writers']);
    await stop();
  });

  it('may be left at any step and taken up by another process', async () => {
    const { begin, save, store, by, stop, useCases } = await acme();
    const { draft } = await begin();
    await save(draft.id, 'connection', { connection: { url: 'https://vault.acme.test' } });
    await stop();
    const again = await acme({ store, ids: 'b' });
    const [view, ...others] = await again.useCases.drafts();
    expect(others).toEqual([]);
    expect([view?.draft.id, view?.next]).toEqual([draft.id, 'secrets']);
    await again.useCases.setSecrets(await again.link(draft.id), { 'auth.token': token });
    // The first process knows the secret that was set in the second.
    expect(stateOf(await useCases.draft(draft.id), 'secrets')).toBe('done');
    expect(await useCases.testDraft(draft.id, by)).toEqual({ text: 'The Vault answers and takes the credentials' });
    await again.stop();
  });

  it('exports what it comes to, and an empty store takes it in as the same', async () => {
    const { reached, save, useCases, by, store, stop } = await acme();
    const { draft } = await reached();
    await save(draft.id, 'provisioning', {
      provisioning: { enabled: true, onDelete: 'delete', approval: { update: true } },
    });
    await save(draft.id, 'parameters', {
      parameters: [{ target: 'groups', from: 'department', translate: { Sales: 'Readers' } }],
    });
    await save(draft.id, 'roles', { roles: ['Vault people'] });
    await useCases.connectDraft(draft.id, null, by);
    const config = (await store.config.read())?.config;
    const text = toYaml(config as Config);
    expect(text).toContain('token: ${VAULT_TOKEN}');
    expect(text).not.toContain(token);
    const other = await company([], Config.parse(fromYaml(text, 'x.yml')), {
      store: memoryStore(),
      also: vault().connector,
    });
    expect((await other.store.config.read())?.config).toEqual(config);
    await stop();
    await other.stop();
  });

  it('proposes what touches who decides to another admin, and connects once they agree', async () => {
    const settings = { admins: ['ada@acme.test', 'bea@acme.test'] };
    const { reached, save, useCases, by, store, stop } = await acme({ settings });
    const { draft } = await reached();
    await save(draft.id, 'provisioning', { provisioning: { enabled: true, approval: { create: false } } });
    const review = await useCases.reviewDraft(draft.id, by);
    expect(review).toMatchObject({ deciders: ['Person bea'], power: [expect.stringContaining('approval.create')] });
    expect((await useCases.connectDraft(draft.id, review.shown, by)).text).toMatch(
      /^Proposed as .*Person bea has to agree/,
    );
    expect((await store.config.read())?.config.apps.map(({ name }) => name)).toEqual(['crm']);
    const [proposal] = await store.proposals.open(10);
    expect(proposal?.config.apps.map(({ name }) => name)).toEqual(['crm', 'vault']);
    expect((await useCases.draft(draft.id))?.draft).toMatchObject({ state: 'done' });
    expect((await store.namedSecrets.get('VAULT_TOKEN'))?.sealed).not.toBeNull();
    await stop();
  });

  it('connects nothing else than was shown', async () => {
    const { reached, save, useCases, by, store, stop } = await acme();
    const { draft } = await reached();
    const { shown } = await useCases.reviewDraft(draft.id, by);
    await save(draft.id, 'roles', { roles: ['Vault people'] });
    await expect(useCases.connectDraft(draft.id, shown, by)).rejects.toMatchObject({ code: 'config-changed' });
    expect((await store.config.read())?.config.apps).toHaveLength(1);
    await stop();
  });

  it('does not begin under a name that is taken, or is none', async () => {
    const { useCases, begin, by, stop } = await acme();
    const beginAs = (name: string, connector = 'vault') =>
      useCases.beginDraft({ kind: 'app', connector, name, title: null }, by);
    await expect(beginAs('CRM')).rejects.toMatchObject({ code: 'name-taken' });
    await expect(beginAs(' ')).rejects.toMatchObject({ code: 'bad-name' });
    await expect(beginAs('x', 'nothing')).rejects.toMatchObject({ code: 'connector-gone' });
    await begin();
    await expect(beginAs('Vault')).rejects.toMatchObject({ code: 'name-taken' });
    await stop();
  });

  it('keeps a step as it was when what was filled in is wrong, and says where', async () => {
    const { begin, save, draftNow, stop } = await acme();
    const { draft } = await begin();
    const wrong = await save(draft.id, 'connection', { connection: { url: 'vault', allowHosts: 'x' } });
    expect('problems' in wrong && [...wrong.problems.keys()].sort()).toEqual(['allowHosts', 'url']);
    expect(await draftNow(draft.id)).toMatchObject({ saved: [], connection: {} });
    const parameter = await save(draft.id, 'parameters', { parameters: [{ target: 'title', from: 'given_name' }] });
    expect('problems' in parameter && [...parameter.problems.keys()]).toEqual(['parameters[0].from']);
    await stop();
  });

  it('takes one step after the other where one rests on the other', async () => {
    const { begin, useCases, by, stop } = await acme();
    const { draft } = await begin();
    for (const early of [useCases.testDraft, useCases.openSecretPage, useCases.refreshDraft, useCases.discoverDraft])
      await expect(early(draft.id, by)).rejects.toMatchObject({ code: 'too-early' });
    await expect(useCases.connectDraft(draft.id, null, by)).rejects.toMatchObject({ code: 'too-early' });
    await expect(useCases.testDraft('d-none', by)).rejects.toMatchObject({ code: 'unknown-draft' });
    await stop();
  });

  it('dropped leaves nothing behind: no secret, no list of accounts, and its name free', async () => {
    const { reached, useCases, by, store, begin, stop } = await acme();
    const { draft } = await reached();
    await useCases.refreshDraft(draft.id, by);
    await useCases.discoverDraft(draft.id, by);
    expect((await store.accounts.entitlements(draft.id)).length).toBe(2);
    await useCases.dropDraft(draft.id, by);
    expect(await store.namedSecrets.get('VAULT_TOKEN')).toMatchObject({ sealed: null, edition: 1 });
    expect([await store.accounts.entitlements(draft.id), await store.accounts.list(draft.id, null, 10)]).toEqual([
      [],
      [],
    ]);
    expect(await useCases.drafts()).toEqual([]);
    await expect(useCases.testDraft(draft.id, by)).rejects.toMatchObject({ code: 'draft-over' });
    const anew = await begin();
    await useCases.saveStep(anew.draft.id, 'connection', { connection: { url: 'https://vault.acme.test' } }, by);
    expect((await store.drafts.get(anew.draft.id))?.names).toEqual({ 'auth.token': 'VAULT_TOKEN' });
    expect(stateOf(await useCases.draft(anew.draft.id), 'secrets')).toBe('todo');
    await stop();
  });

  it('tells each act as an event, and draws its card anew', async () => {
    const { reached, store, by, time, events, stop, draftNow } = await acme();
    const { draft } = await reached();
    const [card, ...others] = await store.outbox.about(draft.id);
    expect(others).toEqual([]);
    expect(card).toMatchObject({ kind: 'draft', to: by.person, body: null });
    expect(card?.wanted).toBeGreaterThan(4);
    await time.advance(5_000);
    for (const type of ['begun', 'changed', 'page', 'secrets', 'tested'])
      expect((await events(`draft.${type}`)).map(({ app, actor }) => [app, actor])).toEqual([['vault', by]]);
    expect((await draftNow(draft.id))?.outbox).toEqual([]);
    await stop();
  });
});

describe('the test of a connection', () => {
  const failures: [FailureKind, RegExp][] = [
    ['auth', /^Invalid authentication: .*Renew the connection of The Vault/],
    ['throttled', /slow down/],
    ['missing', /rematch|anew/],
    ['rejected', /refused the values/],
    ['unavailable', /did not answer/],
    ['bug', /bug in the connector/],
  ];
  it.each(failures)('says what a failure of kind %s means, and what to do', async (kind, words) => {
    const { reached, vault: app, useCases, by, stop } = await acme();
    const { draft } = await reached();
    app.breakDown(new ConnectorError(kind, 'none', 'It said no.'));
    expect((await useCases.testDraft(draft.id, by)).text).toMatch(words);
    const view = await useCases.draft(draft.id);
    expect([stateOf(view, 'test'), stateOf(view, 'review')]).toEqual(['wrong', 'blocked']);
    app.breakDown(null);
    await useCases.testDraft(draft.id, by);
    expect(stateOf(await useCases.draft(draft.id), 'test')).toBe('done');
    await stop();
  });

  it('is over once the address is another', async () => {
    const { reached, save, useCases, stop } = await acme();
    const { draft } = await reached();
    await save(draft.id, 'connection', { connection: { url: 'https://other.acme.test' } });
    expect(stateOf(await useCases.draft(draft.id), 'test')).toBe('todo');
    await stop();
  });

  it('of a directory reads its first page', async () => {
    const { useCases, by, save, store, time, stop } = await acme();
    const { draft } = await useCases.beginDraft(
      { kind: 'directory', connector: 'memory-directory', name: 'ad', title: null },
      by,
    );
    await save(draft.id, 'connection', { connection: {} });
    expect((await useCases.testDraft(draft.id, by)).text).toBe('ad answers: 3 records on its first page');
    await save(draft.id, 'reading', { reading: { schedule: '1 hour', authoritative: false } });
    const review = await useCases.reviewDraft(draft.id, by);
    expect(review).toMatchObject({ problems: [], plan: null });
    await useCases.connectDraft(draft.id, review.shown, by);
    expect((await store.config.read())?.config.directories.map(({ name, schedule }) => [name, schedule])).toEqual([
      ['hr', '15 minutes'],
      ['ad', '1 hour'],
    ]);
    await time.advance(1_000);
    await stop();
  });
});

describe('the page on which secrets are entered', () => {
  it('asks for each secret field, and takes it once, of many presses one', async () => {
    const { begin, save, useCases, link, events, time, stop } = await acme();
    const { draft } = await begin();
    await save(draft.id, 'connection', { connection: { url: 'https://vault.acme.test' } });
    const page = await link(draft.id);
    expect(await useCases.secretPage(page)).toEqual({
      ...{ title: 'The Vault', kind: 'app' },
      fields: [
        { path: 'auth.token', title: 'Token', help: null, required: true, set: false },
        { path: 'auth.second', title: 'Second', help: null, required: false, set: false },
      ],
    });
    const presses = await Promise.all(
      Array.from({ length: 50 }, (_, number) => useCases.setSecrets(page, { 'auth.token': `${token}-${number}` })),
    );
    expect(presses.filter((one) => one?.result === 'set')).toHaveLength(1);
    expect(presses.filter((one) => one === null)).toHaveLength(49);
    expect(await useCases.secretPage(page)).toBeNull();
    await time.advance(2_000);
    expect(await events('secret.set')).toHaveLength(1);
    await stop();
  });

  it('keeps its link when a value will not do, says where, and never the value', async () => {
    const { begin, save, useCases, link, stop } = await acme();
    const { draft } = await begin();
    await save(draft.id, 'connection', { connection: { url: 'https://vault.acme.test' } });
    const page = await link(draft.id);
    expect(await useCases.setSecrets(page, {})).toEqual({
      result: 'wrong',
      problems: new Map([['auth.token', 'it is missing']]),
    });
    expect(await useCases.setSecrets(page, { 'auth.token': 'two words' })).toEqual({
      ...{ result: 'wrong', problems: new Map([['auth.token', 'no spaces']]) },
    });
    expect(
      await useCases.setSecrets(page, { 'auth.token': token, __proto__: 'x', url: 'https://evil.test' }),
    ).toMatchObject({ result: 'set' });
    await stop();
  });

  it('leads nowhere when an hour is over, another link was given, the mark is another’s, or the person is no admin any more', async () => {
    const { begin, save, useCases, link, time, stop, by, store, config } = await acme({
      settings: { admins: ['ada@acme.test', 'bea@acme.test'] },
    });
    const { draft } = await begin();
    await save(draft.id, 'connection', { connection: { url: 'https://vault.acme.test' } });
    const first = await link(draft.id);
    const second = await link(draft.id);
    const wrong = [first, second.slice(0, -3), `${second}x`, `d-none${second.slice(second.indexOf('.'))}`, '', '../x'];
    for (const one of wrong)
      expect([await useCases.secretPage(one), await useCases.setSecrets(one, { 'auth.token': token })]).toEqual([
        null,
        null,
      ]);
    expect(await useCases.secretPage(second)).not.toBeNull();
    await time.advance(3_600_001);
    expect(await useCases.secretPage(second)).toBeNull();
    expect((await useCases.draft(draft.id))?.link).toBeNull();
    const third = await link(draft.id);
    const stored = await store.config.read();
    const without = { ...config, settings: { ...config.settings, admins: ['bea@acme.test'] } };
    await store.config.replace(stored?.edition ?? null, { config: without, digest: 'x', edition: 99, at: 1, by });
    expect([await useCases.secretPage(third), await useCases.setSecrets(third, { 'auth.token': token })]).toEqual([
      null,
      null,
    ]);
    await stop();
  });

  it('lets no secret into store, events, configuration, card or log', async () => {
    const [written, lines]: [string[], string[]] = [[], []];
    const {
      reached,
      save,
      useCases,
      by,
      vault: app,
      time,
      stop,
    } = await acme({
      ...{ store: recordingStore(memoryStore(), written), log: keptLog(lines) },
    });
    const { draft } = await reached();
    app.seen.token = 'another one now';
    await useCases.testDraft(draft.id, by);
    app.seen.token = token;
    await useCases.testDraft(draft.id, by);
    await save(draft.id, 'provisioning', { provisioning: { enabled: true, approval: { create: false } } });
    await save(draft.id, 'roles', { roles: ['Vault people'] });
    await useCases.connectDraft(draft.id, null, by);
    await time.advance(60_000);
    expect(app.calls.length).toBeGreaterThan(0);
    const everything = [...written, ...lines, JSON.stringify(await useCases.draft(draft.id))].join('\n');
    expect(everything).not.toContain(token);
    expect(everything).toContain('VAULT_TOKEN');
    await stop();
  });
});

describe('renewing credentials', () => {
  async function connected(options: Options = {}) {
    const world = await acme(options);
    const { draft } = await world.reached();
    await world.save(draft.id, 'provisioning', { provisioning: { enabled: true, approval: { create: false } } });
    await world.save(draft.id, 'roles', { roles: ['Vault people'] });
    await world.useCases.connectDraft(draft.id, null, world.by);
    return world;
  }

  it('sets the new ones in place of the old, reconnects, and is done once they are taken', async () => {
    const { useCases, by, link, vault: app, store, time, stop, loginOf } = await connected();
    await time.advance(60_000);
    const before = app.seen.connections;
    app.seen.token = 'the-new-one-0815';
    const view = await useCases.beginRenewal('The Vault', by);
    expect(view.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'connection done',
      'secrets todo',
      'test blocked',
    ]);
    expect((await useCases.beginRenewal('vault', by)).draft.id).toBe(view.draft.id);
    await useCases.setSecrets(await link(view.draft.id), { 'auth.token': 'the-new-one-0815' });
    expect((await useCases.testDraft(view.draft.id, by)).text).toMatch(
      /^The Vault takes the new credentials; .*retry vault/,
    );
    expect((await store.config.read())?.config.apps[1]?.connection).toMatchObject({
      auth: { token: '${VAULT_TOKEN}' },
    });
    expect(await useCases.drafts()).toEqual([]);
    expect((await store.namedSecrets.get('VAULT_TOKEN'))?.edition).toBe(2);
    expect(app.seen.connections).toBeGreaterThan(before);
    expect(await loginOf('bea')).not.toBeNull();
    await stop();
  });

  it('stays open while the app does not take them', async () => {
    const { useCases, by, link, stop } = await connected();
    const { draft } = await useCases.beginRenewal('vault', by);
    await useCases.setSecrets(await link(draft.id), { 'auth.token': 'a-wrong-one' });
    expect((await useCases.testDraft(draft.id, by)).text).toMatch(/^Invalid authentication/);
    expect((await useCases.drafts()).map((view) => view.draft.id)).toEqual([draft.id]);
    await stop();
  });

  it('gives a secret that comes from the environment a name of its own, which the configuration then says', async () => {
    const environment = { ACME_VAULT_TOKEN: 'from outside', VAULT_TOKEN: 'taken' };
    const { useCases, by, link, store, engine, config, stop } = await acme({ environment });
    const connection = { url: 'https://vault.acme.test', auth: { token: '${ACME_VAULT_TOKEN}' } };
    await engine.configure(
      Config.parse({ ...config, apps: [...config.apps, { name: 'vault', connector: 'vault', connection }] }),
      system('test'),
    );
    const { draft } = await useCases.beginRenewal('vault', by);
    await useCases.setSecrets(await link(draft.id), { 'auth.token': token });
    expect((await useCases.testDraft(draft.id, by)).text).toMatch(/takes the new credentials/);
    expect((await store.config.read())?.config.apps[1]?.connection).toEqual({
      ...connection,
      auth: { token: '${VAULT_TOKEN_2}' },
    });
    await stop();
  });

  const elsewhere = { connection: { url: 'https://vault.elsewhere.test', auth: {} } };

  it('reaches it in another way, with credentials of its own: none of before goes to another address', async () => {
    const { useCases, by, link, save, vault: app, store, time, stop } = await connected();
    await time.advance(60_000);
    app.seen.token = 'the-one-there-0815';
    const { draft } = await useCases.beginRenewal('vault', by);
    await save(draft.id, 'connection', elsewhere);
    const view = await useCases.draft(draft.id);
    expect(view?.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'connection done',
      'secrets todo',
      'test blocked',
    ]);
    await expect(useCases.testDraft(draft.id, by)).rejects.toMatchObject({ code: 'too-early' });
    await useCases.setSecrets(await link(draft.id), { 'auth.token': 'the-one-there-0815' });
    // What is connected still knows the old one, until the new way is tested.
    expect((await store.namedSecrets.get('VAULT_TOKEN'))?.edition).toBe(1);
    expect((await store.config.read())?.config.apps[1]?.connection).toMatchObject({ url: 'https://vault.acme.test' });
    expect((await useCases.testDraft(draft.id, by)).text).toMatch(
      /^The Vault is reached so from now on; .*retry vault/,
    );
    expect((await store.config.read())?.config.apps[1]?.connection).toEqual({
      url: 'https://vault.elsewhere.test',
      auth: { token: '${VAULT_TOKEN_2}' },
    });
    await stop();
  });

  it('is not reached where an account of ours is somebody else’s, or most are missing', async () => {
    const { useCases, by, link, save, vault: app, store, time, stop } = await connected();
    await time.advance(60_000);
    const mine = new Map(app.accounts);
    const attempt = async () => {
      const { draft } = await useCases.beginRenewal('vault', by);
      await save(draft.id, 'connection', elsewhere);
      await useCases.setSecrets(await link(draft.id), { 'auth.token': token });
      return { id: draft.id, text: (await useCases.testDraft(draft.id, by)).text };
    };
    for (const [id, account] of mine) app.accounts.set(id, { ...account, externalId: 'p-other', userName: 'other' });
    const first = await attempt();
    expect(first.text).toMatch(/^what answers there is not The Vault as Rollcall knows it: .*is somebody else’s/);
    app.accounts.clear();
    expect((await useCases.testDraft(first.id, by)).text).toMatch(/the account of Person \w+ is not there/);
    expect((await store.config.read())?.config.apps[1]?.connection).toMatchObject({ url: 'https://vault.acme.test' });
    for (const [id, account] of mine) app.accounts.set(id, account);
    expect((await useCases.testDraft(first.id, by)).text).toMatch(/is reached so from now on/);
    await stop();
  });

  it('of a directory is refused where nobody read there is known', async () => {
    const books = memoryDirectory(people);
    const directory = defineDirectory({
      ...{ kind: 'directory', name: 'books', title: 'Books', config: z.strictObject({ shelf: z.string() }) },
      connect: (_, context) => books.connector.connect({}, context),
    });
    const base = configOf();
    const config = Config.parse({
      ...base,
      directories: [{ name: 'hr', connector: 'books', config: { shelf: 'one' } }],
    });
    const { engine, store, sync, personOf, stop } = await company([], config, { directory: directory as never });
    await sync();
    const by: ByPerson = { kind: 'person', person: (await personOf('ada')).id, name: 'Person ada', via: 'slack' };
    const { draft } = await engine.useCases.beginRenewal('hr', by);
    await engine.useCases.saveStep(draft.id, 'connection', { connection: { shelf: 'two' } }, by);
    books.state.rows = [row('stranger')];
    expect((await engine.useCases.testDraft(draft.id, by)).text).toContain('of 1 records nobody is known');
    books.state.rows = people;
    expect((await engine.useCases.testDraft(draft.id, by)).text).toBe('hr is reached so from now on.');
    expect((await store.config.read())?.config.directories[0]?.config).toEqual({ shelf: 'two' });
    await stop();
  });

  it('is for what is connected with credentials', async () => {
    const { useCases, by, stop } = await acme();
    await expect(useCases.beginRenewal('crm', by)).rejects.toMatchObject({ code: 'no-connection' });
    await expect(useCases.beginRenewal('nothing', by)).rejects.toMatchObject({ code: 'unknown-app' });
    await stop();
  });
});
