import { describe, expect, it } from 'vitest';
import type { ListedAccount } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Company = Awaited<ReturnType<typeof company>>;

const config = (() => {
  const given = configOf({ approval: { reactivate: false } });
  const apps = given.apps.map((app) => ({ ...app, provisioning: { ...app.provisioning, verify: '10 minutes' } }));
  return { ...given, apps };
})();
const zoe = (department: string, change: Record<string, unknown> = {}) =>
  row('zoe', { title: 'Rep', department, ...change });
const others = [row('ada'), row('bea')];
const start = (department = 'Sales') => company([...others, zoe(department)], config, { unread: true });
const lost = () => new ConnectorError('unavailable', 'unknown', 'the app did not answer');
const group = 'Sales and Marketing';

const accountOf = ({ app }: Company): ListedAccount => {
  const found = [...app.accounts.values()].find(({ userName }) => userName === 'zoe@acme.test');
  if (found === undefined) throw new Error('zoe has no account');
  return found;
};
const groupsOf = (acme: Company) => accountOf(acme).entitlements.groups ?? [];
const writes = ({ app }: Company) => app.calls.map(({ kind, detail }) => ({ kind, detail }));

async function verify(acme: Company): Promise<void> {
  await acme.time.advance(660_000);
  const verifying = acme.engine.alarms.verify('crm');
  await acme.time.advance(60_000);
  await verifying;
  await acme.time.advance(60_000);
}

async function reads(acme: Company, ...rows: ReturnType<typeof row>[]): Promise<void> {
  acme.directory.state.rows = [...others, ...rows];
  await acme.sync();
  await acme.time.advance(600_000);
}

describe('an app that never tells who is in a group', () => {
  it('is believed what it was given: a joiner is in the group, a mover leaves it, and no sweep takes either back', async () => {
    const acme = await start();
    await acme.sync();
    expect(groupsOf(acme)).toEqual([group]);
    expect(await acme.loginOf('zoe')).toMatchObject({
      observed: { entitlements: { groups: [group] } },
      owned: [{ target: 'groups', value: group, provenance: 'created' }],
    });
    acme.app.calls.length = 0;
    await verify(acme);
    expect(writes(acme)).toEqual([]);
    await reads(acme, zoe('Support'));
    expect(writes(acme)).toMatchObject([{ kind: 'update', detail: { entitlements: { groups: { remove: [group] } } } }]);
    expect(groupsOf(acme)).toEqual([]);
    expect(await acme.loginOf('zoe')).toMatchObject({ observed: { entitlements: { groups: [] } }, owned: [] });
    acme.app.calls.length = 0;
    await verify(acme);
    expect(writes(acme)).toEqual([]);
    await acme.stop();
  });

  it('keeps them over a suspension and back, and over changes of anything else', async () => {
    const acme = await start();
    await acme.sync();
    await reads(acme, zoe('Sales', { title: 'Head of Sales' }));
    await reads(acme, { ...zoe('Sales', { title: 'Head of Sales' }), status: 'suspended' });
    expect(await acme.word('zoe')).toBe('suspended');
    expect((await acme.loginOf('zoe'))?.dropped).toEqual([]);
    acme.app.calls.length = 0;
    await reads(acme, zoe('Sales', { title: 'Head of Sales' }));
    expect(writes(acme)).toMatchObject([{ kind: 'reactivate', detail: { entitlements: {} } }]);
    expect((await acme.loginOf('zoe'))?.observed?.entitlements).toEqual({ groups: [group] });
    expect(groupsOf(acme)).toEqual([group]);
    await acme.stop();
  });

  it('is given the groups of an account whose creation was not answered', async () => {
    const acme = await start();
    const make = acme.app.target.create;
    let answered = false;
    acme.app.target.create = async (account, signal) => {
      if (answered || account.attributes.userName !== 'zoe@acme.test') return make(account, signal);
      answered = true;
      // The account is made, and its groups are not.
      await make({ ...account, entitlements: {} }, signal);
      throw lost();
    };
    await acme.sync();
    await acme.time.advance(3_600_000);
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(groupsOf(acme)).toEqual([group]);
    expect([...acme.app.accounts.values()].filter(({ userName }) => userName === 'zoe@acme.test')).toHaveLength(1);
    expect(await acme.loginOf('zoe')).toMatchObject({ owned: [{ target: 'groups', value: group }] });
    await acme.stop();
  });

  it('gives an account that is taken over the groups that are wished, and believes it has them', async () => {
    const acme = await start();
    const entitlements = { groups: ['Book club'] };
    acme.app.accounts.set('x-1', {
      ...{ remoteId: 'x-1', active: true, attributes: { userName: 'zoe@acme.test' }, entitlements },
      ...{ externalId: null, userName: 'zoe@acme.test', emails: [] },
    });
    await acme.sync();
    const [card] = (await acme.openCards()).filter(({ operationKind }) => operationKind === 'adopt');
    if (card === undefined) throw new Error('the adoption is not asked');
    await acme.decide(card, 'ada');
    await acme.time.advance(600_000);
    expect(groupsOf(acme)).toEqual(['Book club', group]);
    expect(await acme.loginOf('zoe')).toMatchObject({
      ...{ provenance: 'adopted', observed: { entitlements: { groups: [group] } } },
      owned: [{ target: 'groups', value: group }],
    });
    acme.app.calls.length = 0;
    await verify(acme);
    expect(writes(acme)).toEqual([]);
    await acme.stop();
  });

  for (const [what, from, to, after] of [
    ['a group that was not given', 'Support', 'Sales', [group]],
    ['a group that was not taken', 'Sales', 'Support', []],
  ] as const)
    it(`never takes for done what does not show: ${what} is written again`, async () => {
      const acme = await start(from);
      await acme.sync();
      const change = acme.app.target.update;
      let failed = 0;
      acme.app.target.update = async (id, asked, signal) => {
        if (failed > 0) return change(id, asked, signal);
        failed += 1;
        await change(id, { ...asked, entitlements: {} }, signal);
        throw lost();
      };
      await reads(acme, zoe(to, { title: 'Moved' }));
      await acme.time.advance(3_600_000);
      expect(failed).toBe(1);
      expect(await acme.word('zoe')).toBe('provisioned');
      expect(accountOf(acme).attributes.title).toBe('Moved');
      expect(groupsOf(acme)).toEqual(after);
      expect((await acme.loginOf('zoe'))?.observed?.entitlements).toEqual({ groups: after });
      await acme.stop();
    });
});
