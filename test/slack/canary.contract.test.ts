import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { digestLines } from '../../src/cli/digest.ts';
import { toYaml } from '../../src/cli/yaml.ts';
import { loadConnectors } from '../../src/connectors.ts';
import { Config } from '../../src/core/config.ts';
import { system } from '../../src/core/event.ts';
import { startStore } from '../../src/embedded-mongo/start.ts';
import { buildEngine } from '../../src/engine/ground.ts';
import { systemClock, systemRandom } from '../../src/engine/system-clock.ts';
import { allChains } from '../../src/engine/tell/audit.ts';
import { createLog, createScrubber } from '../../src/log.ts';
import { wantCard } from '../../src/slack/cards.ts';
import { makePace } from '../../src/slack/pace.ts';
import { buildIndexes, connectMongo, mongoStore } from '../../src/store/mongo.ts';
import { createSealer } from '../../src/store/sealing.ts';
import { environmentKeys } from '../../src/store/sealing-keys.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { type Canary, formsOf, type Sink, seenIn } from './canaries.ts';
import { ada, openOffice } from './office.ts';

/*
 * Promise 8, over a life of a company: secrets of every kind are used, apps answer with what they were sent, and nothing that
 * is written, said or shown holds any of them, in whatever form. What seals them holds ciphertext alone.
 */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Nobody could guess it, and none of its forms is another. */
const secret = (): string => `k${randomBytes(15).toString('base64url')}.~${randomBytes(12).toString('base64url')}`;
const canaries: Canary[] = [];
function canary(name: string, value = secret(), allowed?: readonly string[]): string {
  canaries.push({ name, value, ...(allowed !== undefined && { allowed }) });
  return value;
}

