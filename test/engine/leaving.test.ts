import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Named } from '../../src/engine/governance.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

const minute = 60_000;
const hour = 60 * minute;
const staff = (...names: string[]) => names.map((name) => row(name));
const operator = { kind: 'operator', name: 'ops', via: 'cli' } as const;

type Provisioning = Partial<Config['apps'][number]['provisioning']>;
function configWith(provisioning: Provisioning, change: Partial<Config> = {}): Config {
  const base = configOf({ approval: { create: false, reactivate: false, delete: true } });
  const apps = base.apps.map((app) => ({ ...app, provisioning: { ...app.provisioning, ...provisioning } }));
  return { ...base, apps, ...change };
}
const grace = { remind: '2 hours', delete: '4 hours' };

type Acme = Awaited<ReturnType<typeof company>>;
/** The alarm clock rings, and what it brings about happens. */
async function wake(acme: Acme, later: number): Promise<void> {
  acme.time.leap(later);
  await acme.time.advance(minute);
  const waking = acme.engine.alarms.wake();
  await acme.time.advance(minute);
  await waking;
}
async function zoeLeaves(acme: Acme, status: 'suspended' | 'left' = 'left'): Promise<void> {
  acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { department: 'Sales' }, status)];
  await acme.sync(minute);
}
async function answered<T>(acme: Acme, asked: Promise<T>): Promise<T> {
  await acme.time.advance(minute);
  return asked;
}
async function eventsOf(acme: Acme, type: string) {
  const { id } = await acme.personOf('zoe');
  return (await acme.store.events.list({ person: id }, null, 500)).filter((event) => event.type === type);
}
const zoe = (acme: Acme): Promise<Login | null> => acme.loginOf('zoe');
const withZoe = () => [row('ada'), row('bea'), row('zoe', { department: 'Sales' })];

