import type { KnownBlock, ModalView } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, callbackIds, connectStepId } from '../../blocks/ids.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import { connector as scim } from '../../connectors/scim/index.ts';
import { fromYaml, toYaml } from '../../src/cli/yaml.ts';
import { Config } from '../../src/core/config.ts';
import type { StepName } from '../../src/core/draft.ts';
import { system } from '../../src/core/event.ts';
import type { Message } from '../../src/local-slack/model.ts';
import { startFaultServer } from '../fakes/fault-server.ts';
import { row } from '../fakes/memory-directory.ts';
import { bareScim } from '../fakes/scim-peers.ts';
import { actionBlockOf, ada, bob, zoe } from './office.ts';
import { type Company, openCompany } from './real-company.ts';

/** The local workspace, the real Bolt app and engine, and a strict SCIM server to be connected. */
const token = 'typed-on-the-page-only-4711';
let server: Awaited<ReturnType<typeof startFaultServer>>;
let company: Company;

beforeEach(async () => {
  server = await startFaultServer({ token });
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
});

const office = () => company.office;
const useCases = () => company.office.useCases;
const view = (user: string = ada) => office().workspace.state.modal(user);
const shown = (user: string = ada) => JSON.stringify(view(user)?.view ?? null);
const whispers = (user: string, where = 'access') =>
  office()
    .messages(user, where)
    .filter((message) => message.ephemeralFor === user);

/** Everything that waits to be shown is shown. */
async function pump(): Promise<void> {
  await company.showCards();
}
async function direct(user: string = ada): Promise<readonly Message[]> {
  await pump();
  const channel = office().workspace.state.channels.find((each) => each.with === user)?.id ?? '';
  return office().workspace.state.messages(channel, user);
}
/** The card of what is on its way, as it is now. */
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

async function type(line: string, user: string = ada): Promise<Message | undefined> {
  await office().type(user, `/provision ${line}`);
  const message = whispers(user).at(-1);
  if (message !== undefined)
    expect(lintMessage({ text: message.text, blocks: [...(message.blocks ?? [])] })).toEqual([]);
  return message;
}

async function press(message: Message | undefined, action: string, user: string = ada): Promise<void> {
  await office().press(user, message, action);
  if (view(user) !== undefined) expect(lintView(view(user)?.view as ModalView)).toEqual([]);
}
const take = async (step: StepName, user: string = ada) => press(await card(user), connectStepId(step), user);

function held(type: string, value: string | string[] | null): object {
  if (type === 'plain_text_input') return { type, value };
  if (type === 'multi_external_select' || type === 'checkboxes')
    return {
      type,
      selected_options: [value ?? []].flat().map((one) => ({ text: { type: 'plain_text', text: one }, value: one })),
    };
  return { type, selected_option: value === null ? null : { text: { type: 'plain_text', text: value }, value } };
}

type Values = Record<string, string | string[] | null>;
const givenIn = (drawn: ModalView | undefined, values: Values) => {
  const given: Record<string, Record<string, unknown>> = {};
  for (const block of (drawn?.blocks ?? []) as KnownBlock[]) {
    const value = block.type === 'input' ? values[block.block_id ?? ''] : undefined;
    if (block.type === 'input' && value !== undefined)
      given[block.block_id ?? ''] = { [block.element.action_id ?? '']: held(block.element.type, value) };
  }
  expect(Object.keys(given).sort()).toEqual(Object.keys(values).sort());
  return given;
};

/** Fills inputs by their blocks and submits; the rest holds what it started from. */
async function submit(values: Values = {}, user: string = ada): Promise<Readonly<Record<string, string>>> {
  const open = view(user);
  await office().workspace.actions.submit(user, open?.id ?? '', givenIn(open?.view as ModalView, values) as never);
  await office().idle();
  return view(user)?.errors ?? {};
}

/** Chooses another value in an input that draws its form anew. */
async function choose(block: string, value: string, user: string = ada): Promise<void> {
  const open = view(user);
  await office().workspace.actions.press({
    ...{ user, container: { view: open?.id ?? '' }, blockId: block, actionId: actionIds.connectAsk },
    state: { selected_option: { text: { type: 'plain_text', text: value }, value } },
  } as never);
  await office().idle();
  expect(lintView(view(user)?.view as ModalView)).toEqual([]);
}

