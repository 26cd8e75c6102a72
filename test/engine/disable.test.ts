import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import type { Login, Pin } from '../../src/core/login-model.ts';
import type { Actor } from '../../src/core/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

const minute = 60_000;
const operator: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
const staff = (...ids: string[]) => ids.map((id) => row(id));
const configWith = (provisioning: object, settings: Record<string, unknown> = {}): Config => {
  const base = configOf({ approval: { create: false, reactivate: false } }, settings);
  return {
    ...base,
    apps: base.apps.map((app) => ({ ...app, provisioning: { ...app.provisioning, ...provisioning } })),
  };
};

type Acme = Awaited<ReturnType<typeof company>>;
async function answered<T>(acme: Acme, asked: Promise<T>, within = 5_000): Promise<T> {
  const kept = asked.catch((error: unknown) => error);
  await acme.time.advance(within);
  await kept;
  return asked;
}
const idOf = async (acme: Acme, name: string) => (await acme.personOf(name)).id;
const actorOf = async (acme: Acme, name: string): Promise<Actor> => ({
  ...{ kind: 'person', person: await idOf(acme, name), name: `Person ${name}`, via: 'slack' },
});
const disable = async (acme: Acme, name: string, reason: string | null = null, actor: Actor = operator) =>
  answered(acme, acme.engine.useCases.disable(await idOf(acme, name), reason, actor));
const release = async (acme: Acme, name: string, app: string | null = null) =>
  answered(acme, acme.engine.useCases.release(await idOf(acme, name), app, operator));
const eventsOf = async (acme: Acme, name: string, type: string) =>
  (await acme.store.events.list({ person: await idOf(acme, name) }, null, 500)).filter((event) => event.type === type);

describe('disabled by name', () => {
  it('is suspended within seconds, and stays so whatever the directory says', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'));
    await acme.sync();
    const { text } = await disable(acme, 'zoe', 'laptop stolen');
    expect(text).toBe('Person zoe is disabled until released: 1 account is being suspended now.');
    expect(await acme.word('zoe')).toBe('suspended');
    expect(await acme.personOf('zoe')).toMatchObject({ status: 'suspended', said: 'explicit', dirty: false });
    expect((await acme.loginOf('zoe'))?.operation?.reasons[0]?.because).toBe('disabled by ops: laptop stolen');
    const [event] = await eventsOf(acme, 'zoe', 'person.disabled');
    expect(event).toMatchObject({ actor: operator, message: 'disabled by ops: laptop stolen' });

    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Lead' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });

  it('is suspended even where the app does nothing for a suspension, and not deleted where it deletes', async () => {
    for (const onSuspend of ['nothing', 'delete']) {
      const acme = await company(staff('ada', 'bea', 'zoe'), configWith({ onSuspend }));
      await acme.sync();
      await disable(acme, 'zoe');
      expect(await acme.word('zoe')).toBe('suspended');
      expect(await acme.openCards()).toEqual([]);
      await acme.stop();
    }
  });

  it('is suspended first where a deletion waits for consent, which is then asked', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), configWith({ onDelete: 'delete' }));
    await acme.sync();
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', {}, 'left')];
    const stopping = acme.engine.useCases.disable((await acme.personOf('zoe')).id, 'stolen laptop', operator);
    await acme.sync();
    await stopping;
    expect((await acme.loginOf('zoe'))?.account).toBe('suspended');
    expect((await acme.openCards()).map((card) => card.operationKind)).toEqual(['delete']);
    await acme.stop();
  });

  it('goes at once although the deletion threshold holds everybody else', async () => {
    const acme = await company(staff('ada', 'bea', ...names(20)));
    await acme.sync();
    acme.directory.state.rows = staff('ada', 'bea', ...names(20)).map((one, index) =>
      index < 2 ? one : { ...one, status: 'suspended' as const },
    );
    await acme.sync();
    expect(await acme.word('n3')).toBe('held');
    const [card] = await acme.openCards();
    expect(card).toMatchObject({ kind: 'threshold', urgent: true, operations: 20 });
    await disable(acme, 'n3');
    expect(await acme.word('n3')).toBe('suspended');
    expect(await acme.word('n4')).toBe('held');
    await acme.stop();
  });

  it('waits for no list, no import and no directory that is being read', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'));
    await acme.sync();
    acme.time.leap(25 * 60 * minute);
    let listed: () => void = () => undefined;
    acme.app.target.list = async function* () {
      await new Promise<void>((resolve) => {
        listed = resolve;
      });
      yield [];
    };
    acme.directory.state.rows = staff('ada', 'bea', 'zoe', 'max');
    const importing = acme.engine.useCases.sync(null, operator);
    await acme.time.advance(10_000);
    expect(await acme.word('max')).toBeNull();
    await disable(acme, 'zoe');
    expect(await acme.word('zoe')).toBe('suspended');
    expect(await acme.word('max')).toBeNull();
    listed();
    await acme.time.advance(minute);
    await importing;
    await acme.stop();
  });

  it('twice is refused with whose decision stands', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'));
    await acme.sync();
    await disable(acme, 'zoe', 'laptop stolen', await actorOf(acme, 'ada'));
    await expect(disable(acme, 'zoe')).rejects.toMatchObject({
      code: 'already-disabled',
      message: expect.stringMatching(/^Person zoe is disabled already, by Person ada since \S+ \(laptop stolen\)$/),
    });
    expect(await eventsOf(acme, 'zoe', 'person.disabled')).toHaveLength(1);
    await acme.stop();
  });

  it('is refused for nobody we know, and said to whoever disables themselves', async () => {
    const acme = await company(staff('ada', 'bea'));
    await acme.sync();
    await expect(acme.engine.useCases.disable('p-x', null, operator)).rejects.toMatchObject({ code: 'unknown-person' });
    const { text } = await disable(acme, 'ada', null, await actorOf(acme, 'ada'));
    expect(text).toMatch(/You have disabled yourself: somebody else has to release you\.$/);
    await acme.stop();
  });

  it('says when there is nothing to suspend', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), configOf({ approval: { create: true } }));
    await acme.sync();
    const { text } = await disable(acme, 'zoe');
    expect(text).toBe('Person zoe is disabled until released: there is no account to suspend.');
    expect((await acme.openCards()).some((card) => card.person === null)).toBe(false);
    await acme.stop();
  });

  it('climbs no grace ladder: it is a stop, not a departure', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), configWith({ grace: { delete: '1 hour' } }));
    await acme.sync();
    await disable(acme, 'zoe');
    acme.time.leap(10 * 60 * minute);
    await acme.engine.alarms.wake();
    await acme.time.advance(minute);
    expect(await acme.word('zoe')).toBe('suspended');
    expect(await acme.openCards()).toEqual([]);
    await acme.stop();
  });
});