/** Answers with what it was sent, in all the ways an app may. The path says how. */
async function startEcho() {
  const server = createServer(async (request, response) => {
    const sent = await textOf(request);
    const { authorization = '' } = request.headers;
    const [, kind = ''] = authorization.split(' ');
    const told = [
      authorization,
      Buffer.from(kind, 'base64').toString(),
      [...new URLSearchParams(sent)].flat().join(' '),
      sent,
    ].join(' and ');
    const mode = request.url?.split('/')[1] ?? '';
    const scim = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: `you sent ${told}` };
    const json = (status: number, body: unknown, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
      response.end(JSON.stringify(body));
    };
    if (request.url?.endsWith('/token')) return answerToken(mode, told, json);
    const isWrite = request.method !== 'GET';
    const password = /"password":"([^"]+)"/.exec(sent)?.[1];
    if (password !== undefined && !canaries.some(({ value }) => value === password))
      canary('a password on its way', password);
    if (mode === 'unauthorized')
      return json(401, { ...scim, status: '401' }, { 'www-authenticate': told.replace(/[^\x20-\x7e]/g, '') });
    if (mode === 'encoding') {
      const forms = (['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(`of ${kind}.`).toString(form));
      return json(403, { ...scim, detail: `refused: ${[kind, ...forms, encodeURIComponent(kind)].join(', ')}` });
    }
    if (mode === 'forbidden') return json(403, { ...scim, status: '403' });
    if (mode === 'broken') return json(500, { error: told, detail: told, message: told });
    if (mode === 'redirecting') return json(302, scim, { location: `/elsewhere?token=${encodeURIComponent(kind)}` });
    if (mode === 'talking') {
      response.writeHead(200, { 'content-type': 'text/html' });
      return response.end(`<p>${told}</p>`);
    }
    if ((mode === 'refusing' && isWrite) || (mode === 'halfway' && isWrite && request.method !== 'POST'))
      return json(400, { ...scim, status: '400', scimType: 'invalidValue' });
    if (isWrite) return json(201, { ...JSON.parse(sent), id: randomBytes(6).toString('hex'), active: true });
    return json(200, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
  });
  function answerToken(mode: string, told: string, json: (status: number, body: unknown) => void): void {
    const tokens = () => ({
      access_token: canary('an access token'),
      refresh_token: canary('a refresh token that took the place of another'),
    });
    if (mode === 'strict') json(400, { error: 'invalid_client', error_description: `not ${told}` });
    else json(200, { ...tokens(), token_type: 'Bearer', expires_in: 3_600 });
  }
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type World = Awaited<ReturnType<typeof openWorld>>;
async function openWorld() {
  const echo = await startEcho();
  const dir = mkdtempSync(join(tmpdir(), 'rollcall-canary-'));
  const server = await startStore({ dir: join(dir, 'store') });
  const [lines, scrubber] = [[] as string[], createScrubber()];
  const log = createLog('debug', scrubber, { write: (line: string) => void lines.push(line) });
  const connection = await connectMongo(server.uri, { log });
  await buildIndexes(connection);
  const store = mongoStore(connection);
  const bytes = [randomBytes(32), randomBytes(32)];
  for (const [index, key] of bytes.entries()) canary(`sealing key ${index}`, key.toString('base64').replace('=', ''));
  const keys = environmentKeys(bytes as [Buffer, Buffer]);
  const environment = new Map<string, string>();
  writeFileSync(
    join(dir, 'people.csv'),
    'employee_id,email,displayName,title\n1,ada@acme.test,Ada,Lead\n2,zoe@acme.test,Zoe Smith,Clerk\n3,bob@acme.test,Bob,Clerk\n',
  );
  const config = configOf(echo.origin, join(dir, 'people.csv'), environment);
  const office = await openOffice({ channel: '#access', leaverChannel: '#leavers' }, {}, store);
  for (const [name, value] of Object.entries(office.workspace.tokens))
    if (/token|secret/i.test(name)) canary(`Slack's ${name}`, String(value));
  const metrics = createMetrics();
  const engine = await buildEngine(
    {
      ...{ store, connectors: await loadConnectors(), clock: systemClock, random: systemRandom, log, keys },
      // As `openRollcall` has it: what is not called a secret by its name is learnt where it is used.
      secret(name) {
        const value = environment.get(name);
        if (/TOKEN|SECRET|PASSWORD|KEY/i.test(name)) scrubber.learn(value);
        return value;
      },
      ...{ learn: scrubber.learn, sealer: createSealer(keys), publicUrl: 'https://rollcall.acme.test' },
    },
    {
      ...{ team: () => office.deps.team.id, outbox: () => undefined },
      showCard: (approval) => wantCard(office.deps, approval),
    },
  );
  Object.assign(office.useCases, engine.useCases);
  return {
    ...{ echo, dir, server, lines, log, connection, store, environment, config, office, engine, metrics, scrubber },
  };
}

/** Apps of every kind of credentials and every way to go wrong. */
function configOf(origin: string, file: string, environment: Map<string, string>): Config {
  const apps: object[] = [];
  const env = (name: string, value?: string): string => {
    environment.set(name, canary(`\${${name}}`, value));
    return `\${${name}}`;
  };
  const add = (name: string, mode: string, auth: object, more: object = {}): void => {
    const connection = { baseUrl: `${origin}/${mode}/scim/v2`, auth, profile: 'generic', allowHosts: ['127.0.0.1'] };
    apps.push({
      name,
      connector: 'scim',
      connection,
      provisioning: { enabled: true, approval: { create: false } },
      ...more,
    });
  };
  const modes = ['encoding', 'unauthorized', 'forbidden', 'broken', 'redirecting', 'talking', 'refusing', 'working'];
  for (const mode of modes) {
    add(`bearer-${mode}`, mode, { type: 'bearer', token: env(`B_${mode.toUpperCase()}_TOKEN`) });
    add(`basic-${mode}`, mode, { type: 'basic', username: 'rollcall', password: env(`P_${mode.toUpperCase()}_WORD`) });
  }
  for (const [mode, where] of [
    ['strict', 'body'],
    ['strict', 'header'],
    ['unauthorized', 'body'],
    ['refusing', 'header'],
  ] as const) {
    const [name, tokenUrl] = [`${mode}-${where}`, `${origin}/${mode}/token`];
    const client = { tokenUrl, clientId: 'rollcall', clientAuth: where };
    const upper = name.toUpperCase().replace('-', '_');
    add(`client-${name}`, mode, { ...client, type: 'client-credentials', clientSecret: env(`C_${upper}`) });
    const refreshToken = env(`R_${upper}`);
    add(`refresh-${name}`, mode, { ...client, type: 'refresh-token', clientSecret: env(`RC_${upper}`), refreshToken });
  }
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  environment.set('S_PEM', privateKey);
  // A line of it is enough to know it by.
  canary('a private key', privateKey.split('\n')[5] ?? '');
  add('service', 'strict', {
    type: 'service-account',
    tokenUrl: `${origin}/strict/token`,
    issuer: 'r@acme.test',
    scope: 'all',
    privateKey: '${S_PEM}',
  });
  for (const source of ['generated', 'sso'] as const)
    for (const mode of ['refusing', 'halfway', 'working'])
      add(
        `password-${source}-${mode}`,
        mode,
        { type: 'bearer', token: env(`W_${source}_${mode}_TOKEN`.toUpperCase()) },
        { parameters: [{ target: 'password', password: source }] },
      );
  const timings = {
    retry: '1 second',
    retryMax: '1 second',
    settle: '1 second',
    deadline: '3 seconds',
    lease: '10 seconds',
    attempts: 2,
  };
  return Config.parse({
    version: 1,
    settings: {
      admins: ['ada@acme.test'],
      approvers: ['ada@acme.test'],
      channel: '#access',
      timings,
      passwordMapping: true,
    },
    directories: [
      { name: 'hr', connector: 'csv', config: { file, key: 'employee_id' } },
      { name: 'pushed', connector: 'scim-inbound' },
    ],
    roles: [{ name: 'Staff', apps: apps.map((app) => (app as { name: string }).name) }],
    mappings: [{ name: 'Everybody', roles: ['Staff'] }],
    apps,
  });
}

let world: World;
const shown: string[] = [];
beforeAll(async () => {
  world = await openWorld();
  await live(world);
});
afterAll(async () => {
  await world.engine.stop();
  await world.office.close();
  await world.connection.close();
  await world.server.stop();
  await world.echo.stop();
  rmSync(world.dir, { recursive: true, force: true });
});

/** What somebody asked for, or why it was refused: both are shown to them. */
async function show(asking: () => unknown): Promise<void> {
  try {
    shown.push(JSON.stringify((await asking()) ?? null));
  } catch (error) {
    const { message, stack, cause, ...own } = error as Error & { remedy?: string };
    shown.push([message, own.remedy, stack, String(cause), JSON.stringify(own)].join('\n'));
  }
}

async function live({ engine, config, store, office }: World): Promise<void> {
  const { useCases } = engine;
  await engine.configure(config, system('test'));
  engine.start();
  await engine.sync(null, system('test'));
  const [adasPerson] = await store.people.byKeys(['email=ada@acme.test']);
  const by = { kind: 'person', person: adasPerson?.id ?? '', name: 'Ada', via: 'slack' } as const;
  await passwords(world);
  await drafts(world, by);
  for (let count = 0; count < 3; count += 1)
    canary(
      'a push token',
      (await engine.inbound.makePushToken('pushed', { overlap: 60_000, lifetime: 9e9 }, by)).token.slice(
        'rollcall_push_'.length,
      ),
    );
  await show(() => engine.inbound.pushTokens('pushed'));
  await misconfigured(world);
  await vi
    .waitFor(
      async () => {
        const words = await store.logins.overview();
        expect(words.filter(({ state }) => state === 'approved' || state === 'applying')).toEqual([]);
        expect(words.filter(({ state }) => state === 'failed' || state === 'held').length).toBeGreaterThan(3);
      },
      { timeout: 12_000, interval: 300 },
    )
    .catch(() => undefined);
  for (const { name } of config.apps) {
    await show(() => useCases.refresh(name, by));
    await show(() => useCases.explain(by.person, name));
  }
  await show(() => useCases.examine());
  await show(async () => digestLines(await useCases.digest()));
  await show(() => useCases.preview({}, 500));
  await show(() => useCases.overview());
  await show(() => useCases.retry({ app: 'bearer-refusing' }, by));
  await show(() => useCases.expiring());
  for (const line of [
    'doctor',
    'digest',
    'status',
    'status zoe',
    'history',
    'app bearer-refusing',
    'app basic-broken',
    'configure',
    'roles',
  ])
    await office.type(ada, `/provision ${line}`);
  await engine.flush();
  for (let next: number | null = 0; next !== null && next <= office.clock.now(); ) {
    office.deps.memory.pace = makePace();
    next = (await office.pump()).nextAt;
  }
}

/** People are sent links, see the password that was made for them, and set one of their own, which apps take or refuse. */
async function passwords({ engine, store }: World): Promise<void> {
  const { useCases } = engine;
  const seen = new Set<string>();
  const until = Date.now() + 10_000;
  while (Date.now() < until && seen.size < 6) {
    for (const { kind, subject } of await store.outbox.due(Date.now() + 60_000, 500)) {
      if (kind !== 'once' || seen.has(subject)) continue;
      const message = await useCases.onceMessage(subject);
      const token = message?.link?.split('/once/')[1];
      if (message === null || token === undefined) continue;
      seen.add(subject);
      canary('a link to a password', markIn(token), ['Slack']);
      if (message.purpose === 'show') await useCases.showOnce(token);
      else await show(() => useCases.setOnce(token, canary('an SSO password')));
      await show(() => useCases.setOnce(token, canary('a password on a link that is used up')));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** The part of a link that only holders of the sealing key can make. */
const markIn = (token: string): string => token.split(/[.~/]/).at(-1) ?? token;

/** Secrets that are entered in Slack, by way of a page. */
async function drafts(
  { engine, echo }: World,
  by: Parameters<World['engine']['useCases']['beginDraft']>[1],
): Promise<void> {
  const { useCases } = engine;
  for (const mode of ['unauthorized', 'forbidden', 'broken', 'talking', 'redirecting']) {
    const begun = await useCases.beginDraft(
      { kind: 'app', connector: 'scim', name: `draft-${mode}`, title: `Draft ${mode}` },
      by,
    );
    const { id } = begun.draft;
    const connection = {
      baseUrl: `${echo.origin}/${mode}/scim/v2`,
      auth: { type: 'bearer' },
      profile: 'generic',
      allowHosts: ['127.0.0.1'],
    };
    await show(() => useCases.saveStep(id, 'connection', { connection }, by));
    await useCases.openSecretPage(id, by);
    const token = (await useCases.draft(id))?.link?.url.split('/').at(-1) ?? '';
    canary('the link of a page for secrets', markIn(token), ['Slack']);
    await show(() => useCases.setSecrets(token, { 'auth.token': canary('a secret set on a page') }));
    await show(() => useCases.testDraft(id, by));
  }
}

/** Somebody writes a secret where it does not belong. */
async function misconfigured({ engine }: World): Promise<void> {
  for (const wrong of [
    (token: string) => ({ auth: { type: 'bearer', token, more: 1 } }),
    (token: string) => ({ auth: { type: 'bearer', token: `${token} with a space` } }),
    (token: string) => ({ auth: { type: token, token } }),
    (token: string) => ({ baseUrl: `https://me:${token}@crm.acme.test` }),
    (token: string) => ({ baseUrl: 'https://crm.acme.test', auth: { type: 'bearer', token } }),
  ]) {
    const token = canary('a secret in a wrong configuration');
    const apps = [{ name: 'wrong', connector: 'scim', connection: wrong(token) }];
    await show(() => engine.connections.check({ version: 1, apps }));
  }
}

async function sinksOf({ lines, store, office, engine, config, metrics, dir }: World): Promise<Sink[]> {
  const events: unknown[] = [];
  for await (const event of allChains({ store })) events.push(event);
  const sink = (name: string, value: unknown): Sink => ({
    name,
    bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  });
  const { state } = office.workspace;
  const told = state.channels.flatMap(({ id }) => state.members.map((member) => state.messages(id, member.id)));
  return [
    sink('the log', lines.join('')),
    sink('the log of Slack', office.lines),
    sink('Slack', told),
    sink('the audit export', events),
    sink('what was shown', shown),
    sink('the configuration export', toYaml(config)),
    sink('the metrics', await metrics.registry.metrics()),
    sink('the digest', await engine.useCases.digest()),
    { name: 'the store', bytes: filesIn(join(dir, 'store')) },
  ];
}

const filesIn = (dir: string): Buffer =>
  Buffer.concat(
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .map((name) => join(dir, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path)),
  );

describe('canaries', () => {
  it('are looked for in every form', () => {
    const value = secret();
    for (const text of [
      value,
      `x${Buffer.from(`ab${value}cd`).toString('base64')}`,
      Buffer.from(value).toString('hex'),
      encodeURIComponent(`"${value}"`),
      value.slice(8, 16),
    ])
      expect(
        seenIn([{ name: 'a text', bytes: Buffer.from(`before ${text} after`) }], [{ name: 'one', value }]),
        text,
      ).not.toEqual([]);
    expect(formsOf(value).length).toBeGreaterThan(10);
  });

  it('show nowhere, while everything else does', async () => {
    const sinks = await sinksOf(world);
    const sizes = sinks.map(({ name, bytes }) => `${name} ${bytes.length}`);
    for (const name of ['Slack', 'the audit export', 'what was shown', 'the store'])
      expect(
        sinks.find((one) => one.name === name)?.bytes.includes('bearer-refusing'),
        `${name} of ${sizes.join(', ')}`,
      ).toBe(true);
    expect(new Set(canaries.map(({ value }) => value)).size).toBeGreaterThanOrEqual(50);
    expect(seenIn(sinks, canaries)).toEqual([]);
  });
});
