import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/approval-model.ts';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const both = { admins: ['ada@acme.test', 'bea@acme.test'], approvers: ['ada@acme.test', 'bea@acme.test'] };
const is = (attribute: string, value: string) => ({ attribute, operator: '=' as const, value });
const managers = [{ target: 'groups', add: ['Managers'] }];
const leads = { name: 'Leads', conditions: [is('title', 'Lead')], actions: managers };
const board = { name: 'Board', conditions: [is('department', 'Board')], actions: managers };

/** Managers are privileged in the one app; `rules` give them. */
const withRules = (rules: object[], settings: object = both, provisioning: object = {}): Config => {
  const plain = configOf({ approval: { update: false } }, { ...settings });
  return Config.parse({
    ...plain,
    apps: plain.apps.map((app) => ({
      ...app,
      provisioning: { ...app.provisioning, privileged: { groups: ['Managers'] }, ...provisioning },
      rules,
    })),
  });
};

async function author(acme: Acme, name: string): Promise<Actor> {
  return { kind: 'person', person: (await acme.personOf(name)).id, name, via: 'cli' };
}

async function configure(acme: Acme, config: Config, by: string): Promise<void> {
  await acme.engine.configure(config, await author(acme, by));
  await acme.time.advance(60_000);
}

async function press(acme: Acme, card: Approval, by: string) {
  return acme.engine.useCases.decide({
    ...{ approval: card.id, edition: null, decision: 'approve', reason: null },
    actor: await acme.personOf(by),
  });
}

async function onlyCard(acme: Acme): Promise<Approval> {
  const [card, ...more] = await acme.openCards();
  if (card === undefined || more.length > 0) throw new Error(`${more.length + (card ? 1 : 0)} open cards`);
  return card;
}

const staff = [row('ada'), row('bea'), row('cem')];

describe('the author of a change', () => {
  it('counts as the requester of what it causes, and never approves it', async () => {
    const acme = await company([...staff, row('zoe', { title: 'Lead' })], withRules([]));
    await acme.sync();
    await configure(acme, withRules([leads]), 'ada');
    const [ada, bea] = [await acme.personOf('ada'), await acme.personOf('bea')];
    const card = await onlyCard(acme);
    expect(card).toMatchObject({ operationKind: 'update', circle: [bea.id], requester: { person: ada.id } });
    expect(await press(acme, card, 'ada')).toMatchObject({ result: 'refused', why: 'self' });
    await acme.decide(card, 'bea');
    expect([...acme.app.accounts.values()].filter(({ entitlements }) => entitlements.groups?.length)).toHaveLength(1);
    await acme.stop();
  });

  it('is forgotten once everybody follows: what a directory changes later is nobody’s', async () => {
    const acme = await company([...staff, row('zoe')], withRules([]));
    await acme.sync();
    await configure(acme, withRules([leads]), 'ada');
    expect((await acme.personOf('zoe')).plannedFor).toBeNull();
    acme.directory.state.rows = [...staff, row('zoe', { title: 'Lead' })];
    await acme.sync();
    const card = await onlyCard(acme);
    expect(card.requester).toBeNull();
    expect(card.circle).toHaveLength(2);
    await acme.stop();
  });

  it('stays the requester of what takes the place of a request that still waits', async () => {
    const acme = await company([...staff, row('zoe', { title: 'Lead' })], withRules([]));
    await acme.sync();
    await configure(acme, withRules([leads]), 'ada');
    const first = await onlyCard(acme);
    acme.directory.state.rows = [...staff, row('zoe', { title: 'Lead', email: 'zoe.new@acme.test' })];
    await acme.sync();
    const second = await onlyCard(acme);
    expect(second.id).not.toBe(first.id);
    expect(second.circle).toEqual([(await acme.personOf('bea')).id]);
    await acme.stop();
  });

  it('who is the only approver gives way to the admins', async () => {
    const settings = { admins: ['ada@acme.test', 'cem@acme.test'], approvers: ['ada@acme.test'] };
    const acme = await company([...staff, row('zoe', { title: 'Lead' })], withRules([], settings));
    await acme.sync();
    await configure(acme, withRules([leads], settings), 'ada');
    expect((await onlyCard(acme)).circle).toEqual([(await acme.personOf('cem')).id]);
    await acme.stop();
  });

  it('who is the only approver and the only admin waits until there is another', async () => {
    const alone = { admins: ['ada@acme.test'], approvers: ['ada@acme.test'] };
    const acme = await company([...staff, row('zoe', { title: 'Lead' })], withRules([], alone));
    await acme.sync();
    acme.app.calls.length = 0;
    await configure(acme, withRules([leads], alone), 'ada');
    expect(await acme.openCards()).toEqual([]);
    expect(acme.app.calls).toEqual([]);
    await configure(acme, withRules([leads]), 'ada');
    expect((await onlyCard(acme)).circle).toEqual([(await acme.personOf('bea')).id]);
    await acme.stop();
  });

  it('decides nothing that the threshold holds of it', async () => {
    const crowd = Array.from({ length: 20 }, (_, index) => row(`n${index}`, { department: 'Board' }));
    const free = { privileged: {} };
    const acme = await company([...staff, ...crowd], withRules([board], both, free));
    await acme.sync();
    acme.app.calls.length = 0;
    await configure(acme, withRules([], both, free), 'ada');
    expect(acme.app.calls).toEqual([]);
    const [ada, bea] = [await acme.personOf('ada'), await acme.personOf('bea')];
    const card = await onlyCard(acme);
    expect(card).toMatchObject({ kind: 'threshold', operations: 20, circle: [bea.id], requester: { person: ada.id } });
    expect(await press(acme, card, 'ada')).toMatchObject({ why: 'self' });
    await acme.stop();
  });

  it('of a change that needs no consent is on record all the same', async () => {
    const acme = await company([...staff, row('zoe', { title: 'Lead' })], withRules([], both, { privileged: {} }));
    await acme.sync();
    await configure(acme, withRules([leads], both, { privileged: {} }), 'ada');
    const login = await acme.loginOf('zoe');
    expect(login?.operation).toMatchObject({ state: 'applied', requester: { name: 'ada' } });
    await acme.stop();
  });
});