describe('release', () => {
  it('gives the account back, and says what was lifted', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), configWith({}));
    await acme.sync();
    await disable(acme, 'zoe');
    const { text } = await release(acme, 'zoe');
    expect(text).toBe(
      'Person zoe is released: no longer disabled by ops. What the directories and rules say holds again.',
    );
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(await acme.personOf('zoe')).toMatchObject({ status: 'active', stop: null, leftAt: null });
    expect(await eventsOf(acme, 'zoe', 'person.released')).toHaveLength(1);
    await acme.stop();
  });

  it('of somebody who left meanwhile leaves the account closed, and says so', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), configWith({}));
    await acme.sync();
    await disable(acme, 'zoe');
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', {}, 'left')];
    await acme.sync();
    expect((await release(acme, 'zoe')).text).toMatch(/no longer disabled by ops, but left in a directory/);
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });

  it('lifts what was fixed in one app, and nothing of a disable', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), configWith({}));
    await acme.sync();
    const login = await acme.loginOf('zoe');
    if (login === null || login.wish === null) throw new Error('no login');
    const wish = { ...login.wish, attributes: { ...login.wish.attributes, title: 'Pinned' } };
    const pin: Pin = { wish, by: operator, at: 1, undoes: null };
    await acme.store.logins.swap([{ before: login, after: { ...login, version: login.version + 1, pin } }]);
    const { text } = await release(acme, 'zoe', 'crm');
    expect(text).toBe(
      'Person zoe is released: CRM is no longer fixed as it was. What the directories and rules say holds again.',
    );
    expect((await acme.loginOf('zoe'))?.pin).toBeNull();
    expect((await eventsOf(acme, 'zoe', 'login.released')).map((event) => event.actor)).toEqual([operator]);
    await disable(acme, 'zoe');
    expect((await release(acme, 'zoe', 'crm')).text).toMatch(
      /^There is nothing to release in CRM: .* disabled by name everywhere: release them without naming an app\.$/,
    );
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });

  it('says when there is nothing to lift', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'));
    await acme.sync();
    expect((await release(acme, 'zoe')).text).toBe(
      'There is nothing to release: Person zoe is not disabled by name, and none of their logins is fixed.',
    );
    await expect(acme.engine.useCases.release('p-x', null, operator)).rejects.toMatchObject({ code: 'unknown-person' });
    await acme.stop();
  });
});

