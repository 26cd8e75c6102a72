import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

const started: Awaited<ReturnType<typeof company>>[] = [];

/** The virtual clock starts on 14 November 2023, 22:13 UTC. */
async function open(rows: Parameters<typeof company>[0], config: Config) {
  const one = await company(rows, config);
  started.push(one);
  await one.sync();
  return one;
}

type Acme = Awaited<ReturnType<typeof open>>;
async function at(acme: Acme, moment: string): Promise<void> {
  acme.time.leap(Date.parse(moment) - acme.time.clock.now());
  await acme.engine.alarms.wake();
  await acme.time.advance(60_000);
}

const early = (createDaysBefore: number, settings: Record<string, unknown> = {}): Config => {
  const config = configOf({}, settings);
  const apps = config.apps.map((app) => ({ ...app, provisioning: { ...app.provisioning, createDaysBefore } }));
  return Config.parse({ ...config, apps });
};

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

describe('a joiner', () => {
  it('gets the account so many days before the start, by the day where they live, and not before', async () => {
    const acme = await open([row('zoe', { startDate: '2023-11-18', timezone: 'Asia/Tokyo' })], early(2));
    expect(await acme.word('zoe')).toBeNull();
    await at(acme, '2023-11-15T14:59:00Z');
    expect(acme.app.accounts.size).toBe(0);
    await at(acme, '2023-11-15T15:00:00Z');
    expect(await acme.word('zoe')).toBe('provisioned');
  });

  it('whose start is put off before the account was made waits for the new day', async () => {
    const acme = await open([row('zoe', { startDate: '2023-11-15' })], early(0));
    acme.directory.state.rows = [row('zoe', { startDate: '2023-11-20' })];
    await acme.sync();
    await at(acme, '2023-11-15T12:00:00Z');
    expect(acme.app.accounts.size).toBe(0);
    await at(acme, '2023-11-20T00:00:00Z');
    expect(await acme.word('zoe')).toBe('provisioned');
  });
});

describe('somebody with an end date', () => {
  it('is gone when the last day is over in the company’s time zone, unasked', async () => {
    const acme = await open([row('zoe', { endDate: '2023-11-15' })], early(0, { timezone: 'America/New_York' }));
    expect(await acme.word('zoe')).toBe('provisioned');
    await at(acme, '2023-11-16T04:30:00Z');
    expect(await acme.word('zoe')).toBe('provisioned');
    await at(acme, '2023-11-16T05:00:00Z');
    expect(await acme.word('zoe')).toBe('suspended');
  });
});

