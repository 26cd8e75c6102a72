import { describe, expect, it } from 'vitest';
import type { ListedAccount } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Company = Awaited<ReturnType<typeof company>>;

function configWith(provisioning: object, approval: Record<string, boolean> = {}) {
  const config = configOf({ approval });
  const apps = config.apps.map((app) => ({
    ...app,
    provisioning: { ...app.provisioning, verify: '10 minutes', ...provisioning },
  }));
  return { ...config, apps };
}

/** Zoe in Sales, and two who may approve. */
const staff = (title = 'Rep') => [row('ada'), row('bea'), row('zoe', { title, department: 'Sales' })];

async function joined(provisioning: object, approval: Record<string, boolean> = {}): Promise<Company> {
  const acme = await company(staff(), configWith(provisioning, approval));
  await acme.sync();
  acme.app.calls.length = 0;
  return acme;
}

const accountOf = (acme: Company, externalId = 'zoe'): ListedAccount => {
  const found = [...acme.app.accounts.values()].find(({ userName }) => userName === `${externalId}@acme.test`);
  if (found === undefined) throw new Error(`no account of ${externalId}`);
  return found;
};

/** Somebody works in the app itself. */
function byHand(acme: Company, change: Partial<ListedAccount>, externalId = 'zoe'): void {
  const account = accountOf(acme, externalId);
  acme.app.accounts.set(account.remoteId, { ...account, ...change });
}
const titled = (acme: Company, title: string) => byHand(acme, { attributes: { ...accountOf(acme).attributes, title } });

async function verify(acme: Company): Promise<void> {
  await acme.time.advance(660_000);
  const verifying = acme.engine.alarms.verify('crm');
  await acme.time.advance(60_000);
  await verifying;
  await acme.time.advance(60_000);
}

async function drifts(acme: Company) {
  const { id } = await acme.personOf('zoe');
  const events = await acme.store.events.list({ person: id }, null, 200);
  return events.filter(({ type }) => type === 'account.drifted').reverse();
}

const writes = (acme: Company) => acme.app.calls.map(({ kind, detail }) => ({ kind, detail }));
const setTitle = (title: string) => ({
  kind: 'update',
  detail: { set: { title }, clear: [], entitlements: {} },
});

describe('drift: re-assert', () => {
  it('puts back an attribute changed in the app, and the event tells both values', async () => {
    const acme = await joined({ drift: 're-assert' });
    titled(acme, 'Boss');
    await verify(acme);
    expect(writes(acme)).toEqual([setTitle('Rep')]);
    const [event, ...more] = await drifts(acme);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      message: 'changed by hand in the app: Rollcall puts it back',
      before: { attributes: { title: 'Rep' } },
      after: { attributes: { title: 'Boss' } },
      actor: { kind: 'system', name: 'verify' },
    });
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('puts the same change back as often as it is made', async () => {
    const acme = await joined({ drift: 're-assert' });
    for (const _ of [1, 2, 3]) {
      titled(acme, 'Boss');
      await verify(acme);
    }
    expect(writes(acme)).toEqual([setTitle('Rep'), setTitle('Rep'), setTitle('Rep')]);
    expect(await drifts(acme)).toHaveLength(3);
    await acme.stop();
  });

  it('gives back a membership taken in the app, and leaves one given there alone', async () => {
    const acme = await joined({ drift: 're-assert' });
    byHand(acme, { entitlements: { groups: ['Chess club'] } });
    await verify(acme);
    expect(writes(acme)).toEqual([
      {
        kind: 'update',
        detail: { set: {}, clear: [], entitlements: { groups: { add: ['Sales and Marketing'], remove: [] } } },
      },
    ]);
    expect(accountOf(acme).entitlements.groups).toEqual(['Chess club', 'Sales and Marketing']);
    expect(await drifts(acme)).toHaveLength(1);
    await acme.stop();
  });

  it('puts back what was changed while another change of the account was on its way', async () => {
    const acme = await joined({ drift: 're-assert' });
    titled(acme, 'Boss');
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Rep' })];
    await acme.sync();
    expect(accountOf(acme)).toMatchObject({ attributes: { title: 'Boss' }, entitlements: { groups: [] } });
    expect(await drifts(acme)).toEqual([]);
    await verify(acme);
    expect(writes(acme).at(-1)).toEqual(setTitle('Rep'));
    expect(await drifts(acme)).toMatchObject([{ after: { attributes: { title: 'Boss' } } }]);
    await acme.stop();
  });

  it('does not call what is not ours drift', async () => {
    const acme = await joined({ drift: 're-assert' });
    byHand(acme, {
      attributes: { ...accountOf(acme).attributes, nickname: 'Zo' },
      entitlements: { groups: ['Chess club', 'Sales and Marketing'] },
    });
    await verify(acme);
    expect(writes(acme)).toEqual([]);
    expect(await drifts(acme)).toEqual([]);
    await acme.stop();
  });

  it('takes a membership that was taken and given by hand for somebody else’s', async () => {
    const acme = await joined({ drift: 'accept' });
    byHand(acme, { entitlements: { groups: [] } });
    await verify(acme);
    byHand(acme, { entitlements: { groups: ['Sales and Marketing'] } });
    await verify(acme);
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Rep', department: 'Ops' })];
    await acme.sync();
    expect(accountOf(acme).entitlements.groups).toEqual(['Sales and Marketing']);
    await acme.stop();
  });

  it('reactivates somebody suspended by hand', async () => {
    const acme = await joined({ drift: 're-assert' }, { reactivate: false });
    byHand(acme, { active: false });
    await verify(acme);
    expect(writes(acme).map(({ kind }) => kind)).toEqual(['reactivate']);
    expect(await drifts(acme)).toMatchObject([{ before: { active: true }, after: { active: false } }]);
    await acme.stop();
  });

  it('writes and tells nothing when the app is as it was left', async () => {
    const acme = await joined({ drift: 're-assert' });
    const before = await acme.loginOf('zoe');
    await verify(acme);
    expect(await acme.loginOf('zoe')).toEqual(before);
    expect(writes(acme)).toEqual([]);
    await acme.stop();
  });
});