describe('the leaver report', () => {
  const twoApps = (change: object = {}): Config => {
    const [crm] = configOf().apps;
    const base = configOf();
    return Config.parse({
      ...base,
      roles: [{ name: 'Staff', apps: ['crm', 'wiki'] }],
      apps: [crm, { ...crm, name: 'wiki', title: 'Wiki', provisioning: { ...crm?.provisioning, ...change } }],
    });
  };
  const stranger = (remoteId: string, email: string, active = true) => ({
    ...{ remoteId, active, attributes: {}, entitlements: {}, externalId: null, userName: null, emails: [email] },
  });

  it('tells closed, under way and failed accounts apart', async () => {
    const approval = { create: false, update: false, suspend: true, reactivate: false, delete: true };
    const acme = await company(staff('ada', 'bea', 'zoe'), configWith({ approval }));
    await acme.sync();
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', {}, 'left')];
    await acme.sync();
    const leaver = async () => acme.engine.useCases.leaver(await idOf(acme, 'zoe'));
    const pending = await leaver();
    expect(pending.pending.map((view) => view.word)).toEqual(['pending approval']);
    expect(pending.text).toMatch(
      /^Person zoe has left since \S+: 0 accounts are closed, 1 under way \(CRM\), none left for a human to close\.$/,
    );
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada', 'reject', 'still needed');
    expect((await leaver()).failed.map((view) => view.word)).toEqual(['rejected']);
    const { text } = await disable(acme, 'zoe');
    expect(text).toBe('Person zoe is disabled until released: 1 in CRM must be approved first.');
    const [again] = await acme.openCards();
    if (again === undefined) throw new Error('not asked again');
    await acme.decide(again, 'ada');
    const closed = await leaver();
    expect(closed.closed.map((view) => view.word)).toEqual(['suspended']);
    expect(closed.text).toMatch(/: 1 account is closed, none left for a human to close\.$/);
    await acme.stop();
  });

  it('lists accounts a human has to close: unmanaged, told to be left, and those only the app’s list knows', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), configWith({ onDelete: 'nothing' }));
    await acme.sync();
    const ownId = (await acme.loginOf('zoe'))?.remoteId;
    await acme.store.accounts.put('crm', 's1', [
      stranger('x1', 'zoe@acme.test'),
      stranger('x2', 'zoe@acme.test', false),
      stranger('x3', 'max@acme.test'),
    ]);
    await acme.store.accounts.finish('crm', 's1', acme.time.clock.now());
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', {}, 'left')];
    await acme.sync();
    const report = await acme.engine.useCases.leaver(await idOf(acme, 'zoe'));
    expect(report.open.map(({ login, word }) => [login.remoteId, word])).toEqual([
      [ownId, 'provisioned'],
      ['x1', 'unmanaged'],
    ]);
    expect(report.open[1]?.explanation).toBe(
      'The account zoe@acme.test in CRM looks like theirs, and Rollcall does not manage it.',
    );
    expect(report.text).toMatch(/: 0 accounts are closed, 2 a human has to close \(CRM\)\.$/);
    await acme.stop();
  });

  it('counts an account unlinked by hand as open, and one that vanished as closed', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'), twoApps());
    await acme.sync();
    const id = await idOf(acme, 'zoe');
    for (const [app, change] of [
      ['crm', { disassociated: true }],
      ['wiki', { account: 'missing', remoteId: null }],
    ] as const) {
      const login = (await acme.store.logins.get(`${id}:${app}`)) as Login;
      await acme.store.logins.swap([{ before: login, after: { ...login, ...change, version: login.version + 1 } }]);
    }
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', {}, 'left')];
    await acme.sync();
    const report = await acme.engine.useCases.leaver(id);
    expect(report.open.map(({ login }) => login.app)).toEqual(['crm']);
    expect(report.closed.map(({ login }) => login.app)).toEqual(['wiki']);
    await acme.stop();
  });

  it('of somebody who works here says so', async () => {
    const acme = await company(staff('ada', 'bea', 'zoe'));
    await acme.sync();
    const report = await acme.engine.useCases.leaver(await idOf(acme, 'zoe'));
    expect(report).toMatchObject({ closed: [], pending: [], failed: [], open: [], leftAt: null });
    expect(report.text).toBe('Person zoe works here: nothing has to be closed.');
    await acme.stop();
  });
});
