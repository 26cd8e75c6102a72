import { describe, expect, it } from 'vitest';
import type { ListedAccount } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import type { DiscoveryRow } from '../../src/engine/governance.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Company = Awaited<ReturnType<typeof company>>;
const actor = system('test');

function configWith(provisioning: object, owners: string[] = []) {
  const config = configOf();
  const apps = config.apps.map((app) => ({ ...app, owners, provisioning: { ...app.provisioning, ...provisioning } }));
  return { ...config, apps };
}

const stranger = (remoteId: string, change: Partial<ListedAccount> = {}): ListedAccount => ({
  ...{ remoteId, active: true, attributes: {}, entitlements: {}, externalId: null, userName: null, emails: [] },
  ...change,
});

/** Accounts made in the app before Rollcall came. */
const settle = (acme: Company, ...accounts: ListedAccount[]) => {
  for (const account of accounts) acme.app.accounts.set(account.remoteId, account);
};

/** Virtual time passes while it is answered. */
async function awaited<T>(acme: Company, answer: Promise<T>): Promise<T> {
  await acme.time.advance(60_000);
  return answer;
}

async function rowsOf(acme: Company): Promise<DiscoveryRow[]> {
  const rows: DiscoveryRow[] = [];
  const reading = (async () => {
    for await (const one of acme.engine.useCases.discoveryRows('crm')) rows.push(one);
  })();
  await awaited(acme, reading);
  return rows;
}

const brief = (rows: readonly DiscoveryRow[]) =>
  rows.map(({ situation, remoteId, personName, foundBy }) => [situation, remoteId, personName, foundBy]);

/** An app with a past, connected but not yet enabled. */
async function firstContact(): Promise<Company> {
  const people = ['ada', 'bea', 'max', 'mia', 'zoe'].map((name) => row(name));
  const acme = await company(people, configWith({ enabled: false }, ['ada@acme.test']));
  await acme.sync();
  settle(
    acme,
    stranger('x-zoe', { userName: 'zoe@acme.test', emails: ['zoe@acme.test'] }),
    stranger('x-max', { userName: 'maximilian', emails: ['max@acme.test'] }),
    stranger('x-bea1', { userName: 'bea1', emails: ['bea@acme.test'] }),
    stranger('x-bea2', { userName: 'bea2', emails: ['bea@acme.test'] }),
    stranger('x-robot', { userName: 'robot' }),
  );
  return acme;
}

describe('discovery', () => {
  it('holds an app’s accounts against our people before anything is enabled, and changes nothing', async () => {
    const acme = await firstContact();
    const discovery = await awaited(acme, acme.engine.useCases.discover('crm'));
    expect(discovery).toEqual({
      app: 'crm',
      accounts: 5,
      matched: { userName: 1, email: 1 },
      ambiguous: 1,
      unmatched: 2,
      ownerless: 1,
      ...{ managed: 0, enabled: false, requests: [] },
      text: expect.stringContaining('CRM has 5 accounts: found for one person each: '),
    });
    expect(acme.app.calls).toEqual([]);
    expect(await acme.store.logins.list({ app: 'crm' }, null, 10)).toEqual([]);
    await acme.stop();
  });

  it('gives a row for each account and person', async () => {
    const acme = await firstContact();
    expect(brief(await rowsOf(acme))).toEqual([
      ['ownerless', 'x-robot', null, null],
      ['unmatched', null, 'Person ada', null],
      ['disputed', 'x-bea1', 'Person bea', 'email'],
      ['disputed', 'x-bea2', 'Person bea', 'email'],
      ['unlinked', 'x-max', 'Person max', 'email'],
      ['unmatched', null, 'Person mia', null],
      ['unlinked', 'x-zoe', 'Person zoe', 'userName'],
    ]);
    await acme.stop();
  });

  it('knows managed accounts, accounts that are gone, and accounts two people stand for', async () => {
    const acme = await company([row('ada'), row('bea')], configWith({ verify: '10 minutes' }));
    await acme.sync();
    const gone = (await acme.loginOf('bea'))?.remoteId ?? '';
    acme.app.accounts.delete(gone);
    settle(acme, stranger('x-twin', { userName: 'twins', emails: ['max@acme.test', 'mia@acme.test'] }));
    await acme.time.advance(700_000);
    acme.directory.state.rows = [row('ada'), row('bea'), row('max'), row('mia')];
    await acme.sync();
    expect(brief(await rowsOf(acme))).toEqual([
      ['linked', (await acme.loginOf('ada'))?.remoteId, 'Person ada', null],
      ['deleted', null, 'Person bea', null],
      ['collision', 'x-twin', 'Person max', 'email'],
      ['collision', 'x-twin', 'Person mia', 'email'],
    ]);
    const discovery = await awaited(acme, acme.engine.useCases.discover('crm'));
    expect(discovery).toMatchObject({ managed: 1, ambiguous: 0, ownerless: 0, matched: {} });
    expect(discovery.text).toContain('2 people whose account could be somebody else’s');
    await acme.stop();
  });

  it('reads the app again only when the last list is too old', async () => {
    const acme = await firstContact();
    const { target } = acme.app;
    const list = target.list;
    let lists = 0;
    target.list = (signal) => {
      lists += 1;
      return list(signal);
    };
    await awaited(acme, acme.engine.useCases.discover('crm'));
    await awaited(acme, acme.engine.useCases.discover('crm'));
    expect(lists).toBe(1);
    await acme.stop();
  });

  it('names the apps there are when it is asked for another', async () => {
    const acme = await firstContact();
    await expect(acme.engine.useCases.discover('erp')).rejects.toMatchObject({
      code: 'unknown-app',
      remedy: 'The apps are crm.',
    });
    await acme.stop();
  });
});