describe('drift: accept', () => {
  it('leaves what was changed until the wish for it changes', async () => {
    const acme = await joined({ drift: 'accept' });
    titled(acme, 'Boss');
    await verify(acme);
    expect((await acme.loginOf('zoe'))?.accepted).toMatchObject([{ target: 'title', wished: 'Rep', found: 'Boss' }]);
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Rep', department: 'Ops' })];
    await acme.sync();
    expect(accountOf(acme)).toMatchObject({ attributes: { title: 'Boss' }, entitlements: { groups: [] } });
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Lead', department: 'Ops' })];
    await acme.sync();
    expect(accountOf(acme).attributes.title).toBe('Lead');
    expect((await acme.loginOf('zoe'))?.accepted).toEqual([]);
    await acme.stop();
  });

  it('leaves a suspension made in the app, until the person comes back', async () => {
    const acme = await joined({ drift: 'accept' }, { reactivate: false });
    byHand(acme, { active: false });
    await verify(acme);
    expect(await acme.word('zoe')).toBe('suspended');
    acme.directory.state.rows = staff('Lead');
    await acme.sync();
    expect(writes(acme)).toEqual([]);
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', {}, 'suspended')];
    await acme.sync();
    acme.directory.state.rows = staff('Lead');
    await acme.sync();
    expect(accountOf(acme)).toMatchObject({ active: true, attributes: { title: 'Lead' } });
    await acme.stop();
  });

  it('never leaves an account open that was opened again for somebody who has left', async () => {
    const acme = await joined({ drift: 'accept' });
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', {}, 'left')];
    await acme.sync();
    expect(accountOf(acme).active).toBe(false);
    for (const _ of [1, 2]) {
      byHand(acme, { active: true });
      await verify(acme);
      expect(accountOf(acme).active).toBe(false);
    }
    expect(writes(acme).map(({ kind }) => kind)).toEqual(['suspend', 'suspend', 'suspend']);
    await acme.stop();
  });
});

describe('drift: ask', () => {
  it('asks before it puts back, though updates need no approval, and once only', async () => {
    const acme = await joined({ drift: 'ask' });
    titled(acme, 'Boss');
    await verify(acme);
    const [card, ...more] = await acme.openCards();
    expect(more).toEqual([]);
    expect(card).toMatchObject({ operationKind: 'update' });
    expect(writes(acme)).toEqual([]);
    if (card === undefined) return;
    await acme.decide(card, 'ada');
    expect(writes(acme)).toEqual([setTitle('Rep')]);
    await acme.stop();
  });

  it('leaves what it may not put back, and does not ask again', async () => {
    const acme = await joined({ drift: 'ask' });
    titled(acme, 'Boss');
    await verify(acme);
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada', 'reject');
    await verify(acme);
    expect(accountOf(acme).attributes.title).toBe('Boss');
    expect(await acme.openCards()).toEqual([]);
    await acme.stop();
  });

  it('takes the question back when the change was undone in the app', async () => {
    const acme = await joined({ drift: 'ask' });
    titled(acme, 'Boss');
    await verify(acme);
    titled(acme, 'Rep');
    await verify(acme);
    expect(await acme.openCards()).toEqual([]);
    expect((await drifts(acme)).map(({ message }) => message)).toEqual([
      'changed by hand in the app: an approver is asked whether to put it back',
      'changed by hand in the app: it is as wished',
    ]);
    acme.directory.state.rows = staff('Lead');
    await acme.sync();
    expect(writes(acme)).toEqual([setTitle('Lead')]);
    await acme.stop();
  });
});

