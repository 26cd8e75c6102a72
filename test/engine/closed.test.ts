import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { hubCompany as acme, config, crm, type HubCompany, hub, leave, others, staff, zoe } from './hub.ts';

const close = async (one: HubCompany, who: string, note: string | null = null, app = 'hub') =>
  one.useCases.markClosed(one.id, app, note, await one.as(who));

describe('an account that sign-on made and a human closed', () => {
  it('is closed in the report, in the history, in who had it and in why, on that human’s word', async () => {
    const one = await acme();
    const had = async () =>
      (await one.useCases.whoHad('hub', one.time.clock.now())).map(({ personName }) => personName);
    expect(await had()).toEqual(['Zoë Abendroth']);
    const [held] = await one.useCases.whoHad('hub', one.time.clock.now());
    expect(held).toMatchObject({ state: 'active', reason: 'role Sales: department is Sales (mapping Sales)' });
    await leave(one);
    const before = await one.useCases.leaver(one.id);
    expect(before.text).toMatch(/1 a human has to close \(Image Hub\)\.$/);
    const ids = await Promise.all(['ada', 'bob', 'max', 'olga'].map(async (name) => (await one.personOf(name)).id));
    expect(before.open.map(({ closers }) => closers)).toEqual([[...ids].sort()]);
    const { text } = await close(one, 'olga', ' ticket 4711 ');
    expect(text).toMatch(/^The account of Zoë Abendroth in Image Hub is marked as closed, on your word/);
    expect(await one.login()).toMatchObject({ account: 'deleted', provenance: null });
    const after = await one.useCases.leaver(one.id);
    expect(after.open).toEqual([]);
    expect(after.text).toMatch(/none left for a human to close\.$/);
    const told = /^Person olga said on \d{4}-\d\d-\d\d that the account sign-on had made is closed \(ticket 4711\)\.$/;
    expect(after.closed.find(({ login }) => login.app === 'hub')).toMatchObject({
      word: 'deleted',
      explanation: expect.stringMatching(told),
    });
    const [event] = await one.events('account.closed');
    expect(event).toMatchObject({
      actor: { kind: 'person', name: 'Person olga', via: 'slack' },
      message: 'said that the account sign-on had made is closed: ticket 4711',
      partition: expect.stringMatching(/^hub:/),
    });
    expect(await had()).toEqual([]);
    const why = await one.useCases.explain(one.id, 'hub');
    expect(why.text).toMatch(
      /^Zoë Abendroth may not sign on to Image Hub .*; Person olga said on .* \(ticket 4711\)\.$/,
    );
    await one.stop();
  });

  it('stays closed, whatever is planned anew', async () => {
    const one = await acme();
    await leave(one);
    await close(one, 'ada');
    await one.store.people.dirtyAll(null);
    await one.time.advance(120_000);
    await one.useCases.reprovision(one.id, 'hub', { kind: 'system', name: 'test' });
    expect(await one.login()).toMatchObject({ account: 'deleted', operation: null });
    await one.stop();
  });

  it('is made anew when they come back and sign on, and they are told', async () => {
    const one = await acme();
    await leave(one);
    await close(one, 'ada');
    await one.be(staff());
    const person = await one.personOf('zoe');
    const apps = async () => (await one.useCases.signOnApps(person)).find(({ app }) => app === 'hub');
    expect(await apps()).toMatchObject({ made: false, text: expect.stringMatching(/makes a new account.*was closed/) });
    expect((await one.useCases.explain(one.id, 'hub')).text).toMatch(
      /may sign on .*\. The next sign-on makes a new account: Person ada said/,
    );
    expect(await one.signOn()).toMatch(/It makes a new account: the one you had there was closed\.$/);
    expect(await one.login()).toMatchObject({ account: 'active', provenance: 'unmanaged', signOn: { times: 1 } });
    expect((await one.login()).signOn?.closed).toBeUndefined();
    expect((await one.events('sign-on.issued'))[0]?.message).toBe(
      'signed on after the account was closed: the app makes a new one',
    );
    expect((await one.events('account.made')).map(({ message }) => message)).toEqual([
      'sign-on made the account anew: the one before was closed',
      'sign-on made the account',
    ]);
    expect(await apps()).toMatchObject({ made: true, text: 'You may sign on to Image Hub.' });
    expect(await one.signOn()).not.toContain('closed');
    await one.stop();
  });

  it('is closed once, however many say so at the same moment, and the others are told by whom', async () => {
    const one = await acme();
    await leave(one);
    const names = ['ada', 'bob', 'olga', 'max', 'ada', 'bob'];
    const said = await Promise.all(names.map((name) => close(one, name)));
    const first = said.filter(({ text }) => text.includes('on your word'));
    expect(first).toHaveLength(1);
    const [event, ...more] = await one.events('account.closed');
    expect(more).toEqual([]);
    for (const { text } of said.filter((one) => !first.includes(one)))
      expect(text).toMatch(new RegExp(`^The account of Zoë .* is closed already: ${event?.actor.name} said on`));
    await one.stop();
  });
});

