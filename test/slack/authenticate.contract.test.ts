import type { Button, KnownBlock, ModalView } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, authenticateLinkId, connectStepId } from '../../blocks/ids.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import { connector as scim } from '../../connectors/scim/index.ts';
import { fromYaml, toYaml } from '../../src/cli/yaml.ts';
import { Config } from '../../src/core/config.ts';
import type { StepName } from '../../src/core/draft.ts';
import { system } from '../../src/core/event.ts';
import type { Message } from '../../src/local-slack/model.ts';
import { type AuthorizationServer, authorizationServer } from '../fakes/authorization-server.ts';
import { type FaultServer, startFaultServer } from '../fakes/fault-server.ts';
import { row } from '../fakes/memory-directory.ts';
import { ada, bob, zoe } from './office.ts';
import { type Company, openCompany } from './real-company.ts';

/** The local workspace, the real Bolt app and engine, a real authorization server and the SCIM app behind it. */
const client = { id: 'rollcall-4711', secret: 'client-s3cret-4711' };
let login: AuthorizationServer;
let server: FaultServer;
let company: Company;

beforeEach(async () => {
  login = await authorizationServer(client, { as: 'bot@sales.test' });
  server = await startFaultServer({ token: '', accepts: login.isGood });
  company = await openCompany(
    {},
    undefined,
    [row('ada', { department: 'IT' }), row('bob'), row('zoe', { department: 'Sales' })],
    scim as never,
  );
});
afterEach(async () => {
  await company.close();
  await server.stop();
  await login.close();
});

const office = () => company.office;
const useCases = () => company.office.useCases;
const view = (user: string = ada) => office().workspace.state.modal(user);

async function direct(user: string = ada): Promise<readonly Message[]> {
  await company.showCards();
  const channel = office().workspace.state.channels.find((each) => each.with === user)?.id ?? '';
  return office().workspace.state.messages(channel, user);
}
async function card(user: string = ada): Promise<Message> {
  const found = (await direct(user))
    .filter(({ ephemeralFor, text }) => ephemeralFor === undefined && /onnect|enew/.test(text))
    .at(-1);
  if (found === undefined) throw new Error('there is no card');
  expect(lintMessage({ text: found.text, blocks: [...(found.blocks ?? [])] })).toEqual([]);
  return found;
}
const lastSaid = async (user: string = ada) =>
  (await direct(user)).filter(({ ephemeralFor }) => ephemeralFor === user).at(-1);
const type = (line: string, user: string = ada) => office().type(user, `/provision ${line}`);
const press = async (message: Message | undefined, action: string, user: string = ada) =>
  office().press(user, message, action);
const take = async (step: StepName, user: string = ada) => press(await card(user), connectStepId(step), user);

/** The link button of a card, as one person sees it. */
async function linkOn(user: string = ada): Promise<string | null> {
  const buttons = ((await card(user)).blocks ?? []).flatMap((block) =>
    block.type === 'actions' ? (block.elements as Button[]) : [],
  );
  return buttons.find(({ action_id }) => action_id === authenticateLinkId)?.url ?? null;
}
const tokenIn = (link: string | null): string => link?.split('/').at(-1) ?? '';

const inputOf = (block: string): { type: string; action_id: string } | null => {
  const found = ((view()?.view.blocks ?? []) as KnownBlock[]).find((one) => one.block_id === block);
  return found?.type === 'input' ? (found.element as { type: string; action_id: string }) : null;
};
const heldIn = (kind: string, value: string) =>
  kind === 'plain_text_input'
    ? { type: kind, value }
    : { type: kind, selected_option: { text: { type: 'plain_text', text: value }, value } };

/** Fills inputs by their blocks and submits; the rest holds what it started from. Answers the errors. */
async function submit(values: Record<string, string>): Promise<Readonly<Record<string, string>>> {
  const given = Object.fromEntries(
    Object.entries(values).map(([block, value]) => {
      const element = inputOf(block);
      expect(element, block).not.toBeNull();
      return [block, { [element?.action_id ?? '']: heldIn(element?.type ?? '', value) }];
    }),
  );
  await office().workspace.actions.submit(ada, view()?.id ?? '', given as never);
  await office().idle();
  return view()?.errors ?? {};
}
async function choose(block: string, value: string): Promise<void> {
  await office().workspace.actions.press({
    ...{ user: ada, container: { view: view()?.id ?? '' }, blockId: block, actionId: actionIds.connectAsk },
    state: heldIn('static_select', value),
  } as never);
  await office().idle();
  expect(lintView(view()?.view as ModalView)).toEqual([]);
}