describe('a verify sweep', () => {
  it('believes the app only twice: a list that lags behind is no drift', async () => {
    const acme = await joined({ drift: 're-assert' });
    const { target } = acme.app;
    const list = target.list;
    target.list = async function* (signal) {
      for await (const page of list(signal))
        yield page.map((account) => ({ ...account, attributes: { ...account.attributes, title: 'stale' } }));
    };
    await verify(acme);
    expect(await drifts(acme)).toEqual([]);
    expect(writes(acme)).toEqual([]);
    await acme.stop();
  });

  it('never overrides what was seen after the list was begun', async () => {
    const acme = await joined({ drift: 're-assert' });
    const login = await acme.loginOf('zoe');
    if (login?.observed == null) throw new Error('no login');
    await acme.time.advance(660_000);
    const seen = { ...login, version: login.version + 1, observed: { ...login.observed, at: acme.time.clock.now() } };
    await acme.store.logins.swap([{ before: login, after: seen }]);
    titled(acme, 'Boss');
    const verifying = acme.engine.alarms.verify('crm');
    await acme.time.advance(1_000);
    await verifying;
    expect(await acme.loginOf('zoe')).toEqual(seen);
    await acme.stop();
  });

  it('goes on when an account cannot be read, and looks again at the next list', async () => {
    const acme = await joined({ drift: 're-assert' });
    titled(acme, 'Boss');
    const { target } = acme.app;
    const get = target.get;
    target.get = async () => {
      throw new ConnectorError('unavailable', 'none', 'away');
    };
    await verify(acme);
    expect(await drifts(acme)).toEqual([]);
    target.get = get;
    await verify(acme);
    expect(writes(acme)).toEqual([setTitle('Rep')]);
    await acme.stop();
  });

  it('does not take for gone what was made just now: the app may still show its past in both reads', async () => {
    const acme = await joined({ drift: 're-assert', verify: '1 second' });
    acme.directory.state.rows = [...staff(), row('max')];
    await acme.sync(1_000);
    const made = accountOf(acme, 'max');
    acme.app.accounts.delete(made.remoteId);
    await acme.time.advance(2_000);
    const verifying = acme.engine.alarms.verify('crm');
    await acme.time.advance(1_000);
    await verifying;
    acme.app.accounts.set(made.remoteId, made);
    await verify(acme);
    expect(acme.app.calls.map(({ kind }) => kind)).toEqual(['create']);
    expect(await acme.loginOf('max')).toMatchObject({ account: 'active', remoteId: made.remoteId });
    await acme.stop();
  });

  it('says of an account that vanished what it was', async () => {
    const acme = await joined({ drift: 're-assert' });
    acme.app.accounts.delete(accountOf(acme).remoteId);
    await verify(acme);
    const { id } = await acme.personOf('zoe');
    const events = await acme.store.events.list({ person: id, status: 'missing' }, null, 10);
    expect(events).toMatchObject([{ type: 'account.missing', before: { attributes: { title: 'Rep' } } }]);
    await acme.stop();
  });

  /** What the list of the app leaves out, and what a read of it comes to. */
  function hide(acme: Company, hidden: ReadonlySet<string>, error: ConnectorError): string[] {
    const asked: string[] = [];
    const { list, get } = acme.app.target;
    acme.app.target.list = async function* (signal) {
      for await (const page of list(signal)) yield page.filter(({ remoteId }) => !hidden.has(remoteId));
    };
    acme.app.target.get = async (remoteId, signal) => {
      if (!hidden.has(remoteId)) return get(remoteId, signal);
      asked.push(remoteId);
      throw error;
    };
    return asked;
  }

  it('looks at all others where one account is in no list and may not be read', async () => {
    const acme = await joined({ drift: 're-assert' });
    const hidden = new Set([accountOf(acme, 'ada').remoteId]);
    hide(acme, hidden, new ConnectorError('auth', 'none', 'crm does not show it'));
    titled(acme, 'Boss');
    acme.app.accounts.delete(accountOf(acme, 'bea').remoteId);
    await verify(acme);
    const { id } = await acme.personOf('bea');
    expect(await acme.store.events.list({ person: id, status: 'missing' }, null, 10)).toHaveLength(1);
    expect(writes(acme)).toContainEqual(setTitle('Rep'));
    expect(await acme.loginOf('ada')).toMatchObject({ account: 'active' });
    await acme.time.advance(660_000);
    await acme.sync();
    expect((await acme.store.health.get('crm'))?.quarantine ?? null).toBeNull();
    await acme.stop();
  });

  it('asks no further for what is in no list once the app answers for none of it', async () => {
    const acme = await company([...staff(), ...['cem', 'dan', 'eve'].map((name) => row(name))], configWith({}));
    await acme.sync();
    const hidden = new Set(acme.app.accounts.keys());
    const asked = hide(acme, hidden, new ConnectorError('unavailable', 'none', 'crm did not answer'));
    await verify(acme);
    expect(asked).toHaveLength(3);
    await acme.stop();
  });
});