describe('what each app does when somebody leaves', () => {
  it.each([
    ['suspended', 'onSuspend', 'suspend', 'suspended'],
    ['suspended', 'onSuspend', 'delete', 'deleted'],
    ['suspended', 'onSuspend', 'nothing', 'provisioned'],
    ['left', 'onDelete', 'suspend', 'suspended'],
    ['left', 'onDelete', 'delete', 'deleted'],
    ['left', 'onDelete', 'nothing', 'provisioned'],
  ] as const)('%s in the directory with %s: %s leaves the account %s', async (status, setting, act, word) => {
    const approval = { ...configOf().apps[0]?.provisioning.approval, delete: false } as Provisioning['approval'];
    const acme = await company(withZoe(), configWith({ [setting]: act, ...(approval && { approval }) }));
    await acme.sync();
    await zoeLeaves(acme, status);
    expect(await acme.word('zoe')).toBe(word);
    await acme.stop();
  });

  it.each([
    ['suspend', 'suspended'],
    ['delete', 'deleted'],
    ['nothing', 'provisioned'],
  ] as const)('out of the role with onRoleLoss: %s leaves the account %s', async (act, word) => {
    const approval = { create: false, update: false, suspend: false, reactivate: false, delete: false };
    const config = configWith({ onRoleLoss: act, approval });
    const [everybody] = config.mappings;
    if (everybody === undefined) throw new Error('no mapping');
    const conditions = [{ attribute: 'department', operator: '=' as const, value: 'Sales' }];
    const acme = await company(withZoe(), { ...config, mappings: [{ ...everybody, conditions }] });
    await acme.sync();
    expect(await acme.word('zoe')).toBe('provisioned');
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { department: 'Ops' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe(word);
    await acme.stop();
  });

  it('remembers since when somebody is gone, and forgets it when they are back', async () => {
    const acme = await company(withZoe());
    await acme.sync();
    expect((await acme.personOf('zoe')).leftAt).toBeNull();
    await zoeLeaves(acme, 'suspended');
    const { leftAt } = await acme.personOf('zoe');
    expect(leftAt).not.toBeNull();
    await zoeLeaves(acme, 'left');
    expect((await acme.personOf('zoe')).leftAt).toBe(leftAt);
    acme.directory.state.rows = withZoe();
    await acme.sync();
    expect((await acme.personOf('zoe')).leftAt).toBeNull();
    await acme.stop();
  });

  it('suspends a leaver although the app’s accounts cannot be listed', async () => {
    const acme = await company(withZoe());
    await acme.sync();
    acme.time.leap(25 * hour);
    acme.app.target.list = async function* () {
      yield [];
      throw new Error('the list ends in the middle');
    };
    await zoeLeaves(acme, 'left');
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });
});

describe('a deletion that is asked', () => {
  const deleting = { onSuspend: 'delete', onDelete: 'delete' } as const;
  const kindsOf = (acme: Acme) => acme.app.calls.map(({ kind }) => kind).filter((kind) => kind !== 'create');
  const openKinds = async (acme: Acme) => (await acme.openCards()).map((card) => card.operationKind);

  it.each(['left', 'suspended'] as const)(
    'never leaves the account of somebody %s active meanwhile',
    async (status) => {
      const acme = await company(withZoe(), configWith(deleting));
      await acme.sync();
      await zoeLeaves(acme, status);
      expect(kindsOf(acme)).toEqual(['suspend']);
      expect(await zoe(acme)).toMatchObject({ account: 'suspended', operation: { kind: 'delete', state: 'awaiting' } });
      expect(await openKinds(acme)).toEqual(['delete']);
      expect(await acme.engine.useCases.explain((await acme.personOf('zoe')).id, 'crm')).toMatchObject({
        text: expect.stringMatching(
          /^Person zoe’s account in CRM is suspended and is to be deleted because .*; the delete waits/,
        ),
      });
      await acme.sync();
      await wake(acme, hour);
      expect(kindsOf(acme)).toEqual(['suspend']);
      expect(await openKinds(acme)).toEqual(['delete']);
      const [card] = await acme.openCards();
      if (card === undefined) return;
      await acme.decide(card, 'bea');
      expect(kindsOf(acme)).toEqual(['suspend', 'delete']);
      expect(await acme.word('zoe')).toBe('deleted');
      await acme.stop();
    },
  );

  it('refused leaves it suspended, and a return gives it back', async () => {
    const acme = await company(withZoe(), configWith(deleting));
    await acme.sync();
    await zoeLeaves(acme);
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'bea', 'reject', 'she may come back');
    await wake(acme, hour);
    expect(await zoe(acme)).toMatchObject({ account: 'suspended', operation: { state: 'rejected' } });
    expect(await acme.openCards()).toEqual([]);
    acme.directory.state.rows = withZoe();
    await acme.sync();
    expect(await acme.word('zoe')).toBe('provisioned');
    await zoeLeaves(acme);
    expect(kindsOf(acme)).toEqual(['suspend', 'reactivate', 'suspend']);
    expect(await openKinds(acme)).toEqual(['delete']);
    await acme.stop();
  });

  it('is asked by itself where the suspension is asked too, or the person is protected', async () => {
    const asking = { create: false, update: false, suspend: true, reactivate: false, delete: true };
    const settings = { ...configOf().settings, protected: ['zoe@acme.test'] };
    for (const config of [configWith({ ...deleting, approval: asking }), configWith(deleting, { settings })]) {
      const acme = await company(withZoe(), config);
      await acme.sync();
      await zoeLeaves(acme);
      expect(kindsOf(acme)).toEqual([]);
      expect(await openKinds(acme)).toEqual(['delete']);
      await acme.stop();
    }
  });

  it('is asked where the app refuses to suspend, once, and the account is deleted as it is', async () => {
    const acme = await company(withZoe(), configWith(deleting));
    await acme.sync();
    acme.app.breakDown(
      new ConnectorError('rejected', 'none', 'this user cannot be suspended'),
      (kind) => kind !== 'suspend',
    );
    await zoeLeaves(acme);
    expect(await acme.word('zoe')).toBe('failed');
    for (const later of [15 * minute, hour]) {
      await wake(acme, later);
      expect(await openKinds(acme)).toEqual(['delete']);
    }
    expect(kindsOf(acme)).toEqual(['suspend']);
    const [card] = await acme.openCards();
    if (card === undefined) return;
    await acme.decide(card, 'bea');
    expect(await acme.word('zoe')).toBe('deleted');
    await acme.stop();
  });

  it('of an account somebody switches on again in the app is asked anew after it is suspended again', async () => {
    const acme = await company(withZoe(), configWith(deleting));
    await acme.sync();
    await zoeLeaves(acme);
    const login = await zoe(acme);
    const account = acme.app.accounts.get(login?.remoteId ?? '');
    if (account === undefined) throw new Error('no account');
    acme.app.accounts.set(account.remoteId, { ...account, active: true });
    for (const _ of [1, 2, 3]) {
      acme.time.leap(25 * hour);
      const verifying = acme.engine.alarms.verify('crm');
      await acme.time.advance(5 * minute);
      await verifying;
    }
    expect(acme.app.accounts.get(account.remoteId)?.active).toBe(false);
    expect(await openKinds(acme)).toEqual(['delete']);
    await acme.stop();
  });

  it('for the loss of a role suspends first as well', async () => {
    const config = configWith({ onRoleLoss: 'delete' });
    const [everybody] = config.mappings;
    if (everybody === undefined) throw new Error('no mapping');
    const conditions = [{ attribute: 'department', operator: '=' as const, value: 'Sales' }];
    const acme = await company(withZoe(), { ...config, mappings: [{ ...everybody, conditions }] });
    await acme.sync();
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { department: 'Ops' })];
    await acme.sync();
    expect(kindsOf(acme)).toEqual(['suspend']);
    expect(await openKinds(acme)).toEqual(['delete']);
    const [suspended] = (await eventsOf(acme, 'operation.succeed')).filter(({ kind }) => kind === 'suspend');
    const undone = await answered(
      acme,
      acme.engine.useCases.undo({ operation: suspended?.operation ?? '' }, operator, true),
    );
    expect(undone).toMatchObject({ steps: [{ kind: 'reactivate' }], cannot: [] });
    await acme.time.advance(minute);
    expect(kindsOf(acme)).toEqual(['suspend', 'reactivate']);
    expect(await acme.openCards()).toEqual([]);
    await acme.stop();
  });

  it('counts for the threshold once, with the suspension before it', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
    const threshold = { count: 8, percent: 100, floor: 2, window: '24 hours' };
    const settings = { ...configOf().settings, deletionThreshold: threshold };
    const acme = await company(staff('ada', 'bea', ...names), configWith(deleting, { settings }));
    await acme.sync();
    const leavers = names.slice(0, 6).map((name) => row(name, {}, 'left'));
    acme.directory.state.rows = [...staff('ada', 'bea', ...names.slice(6)), ...leavers];
    await acme.sync();
    expect(kindsOf(acme)).toEqual(Array.from({ length: 6 }, () => 'suspend'));
    expect(
      (await acme.openCards()).map(({ kind, operationKind, operations }) => [kind, operationKind, operations]),
    ).toEqual([['batch', 'delete', 6]]);
    await acme.stop();
  });
});