const fields = () => ({
  ...{ 'field:baseUrl': server.baseUrl, 'field:allowHosts': '127.0.0.1' },
  ...{ 'field:auth.authorizeUrl': login.authorizeUrl, 'field:auth.tokenUrl': login.tokenUrl },
  ...{ 'field:auth.clientId': client.id, 'field:auth.scope': 'users.write' },
});

/** To the point where somebody has to authenticate. */
async function begun(): Promise<void> {
  await useCases().beginDraft(
    { kind: 'app', connector: 'scim', name: 'sales', title: 'Sales CRM' },
    { kind: 'person', person: (await company.acme.personOf('ada')).id, name: 'Person ada', via: 'slack' },
  );
  await take('connection');
  await choose('field:auth.type', 'redirect');
  expect(await submit(fields())).toEqual({});
  await take('secrets');
  const page = /\/once\/secrets\/([^|>"]+)/.exec(JSON.stringify((await card()).blocks))?.[1] ?? '';
  expect(await useCases().setSecrets(page, { 'auth.clientSecret': client.secret })).toMatchObject({ result: 'set' });
}

/** What a browser does: from the link to the app, where a button is pressed, and back with what it was given. */
async function follow(link: string | null, act: 'allow' | 'deny' = 'allow') {
  const start = await useCases().startAuthentication(tokenIn(link));
  if (start === null || 'failed' in start) return start;
  const away = new URL(start.address);
  away.pathname = '/decide';
  away.searchParams.set('act', act);
  const back = (await fetch(away, { redirect: 'manual' })).headers.get('location') ?? '';
  const { searchParams } = new URL(back);
  const [code, error, state] = ['code', 'error', 'state'].map((name) => searchParams.get(name));
  return useCases().finishAuthentication(tokenIn(link), {
    ...{ state: state ?? '', code: code ?? null, error: error ?? null },
  });
}
/** Tested, reviewed and connected; everybody gets an account without being asked for. */
async function connected(): Promise<void> {
  await take('test');
  expect((await lastSaid())?.text).toContain('Sales CRM answers and takes the credentials');
  const [draft] = await office().store.drafts.open(1);
  const by = {
    kind: 'person',
    person: (await company.acme.personOf('ada')).id,
    name: 'Person ada',
    via: 'slack',
  } as const;
  const provisioning = { enabled: true, approval: { create: false, update: false } };
  await useCases().saveStep(draft?.id ?? '', 'provisioning', { provisioning }, by);
  await useCases().saveStep(draft?.id ?? '', 'roles', { roles: ['Staff'] }, by);
  await take('review');
  await press(await lastSaid(), actionIds.connectApply);
  await company.acme.time.advance(5_000);
  await expect.poll(() => server.app.users.size, { timeout: 10_000 }).toBe(3);
}
const present = async () => (await office().store.config.read())?.config as Config;

/** Nothing that was said, kept open to read or logged holds a token, a code or the client’s secret. */
async function nothingLeaked(): Promise<void> {
  const everything = JSON.stringify([
    ...[await direct(), await direct(bob), office().messages(ada), await office().store.drafts.open(10)],
    ...[await office().store.events.list({}, null, 1_000), await present(), office().lines],
    await office().store.namedSecrets.all(),
  ]);
  for (const secret of [...login.secrets, client.secret]) expect(everything).not.toContain(secret);
}

describe('an app that is connected by redirect', () => {
  it('asks for its addresses in the form, and for its grant nowhere', async () => {
    await useCases().beginDraft(
      { kind: 'app', connector: 'scim', name: 'sales', title: 'Sales CRM' },
      { kind: 'person', person: (await company.acme.personOf('ada')).id, name: 'Person ada', via: 'slack' },
    );
    await take('connection');
    await choose('field:auth.type', 'redirect');
    for (const block of Object.keys(fields())) expect(inputOf(block), block).not.toBeNull();
    for (const block of ['field:auth.grant', 'field:auth.clientSecret']) expect(inputOf(block)).toBeNull();
    expect(await submit({ ...fields(), 'field:auth.authorizeUrl': 'login', 'field:auth.scope': 'a  b' })).toEqual({
      'field:auth.authorizeUrl': expect.stringMatching(/address people sign in at/),
      'field:auth.scope': expect.stringMatching(/one space/),
    });
  });

  it('shows Authenticate to whoever is next, and after it works: tested, connected, exported, provisioned', async () => {
    await begun();
    expect((await card()).text).toContain('next, sign in at the app and grant access');
    expect((await card()).text).toContain('https://rollcall.acme.test/oauth/callback');
    const link = await linkOn();
    expect(link).toMatch(/^https:\/\/rollcall\.acme\.test\/oauth\/start\//);
    // Pressing a link tells the bot as well: it stays the same link.
    await press(await card(), authenticateLinkId);
    expect(await linkOn()).toBe(link);
    expect(await follow(link)).toMatchObject({ result: 'authenticated' });
    expect((await card()).text).toMatch(
      /✅ done {2}\*Access\* {2}Authenticated as bot@sales\.test on .* by Person ada/,
    );
    await connected();
    const config = await present();
    expect(config.apps[1]?.connection).toMatchObject({
      auth: { type: 'redirect', grant: '${SALES_GRANT}', clientSecret: '${SALES_CLIENTSECRET}' },
    });
    const again = await openCompany({}, undefined, [], scim as never);
    await again.acme.engine.configure(Config.parse(fromYaml(toYaml(config), 'acme.yml')), system('test'));
    expect((await again.office.store.config.read())?.config).toEqual(config);
    await again.close();
    await nothingLeaked();
  });

  it('tells on the card that access was refused; the button beside it makes a fresh link', async () => {
    await begun();
    const first = await linkOn();
    expect(await follow(first, 'deny')).toMatchObject({ result: 'failed' });
    expect((await card()).text).toMatch(/❌ to put right {2}\*Access\* {2}access to Sales CRM was not granted/);
    expect(await linkOn()).toBeNull();
    await take('authenticate');
    const second = await linkOn();
    expect([second === null, second === first]).toEqual([false, false]);
    expect(await follow(first)).toBeNull();
    expect(await follow(second)).toMatchObject({ result: 'authenticated' });
    await nothingLeaked();
  });

  it('shows the link to nobody else, and makes one for admins alone', async () => {
    await begun();
    const [draft] = await office().store.drafts.open(1);
    await useCases().showDraft(draft?.id ?? '', (await company.acme.personOf('bob')).id);
    expect([(await linkOn(ada)) === null, await linkOn(bob)]).toEqual([false, null]);
    await take('authenticate', bob);
    expect((await lastSaid(bob))?.text).toContain('Only admins');
    expect((await office().store.drafts.get(draft?.id ?? ''))?.page).toEqual(draft?.page);
    await type('renew sales', zoe);
    expect(office().messages(zoe).at(-1)?.text).toContain('Only admins');
  });
});

describe('an app whose access was taken back', () => {
  it('fails with its reason, and Renew on what failed leads to Authenticate: nothing else is asked for', async () => {
    await begun();
    await follow(await linkOn());
    await connected();
    login.revokeAll();
    const { state } = company.acme.directory;
    state.rows = [row('zoe', { department: 'Sales', title: 'Head of Sales' }), ...state.rows.slice(0, 2)];
    const zoes = await company.acme.personOf('zoe');
    const kind = async () => {
      await company.acme.sync(5_000);
      return (await office().store.logins.get(`${zoes.id}:sales`))?.operation?.trouble?.kind;
    };
    await expect.poll(kind, { timeout: 20_000 }).toBe('auth');
    await type('person zoe@acme.test');
    const told = office().messages(ada).at(-1);
    expect(JSON.stringify(told?.blocks)).toContain('Invalid authentication');
    await press(told, actionIds.renew);
    expect((await card()).text).toContain('Renewing the credentials of the app *Sales CRM*');
    expect((await card()).text).toMatch(/✅ done {2}\*Credentials\*/);
    expect((await card()).text).toContain('next, sign in at the app and grant access');
    expect(await follow(await linkOn())).toMatchObject({ result: 'authenticated' });
    await take('test');
    expect((await card()).text).toContain('Sales CRM takes the new credentials');
    await type('retry sales');
    const title = async () => {
      await company.acme.time.advance(60_000);
      return [...server.app.users.values()].map((user) => JSON.stringify(user)).join();
    };
    await expect.poll(title, { timeout: 20_000 }).toContain('Head of Sales');
    await nothingLeaked();
  });
});