describe('a contractor', () => {
  const conditions = [{ attribute: 'employeeType', operator: '=', value: 'Contractor' }];
  const contractors = { contractors: { conditions, longest: '2 days' } };

  it('gets nothing without a sponsor and an end date, and all of it once both are there', async () => {
    const acme = await open([row('zoe', { employeeType: 'Contractor' })], configOf({}, contractors));
    expect(await acme.word('zoe')).toBeNull();
    const { id } = await acme.personOf('zoe');
    expect((await acme.engine.useCases.explain(id, 'crm')).chain.at(-1)?.because).toBe(
      'a contractor needs a sponsor (manager) and an end date (endDate) before anything new is given',
    );
    acme.directory.state.rows = [
      row('zoe', { employeeType: 'Contractor', manager: 'ada@acme.test', endDate: '2024-01-31' }),
    ];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('provisioned');
  });

  it('keeps what is there when the sponsor is no longer named', async () => {
    const sponsored = { employeeType: 'Contractor', manager: 'ada@acme.test', endDate: '2024-01-31' };
    const acme = await open([row('zoe', sponsored)], configOf({}, contractors));
    const { manager: _, ...without } = sponsored;
    acme.directory.state.rows = [row('zoe', { ...without, title: 'Boss' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('provisioned');
    expect([...acme.app.accounts.values()][0]?.attributes).not.toHaveProperty('title');
  });

  it('is gone after the longest stay, however far away the end date', async () => {
    const dates = {
      employeeType: 'Contractor',
      manager: 'ada@acme.test',
      startDate: '2023-11-14',
      endDate: '2030-01-01',
    };
    const acme = await open([row('zoe', dates)], configOf({}, contractors));
    expect(await acme.word('zoe')).toBe('provisioned');
    await at(acme, '2023-11-16T00:00:00Z');
    expect(await acme.word('zoe')).toBe('suspended');
  });
});

describe('mappings, parameters and rules', () => {
  const config = (change: { parameters?: object[]; rules?: object[]; mappings?: object[] }): Config => {
    const base = configOf();
    const apps = base.apps.map((app) => ({
      ...app,
      parameters: [...app.parameters, ...(change.parameters ?? [])],
      rules: change.rules ?? [],
    }));
    return Config.parse({ ...base, apps, mappings: [...(change.mappings ?? []), ...base.mappings] });
  };
  const account = (acme: Acme) => [...acme.app.accounts.values()][0];

  it('an attribute a mapping sets arrives in the app, and follows when the mapping no longer holds', async () => {
    const sales = [{ attribute: 'department', operator: '=', value: 'Sales' }];
    const mappings = [{ name: 'Sales titles', conditions: sales, set: [{ attribute: 'title', value: 'Seller' }] }];
    const acme = await open([row('zoe', { department: 'Sales', title: 'Clerk' })], config({ mappings }));
    expect(account(acme)?.attributes.title).toBe('Seller');
    acme.directory.state.rows = [row('zoe', { department: 'Ops', title: 'Clerk' })];
    await acme.sync();
    expect(account(acme)?.attributes.title).toBe('Clerk');
  });

  it('what is written only when the account is made is never written again', async () => {
    const parameters = [{ target: 'title', from: 'title', createOnly: true }];
    const acme = await open([row('zoe', { department: 'Sales', title: 'Clerk' })], config({ parameters }));
    expect(account(acme)?.attributes.title).toBe('Clerk');
    acme.directory.state.rows = [row('zoe', { department: 'Ops', title: 'Boss' })];
    await acme.sync();
    expect(account(acme)?.attributes.title).toBe('Clerk');
    expect(account(acme)?.entitlements.groups).toEqual([]);
  });

  it('groups come from an attribute by pattern, and a rule takes back what others give', async () => {
    const extract = { from: 'memberOf', pattern: '^CN=crm-([^,]+)', value: '$1' };
    const boss = [{ attribute: 'title', operator: '=', value: 'Boss' }];
    const rules = [
      { name: 'From groups', actions: [{ target: 'groups', extract }] },
      { name: 'Bosses', conditions: boss, actions: [{ target: 'groups', remove: ['Sales and Marketing'] }] },
    ];
    const memberOf = ['CN=crm-Managers,OU=x', 'CN=vpn,OU=x'];
    const acme = await open([row('zoe', { department: 'Sales', memberOf })], config({ rules }));
    expect(account(acme)?.entitlements.groups).toEqual(['Managers', 'Sales and Marketing']);
    acme.directory.state.rows = [row('zoe', { department: 'Sales', memberOf, title: 'Boss' })];
    await acme.sync();
    expect(account(acme)?.entitlements.groups).toEqual(['Managers']);
  });

  it('a template fills an attribute, and is no value without what it needs', async () => {
    const template = '{{ givenName | ascii | downcase }}.{{ familyName | ascii | downcase }}';
    const parameters = [{ target: 'title', template, default: 'unnamed' }];
    const acme = await open([row('zoe', { givenName: 'Zoë', familyName: 'Łuczak' })], config({ parameters }));
    expect(account(acme)?.attributes.title).toBe('zoe.luczak');
    acme.directory.state.rows = [row('zoe', { givenName: 'Zoë' })];
    await acme.sync();
    expect(account(acme)?.attributes.title).toBe('unnamed');
  });
});