describe('a removed rule', () => {
  const free = { privileged: {} };
  const rows = [
    ...staff,
    row('lea', { title: 'Lead' }),
    row('max', { title: 'Lead', department: 'Board' }),
    row('moe', { title: 'Lead' }),
    row('sam', { title: 'Lead', department: 'Sales' }),
  ];
  /** Moe was a manager before Rollcall came. */
  async function withLeads() {
    const acme = await company(rows, withRules([leads, board], both, free));
    acme.app.accounts.set('old', {
      ...{ remoteId: 'old', active: true, attributes: { userName: 'moe@acme.test' }, externalId: null },
      ...{ entitlements: { groups: ['Managers'] }, userName: 'moe@acme.test', emails: ['moe@acme.test'] },
    });
    await acme.sync();
    await acme.decide(await onlyCard(acme), 'bea');
    return acme;
  }
  const groupsOf = async (acme: Acme, name: string) => {
    const login = await acme.loginOf(name);
    return acme.app.accounts.get(login?.remoteId ?? '')?.entitlements.groups ?? [];
  };

  it('shows first what it would take back from whom, and then takes back exactly what only it had given', async () => {
    const acme = await withLeads();
    expect(await groupsOf(acme, 'sam')).toEqual(['Managers', 'Sales and Marketing']);
    acme.app.calls.length = 0;
    const config = withRules([board], both, free);
    const plan = await acme.engine.previewConfig(config, 10);
    expect(plan.counts).toEqual([{ app: 'crm', kind: 'update', count: 2 }]);
    expect(plan.taken).toEqual([{ app: 'crm', target: 'groups', value: 'Managers', people: 2 }]);
    expect(plan.operations.map(({ personName }) => personName).sort()).toEqual(['Person lea', 'Person sam']);
    expect(acme.app.calls).toEqual([]);
    await configure(acme, config, 'ada');
    expect(acme.app.calls).toHaveLength(2);
    expect(await groupsOf(acme, 'lea')).toEqual([]);
    expect(await groupsOf(acme, 'sam')).toEqual(['Sales and Marketing']);
    expect(await groupsOf(acme, 'max')).toEqual(['Managers']);
    expect(await groupsOf(acme, 'moe')).toEqual(['Managers']);
    expect((await acme.engine.previewConfig(config, 10)).counts).toEqual([]);
    await acme.stop();
  });
});
