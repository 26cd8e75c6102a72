import { describe, expect, it } from 'vitest';
import type { ListedAccount } from '../../src/core/connector.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Company = Awaited<ReturnType<typeof company>>;

function configWith(provisioning: object) {
  const config = configOf();
  return {
    ...config,
    apps: config.apps.map((app) => ({ ...app, provisioning: { ...app.provisioning, ...provisioning } })),
  };
}

const found = (remoteId: string, change: Partial<ListedAccount>): ListedAccount => ({
  ...{ remoteId, active: true, attributes: {}, entitlements: {}, externalId: null, userName: null, emails: [] },
  ...change,
});
const byName = (name: string) =>
  found(`x-${name}`, { userName: `${name}@acme.test`, attributes: { userName: `${name}@acme.test` } });
const byMail = (...names: string[]) =>
  found(`y-${names.join('-')}`, {
    userName: `old-${names.join('-')}`,
    emails: names.map((name) => `${name}@acme.test`),
  });

async function companyWith(accounts: ListedAccount[], names: string[], provisioning: object = {}): Promise<Company> {
  const acme = await company(
    ['ada', 'bea', ...names].map((name) => row(name)),
    configWith(provisioning),
  );
  for (const account of accounts) acme.app.accounts.set(account.remoteId, account);
  await acme.sync();
  return acme;
}

const creates = (acme: Company) => acme.app.calls.filter(({ kind }) => kind === 'create').length;
const numbered = (prefix: string) => Array.from({ length: 8 }, (_, index) => `${prefix}${index}`);

describe('bulk adoption', () => {
  it('asks one card for each thing the accounts were found by', async () => {
    const accounts = [...numbered('n').map(byName), ...numbered('m').map((name) => byMail(name))];
    const acme = await companyWith(accounts, [...numbered('n'), ...numbered('m')]);
    const cards = await acme.openCards();
    expect(
      cards.map(({ kind, operationKind, foundBy, operations }) => [kind, operationKind, foundBy, operations]).sort(),
    ).toEqual([
      ['batch', 'adopt', 'email', 8],
      ['batch', 'adopt', 'userName', 8],
    ]);
    const sure = cards.find(({ foundBy }) => foundBy === 'userName');
    const likely = cards.find(({ foundBy }) => foundBy === 'email');
    if (sure === undefined || likely === undefined) throw new Error('no card');
    const discovered = async () => {
      const discovering = acme.engine.useCases.discover('crm');
      await acme.time.advance(60_000);
      return discovering;
    };
    expect(await discovered()).toMatchObject({
      ...{ enabled: true, matched: { userName: 8, email: 8 } },
      requests: expect.arrayContaining([
        { foundBy: 'userName', approval: sure.id, operations: 8 },
        { foundBy: 'email', approval: likely.id, operations: 8 },
      ]),
    });
    await acme.decide(sure, 'ada');
    expect((await discovered()).requests).toEqual([{ foundBy: 'email', approval: likely.id, operations: 8 }]);
    expect(await acme.word('n1')).toBe('provisioned');
    expect(await acme.word('m1')).toBe('needs match');
    expect((await acme.loginOf('n1'))?.operation?.foundBy).toBe('userName');
    await acme.stop();
  });

  it('looks for nothing the app is not matched by', async () => {
    const acme = await companyWith([byMail('zoe')], ['zoe'], { match: ['userName'] });
    expect(await acme.openCards()).toEqual([]);
    expect(creates(acme)).toBe(3);
    await acme.stop();
  });

  it('takes the first of the app’s own order that hits', async () => {
    const acme = await companyWith([byName('zoe'), byMail('zoe')], ['zoe'], { match: ['email', 'userName'] });
    const [card] = await acme.openCards();
    expect(card).toMatchObject({ operationKind: 'adopt', foundBy: 'email' });
    expect((await acme.loginOf('zoe'))?.operation?.remoteId).toBe('y-zoe');
    await acme.stop();
  });
});

describe('a refused adoption', () => {
  it('never turns into a second account, not even when nothing matches any more', async () => {
    const acme = await companyWith([byMail('zoe')], ['zoe']);
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada', 'reject', 'another Zoe');
    const made = creates(acme);
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { email: 'zoe.new@acme.test', title: 'Lead' })];
    await acme.sync();
    await acme.sync();
    expect(creates(acme)).toBe(made);
    expect(await acme.word('zoe')).toBe('needs match');
    expect((await acme.loginOf('zoe'))?.candidates).toEqual(['y-zoe']);
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { email: 'zoe.new@acme.test', title: 'Boss' })];
    await acme.sync();
    expect(creates(acme)).toBe(made);
    expect(await acme.word('zoe')).toBe('needs match');
    await acme.stop();
  });
});

describe('an account two people could have', () => {
  it('is asked for nobody before somebody has said whose it is', async () => {
    const acme = await companyWith([byMail('max', 'mia')], ['max', 'mia']);
    expect(await acme.openCards()).toEqual([]);
    expect([await acme.word('max'), await acme.word('mia')]).toEqual(['needs match', 'needs match']);
    expect(creates(acme)).toBe(2);
    await acme.stop();
  });

  it('goes to one of them when both were approved at different times', async () => {
    const acme = await companyWith([byMail('max', 'mia')], ['max']);
    acme.directory.state.rows = ['ada', 'bea', 'max', 'mia'].map((name) => row(name));
    await acme.sync();
    const cards = await acme.openCards();
    expect(cards.map(({ operationKind }) => operationKind)).toEqual(['adopt', 'adopt']);
    for (const card of cards) await acme.decide(card, 'ada');
    const words = [await acme.word('max'), await acme.word('mia')].sort();
    expect(words).toEqual(['needs match', 'provisioned']);
    expect(acme.app.calls.filter(({ remoteId }) => remoteId === 'y-max-mia')).toHaveLength(1);
    await acme.stop();
  });
});

describe('memberships found at adoption', () => {
  it('stay when the wish no longer names them; only what was given is taken back', async () => {
    const account = { ...byName('zoe'), entitlements: { groups: ['Chess', 'Sales and Marketing'] } };
    const acme = await companyWith([account], []);
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { department: 'Sales' })];
    await acme.sync();
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada');
    expect((await acme.loginOf('zoe'))?.owned).toEqual([]);
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe')];
    await acme.sync();
    expect(acme.app.accounts.get('x-zoe')?.entitlements.groups).toEqual(['Chess', 'Sales and Marketing']);
    await acme.stop();
  });
});