describe('accounts without an owner', () => {
  it('are left for good when somebody says so, with one event', async () => {
    const acme = await firstContact();
    await awaited(acme, acme.engine.useCases.discover('crm'));
    const { text } = await acme.engine.useCases.triage('crm', 'x-robot', 'leave', actor);
    expect(text).toBe('The account robot (x-robot) in CRM is left as it is, and not listed again.');
    await acme.engine.useCases.triage('crm', 'x-robot', 'leave', actor);
    await acme.store.accounts.finish('crm', 'none', 0);
    expect(await awaited(acme, acme.engine.useCases.discover('crm'))).toMatchObject({ accounts: 5, ownerless: 0 });
    expect((await rowsOf(acme)).some(({ situation }) => situation === 'ownerless')).toBe(false);
    const events = await acme.store.events.list({ app: 'crm' }, null, 50);
    expect(events.filter(({ type }) => type === 'account.left-alone')).toMatchObject([{ actor }]);
    expect(acme.app.calls).toEqual([]);
    await acme.stop();
  });

  it('are asked about: each owner gets a sentence that names the account', async () => {
    const acme = await firstContact();
    await awaited(acme, acme.engine.useCases.discover('crm'));
    const { text } = await acme.engine.useCases.triage('crm', 'x-robot', 'ask', actor);
    expect(text).toBe('Person ada will be asked in Slack whose the account robot (x-robot) in CRM is.');
    const [notice, ...more] = await acme.store.outbox.due(acme.time.clock.now(), 10);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ kind: 'notice', to: (await acme.personOf('ada')).id });
    expect(notice?.body).toContain('Whose is the account robot (x-robot) in CRM? It is active');
    const events = await acme.store.events.list({ app: 'crm' }, null, 50);
    expect(events.filter(({ type }) => type === 'account.asked')).toHaveLength(1);
    await acme.stop();
  });

  it('cannot be decided when they have an owner, or are not there, or nobody can be asked', async () => {
    const acme = await company([row('ada')], configWith({}));
    await acme.sync();
    const remoteId = (await acme.loginOf('ada'))?.remoteId ?? '';
    const { triage } = acme.engine.useCases;
    await expect(triage('crm', remoteId, 'leave', actor)).rejects.toMatchObject({ code: 'has-owner' });
    await expect(triage('crm', 'nothing', 'leave', actor)).rejects.toMatchObject({ code: 'unknown-account' });
    await acme.store.accounts.put('crm', 'none', [stranger('x-robot')]);
    await expect(triage('crm', 'x-robot', 'ask', actor)).rejects.toMatchObject({ code: 'no-owners' });
    await acme.stop();
  });
});