const address = () => ({ 'field:baseUrl': server.baseUrl, 'field:allowHosts': '127.0.0.1' });
async function begun(): Promise<void> {
  await type('connect app');
  expect(view()?.view.callback_id).toBe(callbackIds.connectStart);
  await choose0();
  expect(view()).toBeUndefined();
}
async function begun2(): Promise<void> {
  await type('connect app');
  await submit({ connector: 'scim', name: 'other' });
}
const choose0 = () => submit({ connector: 'scim', name: 'sales', title: 'Sales CRM' });

/** What a search of the form offers for a text. */
async function suggested(block: string, text: string, user: string = ada): Promise<string[]> {
  const open = view(user);
  const input = ((open?.view.blocks ?? []) as KnownBlock[]).find(({ block_id }) => block_id === block);
  const actionId = input?.type === 'input' ? (input.element.action_id ?? '') : '';
  const press = { user, container: { view: open?.id ?? '' }, blockId: block, actionId };
  return (await office().workspace.actions.suggest(press, text)).map((option) => option.value);
}

/** What the page does with what was typed into it, by the link that stands on the card. */
async function enter(values: Record<string, string>, user: string = ada) {
  const link =
    /\/once\/secrets\/([^|>]+)\|/.exec((await card(user)).text + JSON.stringify((await card(user)).blocks))?.[1] ?? '';
  expect(link).not.toBe('');
  return useCases().setSecrets(link, values);
}

async function reached(): Promise<void> {
  await begun();
  await take('connection');
  expect(await submit(address())).toEqual({});
  await take('secrets');
  expect(await enter({ 'auth.token': token })).toEqual({ result: 'set', title: 'Sales CRM' });
  await take('test');
}

const present = async () => (await office().store.config.read())?.config;