describe('who says so, and of what', () => {
  it.each([
    ['somebody else', 'eve', 'hub', 'not-allowed'],
    ['their own', 'zoe', 'hub', 'own-login'],
    ['an account Rollcall manages', 'ada', 'crm', 'not-by-sign-on'],
    ['no app there is', 'ada', 'nowhere', 'not-by-sign-on'],
    ['an account they may still use', 'ada', 'hub', 'still-entitled'],
  ])('is refused of %s', async (_, who, app, code) => {
    const one = await acme();
    await expect(close(one, who, null, app)).rejects.toMatchObject({ code, next: 'show' });
    expect(await one.events('account.closed')).toEqual([]);
    await one.stop();
  });

  it('is refused while the role gives it, in words, and holds once the role is gone', async () => {
    const one = await acme();
    await expect(close(one, 'ada')).rejects.toThrow(
      /Zoë Abendroth may still sign on to Image Hub \(.*Sales.*\), and the next sign-on would make the account anew/,
    );
    expect((await one.useCases.leaver(one.id)).open.map(({ closers }) => closers)).toEqual([undefined]);
    await one.be([...others(), row('zoe', { ...zoe, department: 'IT' })]);
    const report = await one.useCases.leaver(one.id);
    expect(report.text).toBe(
      'Zoë Abendroth works here: 1 account they may sign on to no more has to be closed by a human (Image Hub).',
    );
    expect((await close(one, 'bob')).text).toContain('marked as closed');
    expect((await one.useCases.leaver(one.id)).text).toContain('nothing has to be closed');
    await one.stop();
  });

  it('is refused once Rollcall provisions the app', async () => {
    const one = await acme();
    await leave(one);
    const provisioned = { ...hub, connector: 'memory', provisioning: { enabled: true } };
    await one.engine.configure(config([crm, provisioned]), { kind: 'system', name: 'test' });
    await one.time.advance(120_000);
    await expect(close(one, 'ada')).rejects.toMatchObject({ code: 'not-by-sign-on' });
    await one.stop();
  });

  it('is said as well of an app that was taken out of the configuration', async () => {
    const one = await acme();
    await leave(one);
    await one.engine.configure(config([crm]), { kind: 'system', name: 'test' });
    await one.time.advance(120_000);
    expect((await one.useCases.leaver(one.id)).open.map(({ login }) => login.app)).toEqual(['hub']);
    await expect(close(one, 'olga')).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await one.login()).toMatchObject({ disassociated: true });
    expect((await close(one, 'ada')).text).toContain('in hub is marked as closed');
    const { open, closed } = await one.useCases.leaver(one.id);
    expect(open).toEqual([]);
    expect(closed.find(({ login }) => login.app === 'hub')?.word).toBe('deleted');
    await one.stop();
  });

  it('does not hold where they have signed on meanwhile', async () => {
    const store = memoryStore();
    const one = await acme(store);
    await leave(one);
    const { swap } = store.logins;
    let faster = true;
    store.logins.swap = async (pairs) => {
      const [pair] = pairs;
      if (!faster || pair?.after.signOn?.closed === undefined) return swap(pairs);
      faster = false;
      const { signOn } = pair.before;
      if (signOn === undefined) throw new Error('no sign-on');
      const again = { ...pair.before, version: pair.before.version + 1, signOn: { ...signOn, times: 2 } };
      await swap([{ before: pair.before, after: again }]);
      return swap(pairs);
    };
    await expect(close(one, 'ada')).rejects.toMatchObject({ code: 'changed' });
    expect((await one.login()).account).toBe('active');
    await one.stop();
  });
});