describe('the grace ladder', () => {
  it('suspends, reminds once, then asks for the deletion, which its approvers decide', async () => {
    const acme = await company(withZoe(), configWith({ grace }));
    await acme.sync();
    await zoeLeaves(acme);
    expect(await acme.word('zoe')).toBe('suspended');
    await wake(acme, hour);
    expect(await eventsOf(acme, 'login.reminder')).toEqual([]);

    await wake(acme, hour);
    const [reminder, ...more] = await eventsOf(acme, 'login.reminder');
    expect(more).toEqual([]);
    expect(reminder?.message).toMatch(/deleted after 20\d\d-\d\d-\d\d unless somebody keeps it longer/);
    expect(await acme.openCards()).toEqual([]);

    await wake(acme, 2 * hour);
    expect(await eventsOf(acme, 'login.reminder')).toHaveLength(1);
    const [card, ...others] = await acme.openCards();
    expect(others).toEqual([]);
    expect(card).toMatchObject({ operationKind: 'delete', leaving: true, expiresAt: null });
    expect(acme.app.accounts.size).toBe(3);
    expect((await zoe(acme))?.operation?.reasons.map((reason) => reason.because).join()).toMatch(
      /the grace of 4 hours is over/,
    );
    if (card === undefined) return;
    await acme.decide(card, 'bea');
    expect(await acme.word('zoe')).toBe('deleted');
    expect(acme.app.accounts.size).toBe(2);
    await acme.stop();
  });

  it('goes on after a restart, and reminds no second time', async () => {
    const store = memoryStore();
    const first = await company(withZoe(), configWith({ grace }), { store });
    await first.sync();
    await zoeLeaves(first);
    await wake(first, 2 * hour);
    await first.stop();
    expect(await eventsOf(first, 'login.reminder')).toHaveLength(1);

    const second = await company(withZoe(), configWith({ grace }), { store });
    second.time.leap(3 * hour);
    await store.people.dirtyAll(null);
    await wake(second, hour);
    expect(await eventsOf(second, 'login.reminder')).toHaveLength(1);
    await wake(second, hour);
    expect((await second.openCards()).map((card) => card.operationKind)).toEqual(['delete']);
    await second.stop();
  });

  it('says what it will delete, when, and who may keep it', async () => {
    const acme = await company(withZoe(), configWith({ grace }));
    await acme.sync();
    await zoeLeaves(acme);
    const since = (await zoe(acme))?.removedAt ?? Number.NaN;
    const circle = [(await acme.personOf('ada')).id, (await acme.personOf('bea')).id].sort();
    expect(await acme.engine.useCases.graceDue()).toEqual([
      {
        ...{ person: (await acme.personOf('zoe')).id, personName: 'Person zoe', app: 'crm', appTitle: 'CRM' },
        ...{ since, remindAt: since + 2 * hour, deletesAt: since + 4 * hour, keptUntil: null, circle },
        ...{ remindedAt: null, asks: true },
      },
    ]);
    const [ada, theirs] = [await acme.personOf('ada'), await acme.personOf('zoe')];
    const due = async (named: Named) => (await acme.engine.useCases.graceDue(named)).length;
    expect(await due({ app: 'crm', person: theirs.id })).toBe(1);
    expect(await due({ person: ada.id })).toBe(0);
    expect(await due({ app: 'wiki' })).toBe(0);
    await acme.stop();
  });

  it('deletes nothing of somebody who came back before it was over', async () => {
    const acme = await company(withZoe(), configWith({ grace }));
    await acme.sync();
    await zoeLeaves(acme);
    await wake(acme, 4 * hour + minute);
    expect((await acme.openCards()).map((card) => card.operationKind)).toEqual(['delete']);
    acme.directory.state.rows = withZoe();
    await acme.sync();
    expect(await acme.openCards()).toEqual([]);
    expect(await acme.word('zoe')).toBe('provisioned');
    await wake(acme, 10 * hour);
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(acme.app.calls.some((call) => call.kind === 'delete')).toBe(false);
    await acme.stop();
  });

  it('waits for the suspension itself, however long that was held', async () => {
    const approval = { create: false, update: false, suspend: true, reactivate: false, delete: true };
    const acme = await company(withZoe(), configWith({ grace, approval }));
    await acme.sync();
    await zoeLeaves(acme);
    await wake(acme, 9 * hour);
    const [card] = await acme.openCards();
    expect(card?.operationKind).toBe('suspend');
    if (card === undefined) return;
    await acme.decide(card, 'ada');
    expect(await acme.word('zoe')).toBe('suspended');
    await wake(acme, 3 * hour);
    expect(await acme.openCards()).toEqual([]);
    await wake(acme, 25 * hour);
    expect((await acme.openCards()).map((open) => open.operationKind)).toEqual(['delete']);
    await acme.stop();
  });

  it('is not for somebody who only lost the role', async () => {
    const config = configWith({ grace });
    const [everybody] = config.mappings;
    if (everybody === undefined) throw new Error('no mapping');
    const conditions = [{ attribute: 'department', operator: '=' as const, value: 'Sales' }];
    const acme = await company(withZoe(), { ...config, mappings: [{ ...everybody, conditions }] });
    await acme.sync();
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { department: 'Ops' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('suspended');
    await wake(acme, 10 * hour);
    expect(await acme.openCards()).toEqual([]);
    expect(await acme.engine.useCases.graceDue()).toEqual([]);
    await acme.stop();
  });

  it('counts for the deletion threshold', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    const settings = { deletionThreshold: { count: 8, percent: 100, window: '1 hour', floor: 5 } };
    const approval = { create: false, update: false, suspend: false, reactivate: false, delete: false };
    const base = configOf({}, settings);
    const acme = await company(
      staff('ada', 'bea', ...names),
      configWith({ grace, approval }, { settings: base.settings }),
    );
    await acme.sync();
    for (const gone of [names.slice(0, 5), names.slice(0, 10)]) {
      acme.directory.state.rows = staff('ada', 'bea', ...names).map((one) =>
        gone.includes(one.externalId) ? { ...one, status: 'left' as const } : one,
      );
      await acme.sync(minute);
      if (gone.length === 5) acme.time.leap(61 * minute);
    }
    expect(await acme.word('n9')).toBe('suspended');
    await wake(acme, 5 * hour + 30 * minute);
    const [card] = await acme.openCards();
    expect(card).toMatchObject({ kind: 'threshold', operations: 10 });
    expect(acme.app.accounts.size).toBe(14);
    await acme.stop();
  });
});

