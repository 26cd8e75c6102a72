import type { KnownBlock, ModalView } from '@slack/types';
import { afterEach, describe, expect, it } from 'vitest';
import { actionIds, callbackIds, configSectionId } from '../../blocks/ids.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import type { Config } from '../../src/core/config.ts';
import type { OpenView } from '../../src/local-slack/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { actionBlockOf, ada, bob, gus, pressOf, zoe } from './office.ts';
import { type Company, openCompany } from './real-company.ts';

const started: Company[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

const both = { admins: ['ada@acme.test', 'bob@acme.test'] };
const staff = () => [
  row('ada', { department: 'IT' }),
  row('bob', { department: 'IT' }),
  row('zoe', { department: 'Sales' }),
  row('max', { department: 'Sales' }),
];

async function open(settings: object = {}) {
  const company = await openCompany(settings, undefined, staff());
  started.push(company);
  const { office, acme } = company;
  const replies = (user: string) => office.messages(user).filter((message) => message.ephemeralFor === user);
  const last = (user: string) => replies(user).at(-1);
  const view = (user: string = ada) => office.workspace.state.modal(user);
  const shown = (user: string = ada) => JSON.stringify(view(user)?.view ?? null);
  return {
    ...company,
    ...{ replies, last, view, shown },
    errors: (user: string = ada) => view(user)?.errors ?? {},
    async type(line: string, user: string = ada): Promise<string> {
      const before = replies(user).length;
      await office.type(user, `/provision ${line}`);
      for (const { text, blocks } of replies(user).slice(before))
        expect(lintMessage({ text, blocks: [...(blocks ?? [])] })).toEqual([]);
      return replies(user)
        .slice(before)
        .map(({ text }) => text)
        .join('\n');
    },
    /** Fills inputs by their blocks and submits; the rest holds what it started from. */
    async submit(values: Record<string, string | string[] | null> = {}, user: string = ada) {
      const { id = '', view: drawn } = view(user) ?? {};
      const given: Record<string, Record<string, unknown>> = {};
      for (const block of (drawn?.blocks ?? []) as KnownBlock[]) {
        const value = block.type === 'input' ? values[block.block_id ?? ''] : undefined;
        if (block.type === 'input' && value !== undefined)
          given[block.block_id ?? ''] = { [block.element.action_id ?? '']: held(block.element.type, value) };
      }
      const outcome = await office.workspace.actions.submit(user, id, given as never);
      await office.idle();
      const next = view(user)?.view;
      if (next !== undefined) expect(lintView(next as ModalView)).toEqual([]);
      return outcome;
    },
    async pressIn(action: string, index = 0, user: string = ada) {
      const { id = '', view: drawn } = view(user) ?? {};
      const blocks = ((drawn?.blocks ?? []) as KnownBlock[]).filter(
        (block) => actionBlockOf([block], action) !== undefined,
      );
      const press = { user, container: { view: id }, blockId: blocks[index]?.block_id ?? '', actionId: action };
      const outcome = await office.workspace.actions.press(press);
      await office.idle();
      return outcome;
    },
    /** A button of the newest answer; the `index`th of those with this action. */
    async press(action: string, index = 0, user: string = ada) {
      const message = last(user);
      const blocks = (message?.blocks ?? []).filter((block) => actionBlockOf([block], action) !== undefined);
      const outcome = await office.workspace.actions.press({
        ...pressOf(user, message, action),
        blockId: blocks[index]?.block_id ?? '',
      });
      await office.idle();
      return outcome;
    },
    async present(): Promise<Config> {
      const stored = await office.store.config.read();
      if (stored === null) throw new Error('no configuration');
      return stored.config;
    },
    /** What stands in somebody's direct messages with the bot. */
    async direct(user: string) {
      await company.showCards();
      const channel = office.workspace.state.channels.find((each) => each.with === user)?.id ?? '';
      return office.workspace.state.messages(channel, user);
    },
    acme,
  };
}

function held(type: string, value: string | string[] | null): object {
  if (type === 'plain_text_input') return { type, value };
  if (type === 'multi_external_select' || type === 'checkboxes')
    return { type, selected_options: [value ?? []].flat().map((one) => ({ text: one, value: one })) };
  return { type, selected_option: value === null ? null : { text: value, value } };
}

const operator = { kind: 'operator', name: 'ops', via: 'cli' } as const;

const newMapping = {
  ...{ name: 'Sellers', roles: ['Staff'], 'conditions[0].attribute': 'department' },
  ...{ 'conditions[0].operator': '=', 'conditions[0].value': 'Sales' },
};

describe('/provision mapping', () => {
  it('lists the mappings in their order, with a button for each thing to do', async () => {
    const { type, last } = await open();
    expect(await type('mapping')).toContain('1. *Everybody*: everybody → *Staff*');
    for (const id of [actionIds.configNew, actionIds.configEdit, actionIds.configRemove])
      expect(actionBlockOf(last(ada)?.blocks ?? [], id)).toBeDefined();
    expect(await type('mapping everybody')).toContain('*Everybody*');
    expect(await type('mapping Everbody')).toContain('Did you mean Everybody?');
  });

  it('asks in a form, shows whom it hits and what it would come to, and saves what was shown', async () => {
    const { type, press, submit, shown, view, present, office } = await open();
    await type('mapping');
    await press(actionIds.configNew);
    expect(shown()).toContain('A new mapping');
    await submit(newMapping);
    expect((await present()).mappings).toHaveLength(1);
    expect(view()?.view.callback_id).toBe(callbackIds.configSave);
    expect(shown()).toContain('mapping Sellers: added');
    expect(shown()).toContain('*Holds for*  2 people, *Person max* and *Person zoe*. All of them are new.');
    expect(shown()).toContain('no account changes');
    expect(shown()).toContain('Save');
    await submit();
    expect(shown()).toContain('The configuration is changed.');
    expect((await present()).mappings[1]).toEqual({
      ...{ name: 'Sellers', match: 'all', roles: ['Staff'], set: [] },
      conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
    });
    const events = await office.store.events.list({}, null, 50);
    expect(events.find(({ type: word }) => word === 'config.changed')).toMatchObject({
      type: 'config.changed',
      actor: { name: 'Person ada', via: 'slack' },
    });
  });

  it('changed after it was shown is shown anew before it is saved', async () => {
    const { type, submit, shown, present } = await open();
    await type('mapping new');
    await submit(newMapping);
    await submit({ 'conditions[0].value': 'IT' });
    expect(shown()).toContain('*Person ada* and *Person bob*');
    expect((await present()).mappings).toHaveLength(1);
    await submit();
    expect((await present()).mappings[1]?.conditions).toEqual([
      { attribute: 'department', operator: '=', value: 'IT' },
    ]);
  });

  it('says what is wrong at the field', async () => {
    const { type, submit, errors, present } = await open();
    await type('mapping new');
    await submit({ ...newMapping, 'conditions[0].attribute': 'Department' });
    expect(errors()).toEqual({ 'conditions[0].attribute': 'People have no attribute Department: write department.' });
    await submit({ ...newMapping, 'conditions[0].operator': '>', 'conditions[0].value': 'much' });
    expect(errors()).toEqual({ 'conditions[0].value': expect.stringContaining('compares numbers and dates only') });
    await submit({ ...newMapping, 'conditions[0].operator': null });
    expect(errors()).toEqual({ 'conditions[0].operator': 'Choose how it compares.' });
    await submit({ ...newMapping, name: 'everybody' });
    expect(errors()).toEqual({ name: 'There is a mapping everybody already. Give the new one another name.' });
    await submit({ ...newMapping, roles: ['Gone'] });
    expect(errors()).toEqual({ roles: expect.stringContaining('There is no role Gone') });
    await submit({ ...newMapping, roles: [] });
    expect(errors()).toEqual({ roles: expect.stringContaining('Say what it gives') });
    expect((await present()).mappings).toHaveLength(1);
  });

  it('adds rows, keeping what was typed', async () => {
    const { type, pressIn, view, office, shown } = await open();
    await type('mapping new');
    expect(shown()).not.toContain('conditions[1].attribute');
    await office.workspace.actions.submit(ada, 'nothing', {});
    await pressIn(actionIds.configAddRow);
    expect(shown()).toContain('conditions[1].attribute');
    for (let more = 0; more < 20; more += 1) await pressIn(actionIds.configAddRow);
    expect(shown()).toContain('conditions[14].attribute');
    expect(shown()).not.toContain('Add a condition');
    expect(lintView(view()?.view as ModalView)).toEqual([]);
  });

  it('offers names to search, to admins alone', async () => {
    const { type, view, office, inSlack } = await open();
    await type('mapping new');
    const suggest = async (block: string, action: string, query: string) => {
      const press = { user: ada, container: { view: view()?.id ?? '' }, blockId: block, actionId: action };
      return (await office.workspace.actions.suggest(press, query)).map(({ text }) => text);
    };
    expect(await suggest('conditions[0].attribute', 'config_attribute', 'depart')).toEqual(['department', 'depart']);
    expect(await suggest('conditions[0].attribute', 'config_attribute', 'costCenter')).toEqual(['costCenter']);
    expect(await suggest('roles', 'config_role', '')).toEqual(['Staff']);
    inSlack(ada, { guest: true });
    office.deps.memory.profiles.clear();
    expect(await suggest('roles', 'config_role', '')).toEqual([]);
  });

  it('changes, moves and removes one', async () => {
    const { type, submit, shown, present } = await open();
    await type('mapping new');
    await submit(newMapping);
    await submit();
    await type('mapping Sellers edit');
    await submit({ order: '1', match: 'any' });
    expect(shown()).toContain('mappings: in another order');
    await submit();
    expect((await present()).mappings.map(({ name }) => name)).toEqual(['Sellers', 'Everybody']);
    await type('mapping Everybody remove');
    expect(shown()).toContain('See what it does');
    await submit();
    expect(shown()).toContain('mapping Everybody: removed');
    expect(shown()).toContain('*No longer done*  create 2 accounts in crm');
    expect((await present()).mappings).toHaveLength(2);
    await submit();
    expect((await present()).mappings.map(({ name }) => name)).toEqual(['Sellers']);
  });

  it('that another admin changed meanwhile is not overwritten', async () => {
    const { type, submit, shown, errors, present, acme } = await open();
    await type('mapping Everybody edit');
    await submit({ order: '1', 'conditions[0].attribute': 'department', 'conditions[0].operator': 'exists' });
    const config = await present();
    const changed = config.mappings.map((mapping) => ({ ...mapping, match: 'any' as const }));
    await acme.engine.configure({ ...config, mappings: changed }, { kind: 'operator', name: 'ops', via: 'cli' });
    await submit();
    expect(Object.values(errors())).toEqual(['It was changed by somebody else meanwhile. Open it again.']);
    expect(shown()).toContain('Mapping Everybody');
    expect((await present()).mappings).toEqual(changed);
  });

  it('is turned page by page', async () => {
    const { type, press, last, present, acme } = await open();
    const config = await present();
    const many = Array.from({ length: 20 }, (_, index) => ({ ...config.mappings[0], name: `M${index}` }));
    await acme.engine.configure({ ...config, mappings: many } as Config, { kind: 'operator', name: 'ops', via: 'cli' });
    expect(await type('mapping')).toContain('Page 1 of 3; 20 in all.');
    await press(actionIds.configNextPage);
    expect(last(ada)?.text).toContain('Page 2 of 3');
    expect(last(ada)?.text).toContain('9. *M8*');
    await press(actionIds.configNextPage);
    expect(actionBlockOf(last(ada)?.blocks ?? [], actionIds.configNextPage)).toBeUndefined();
    await press(actionIds.configPreviousPage);
    expect(last(ada)?.text).toContain('Page 2 of 3');
  });
});

describe('who may', () => {
  it.each([
    'mapping',
    'mapping new',
    'rule crm',
    'parameter crm',
    'settings',
    'settings edit',
    'role new',
    'proposals',
  ])('%s: admins alone', async (line) => {
    const { type, view } = await open();
    for (const user of [bob, zoe]) expect(await type(line, user)).toContain('Only admins');
    expect(await type(line, gus)).toContain('does not answer guests');
    for (const user of [bob, zoe, gus]) expect(view(user)).toBeUndefined();
  });

  it('a form is judged anew when it is submitted', async () => {
    const { type, submit, shown, inSlack, present } = await open();
    await type('mapping new');
    inSlack(ada, { guest: true });
    await submit(newMapping);
    expect(shown()).toContain('does not answer guests');
    expect((await present()).mappings).toHaveLength(1);
  });
});

describe('the other forms', () => {
  it('a rule: its actions offer the app’s own attributes, and the effect is counted', async () => {
    const { type, submit, shown, errors, present, view, office } = await open();
    expect(await type('rule crm')).toContain('there are none yet');
    await type('rule crm new');
    const press = {
      user: ada,
      container: { view: view()?.id ?? '' },
      blockId: 'actions[0].target',
      actionId: 'config_target',
    };
    expect((await office.workspace.actions.suggest(press, 'grou')).map(({ text }) => text)).toEqual(['groups']);
    const rule = {
      ...{
        name: 'IT',
        'conditions[0].attribute': 'department',
        'conditions[0].operator': '=',
        'conditions[0].value': 'IT',
      },
      ...{ 'actions[0].target': 'groups', 'actions[0].act': 'add', 'actions[0].text': 'Managers' },
    };
    await submit({ ...rule, 'actions[0].target': 'nothing' });
    expect(errors()).toEqual({ 'actions[0].target': expect.stringContaining('has no attribute nothing') });
    await submit(rule);
    expect(shown()).toContain('*Holds for*  2 people');
    await submit();
    expect((await present()).apps[0]?.rules).toMatchObject([
      { name: 'IT', actions: [{ target: 'groups', add: ['Managers'] }] },
    ]);
    expect(await type('rule crm')).toContain('1. *IT*: department is IT');
  });

  it('a parameter is found by its attribute or its number', async () => {
    const { type, submit, present, errors, shown } = await open();
    expect(await type('parameter crm')).toContain('1. *groups*');
    await type('parameter crm groups edit');
    await submit({ translate: 'Sales' });
    expect(errors()).toEqual({ translate: expect.stringContaining('Write a line') });
    await submit({ translate: 'Sales = Sales and Marketing\nIT = Managers' });
    expect(shown()).toContain('app crm, parameters:');
    await submit();
    expect((await present()).apps[0]?.parameters[0]?.translate).toEqual({
      Sales: 'Sales and Marketing',
      IT: 'Managers',
    });
    await type('parameter crm 1 remove');
    await submit();
    await submit();
    expect((await present()).apps[0]?.parameters).toEqual([]);
  });

  it('a role: new, changed, and not deleted while a mapping gives it', async () => {
    const { type, press, submit, present, shown } = await open();
    await type('role');
    await press(actionIds.configNew);
    await submit({ name: 'Board', apps: ['crm'], members: 'zoe@acme.test until 2030-01-01' });
    await submit();
    expect((await present()).roles[1]).toEqual({
      name: 'Board',
      apps: ['crm'],
      members: [{ email: 'zoe@acme.test', until: '2030-01-01' }],
    });
    await type('role Board');
    await press(actionIds.configEdit);
    await submit({ title: 'The board' });
    await submit();
    expect((await present()).roles[1]?.title).toBe('The board');
    await type('role Staff delete');
    await submit();
    expect(shown()).toContain('The role Staff is given by the mapping Everybody. Take it out there first.');
    await type('role Board delete');
    await submit();
    await submit();
    expect((await present()).roles).toHaveLength(1);
  });

  it('the settings: what is not power applies at once', async () => {
    const { type, press, submit, present, errors, shown } = await open(both);
    expect(await type('settings')).toContain('Quorum: *1*');
    await press(actionIds.configEdit);
    await submit({ timezone: 'Mars/Base' });
    expect(errors()).toEqual({ timezone: expect.stringContaining('There is no such time zone') });
    await submit({ timezone: 'UTC', channel: '#general' });
    await submit();
    expect(shown()).toContain('The configuration is changed.');
    expect((await present()).settings.channel).toBe('#general');
  });
});

describe('/provision configure', () => {
  it('lists how an app is set up, section by section, and changes one in a form that shows what it does', async () => {
    const { type, press, submit, shown, errors, present } = await open();
    const list = await type('configure crm');
    for (const words of ['*Owners*  nobody by name', '*Timing*  leavers stay suspended', '*Password*  not set'])
      expect(list).toContain(words);
    await press(actionIds.configEdit, 3);
    expect(shown()).toContain('When accounts in crm are made, changed and deleted.');
    await submit({ 'provisioning.grace.delete': 'soon' });
    expect(errors()).toEqual({ 'provisioning.grace.delete': expect.stringContaining('3 days') });
    await submit({ 'provisioning.grace.delete': '30 days', 'provisioning.grace.remind': '40 days' });
    expect(errors()).toEqual({ 'provisioning.grace.remind': expect.stringContaining('too late') });
    await submit({ 'provisioning.grace.remind': '23 days', 'provisioning.window.from': '09:00' });
    expect(errors()).toEqual({ 'provisioning.window.to': expect.any(String) });
    await submit({ 'provisioning.window.to': '17:00' });
    expect(shown()).toContain('provisioning.grace: none → { remind: 23 days, delete: 30 days }');
    expect((await present()).apps[0]?.provisioning).not.toHaveProperty('grace');
    await submit();
    expect((await present()).apps[0]?.provisioning).toMatchObject({
      grace: { remind: '23 days', delete: '30 days' },
      window: { from: '09:00', to: '17:00', timezone: 'UTC' },
    });
    expect(await type('configure crm')).toContain('leavers are deleted 30 days after the suspension');
    expect(await type('configure crm timming edit')).toContain('Did you mean timing?');
    expect(await type('configure nothing')).toContain('I do not know that app');
  });

  it('proposes other owners and other approvals to another admin', async () => {
    const { type, submit, shown, present, direct, office } = await open(both);
    await type('configure crm owners edit');
    await submit({ owners: 'zoe@acme.test' });
    expect(shown()).toContain('Changes who decides');
    await submit();
    expect((await present()).apps[0]?.owners).toEqual([]);
    const card = (await direct(bob)).find(({ text }) => text.includes('proposes a change'));
    expect(card?.text).toContain('owners: + zoe@acme.test');
    await office.press(bob, card as never, actionIds.proposalApply);
    expect((await present()).apps[0]?.owners).toEqual(['zoe@acme.test']);
    await type('configure crm approvals edit');
    await submit({ 'provisioning.approval.create.steps': 'manager\nowners else admins' });
    expect(shown()).toContain('Propose');
  });

  it('says what the Password parameter means before it is saved, and opens the same from the parameter', async () => {
    const { type, press, submit, shown, present } = await open();
    await type('configure crm password edit');
    expect(shown()).not.toContain('"value":"sso"');
    await submit({ 'parameters.password': 'generated' });
    expect(shown()).toContain('who gets a new account gets a generated password');
    await submit();
    const { apps, settings } = await present();
    expect(apps[0]?.parameters.at(-1)).toEqual({ target: 'password', password: 'generated' });
    expect(settings.passwordMapping).toBe(false);
    await type('settings edit');
    await submit({ passwordMapping: 'true' });
    await submit();
    await type('parameter crm password');
    await press(actionIds.configEdit);
    expect(shown()).toContain('no longer change it there');
    await submit({ 'parameters.password': 'sso' });
    expect(shown()).toContain('everybody with an account is asked to set a password');
    await submit();
    expect((await present()).apps[0]?.parameters.at(-1)).toEqual({ target: 'password', password: 'sso' });
  });

  it('takes the app out, once it was shown what that does', async () => {
    const { type, press, submit, shown, present } = await open();
    await type('configure crm');
    await press(actionIds.configRemove);
    expect(shown()).toContain('Its accounts stay as they are');
    await submit();
    expect(shown()).toContain('app crm: removed');
    expect((await present()).apps).toHaveLength(1);
    await submit();
    expect((await present()).apps).toEqual([]);
  });
});

describe('/provision directory', () => {
  it('lists the directories in the order they are believed, changes and removes one, and begins another', async () => {
    const { type, press, submit, shown, present, view, errors } = await open();
    const { directories } = await present();
    const [first] = directories;
    expect(await type('directory')).toContain(`1. *${first?.name}*`);
    await press(actionIds.configEdit);
    await submit({ schedule: 'often' });
    expect(errors()).toEqual({ schedule: expect.stringContaining('15 minutes') });
    await submit({ schedule: '1 day', authoritative: 'false' });
    expect(shown()).toContain(`directory ${first?.name}, authoritative: true → false`);
    await submit();
    expect((await present()).directories[0]).toMatchObject({ schedule: '1 day', authoritative: false });
    await type('directory');
    await press(actionIds.configNew);
    expect(view()?.view.callback_id).toBe(callbackIds.connectStart);
    expect(shown()).toContain('Connect a directory');
    await type(`directory ${first?.name} remove`);
    await submit();
    expect(shown()).toContain(`directory ${first?.name}: removed`);
  });
});

describe('/provision settings', () => {
  it('has a form for each section, by its button and by its name', async () => {
    const { type, press, submit, shown, present, errors } = await open();
    expect(await type('settings')).toContain('Reminder: *after 50 %; others asked after 80 %');
    await press(configSectionId('digest'));
    await submit({ 'digest.channel': '#access' });
    expect(errors()).toEqual({ 'digest.at': expect.any(String) });
    await submit({ 'digest.at': '09:00', 'digest.people': 'admins', 'digest.hours.days': ['monday', 'friday'] });
    await submit();
    expect(shown()).toContain('The configuration is changed.');
    expect((await present()).settings.digest).toMatchObject({
      ...{ channel: '#access', at: '09:00', people: ['admins'] },
      hours: { days: ['monday', 'friday'], from: '08:00' },
    });
    await type('settings contractors edit');
    await submit({
      ...{ contractors: 'true', 'conditions[0].attribute': 'title', 'conditions[0].operator': '=' },
      'conditions[0].value': 'Contractor',
    });
    await submit();
    expect((await present()).settings.contractors?.conditions).toHaveLength(1);
    expect(await type('settings')).toContain('Contractors: *title is Contractor');
    expect(await type('settings digset edit')).toContain('Did you mean digest?');
  });
});

describe('a form that is too much for Slack', () => {
  it('asks for what it has room for, says so, and leaves the rest as it is', async () => {
    const { type, submit, shown, view, present, acme } = await open();
    const config = await present();
    const long = '漢'.repeat(3_000);
    const set = Array.from({ length: 8 }, (_, index) => ({ attribute: `a${index}`, value: long }));
    const conditions = Array.from({ length: 15 }, () => ({ attribute: 'title', operator: '=' as const, value: long }));
    const huge = { ...config.mappings[0], name: 'Huge', match: 'any' as const, conditions, set };
    await acme.engine.configure({ ...config, mappings: [...config.mappings, huge] } as Config, operator);
    await type('mapping Huge edit');
    expect(lintView(view()?.view as ModalView)).toEqual([]);
    expect(shown()).toContain('Too much for one form, and kept as it is');
    await submit({ match: 'all' });
    expect(shown()).toContain('mapping Huge, match: any → all');
    await submit();
    const after = (await present()).mappings.find(({ name }) => name === 'Huge');
    expect(after).toEqual({ ...huge, match: 'all' });
  });

  it('is not redrawn into one that Slack refuses: whoever writes too much is told', async () => {
    const { type, submit, errors, pressIn } = await open();
    await type('mapping new');
    for (let more = 0; more < 14; more += 1) await pressIn(actionIds.configAddRow);
    const texts = Array.from({ length: 15 }, (_, row) => [`conditions[${row}].value`, '漢'.repeat(3_000)]);
    const sets = [0, 1].map((row) => [`set[${row}].value`, '漢'.repeat(3_000)]);
    await submit({ ...newMapping, ...Object.fromEntries([...texts, ...sets]), order: '1', 'set[0].attribute': 'x' });
    expect(Object.values(errors())).toEqual([expect.stringContaining('more than one form can hold')]);
  });
});

describe('a change of who decides', () => {
  async function proposed() {
    const office = await open(both);
    await office.type('settings edit');
    await office.submit({ quorum: '2' });
    expect(office.shown()).toContain('Changes who decides');
    expect(office.shown()).toContain('one of *Person bob* has to agree');
    expect(office.shown()).toContain('Propose');
    await office.submit();
    expect(office.shown()).toContain('Person bob has to agree; nothing is changed yet.');
    const [proposal] = await office.office.store.proposals.open(1);
    return { ...office, id: proposal?.id ?? '' };
  }
  const card = (messages: readonly { text: string; blocks?: readonly KnownBlock[] }[]) =>
    messages.find(({ text }) => text.includes('proposes a change of the configuration'));

  it('is a card in direct messages alone, with the difference and its buttons', async () => {
    const { direct, present, office } = await proposed();
    expect((await present()).settings.quorum).toBe(1);
    const shown = card(await direct(bob));
    expect(shown?.text).toContain('*Person ada* proposes a change of the configuration that touches who decides');
    expect(shown?.text).toContain('quorum: 1 → 2');
    expect(actionBlockOf([...(shown?.blocks ?? [])], actionIds.proposalApply)).toBeDefined();
    const own = card(await direct(ada));
    expect(actionBlockOf([...(own?.blocks ?? [])], actionIds.proposalApply)).toBeUndefined();
    expect(actionBlockOf([...(own?.blocks ?? [])], actionIds.proposalWithdraw)).toBeDefined();
    for (const name of ['access', 'leavers', 'general']) expect(card(office.messages(bob, name))).toBeUndefined();
  });

  it('applies when the other admin presses Apply, and every copy says so', async () => {
    const { direct, present, office } = await proposed();
    await office.press(bob, card(await direct(bob)) as never, actionIds.proposalApply);
    expect((await present()).settings.quorum).toBe(2);
    for (const user of [ada, bob])
      expect(card(await direct(user))?.text).toContain('✅ *Applied*, agreed to by *Person bob*');
    const before = (await direct(bob)).length;
    await office.press(bob, card(await direct(bob)) as never, actionIds.proposalApply);
    expect((await direct(bob)).length).toBe(before);
  });

  it('waits in App Home as well, opens whole from there, and is decided there', async () => {
    const { present, office } = await proposed();
    const home = async (user: string) => {
      await office.workspace.actions.openHome(user);
      await office.workspace.settled();
      await office.idle();
      return office.workspace.state.home(user);
    };
    const press = async (user: string, open: OpenView | undefined, actionId: string) => {
      const blocks = (open?.view.blocks ?? []) as KnownBlock[];
      const block = blocks.find((each) => JSON.stringify(each).includes(`"${actionId}"`));
      const container = { view: open?.id ?? '' };
      const outcome = await office.workspace.actions.press({
        ...{ user, container, blockId: block?.block_id ?? '', actionId },
      });
      await office.idle();
      return outcome;
    };
    expect(JSON.stringify((await home(ada))?.view)).toContain('waits for Person bob');
    const shown = await home(bob);
    expect(JSON.stringify(shown?.view)).toContain('and 1 change of the configuration wait for your decision');
    await press(bob, shown, actionIds.proposalOpen);
    const modal = () => office.workspace.state.modal(bob);
    expect(JSON.stringify(modal()?.view)).toContain('quorum: 1 → 2');
    expect(await press(bob, modal(), actionIds.proposalApply)).toEqual({ ok: true });
    expect((await present()).settings.quorum).toBe(2);
    expect(JSON.stringify(modal()?.view)).toContain('✅ *Applied*, agreed to by *Person bob*');
    expect(JSON.stringify(office.workspace.state.home(bob)?.view)).not.toContain('change of the configuration');
    expect(JSON.stringify((await home(ada))?.view)).not.toContain(actionIds.proposalOpen);
  });

  it('is not decided by who proposed it, whatever they press or type, nor by anybody else', async () => {
    const { type, direct, present, office, id } = await proposed();
    const press = pressOf(ada, card(await direct(bob)) as never, actionIds.proposalApply);
    expect(await office.workspace.actions.press(press)).not.toEqual({ ok: true });
    expect(await type(`approve ${id}`)).toContain('Nobody agrees to their own change');
    expect(await type(`reject ${id}`)).toContain('You can withdraw it');
    expect(await type(`approve ${id}`, zoe)).toContain('Only admins may do that');
    expect(await type(`withdraw ${id}`, bob)).toContain('Only Person ada, who proposed it, can withdraw it');
    expect((await present()).settings.quorum).toBe(1);
  });

  it('is decided by typing as well, and listed while it waits', async () => {
    const { type, present, id } = await proposed();
    expect(await type('pending', bob)).toContain('1 change of the configuration waits for you as well');
    expect(await type('pending', ada)).not.toContain('waits for you as well');
    expect(await type('proposals', bob)).toContain(`\`${id}\` by *Person ada*: quorum: 1 → 2`);
    expect(await type(`proposals ${id}`, bob)).toContain('proposes a change of the configuration');
    expect(await type(`approve ${id}`, bob)).toContain('Agreed. The configuration is changed.');
    expect((await present()).settings.quorum).toBe(2);
    expect(await type(`reject ${id}`, bob)).toContain('This change is applied already');
    expect(await type('proposals', bob)).toContain('No change of the configuration waits');
  });

  it('is rejected, or withdrawn from its own copy', async () => {
    const { direct, present, office } = await proposed();
    await office.press(ada, card(await direct(ada)) as never, actionIds.proposalWithdraw);
    expect(card(await direct(bob))?.text).toContain('*Withdrawn* by *Person ada*');
    const again = await proposed();
    await again.office.press(bob, card(await again.direct(bob)) as never, actionIds.proposalReject);
    expect(card(await again.direct(ada))?.text).toContain('*Rejected* by *Person bob*');
    for (const one of [await present(), await again.present()]) expect(one.settings.quorum).toBe(1);
  });

  it('that breaks in the engine is kept and made good, once', async () => {
    const { direct, present, office } = await proposed();
    const { decideProposal } = office.useCases;
    office.useCases.decideProposal = async () => {
      throw new Error('the store went away');
    };
    await office.press(bob, card(await direct(bob)) as never, actionIds.proposalApply);
    expect((await present()).settings.quorum).toBe(1);
    office.useCases.decideProposal = decideProposal;
    office.clock.skip(61_000);
    expect(await office.drain()).toBe(1);
    expect((await present()).settings.quorum).toBe(2);
    expect(await office.drain()).toBe(0);
  });
});

describe('a form that was closed, or whose process died', () => {
  it('is saved all the same once save was pressed, and told in a direct message', async () => {
    const { type, submit, present, office, direct } = await open();
    await type('mapping new');
    await submit(newMapping);
    const { changeConfig } = office.useCases;
    office.useCases.changeConfig = async () => {
      throw new Error('the store went away');
    };
    await submit();
    expect((await present()).mappings).toHaveLength(1);
    office.useCases.changeConfig = changeConfig;
    office.clock.skip(61_000);
    expect(await office.drain()).toBe(1);
    expect((await present()).mappings.map(({ name }) => name)).toEqual(['Everybody', 'Sellers']);
    expect(await office.drain()).toBe(0);
    expect((await direct(ada)).length).toBeGreaterThan(0);
  });
});