describe('a new colleague with the address of one who left', () => {
  it('may not sign on until the account there is said to be closed, nor after that was taken back', async () => {
    const one = await acme();
    await leave(one);
    await one.be([...others(), row('new', { department: 'Sales', email: 'zoe@acme.test' })]);
    const slack = { team: 'T1', user: 'UNEW' };
    const profile = { name: 'new', guest: false, bot: false, deleted: false, stranger: false };
    await one.useCases.identify(slack, { ...profile, email: 'zoe@acme.test' });
    const offer = async () => one.useCases.signOnLink(await one.personOf('new'), 'hub', slack);
    expect((await offer()).text).toMatch(/knows somebody else by the name zoe@acme\.test.*marks it as closed\.$/);
    await close(one, 'ada');
    expect(await offer()).toMatchObject({ result: 'link' });
    await one.useCases.unmarkClosed(one.id, 'hub', 'it is there still', await one.as('ada'));
    expect((await offer()).result).toBe('refused');
    await one.stop();
  });
});

describe('a mistake', () => {
  it('is taken back by admins, with a reason, and the account is a human’s to close again', async () => {
    const one = await acme();
    await leave(one);
    const takeBack = async (who: string, why = 'that was another Zoë') =>
      one.useCases.unmarkClosed(one.id, 'hub', why, await one.as(who));
    await expect(takeBack('ada')).rejects.toMatchObject({ code: 'not-closed' });
    await close(one, 'olga');
    await expect(takeBack('olga')).rejects.toMatchObject({ code: 'not-admin' });
    await expect(takeBack('ada', ' ')).rejects.toMatchObject({ code: 'no-reason' });
    expect((await takeBack('ada')).text).toBe(
      'The account of Zoë Abendroth in Image Hub counts as open again: a human has to close it.',
    );
    expect((await one.useCases.leaver(one.id)).open.map(({ word }) => word)).toEqual(['provisioned by sign-on']);
    expect((await one.events('account.reopened'))[0]).toMatchObject({ actor: { name: 'Person ada' } });
    expect((await one.useCases.whoHad('hub', one.time.clock.now())).map(({ state }) => state)).toEqual(['active']);
    expect((await close(one, 'bob')).text).toContain('on your word');
    await one.stop();
  });
});

describe('an erasure', () => {
  it('goes on once the account is closed, and takes what was said of it along', async () => {
    const one = await acme();
    await leave(one);
    const admin = await one.as('ada');
    const erase = async () => {
      const erasing = one.engine.erase(one.id, 'zoë abendroth', admin);
      const settled = erasing.then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error;
        },
      );
      await one.time.advance(60_000);
      return (await settled)();
    };
    await expect(erase()).rejects.toMatchObject({
      code: 'account-open',
      remedy: expect.stringMatching(/rollcall closed/),
    });
    await close(one, 'ada', 'ticket of zoe@acme.test');
    expect((await erase()).text).toContain('Zoë Abendroth is erased');
    const login = await one.login();
    expect(login.signOn?.closed).toMatchObject({ by: { name: 'Person ada' }, note: null });
    const told = JSON.stringify([login, await one.store.events.list({}, null, 1_000)]);
    for (const trace of ['zoe@acme.test', 'Abendroth']) expect(told).not.toContain(trace);
    await expect(one.useCases.unmarkClosed(one.id, 'hub', 'why', admin)).rejects.toMatchObject({ code: 'erased' });
    await one.stop();
  });
});