describe('keep longer', () => {
  it('moves the deletion, and withdraws one that was asked for', async () => {
    const acme = await company(withZoe(), configWith({ grace }));
    await acme.sync();
    await zoeLeaves(acme);
    await wake(acme, 4 * hour + minute);
    expect(await acme.openCards()).toHaveLength(1);
    const { id } = await acme.personOf('zoe');
    const until = acme.time.clock.now() + 48 * hour;
    const { text } = await answered(acme, acme.engine.useCases.keepLonger(id, 'crm', until, operator));
    const day = new Date(until).toISOString().slice(0, 10);
    expect(text).toBe(
      `The account of Person zoe in CRM is kept until ${day}, and deleted after that unless somebody keeps it longer.`,
    );
    expect(await acme.openCards()).toEqual([]);
    expect(await acme.word('zoe')).toBe('suspended');
    expect((await eventsOf(acme, 'login.kept')).map((event) => event.actor)).toEqual([operator]);
    await wake(acme, 47 * hour);
    expect(await acme.openCards()).toEqual([]);
    await wake(acme, hour);
    expect((await acme.openCards()).map((card) => card.operationKind)).toEqual(['delete']);
    await acme.stop();
  });

  it('says what is wrong with a day, a person or an app', async () => {
    const acme = await company(withZoe(), configWith({ grace }));
    await acme.sync();
    const { id } = await acme.personOf('zoe');
    const { keepLonger } = acme.engine.useCases;
    const now = acme.time.clock.now();
    await expect(keepLonger(id, 'crm', now, operator)).rejects.toMatchObject({ code: 'bad-date' });
    await expect(keepLonger(id, 'crm', now + 366 * 24 * hour, operator)).rejects.toMatchObject({ code: 'bad-date' });
    await expect(keepLonger('p-x', 'crm', now + hour, operator)).rejects.toMatchObject({ code: 'unknown-person' });
    await expect(keepLonger(id, 'erp', now + hour, operator)).rejects.toMatchObject({ code: 'unknown-app' });
    await expect(keepLonger(id, 'crm', now + hour, operator)).rejects.toMatchObject({ code: 'not-leaving' });
    expect((await zoe(acme))?.keepUntil).toBeNull();
    await acme.stop();
  });

  it('is of no use where nothing is deleted by itself', async () => {
    const acme = await company(withZoe(), configWith({}));
    await acme.sync();
    await zoeLeaves(acme);
    const { id } = await acme.personOf('zoe');
    await expect(
      acme.engine.useCases.keepLonger(id, 'crm', acme.time.clock.now() + hour, operator),
    ).rejects.toMatchObject({ code: 'no-grace' });
    await acme.stop();
  });
});