describe('/provision connect', () => {
  it('connects a SCIM app from nothing, step by step on a card in direct messages', async () => {
    const bare = bareScim(server.baseUrl, token);
    await bare.createGroup('Sellers');
    await bare.createAccount('zoe@acme.test');
    await begun();
    expect((await card()).text).toContain('Connecting the app *Sales CRM* (SCIM 2.0): next, say where it is reached.');
    expect(actionBlockOf((await card()).blocks ?? [], connectStepId('test'))).toBeUndefined();

    await take('connection');
    expect(shown()).not.toMatch(/auth\.token/);
    expect(await submit(address())).toEqual({});
    expect((await card()).text).toContain(`✅ done  *Connection*  ${server.baseUrl}`);

    await take('secrets');
    expect((await card()).text).toMatch(/Enter the credentials of the app/);
    expect(await enter({ 'auth.token': token })).toMatchObject({ result: 'set' });
    expect((await card()).text).not.toMatch(/\/once\//);

    await take('test');
    expect((await lastSaid())?.text).toContain('Sales CRM answers and takes the credentials');
    expect((await card()).text).toContain('✅ done  *Test*');

    await take('provisioning');
    expect(await submit({ 'provisioning.approval': ['update', 'delete'], 'provisioning.onDelete': 'delete' })).toEqual(
      {},
    );
    await take('owners');
    expect(await submit({ owners: 'nobody' })).toEqual({ owners: expect.stringContaining('nobody names nobody') });
    expect(await submit({ owners: 'ada@acme.test', requestable: 'true' })).toEqual({});
    await take('approvals');
    expect(shown()).not.toContain('provisioning.approval.create.risk');
    expect(await submit({ 'provisioning.approval.delete.steps': 'manager else admins' })).toEqual({});
    await take('timing');
    const never = { 'provisioning.grace.remind': '40 days', 'provisioning.grace.delete': '30 days' };
    expect(await submit(never)).toEqual({ 'provisioning.grace.remind': expect.stringMatching(/too late/) });
    expect(await submit({ 'provisioning.grace.remind': '23 days', 'provisioning.window.from': '00:00' })).toEqual({
      'provisioning.window.to': expect.any(String),
    });
    expect(await submit({ 'provisioning.window.to': '00:00' })).toEqual({});
    await take('password');
    expect(shown()).toContain('no longer change it there');
    expect(shown()).not.toContain('"value":"sso"');
    expect(await submit({ 'parameters.password': 'generated' })).toEqual({});
    expect((await card()).text).toContain('✅ done  *Password*  generated for a new account');
    await take('entitlements');
    expect(await submit({ 'provisioning.entitlements': 'true' })).toEqual({});
    await press(await card(), actionIds.connectRefresh);
    expect((await card()).text).toContain('provisioned; 1 value imported');

    await take('parameters');
    expect(shown()).toContain('title ← title (default)');
    await choose('which', 'default:title');
    expect(await submit({ 'default:title|default': 'Staff' })).toEqual({});
    await take('rules');
    expect(await suggested('new|actions[0].target', 'GRO')).toEqual(['groups']);
    expect(await suggested('new|conditions[0].attribute', 'depart')).toEqual(['department', 'depart']);
    expect(
      await submit({
        ...{ 'new|name': 'Sellers', 'new|conditions[0].attribute': 'department', 'new|conditions[0].operator': '=' },
        ...{ 'new|conditions[0].value': 'Sales', 'new|actions[0].target': 'groups', 'new|actions[0].act': 'add' },
        'new|actions[0].text': 'Sellers',
      }),
    ).toEqual({});
    await take('roles');
    expect(await submit({ roles: ['Staff'] })).toEqual({});
    await take('discovery');
    expect((await card()).text).toMatch(/✅ done {2}\*Accounts\*.*1 by (e-mail|user name)/);

    await take('review');
    const review = await lastSaid();
    expect(lintMessage({ text: review?.text ?? '', blocks: [...(review?.blocks ?? [])] })).toEqual([]);
    expect(review?.text).toContain('Connecting the app *Sales CRM* would do this. Nothing is changed yet.');
    expect(review?.text).toContain('Provisioning first, then SAML');
    expect(review?.text).toContain('Sales CRM: who gets a new account gets a generated password');
    expect(review?.text).toContain(
      '• Take over the existing account of *Person zoe* in *Sales CRM*: an approver is asked first',
    );
    expect((await present())?.apps).toHaveLength(1);
    await press(review, actionIds.connectApply);
    const managers = { who: ['manager'], fallback: ['admins'] };
    expect((await present())?.apps[1]).toMatchObject({
      ...{ name: 'sales', title: 'Sales CRM', connector: 'scim', owners: ['ada@acme.test'], requestable: true },
      connection: {
        baseUrl: server.baseUrl,
        auth: { type: 'bearer', token: '${SALES_TOKEN}' },
        allowHosts: ['127.0.0.1'],
      },
      provisioning: {
        enabled: true,
        entitlements: true,
        onDelete: 'delete',
        approval: { create: false, update: true, suspend: false, reactivate: false, delete: { steps: [managers] } },
        grace: { remind: '23 days', delete: '30 days' },
        window: { from: '00:00', to: '00:00', timezone: 'UTC' },
      },
      parameters: [
        { target: 'password', password: 'generated' },
        { target: 'title', from: 'title', default: 'Staff' },
      ],
      rules: [{ name: 'Sellers', actions: [{ target: 'groups', add: ['Sellers'] }] }],
    });
    expect((await present())?.roles[0]?.apps).toEqual(['crm', 'sales']);
    expect((await card()).text).toContain('✅ *Done*  Connecting the app *Sales CRM* (SCIM 2.0)');
    // What the steps made is in the file, and an empty store takes it in as the same.
    const file = toYaml((await present()) as Config);
    expect(file).not.toContain(token);
    const again = await openCompany({}, undefined, [], scim as never);
    await again.acme.engine.configure(Config.parse(fromYaml(file, 'acme.yml')), system('test'));
    expect((await again.office.store.config.read())?.config).toEqual(await present());
    await again.close();

    await company.acme.time.advance(5_000);
    await expect.poll(() => server.app.users.size, { timeout: 10_000 }).toBe(3);
    const said = office().workspace.state.messages(office().channel('access'), ada);
    const everything = JSON.stringify([said, await direct(), await office().store.drafts.open(10)]);
    expect(everything).not.toContain(token);
  });

  it('asks for the fields of the kind that is chosen, and tells what is wrong at its field', async () => {
    await begun();
    await take('connection');
    expect(await submit({ 'field:baseUrl': 'ftp://nowhere', 'field:options.pageSize': 'many' })).toEqual({
      'field:baseUrl': expect.stringMatching(/address of the API/),
      'field:options.pageSize': expect.stringMatching(/number/),
    });
    await choose('field:auth.type', 'basic');
    expect(shown()).toContain('field:auth.username');
    expect(shown()).toContain('ftp://nowhere');
    expect(shown()).not.toContain('field:auth.password');
    expect(await submit({ ...address(), 'field:options.pageSize': '50', 'field:auth.username': 'a:b' })).toEqual({
      'field:auth.username': expect.stringMatching(/No colon/),
    });
    expect(await submit({ 'field:auth.username': 'root' })).toEqual({});
    const [draft] = await office().store.drafts.open(10);
    expect(draft?.connection).toEqual({
      ...{ baseUrl: server.baseUrl, allowHosts: ['127.0.0.1'], options: { pageSize: 50 } },
      auth: { type: 'basic', username: 'root', password: '${SALES_PASSWORD}' },
    });
  });

  it('takes no variable for a value, so that nobody’s secret is sent anywhere', async () => {
    await begun();
    await take('connection');
    expect(await submit({ 'field:baseUrl': 'https://evil.test/${MONGODB_URI}' })).toEqual({
      'field:baseUrl': expect.stringMatching(/cannot be named here/),
    });
  });

  it('says what a wrong token, a silent and an unknown host mean, on the card', async () => {
    await begun();
    await take('connection');
    await submit(address());
    await take('secrets');
    await enter({ 'auth.token': 'a-wrong-one' });
    await take('test');
    expect((await card()).text).toMatch(/❌ to put right {2}\*Test\* {2}Invalid authentication/);
    expect(JSON.stringify(await direct())).not.toContain('a-wrong-one');
    await take('connection');
    await submit({ 'field:baseUrl': 'http://127.0.0.1:9/scim' });
    await take('test');
    expect((await card()).text).toMatch(/nothing listens at its address/);
    await take('connection');
    await submit({ 'field:baseUrl': server.baseUrl, 'field:allowHosts': '' });
    await take('test');
    expect((await card()).text).toMatch(/over http, in clear/);
  });

  it('says at the name what is wrong with it', async () => {
    await type('connect app');
    expect(await submit({ connector: 'scim', name: 'crm' })).toEqual({ name: expect.stringMatching(/already/) });
    expect(view()).toBeDefined();
  });

  it('lists what is on its way to every admin, who may go on with it or drop it', async () => {
    await reached();
    const list = await type('connect');
    expect(list?.text).toContain('the app *Sales CRM* (SCIM 2.0): next, say what is done');
    await press(list, actionIds.connectResume);
    expect(whispers(ada).at(-1)?.text).toContain('in your direct messages');
    await type('connect Sales CRM');
    expect(whispers(ada).at(-1)?.text).toContain('in your direct messages');
    await press(list, actionIds.connectDrop);
    expect((await card()).text).toContain('🚫 *Dropped*');
    expect((await office().store.namedSecrets.get('SALES_TOKEN'))?.sealed).toBeNull();
    expect((await type('connect'))?.text).toContain('Nothing is on its way');
  });

  it('goes on by typing alone: each step, Refresh, the review with its code, and Drop once it is confirmed', async () => {
    await begun();
    await type('connect Sales CRM connection');
    expect(await submit(address())).toEqual({});
    await type('connect sales secrets');
    expect(await enter({ 'auth.token': token })).toMatchObject({ result: 'set' });
    expect((await type('connect sales test'))?.text).toContain('answers and takes the credentials');
    await type('connect sales timing');
    expect(await submit({ 'provisioning.createDaysBefore': '3' })).toEqual({});
    expect((await type('connect sales refresh'))?.text).toMatch(/value|entitlement/);
    expect((await type('connect sales drop'))?.text).toContain('drop --confirm yes');
    const review = await type('connect sales apply');
    const [, code = ''] = /apply --confirm (\w+)/.exec(review?.text ?? '') ?? [];
    expect((await type('connect sales apply --confirm nonsense'))?.text).toMatch(/has changed since this was shown/);
    expect((await present())?.apps).toHaveLength(1);
    await type(`connect sales apply --confirm ${code}`);
    expect((await present())?.apps[1]).toMatchObject({ name: 'sales', provisioning: { createDaysBefore: 3 } });
    await begun2();
    await type('connect other drop --confirm yes');
    expect((await type('connect'))?.text).toContain('Nothing is on its way');
  });

  it('is for admins alone, whatever button somebody finds', async () => {
    await reached();
    expect((await type('connect', bob))?.text).toContain('Only admins');
    expect((await type('renew crm', zoe))?.text).toContain('Only admins');
    const [draft] = await office().store.drafts.open(1);
    await useCases().showDraft(draft?.id ?? '', (await company.acme.personOf('bob')).id);
    for (const action of [
      connectStepId('test'),
      connectStepId('review'),
      actionIds.connectDrop,
      actionIds.connectRefresh,
    ]) {
      await press(await card(bob), action, bob);
      expect((await lastSaid(bob))?.text).toContain('Only admins');
    }
    await take('roles', bob);
    expect(view(bob)).toBeUndefined();
    expect(await office().store.drafts.get(draft?.id ?? '')).toEqual(draft);
  });

  it('shows the link to the one it was made for alone', async () => {
    await begun();
    await take('connection');
    await submit(address());
    const [draft] = await office().store.drafts.open(1);
    await useCases().showDraft(draft?.id ?? '', (await company.acme.personOf('bob')).id);
    await take('secrets');
    expect((await card(ada)).text).toMatch(/Enter the credentials/);
    expect((await card(bob)).text).not.toMatch(/Enter the credentials of/);
  });

  it('connects nothing when what was reviewed is another by now', async () => {
    await reached();
    await take('review');
    const review = await lastSaid();
    await take('roles');
    await submit({ roles: ['Staff'] });
    await press(review, actionIds.connectApply);
    expect((await present())?.apps).toHaveLength(1);
    expect((await lastSaid())?.text).toMatch(/has changed since this was shown/);
  });

  it('goes on after a restart: each step, and its card, come from the store', async () => {
    await begun();
    await take('connection');
    await submit(address());
    office().deps.memory.drawn.clear();
    office().deps.memory.channels.doubt();
    await take('secrets');
    await enter({ 'auth.token': token });
    expect((await card()).text).toContain('next, test the connection');
    expect((await direct()).filter(({ ephemeralFor }) => ephemeralFor === undefined)).toHaveLength(1);
  });

  it('searches a menu that has more in it than Slack takes', async () => {
    await reached();
    const [draft] = await office().store.drafts.open(1);
    const rules = Array.from({ length: 120 }, (_, index) => ({
      ...{ name: `Rule ${index}`, match: 'all' as const, conditions: [] },
      actions: [{ target: 'groups', add: [`Group ${index}`] }],
    }));
    const { id } = await company.acme.personOf('ada');
    const by = { kind: 'person', person: id, name: 'Ada', via: 'slack' } as const;
    expect(await useCases().saveStep(draft?.id ?? '', 'rules', { rules }, by)).toHaveProperty('view');
    await take('rules');
    expect(await suggested('which', 'rule 11')).toEqual([
      'own:11',
      ...Array.from({ length: 10 }, (_, n) => `own:11${n}`),
    ]);
    expect(await suggested('which', '')).toHaveLength(100);
    await choose('which', 'own:119');
    expect(shown()).toContain('Group 119');
  });

  it('changes what is there already: a parameter, a rule, and back to the default', async () => {
    await reached();
    await take('parameters');
    await choose('which', 'default:displayName');
    await submit({ 'default:displayName|from': 'email' });
    await take('parameters');
    await choose('which', 'own:0');
    expect(shown()).toContain('"email"');
    expect(await submit({ 'own:0|translate': 'nonsense' })).toEqual({
      'own:0|translate': expect.stringMatching(/Write a line/),
    });
    expect(await submit({ 'own:0|from': 'given_name', 'own:0|translate': '' })).toEqual({
      'own:0|from': expect.stringMatching(/write givenName/),
    });
    expect(await submit({ 'own:0|from': 'givenName', 'own:0|keep': 'no' })).toEqual({});
    expect((await office().store.drafts.open(1))[0]?.parameters).toEqual([]);
    expect((await card()).text).toContain('the safe defaults');
  });
});

describe('/provision renew', () => {
  it('asks for other credentials by the same page, and is done once the app takes them', async () => {
    await reached();
    await take('review');
    await press(await lastSaid(), actionIds.connectApply);
    await server.stop();
    server = await startFaultServer({ token: 'the-second-token-0815' });
    await company.acme.engine.useCases.changeConfig(
      (config) => ({
        ...config,
        apps: config.apps.map((app) =>
          app.name === 'sales' ? { ...app, connection: { ...app.connection, baseUrl: server.baseUrl } } : app,
        ),
      }),
      { kind: 'system', name: 'test' },
      null,
    );
    expect((await type('renew Sales CRM'))?.text).toContain('the card is in your direct messages');
    expect((await card()).text).toContain('Renewing the credentials of the app *Sales CRM*');
    await take('secrets');
    await enter({ 'auth.token': 'the-second-token-0815' });
    await take('test');
    expect((await card()).text).toContain('Sales CRM takes the new credentials');
    expect((await type('renew nothing'))?.text).toMatch(/no app or directory nothing/);
    expect((await type('renew crm'))?.text).toMatch(/connected without credentials/);
  });
});