describe('rehire', () => {
  it('within the grace restores attributes and memberships, ours and those that were there before', async () => {
    const acme = await company(withZoe(), configWith({ grace }), { dropsGroups: true });
    await acme.sync();
    const remoteId = (await zoe(acme))?.remoteId ?? '';
    const account = acme.app.accounts.get(remoteId);
    if (account === undefined) throw new Error('no account');
    acme.app.accounts.set(remoteId, { ...account, entitlements: { groups: ['Book club', 'Sales and Marketing'] } });
    const login = await zoe(acme);
    if (login === null || login.observed === null) throw new Error('no login');
    const observed = { ...login.observed, entitlements: { groups: ['Book club', 'Sales and Marketing'] } };
    await acme.store.logins.swap([{ before: login, after: { ...login, version: login.version + 1, observed } }]);

    await zoeLeaves(acme);
    expect(acme.app.accounts.get(remoteId)).toMatchObject({ active: false, entitlements: {} });
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { department: 'Sales', title: 'Lead' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(acme.app.accounts.get(remoteId)).toMatchObject({
      active: true,
      attributes: { title: 'Lead' },
      entitlements: { groups: ['Book club', 'Sales and Marketing'] },
    });
    const after = await zoe(acme);
    expect(after?.owned.map(({ value }) => value)).toEqual(['Sales and Marketing']);
    expect(after?.dropped).toEqual([]);

    acme.app.calls.length = 0;
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { department: 'Ops', title: 'Lead' })];
    await acme.sync();
    expect(acme.app.accounts.get(remoteId)?.entitlements.groups).toContain('Book club');
    expect(acme.app.accounts.get(remoteId)?.entitlements.groups).not.toContain('Sales and Marketing');
    await acme.stop();
  });

  it('after a deletion makes a new account that knows the old one', async () => {
    const approval = { create: false, update: false, suspend: false, reactivate: false, delete: false };
    const acme = await company(withZoe(), configWith({ grace, approval }));
    await acme.sync();
    const old = (await zoe(acme))?.remoteId;
    await zoeLeaves(acme);
    await wake(acme, 4 * hour + minute);
    expect(await acme.word('zoe')).toBe('deleted');
    expect(await zoe(acme)).toMatchObject({ remoteId: null, former: [old] });
    await acme.store.accounts.finish('crm', 'none', 0);
    acme.directory.state.rows = withZoe();
    await acme.sync();
    const login = await zoe(acme);
    expect(login).toMatchObject({ account: 'active', former: [old] });
    expect(login?.remoteId).not.toBe(old);
    const created = (await eventsOf(acme, 'operation.succeed')).filter((event) => event.kind === 'create');
    expect(created.map((event) => event.message).sort()).toEqual([
      'create done',
      `create done: had account ${old} before`,
    ]);
    await acme.stop();
  });
});
